"""Actions of staff on contracts: a price of their own (C1), and billing by milestones (N14)."""

from typing import Any

from django import forms
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from backoffice.actions.base import Action, ActionForm, Facts
from backoffice.actions.life import LIFE
from backoffice.actions.money import DOCUMENTS
from billing.forms.rupiah import RupiahField
from billing.rules.lifecycle import Status
from billing.rules.schedules import described, draft_part
from billing.selectors.change_choices import Wanted, obstacle
from billing.selectors.schedules import milestones_open
from billing.selectors.shop import item_of, sold_to
from billing.selectors.taxing import taxed
from billing.services.charges.schedules import LARGEST, Signed, reach_milestone, sign_contract
from billing.services.subscriptions.changes import change_plan
from billing.templatetags.langganan import rupiah, tanggal
from billing.views.wording import per_months, said
from plans.rules.rating import rate
from tenants.context import inside
from tenants.models import User


class PriceForm(ActionForm):
    """Which plan, at which price, from when on."""

    plan = forms.ChoiceField(label=gettext_lazy("Paket"))
    interval_months = forms.TypedChoiceField(
        label=gettext_lazy("Ditagih"),
        coerce=int,
        choices=[(1, gettext_lazy("Bulanan")), (3, gettext_lazy("Setiap 3 bulan")), (12, gettext_lazy("Tahunan"))],
    )
    price = RupiahField(label=gettext_lazy("Harga satu masa (rupiah)"), min_value=1, max_value=LARGEST)
    waits = forms.BooleanField(label=gettext_lazy("Berlaku mulai masa berikutnya"), required=False)

    def __init__(self, *args: Any, facts: Facts, **kwargs: Any) -> None:
        super().__init__(*args, facts=facts, **kwargs)
        language, plans = get_language() or "id", sold_to(facts.tenant).plans
        self.fields["plan"].choices = [  # type: ignore[attr-defined]
            (plan.code, plan.name.of(language)) for plan in plans if plan.by_contract
        ]


class AgreePrice(Action):
    """Onto a plan that has no list price, or to another price there."""

    slug, permission, form = "harga-kontrak", "agree_price", PriceForm
    title, group = gettext_lazy("Harga kontrak"), LIFE
    lead = gettext_lazy(
        "Harga dan paket ini dibekukan dalam perjanjian. Bila berlaku hari ini, selisih untuk sisa masa ditagih."
    )

    def refusal(self, facts: Facts) -> str:
        """Where the product has such a plan and nothing stands in the way."""
        subscription = facts.subscription
        if subscription is None or subscription.ended_on is not None:
            return _("Tidak ada langganan yang berjalan.")
        if not any(plan.by_contract for plan in sold_to(facts.tenant).plans):
            return _("Produk ini tidak memiliki paket dengan kontrak.")
        with inside(facts.tenant):
            hindered = obstacle(subscription, facts.today)
        return hindered.message if hindered is not None else ""

    def button(self, facts: Facts, given: dict[str, Any]) -> str:
        """With plan and price."""
        names = {plan.code: said(plan.name) for plan in sold_to(facts.tenant).plans}
        told = {
            "plan": names[given["plan"]],
            "price": rupiah(given["price"]),
            "every": per_months(given["interval_months"]),
        }
        return _("Sepakati %(plan)s seharga %(price)s %(every)s") % told

    def perform(self, facts: Facts, given: dict[str, Any], user: User) -> str:
        """Agree on it."""
        wanted = Wanted(given["plan"], given["interval_months"], given["price"], waits=bool(given.get("waits")))
        made = change_plan(tenant=facts.tenant, wanted=wanted, today=facts.today, reason=given["reason"])
        day = {"day": tanggal(made.preview.on)}
        if made.document is not None:
            return _("Tagihan %(number)s terbit.") % {"number": made.document.number}
        return _("Harga kontrak berlaku mulai %(day)s.") % day


class ContractForm(ActionForm):
    """Which contract, and its price."""

    item = forms.ChoiceField(label=gettext_lazy("Kontrak"))
    total = RupiahField(
        label=gettext_lazy("Nilai kontrak (rupiah)"),
        required=False,
        min_value=1,
        max_value=LARGEST,
        help_text=gettext_lazy("Kosongkan untuk harga daftar."),
    )

    def __init__(self, *args: Any, facts: Facts, **kwargs: Any) -> None:
        super().__init__(*args, facts=facts, **kwargs)
        language = get_language() or "id"
        items = [item for item in sold_to(facts.tenant).items if item.milestones]
        self.fields["item"].choices = [(item.code, item.name.of(language)) for item in items]  # type: ignore[attr-defined]


class SignContract(Action):
    """A contract in parts; nothing is invoiced before a milestone is reached."""

    slug, permission, form = "kontrak", "sign_contract", ContractForm
    title, group = gettext_lazy("Kontrak bertermin"), DOCUMENTS
    lead = gettext_lazy("Nilainya dibagi menurut termin. Tagihan terbit saat sebuah termin ditandai tercapai.")

    def refusal(self, facts: Facts) -> str:
        """Where the product sells such a contract."""
        subscription = facts.subscription
        if subscription is None or subscription.status == Status.ENDED:
            return _("Hanya untuk langganan yang berjalan.")
        sells = any(item.milestones for item in sold_to(facts.tenant).items)
        return "" if sells else _("Produk ini tidak memiliki kontrak bertermin.")

    def button(self, facts: Facts, given: dict[str, Any]) -> str:
        """With the contract's value, of the list where none was entered."""
        item = item_of(sold_to(facts.tenant), given["item"])
        total = given.get("total") or rate(item.price(), item.quantity.from_).amount
        return _("Catat kontrak %(amount)s") % {"amount": rupiah(total)}

    def perform(self, facts: Facts, given: dict[str, Any], user: User) -> str:
        """Sign it."""
        signed = Signed(given["item"], given.get("total"), given["reason"])
        parts = sign_contract(tenant=facts.tenant, signed=signed, today=facts.today)
        amounts = ", ".join(rupiah(part.amount) for part in parts)
        return _("Kontrak tercatat, %(count)d termin: %(amounts)s.") % {"count": len(parts), "amounts": amounts}


class MilestoneForm(ActionForm):
    """Which of those that are waited for."""

    milestone = forms.ChoiceField(label=gettext_lazy("Termin"))

    def __init__(self, *args: Any, facts: Facts, **kwargs: Any) -> None:
        super().__init__(*args, facts=facts, **kwargs)
        language = get_language() or "id"
        waiting = milestones_open(facts.subscription) if facts.subscription is not None else ()
        self.fields["milestone"].choices = [  # type: ignore[attr-defined]
            (f"{part.key}:{part.milestone}", f"{described(part).of(language)} ({rupiah(part.amount)})")
            for part in waiting
        ]


class ReachMilestone(Action):
    """Its invoice is issued."""

    slug, permission, form = "termin", "reach_milestone", MilestoneForm
    title, group = gettext_lazy("Tandai termin tercapai"), DOCUMENTS
    lead = gettext_lazy("Tagihan termin ini terbit hari ini dengan syarat pembayaran yang disepakati.")

    def refusal(self, facts: Facts) -> str:
        """Where a milestone is waited for."""
        waiting = facts.subscription is not None and milestones_open(facts.subscription)
        return "" if waiting else _("Tidak ada termin yang ditunggu.")

    def button(self, facts: Facts, given: dict[str, Any]) -> str:
        """With what is billed today."""
        if facts.subscription is None:
            return str(self.title)
        waiting = {f"{part.key}:{part.milestone}": part for part in milestones_open(facts.subscription)}
        with inside(facts.tenant):
            draft = taxed(draft_part(waiting[given["milestone"]], facts.today), facts.subscription.terms)
        return _("Terbitkan tagihan %(amount)s") % {"amount": rupiah(draft.total)}

    def perform(self, facts: Facts, given: dict[str, Any], user: User) -> str:
        """Bill it."""
        made = reach_milestone(
            tenant=facts.tenant, milestone=given["milestone"], reason=given["reason"], today=facts.today
        )
        if made is None:
            return _("Termin tercatat. Nilainya Rp 0, jadi tidak ada tagihan.")
        return _("Tagihan %(number)s terbit.") % {"number": made.number}
