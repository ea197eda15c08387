"""Stopping auto-debit for a customer. Staff cannot switch it on: only who holds the card or the account agrees."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backoffice.actions.base import Action, Facts
from backoffice.actions.promises import DEBTS
from billing.selectors.debits import open_mandate
from billing.services.gateway.mandates import end_mandate
from tenants.models import User


class StopAutoDebit(Action):
    """The customer asked for it, or something is wrong with it."""

    slug, permission, quiet = "hentikan-auto-debit", "stop_auto_debit", True
    title, group = gettext_lazy("Hentikan auto-debit"), DEBTS
    lead = gettext_lazy(
        "Tidak ada lagi yang ditarik, dan kartu atau akun dihapus. Hanya pelanggan sendiri yang dapat mengaktifkannya lagi."
    )

    def refusal(self, facts: Facts) -> str:
        """Only where there is a consent."""
        return "" if open_mandate(facts.tenant) else _("Tenant ini tidak memakai auto-debit.")

    def perform(self, facts: Facts, given: dict[str, Any], user: User) -> str:
        """End it; the gateway is told by the job that tidies up."""
        end_mandate(tenant=facts.tenant, reason=given["reason"], now=facts.now)
        return _("Auto-debit dihentikan.")
