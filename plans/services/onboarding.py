"""Getting a new customer going: begun with the subscription, each stage ticked off by whom it is for (C17)."""

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext as _

from plans.rules.onboarding import Stage, next_due, steps_of
from plans.selectors.onboarding import steps_for
from tenants.context import current_actor, writing
from tenants.errors import Conflict, NotFound
from tenants.models import Onboarding, Tenant
from tenants.services.events import record_event, standing_facts


def begin_onboarding(*, tenant: Tenant, stages: Sequence[Stage], plan: str, on: date) -> None:
    """From the day of sign-up, once; nothing for a plan without stages. Belongs in the caller's transaction."""
    due = next_due(steps_of(stages, plan, on, (), on))
    if due is not None:
        values = {"plan_code": plan, "begun_on": on, "next_due_on": due}
        Onboarding.objects.get_or_create(tenant=tenant, defaults=values)


def finish_stage(*, tenant: Tenant, code: str, today: date, by_customer: bool, finished: bool = True) -> Onboarding:
    """Tick a stage off, or take that back; twice is once. A customer ticks off what is the customer's, staff everything."""
    with writing(tenant) as locked:
        row = Onboarding.objects.filter(tenant=locked).first()
        steps = steps_for(row, locked.product_code, today) if row is not None else ()
        step = next((item for item in steps if item.stage.code == code), None)
        if row is None or step is None:
            raise NotFound(_("Tahap itu tidak ada."))
        if by_customer and step.stage.who != "customer":
            raise Conflict(_("Tahap ini dikerjakan oleh tim kami."), code="stage_of_staff")
        if finished is (code in row.done):
            return row
        _tick(row, code, today, finished=finished)
        row.next_due_on = next_due(steps_for(row, locked.product_code, today))
        row.save(update_fields=["done", "next_due_on"])
        name = "onboarding.stage_done" if finished else "onboarding.stage_reopened"
        facts = {"stage": step.stage.name.id, "stage_en": step.stage.name.en}
        record_event(tenant=locked, name=name, on=today, data=standing_facts(locked) | facts)
        return row


def _tick(row: Onboarding, code: str, today: date, *, finished: bool) -> None:
    if finished:
        row.done = {**row.done, code: {"on": today.isoformat(), "by": current_actor().label[:100]}}
    else:
        row.done = {known: said for known, said in row.done.items() if known != code}
