"""The form that switches auto-debit on."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from billing.forms.rupiah import RupiahField
from billing.gateways.mandate_models import MandateMethod

_PHONE = re.compile(r"8[0-9]{7,11}")


class ConsentForm(forms.Form):
    """From what, up to how much, and the consent itself; the number of the phone for GoPay alone."""

    method = forms.ChoiceField(
        label=_("Ditarik dari"),
        choices=MandateMethod.choices,
        error_messages={"required": _("Pilih kartu atau GoPay."), "invalid_choice": _("Pilih kartu atau GoPay.")},
    )
    phone = forms.CharField(
        label=_("Nomor ponsel GoPay"),
        help_text=_("Hanya untuk GoPay, misalnya 0812 3456 7890."),
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}),
    )
    limit = RupiahField(
        label=_("Paling banyak per tagihan"),
        help_text=_("Tagihan yang lebih besar tidak ditarik; Anda membayarnya sendiri."),
        min_value=10_000,
        max_value=10**9,
        error_messages={
            "required": _("Isi batas untuk satu tagihan."),
            "invalid": _("Isi angka saja, misalnya 1000000."),
            "min_value": _("Batas paling sedikit Rp 10.000."),
            "max_value": _("Batas ini terlalu besar. Periksa angkanya."),
        },
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    consent = forms.BooleanField(
        label=_("Saya setuju tagihan ditarik otomatis"),
        help_text=_(
            "Saya berwenang atas kartu atau akun ini dan setuju tagihan beserta dendanya ditarik otomatis, "
            "paling banyak sebesar batas di atas. Setiap penarikan diberitahukan lebih dahulu. "
            "Persetujuan ini dapat saya hentikan kapan saja."
        ),
        error_messages={"required": _("Centang persetujuan untuk melanjutkan.")},
    )

    def clean(self) -> dict[str, Any]:
        """The phone's number without the country code: "+62 812-3456-7890" is 81234567890."""
        said: dict[str, Any] = super().clean() or {}
        if said.get("method") == MandateMethod.GOPAY:
            digits = re.sub(r"[^0-9]", "", said.get("phone") or "").removeprefix("62").removeprefix("0")
            if not _PHONE.fullmatch(digits):
                self.add_error("phone", str(_("Isi nomor ponsel akun GoPay, misalnya 0812 3456 7890.")))
            said["phone"] = digits
        return said
