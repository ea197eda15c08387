"""Actions on documents and money."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backoffice.actions.base import Action, ActionForm, Facts
from backoffice.frame.fields import DateInput
from billing.forms.rupiah import RupiahField, WholeField
from billing.models import DocumentKind, DocumentStatus
from billing.services.steering import (
    BILLABLE,
    OneOff,
    Seen,
    change_dates,
    issue_one_off_invoice,
    record_manual_payment,
    void_invoice,
    waive_fee,
)
from billing.templatetags.langganan import rupiah, tanggal
from plans.rules.catalogue import Text
from tenants.models import User

DOCUMENTS = gettext_lazy("Tagihan dan uang")


class DocumentForm(ActionForm):
    """About one document, named by its number."""

    number = forms.CharField(label=gettext_lazy("Nomor"), max_length=60, widget=forms.HiddenInput)


def unless_open_invoice(facts: Facts) -> str:
    """What to say where no open invoice was chosen; empty where one was."""
    document = facts.document
    if document is None or document.kind != DocumentKind.INVOICE or document.status != DocumentStatus.OPEN:
        return _("Pilih tagihan yang masih terbuka.")
    return ""


class VoidForm(DocumentForm):
    """With or without a new invoice in its place."""

    reissue = forms.BooleanField(
        label=gettext_lazy("Terbitkan ulang untuk periode yang sama, dengan jumlah hari ini"), required=False
    )


class VoidInvoice(Action):
    """BATAL."""

    slug, permission, form = "batalkan-tagihan", "void_invoice", VoidForm
    title, group = gettext_lazy("Batalkan tagihan"), DOCUMENTS
    lead = gettext_lazy(
        "Nomornya tetap ada dan bertanda BATAL. Yang sudah dibayar menjadi saldo pelanggan, dendanya ikut batal."
    )
    on_document, quiet = True, True

    def refusal(self, facts: Facts) -> str:
        """Only an invoice that stands."""
        document = facts.document
        if document is None or document.kind != DocumentKind.INVOICE or document.status == DocumentStatus.VOID:
            return _("Pilih tagihan yang belum batal.")
        return ""

    def button(self, facts: Facts, given: dict[str, Any]) -> str:
        """With number and amount."""
        words = _("Batalkan %(number)s dan terbitkan ulang") if given.get("reissue") else _("Batalkan %(number)s")
        return words % {"number": given["number"]}

    def perform(self, facts: Facts, given: dict[str, Any], user: User) -> str:
        """Void, and reissue if wanted."""
        made = void_invoice(
            tenant=facts.tenant,
            number=given["number"],
            reason=given["reason"],
            reissue_it=given["reissue"],
            today=facts.today,
        )
        if made is None:
            return _("%(number)s dibatalkan.") % {"number": given["number"]}
        return _("%(number)s dibatalkan, %(new)s terbit.") % {"number": given["number"], "new": made.number}


class WaiveFee(Action):
    """Forgive a late fee."""

    slug, permission, form = "hapus-denda", "waive_fee", DocumentForm
    title, group, on_document = gettext_lazy("Hapus denda"), DOCUMENTS, True
    lead = gettext_lazy("Denda dibatalkan; tagihan pokoknya tetap terbuka.")

    def refusal(self, facts: Facts) -> str:
        """Only a late fee that stands."""
        document = facts.document
        if document is None or document.kind != DocumentKind.LATE_FEE or document.status == DocumentStatus.VOID:
            return _("Pilih denda yang belum batal.")
        return ""

    def button(self, facts: Facts, given: dict[str, Any]) -> str:
        """With number and amount."""
        amount = rupiah(facts.document.total) if facts.document else ""
        return _("Hapus denda %(number)s (%(amount)s)") % {"number": given["number"], "amount": amount}

    def perform(self, facts: Facts, given: dict[str, Any], user: User) -> str:
        """Void the fee."""
        waive_fee(tenant=facts.tenant, number=given["number"], reason=given["reason"], today=facts.today)
        return _("Denda %(number)s dihapus.") % {"number": given["number"]}


class DatesForm(DocumentForm):
    """Filled in with the dates that hold."""

    due_on = forms.DateField(label=gettext_lazy("Jatuh tempo"), widget=DateInput())
    suspend_on = forms.DateField(
        label=gettext_lazy("Akses ditutup"),
        required=False,
        widget=DateInput(),
        help_text=gettext_lazy("Kedua tanggal hanya dapat diundur."),
    )

    def __init__(self, *args: Any, facts: Facts, **kwargs: Any) -> None:
        super().__init__(*args, facts=facts, **kwargs)
        if facts.document is not None:
            self.initial.update({"due_on": facts.document.due_on, "suspend_on": facts.document.suspend_on})


class ChangeDates(Action):
    """Staff can extend any date."""

    slug, permission, form = "ubah-tanggal", "change_dates", DatesForm
    title, group, on_document = gettext_lazy("Undur tanggal"), DOCUMENTS, True
    lead = gettext_lazy("Pengingat, denda, dan penangguhan mengikuti tanggal yang baru.")

    def refusal(self, facts: Facts) -> str:
        """Only an open invoice."""
        return unless_open_invoice(facts)

    def button(self, facts: Facts, given: dict[str, Any]) -> str:
        """With the new due date."""
        return _("Undur jatuh tempo ke %(day)s") % {"day": tanggal(given["due_on"])}

    def perform(self, facts: Facts, given: dict[str, Any], user: User) -> str:
        """Give the document its new dates."""
        change_dates(
            tenant=facts.tenant,
            number=given["number"],
            due_on=given["due_on"],
            suspend_on=given["suspend_on"],
            reason=given["reason"],
            today=facts.today,
        )
        return _("Tanggal %(number)s diundur.") % {"number": given["number"]}


class OneOffForm(ActionForm):
    """What for, how many, at which price."""

    description = forms.CharField(label=gettext_lazy("Untuk apa"), max_length=200)
    description_en = forms.CharField(
        label=gettext_lazy("Untuk apa, dalam bahasa Inggris"), max_length=200, required=False
    )
    quantity = WholeField(label=gettext_lazy("Banyaknya"), min_value=1, max_value=1_000_000, initial=1)
    unit_price = RupiahField(label=gettext_lazy("Harga satuan"), min_value=1, help_text=gettext_lazy("Dalam rupiah."))
    note = forms.CharField(
        label=gettext_lazy("Catatan pada tagihan"),
        max_length=500,
        required=False,
        help_text=gettext_lazy("Dibaca pelanggan."),
    )


class IssueOneOff(Action):
    """An invoice outside the plan."""

    slug, permission, form = "tagihan-lepas", "issue_one_off", OneOffForm
    title, group = gettext_lazy("Terbitkan tagihan lepas"), DOCUMENTS
    lead = gettext_lazy("Di luar paket, misalnya pelatihan. Jatuh tempo dan akibatnya mengikuti syarat pembayaran.")

    def refusal(self, facts: Facts) -> str:
        """Only where an unpaid invoice has consequences."""
        if facts.subscription is None or facts.subscription.status not in BILLABLE:
            return _("Tagihan lepas hanya untuk langganan yang berbayar.")
        return ""

    def button(self, facts: Facts, given: dict[str, Any]) -> str:
        """With the amount."""
        return _("Terbitkan tagihan %(amount)s") % {"amount": rupiah(given["quantity"] * given["unit_price"])}

    def perform(self, facts: Facts, given: dict[str, Any], user: User) -> str:
        """Issue it."""
        words = Text(id=given["description"], en=given["description_en"] or given["description"])
        one_off = OneOff(words, given["quantity"], given["unit_price"], given["note"])
        made = issue_one_off_invoice(tenant=facts.tenant, one_off=one_off, reason=given["reason"], today=facts.today)
        return _("Tagihan %(number)s terbit.") % {"number": made.number}


class PaymentForm(ActionForm):
    """What staff saw."""

    amount = RupiahField(label=gettext_lazy("Jumlah diterima"), min_value=1, help_text=gettext_lazy("Dalam rupiah."))
    on = forms.DateField(label=gettext_lazy("Tanggal diterima"), widget=DateInput())
    channel = forms.ChoiceField(
        label=gettext_lazy("Cara"),
        choices=[("transfer", gettext_lazy("Transfer bank")), ("cash", gettext_lazy("Tunai"))],
    )
    reference = forms.CharField(
        label=gettext_lazy("Nomor rujukan"),
        max_length=80,
        help_text=gettext_lazy("Dari mutasi rekening atau kuitansi. Nomor yang sama tidak dicatat dua kali."),
    )
    anyway = forms.BooleanField(
        label=gettext_lazy("Ini pembayaran lain, bukan yang sudah dibukukan dengan jumlah yang sama"), required=False
    )

    def __init__(self, *args: Any, facts: Facts, **kwargs: Any) -> None:
        super().__init__(*args, facts=facts, **kwargs)
        self.initial.update({"on": facts.today, "amount": facts.tenant.balance or None})


class RecordPayment(Action):
    """Cash, or a transfer seen on the account."""

    slug, permission, form = "catat-pembayaran", "record_payment", PaymentForm
    title, group = gettext_lazy("Catat pembayaran"), DOCUMENTS
    lead = gettext_lazy("Melunasi tagihan tertua lebih dulu; kelebihannya menjadi saldo pelanggan.")

    def refusal(self, facts: Facts) -> str:
        """There must be an account to book it on."""
        return "" if facts.subscription else _("Tenant ini belum memiliki langganan.")

    def button(self, facts: Facts, given: dict[str, Any]) -> str:
        """With the amount."""
        return _("Catat %(amount)s diterima") % {"amount": rupiah(given["amount"])}

    def perform(self, facts: Facts, given: dict[str, Any], user: User) -> str:
        """Book it."""
        seen = Seen(given["amount"], given["on"], given["channel"], given["reference"], given["anyway"])
        record_manual_payment(tenant=facts.tenant, seen=seen, reason=given["reason"], today=facts.today)
        return _("%(amount)s dicatat.") % {"amount": rupiah(given["amount"])}
