"""Scripts for `simulate`, and the same life lived by a real tenant."""

import io
import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.core.management import call_command

from billing.selectors.accounts import latest_subscription
from billing.selectors.change_choices import Wanted
from billing.services.subscriptions.changes import change_plan
from billing.services.subscriptions.life import cancel_subscription, keep_subscription
from billing.services.subscriptions.quantities import Report, report_quantity
from tenants.context import inside
from tenants.models import Event, Tenant
from tests.billing.lives import owes, pay
from tests.conftest import make_tenant
from trials.rules.script import Script, Step
from trials.services.daily import live_day
from trials.services.restarts import restart_subscription
from trials.services.simulation import _told, simulate

Happening = dict[str, Any]


def script(**fields: Any) -> Script:
    """A simulation file, read."""
    return Script.model_validate(fields)


def played(**fields: Any) -> list[Happening]:
    """What `simulate` says would happen."""
    return simulate(script(**fields))


def lived(subdomain: str, **fields: Any) -> list[Happening]:
    """The same life of a tenant that stays: sign-up, every day's jobs, the steps, the jobs again."""
    plan = script(**fields)
    named = {"plan": plan.plan, "interval_months": plan.interval_months, "terms": plan.terms}
    tenant = make_tenant(
        subdomain, subdomain, plan.product, int(plan.quantity), plan.signup, timezone=plan.timezone, **named
    )
    day = plan.signup
    while day <= plan.until:
        live_day(tenant, day)
        steps = plan.steps_of(day)
        for _, step in steps:
            do(tenant, step, day)
        if steps:
            live_day(tenant, day)
        day += timedelta(days=1)
    return [_told(event) for event in Event.objects.filter(tenant=tenant).order_by("id")]


def do(tenant: Tenant, step: Step, day: date) -> None:
    """One step of a script."""
    what, amount, value = step.do, step.amount, step.value
    if what == "pay" and (amount or owes(tenant)):
        pay(tenant, day, amount)
    elif what == "quantity" and value is not None:
        report_quantity(tenant=tenant, report=Report(value, day, "story"), today=day)
    elif what == "change_plan":
        change_plan(tenant=tenant, wanted=Wanted(step.plan, step.interval_months), today=day)
    elif what == "cancel":
        cancel_subscription(tenant=tenant, today=day)
    elif what == "reactivate":
        with inside(tenant):
            last = latest_subscription()
        if last is not None and last.ended_on is not None:
            restart_subscription(tenant=tenant, quantity=last.quantity, today=day)
        else:
            keep_subscription(tenant=tenant, today=day)


def commanded(path: Path, text: str, *options: str) -> list[Happening]:
    """`manage.py simulate FILE --json` in this process: its lines."""
    path.write_text(text, encoding="utf-8")
    out = io.StringIO()
    call_command("simulate", str(path), "--json", *options, stdout=out)
    return [json.loads(line) for line in out.getvalue().splitlines()]
