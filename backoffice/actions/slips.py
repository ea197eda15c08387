"""The action on a slip of tax withheld."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backoffice.actions.base import Action, Facts
from backoffice.actions.money import DOCUMENTS, DocumentForm, unless_open_invoice
from backoffice.frame.fields import DateInput
from billing.forms.rupiah import RupiahField
from billing.selectors.slips import withheld_of
from billing.services.payments.withholding import Slip, receive_slip
from billing.templatetags.langganan import rupiah
from tenants.models import User


class PaperForm(forms.Form):
    """What stands on the paper."""

    slip_number = forms.CharField(label=gettext_lazy("Nomor bukti potong"), max_length=60)
    slip_on = forms.DateField(label=gettext_lazy("Tanggal bukti potong"), widget=DateInput())
    period = forms.RegexField(
        label=gettext_lazy("Masa pajak"), regex=r"^20[0-9]{2}-[0-9]{2}$", help_text=gettext_lazy("seperti 2026-03")
    )
    amount = RupiahField(label=gettext_lazy("PPh yang dipotong (rupiah)"), min_value=1)


def slip_of(given: dict[str, Any]) -> Slip:
    """The slip that a form says."""
    return Slip(given["slip_number"], given["slip_on"], given["period"], given["amount"])


class SlipForm(PaperForm, DocumentForm):
    """A slip that reached staff, for one document."""

    def __init__(self, *args: Any, facts: Facts, **kwargs: Any) -> None:
        super().__init__(*args, facts=facts, **kwargs)
        document = facts.document
        if document is not None:
            self.initial["amount"] = withheld_of(document)


class ReceiveSlip(Action):
    """A slip settles what the customer paid short."""

    slug, permission, form = "bukti-potong", "receive_slip", SlipForm
    title, group, on_document = gettext_lazy("Catat bukti potong PPh 23"), DOCUMENTS, True
    lead = gettext_lazy("Melunasi bagian tagihan yang dipotong pelanggan dan disetornya ke negara.")

    def refusal(self, facts: Facts) -> str:
        """Only an open invoice."""
        return unless_open_invoice(facts)

    def button(self, facts: Facts, given: dict[str, Any]) -> str:
        """With the amount."""
        return _("Catat bukti potong %(amount)s") % {"amount": rupiah(given["amount"])}

    def perform(self, facts: Facts, given: dict[str, Any], user: User) -> str:
        """Book it."""
        slip, reason = slip_of(given), given["reason"]
        receive_slip(tenant=facts.tenant, invoice=given["number"], slip=slip, reason=reason, today=facts.today)
        return _("Bukti potong %(number)s dicatat.") % {"number": given["slip_number"]}
