"""What the two pages post."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from billing.gateways.sandbox.catalogue import METHODS
from billing.gateways.sandbox.models import SandboxPage
from billing.gateways.sandbox.payer import MAX_DELAY_SECONDS, Action, Delivery

DELIVERIES = [
    (Delivery.NORMAL, _("Normal, segera")),
    (Delivery.TWICE, _("Dua kali")),
    (Delivery.LATE, _("Terlambat sekian detik")),
    (Delivery.LATER, _("Ditahan, dikirim nanti dari daftar transaksi")),
    (Delivery.NEVER, _("Tidak pernah")),
    (Delivery.OUT_OF_ORDER, _("Urutan terbalik: hasil mendahului pending")),
    (Delivery.WRONG_AMOUNT, _("Jumlah berbeda: biaya ditambahkan diam-diam")),
    (Delivery.FEE_IMPOSED, _("Biaya ditambahkan, jumlah asal disebut")),
    (Delivery.FORGED, _("Palsu: tanda tangan salah, tidak ada pembayaran")),
    (Delivery.UNCONFIRMED, _("Palsu: tanda tangan benar, tidak ada pembayaran")),
]


class PayerForm(forms.Form):
    """Method, action and delivery; the methods are those the merchant enabled."""

    method = forms.ChoiceField(label=_("Metode pembayaran"), widget=forms.RadioSelect, required=False)
    action = forms.ChoiceField(choices=[(action, action) for action in Action])
    delivery = forms.ChoiceField(label=_("Notifikasi"), choices=DELIVERIES, initial=Delivery.NORMAL, required=False)
    delay_seconds = forms.IntegerField(
        label=_("Terlambat (detik)"), min_value=0, max_value=MAX_DELAY_SECONDS, initial=20, required=False
    )

    def __init__(self, page: SandboxPage, *args: Any, **kwargs: Any) -> None:
        """Offer only what the page offers."""
        super().__init__(*args, **kwargs)
        choices = [(method.code, method.label) for method in enabled_methods(page)]
        self.fields["method"].choices = choices  # type: ignore[attr-defined]  # a ChoiceField, which stubs forget
        self.fields["method"].initial = choices[0][0] if choices else None

    def clean_delivery(self) -> str:
        """Normal, where nothing was said."""
        return str(self.cleaned_data["delivery"] or Delivery.NORMAL)


def enabled_methods(page: SandboxPage) -> list[Any]:
    """The methods the stand-in plays and the merchant enabled; all, if it named none."""
    enabled = page.request.get("enabled_payments") or list(METHODS)
    return [method for code, method in METHODS.items() if code in enabled]


class RefundForm(forms.Form):
    """The amount to give back in rupiah; empty is all that is left."""

    amount = forms.IntegerField(label=_("Jumlah"), min_value=1, required=False)
