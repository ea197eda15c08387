"""Actions on how a tenant's debts are followed: promises to pay, never suspending automatically."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backoffice.actions.base import Action, ActionForm, Facts
from backoffice.actions.money import DOCUMENTS, DocumentForm
from backoffice.frame.fields import DateInput
from billing.models import DocumentStatus
from billing.services.dunning.promises import promise_to_pay, set_never_suspend
from billing.templatetags.langganan import tanggal
from tenants.models import User

DEBTS = gettext_lazy("Penagihan")


class PromiseForm(DocumentForm):
    """The day that was said."""

    on = forms.DateField(label=gettext_lazy("Akan dibayar pada"), widget=DateInput())


class PromiseToPay(Action):
    """The customer said when it will pay."""

    slug, permission, form = "janji-bayar", "promise_to_pay", PromiseForm
    title, group, on_document = gettext_lazy("Catat janji bayar"), DOCUMENTS, True
    lead = gettext_lazy(
        "Sampai hari itu tidak ada pengingat keterlambatan. Bila tidak ditepati, staf mendapat tugas menelepon."
    )

    def refusal(self, facts: Facts) -> str:
        """Only what is open."""
        document = facts.document
        open_ = document is not None and document.status == DocumentStatus.OPEN
        return "" if open_ else _("Pilih tagihan yang masih terbuka.")

    def button(self, facts: Facts, given: dict[str, Any]) -> str:
        """With the day."""
        return _("Catat janji bayar %(day)s") % {"day": tanggal(given["on"])}

    def perform(self, facts: Facts, given: dict[str, Any], user: User) -> str:
        """Note it."""
        asked = {"number": given["number"], "on": given["on"], "reason": given["reason"], "today": facts.today}
        promise_to_pay(tenant=facts.tenant, **asked)
        return _("Janji bayar %(number)s dicatat.") % {"number": given["number"]}


class NeverSuspendForm(ActionForm):
    """On or off."""

    never = forms.BooleanField(label=gettext_lazy("Jangan pernah menutup akses secara otomatis"), required=False)

    def __init__(self, *args: Any, facts: Facts, **kwargs: Any) -> None:
        super().__init__(*args, facts=facts, **kwargs)
        self.initial["never"] = facts.tenant.never_suspend


class NeverSuspend(Action):
    """For those who pay late by rule, such as state schools from BOS."""

    slug, permission, form = "penangguhan-otomatis", "set_never_suspend", NeverSuspendForm
    title, group = gettext_lazy("Atur penangguhan otomatis"), DEBTS
    lead = gettext_lazy(
        "Untuk pelanggan yang membayar dari dana BOS: tagihan tetap lewat jatuh tempo, akses tetap terbuka."
    )

    def refusal(self, facts: Facts) -> str:
        """Only where there is something to suspend."""
        return "" if facts.subscription else _("Tenant ini belum memiliki langganan.")

    def perform(self, facts: Facts, given: dict[str, Any], user: User) -> str:
        """Set it."""
        set_never_suspend(tenant=facts.tenant, never=given["never"], reason=given["reason"], today=facts.today)
        return _("Aturan penangguhan disimpan.")
