"""Staff give an offer to a tenant."""

from typing import Any

from django import forms
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from backoffice.actions.base import Action, ActionForm, Facts
from backoffice.actions.life import LIFE
from billing.rules.lifecycle import Status
from billing.services.offers.discounts import grant_discount, take_back_discount
from billing.templatetags.langganan import tanggal
from plans.rules.catalogue import Discount
from plans.selectors.catalogue import catalogue_of
from tenants.models import User


class OfferForm(ActionForm):
    """Which offer of the product's catalogue; those for the tenant's plan alone."""

    offer = forms.ChoiceField(label=gettext_lazy("Penawaran"))

    def __init__(self, *args: Any, facts: Facts, **kwargs: Any) -> None:
        super().__init__(*args, facts=facts, **kwargs)
        language = get_language() or "id"
        self.fields["offer"].choices = [  # type: ignore[attr-defined]
            (item.code, f"{item.name.of(language)} ({item.code})") for item in fitting(facts)
        ]


class GrantOffer(Action):
    """From the next invoice on, with a reason."""

    slug, permission, form = "beri-penawaran", "grant_offer", OfferForm
    title, group = gettext_lazy("Beri penawaran"), LIFE
    lead = gettext_lazy("Berlaku mulai tagihan berikutnya; dalam masa percobaan, mulai tagihan pertama.")

    def refusal(self, facts: Facts) -> str:
        """To a tenant that is billed or will be, of a product that has offers."""
        subscription = facts.subscription
        if subscription is None or subscription.status in {Status.SUSPENDED, Status.ENDED}:
            return _("Hanya untuk langganan yang berjalan.")
        return "" if fitting(facts) else _("Tidak ada penawaran untuk paket ini.")

    def perform(self, facts: Facts, given: dict[str, Any], user: User) -> str:
        """Write it into the agreement."""
        made = grant_discount(tenant=facts.tenant, code=given["offer"], reason=given["reason"], today=facts.today)
        granted = next(item for item in made.terms.discounts if item.discount.code == given["offer"])
        if granted.from_ is None:
            return _("Penawaran diberikan mulai tagihan pertama.")
        return _("Penawaran diberikan mulai %(day)s.") % {"day": tanggal(granted.from_)}


class HeldOfferForm(ActionForm):
    """Which of the offers that the tenant has."""

    offer = forms.ChoiceField(label=gettext_lazy("Penawaran"))

    def __init__(self, *args: Any, facts: Facts, **kwargs: Any) -> None:
        super().__init__(*args, facts=facts, **kwargs)
        language = get_language() or "id"
        self.fields["offer"].choices = [  # type: ignore[attr-defined]
            (item.code, f"{item.name.of(language)} ({item.code})") for item in _held(facts)
        ]


class TakeBackOffer(Action):
    """With what is billed already, with a reason that the customer reads."""

    slug, permission, form = "akhiri-penawaran", "take_back_offer", HeldOfferForm
    title, group, quiet = gettext_lazy("Akhiri penawaran"), LIFE, True
    lead = gettext_lazy(
        "Tagihan yang sudah terbit tidak berubah; tagihan berikutnya dengan harga biasa. Alasannya dibaca pelanggan."
    )

    def refusal(self, facts: Facts) -> str:
        """From a tenant that has one."""
        return "" if _held(facts) else _("Tenant ini tidak memiliki penawaran.")

    def perform(self, facts: Facts, given: dict[str, Any], user: User) -> str:
        """End it."""
        take_back_discount(tenant=facts.tenant, code=given["offer"], reason=given["reason"], today=facts.today)
        return _("Penawaran diakhiri. Tagihan berikutnya dengan harga biasa.")


def _held(facts: Facts) -> list[Discount]:
    """The offers that still reach beyond what is billed."""
    subscription = facts.subscription
    if subscription is None or subscription.status == Status.ENDED:
        return []
    start = subscription.next_period_on
    held = subscription.terms.discounts
    return [item.discount for item in held if start is None or item.to is None or item.to > start]


def fitting(facts: Facts) -> list[Discount]:
    """The offers that this tenant does not have and that are for its plan."""
    subscription = facts.subscription
    if subscription is None:
        return []
    agreement = subscription.terms
    plan, held = agreement.plan_for(subscription.quantity), {item.discount.code for item in agreement.discounts}
    return [
        item
        for item in catalogue_of(agreement.product).offers
        if item.code not in held and item.is_for_plan(plan.code, agreement.interval_months)
    ]
