"""Forms of paying: what and how, the proof of a transfer, several tenants at once."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from billing.forms.rupiah import RupiahField
from billing.gateways.charges import OWN_METHODS

MIDTRANS, TRANSFER = "midtrans", "transfer"


class PayForm(forms.Form):
    """Open documents to pay (their late fees follow them) and the way to pay."""

    documents = forms.MultipleChoiceField(
        label=_("Yang dibayar"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _("Pilih paling sedikit satu tagihan."),
            "invalid_choice": _("Pilihan tagihan berubah: mungkin sudah lunas. Periksa sekali lagi."),
        },
    )
    method = forms.ChoiceField(
        label=_("Cara bayar"),
        choices=[
            *((code, code) for code in OWN_METHODS),
            (MIDTRANS, _("Cara lain")),
            (TRANSFER, _("Transfer bank dengan bukti")),
        ],
        error_messages={
            "required": _("Pilih cara bayar."),
            "invalid_choice": _("Pilih salah satu cara bayar di bawah ini."),
        },
    )

    def __init__(self, *args: Any, choices: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["documents"].choices = list(choices)  # type: ignore[attr-defined]


class PayTogetherForm(forms.Form):
    """Tenants whose open documents are paid in one payment (K16)."""

    tenants = forms.MultipleChoiceField(
        label=_("Yang dibayar"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _("Pilih paling sedikit satu."),
            "invalid_choice": _("Pilihan berubah: mungkin sudah lunas. Periksa sekali lagi."),
        },
    )

    def __init__(self, *args: Any, choices: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["tenants"].choices = list(choices)  # type: ignore[attr-defined]


class ProofForm(forms.Form):
    """The proof of a transfer. The file's content is judged by the service; its errors come back to `proof`."""

    proof = forms.FileField(
        label=_("Foto atau PDF bukti transfer"),
        help_text=_("JPEG, PNG, WebP, atau PDF, paling besar 5 MB."),
        error_messages={
            "required": _("Pilih foto atau PDF bukti transfer."),
            "empty": _("Berkas ini kosong. Pilih foto atau PDF bukti transfer."),
        },
        widget=forms.ClearableFileInput(attrs={"accept": "image/jpeg,image/png,image/webp,application/pdf"}),
    )
    sender = forms.CharField(
        label=_("Nama pemilik rekening pengirim"),
        max_length=120,
        error_messages={"required": _("Isi nama seperti pada rekening pengirim.")},
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    transferred_on = forms.DateField(
        label=_("Tanggal transfer"),
        error_messages={"required": _("Isi tanggal transfer."), "invalid": _("Isi tanggal seperti 2025-03-17.")},
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    stated = RupiahField(
        label=_("Jumlah yang ditransfer"),
        min_value=1,
        max_value=10**12,
        error_messages={
            "required": _("Isi jumlah yang ditransfer."),
            "invalid": _("Isi angka saja, misalnya 750137."),
            "min_value": _("Jumlah transfer harus lebih dari nol."),
            "max_value": _("Jumlah ini terlalu besar. Periksa angkanya."),
        },
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    note = forms.CharField(label=_("Catatan"), max_length=300, required=False)

    @property
    def day(self) -> date:
        """The day of the transfer."""
        day: date = self.cleaned_data["transferred_on"]
        return day
