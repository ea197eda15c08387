"""Actions of staff: renewing a term early."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backoffice.actions.base import Action, Facts
from backoffice.actions.life import LIFE
from billing.errors import RenewalRefused
from billing.selectors.renewals import early_renewal_of
from billing.services.subscriptions.early_renewals import renew_early
from billing.templatetags.langganan import rupiah
from tenants.context import inside
from tenants.models import User


class RenewEarly(Action):
    """In the tenant's stead, before prices rise (X4)."""

    slug, permission = "perpanjang", "renew_early"
    title, group = gettext_lazy("Perpanjang lebih awal"), LIFE
    lead = gettext_lazy(
        "Masa berikutnya ditagih hari ini dengan harga sekarang. Bila tidak dibayar, perpanjangan batal dengan sendirinya."
    )

    def refusal(self, facts: Facts) -> str:
        """Where a renewal would cost more than today."""
        if facts.subscription is None or facts.subscription.ended_on is not None:
            return _("Hanya langganan yang aktif dapat diperpanjang lebih awal.")
        try:
            with inside(facts.tenant):
                early_renewal_of(facts.subscription, facts.today)
        except RenewalRefused as refused:
            return refused.message
        return ""

    def button(self, facts: Facts, given: dict[str, Any]) -> str:
        """With what is billed today."""
        if facts.subscription is None:
            return str(self.title)
        with inside(facts.tenant):
            early = early_renewal_of(facts.subscription, facts.today)
        return _("Perpanjang seharga %(amount)s") % {"amount": rupiah(early.draft.total)}

    def perform(self, facts: Facts, given: dict[str, Any], user: User) -> str:
        """Renew."""
        made = renew_early(tenant=facts.tenant, today=facts.today, reason=given["reason"])
        return _("Tagihan %(number)s terbit.") % {"number": made.document.number}
