"""Actions on the plan: changing it in the tenant's stead, and taking back what is scheduled (C11)."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backoffice.actions.base import Action, ActionForm, Facts
from billing.rules.change_verdicts import Outcome
from billing.selectors.change_choices import Choice, Wanted, choices_of, obstacle
from billing.selectors.scheduled import place_of, scheduled_change
from billing.services.subscriptions.changes import change_plan, withdraw_change
from billing.templatetags.langganan import rupiah, tanggal
from billing.views.wording import per_interval, said
from tenants.context import inside
from tenants.models import User

LIFE = gettext_lazy("Langganan")


class PlanForm(ActionForm):
    """A plan and interval that the catalogue declares a change to."""

    plan = forms.ChoiceField(label=gettext_lazy("Paket"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, facts: Facts, **kwargs: Any) -> None:
        super().__init__(*args, facts=facts, **kwargs)
        field = self.fields["plan"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [(_value(choice), _words(choice)) for choice in _elsewhere(facts)]


class ChangePlan(Action):
    """As the customer could: at once and pro rata, or from the next period on."""

    slug, permission, form = "ganti-paket", "change_plan", PlanForm
    title, group = gettext_lazy("Ganti paket"), LIFE
    lead = gettext_lazy(
        "Katalog menentukan kapan berlaku dan apa yang ditagih. Menggantikan perubahan yang dijadwalkan."
    )

    def refusal(self, facts: Facts) -> str:
        """Only where there is a choice, and nothing stands in the way."""
        subscription = facts.subscription
        if subscription is None or subscription.ended_on is not None:
            return _("Tidak ada langganan yang berjalan.")
        with inside(facts.tenant):
            hindered = obstacle(subscription, facts.today)
        if hindered is not None:
            return hindered.message
        return "" if _elsewhere(facts) else _("Paket ini tidak memiliki pilihan lain.")

    def button(self, facts: Facts, given: dict[str, Any]) -> str:
        """With the plan."""
        names = {_value(choice): _words(choice) for choice in _elsewhere(facts)}
        return _("Ganti ke %(plan)s") % {"plan": names.get(given["plan"], given["plan"])}

    def perform(self, facts: Facts, given: dict[str, Any], user: User) -> str:
        """Change it, or schedule it."""
        plan, months = given["plan"].split("/")
        made = change_plan(
            tenant=facts.tenant, wanted=Wanted(plan, int(months)), today=facts.today, reason=given["reason"]
        )
        names = {"plan": said(made.preview.new.plan.name), "day": tanggal(made.preview.on)}
        if made.preview.outcome is Outcome.PERIOD_END:
            return _("Paket %(plan)s berlaku mulai %(day)s.") % names
        if made.document is not None:
            number = {"number": made.document.number}
            return _("Paket diganti ke %(plan)s.") % names + " " + _("Tagihan %(number)s terbit.") % number
        return _("Paket diganti ke %(plan)s.") % names


class WithdrawChange(Action):
    """Before it has taken effect."""

    slug, permission = "batalkan-ganti-paket", "withdraw_change"
    title, group = gettext_lazy("Batalkan perubahan paket"), LIFE

    def refusal(self, facts: Facts) -> str:
        """Only while one waits."""
        waits = facts.subscription is not None and facts.subscription.scheduled_change is not None
        return "" if waits else _("Tidak ada perubahan paket yang dijadwalkan.")

    def button(self, facts: Facts, given: dict[str, Any]) -> str:
        """With what is dropped."""
        change = scheduled_change(facts.subscription) if facts.subscription else None
        names = {"plan": said(change.plan.name), "day": tanggal(change.on)} if change else {"plan": "", "day": ""}
        return _("Batalkan %(plan)s mulai %(day)s") % names

    def perform(self, facts: Facts, given: dict[str, Any], user: User) -> str:
        """Go on as before."""
        withdraw_change(tenant=facts.tenant, today=facts.today, reason=given["reason"])
        return _("Perubahan paket dibatalkan.")


def _elsewhere(facts: Facts) -> list[Choice]:
    """Every place but the present one."""
    subscription = facts.subscription
    if subscription is None or subscription.ended_on is not None:
        return []
    here = place_of(subscription.terms, subscription.quantity)
    with inside(facts.tenant):
        return [choice for choice in choices_of(subscription, facts.today) if choice.place != here]


def _value(choice: Choice) -> str:
    return f"{choice.place.plan}/{choice.place.interval_months}"


def _words(choice: Choice) -> str:
    price = rupiah(choice.price) if choice.price else _("Gratis")
    return f"{said(choice.plan.name)}, {price} {per_interval(choice.agreement)}"
