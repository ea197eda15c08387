"""Giving money back, and writing down what a payer's bank took back."""

from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backoffice.actions.base import Action, ActionForm, Facts
from backoffice.actions.money import DOCUMENTS
from billing.forms.rupiah import RupiahField
from billing.gateways.models import Refund, RefundState, RefundWay
from billing.models import Payment
from billing.selectors.refundable import gone_with, left_of
from billing.services.refunds.requests import Account, Wanted, is_large_refund, request_refund, way_of
from billing.services.refunds.rows import foresee_refund
from billing.services.refunds.taken import is_large_taking, request_taken
from billing.templatetags.langganan import rupiah, tanggal, way
from tenants.context import inside
from tenants.models import Tenant, User

LISTED = 50


def refundable_payments(tenant: Tenant) -> list[tuple[str, str]]:
    """Payments of which something can still go back, newest first, with what that is."""
    with inside(tenant):
        payments = list(Payment.objects.filter(amount__gt=0).order_by("-created_at", "-pk")[:LISTED])
        left = [(payment, left_of(payment)) for payment in payments]
    return [(str(payment.pk), _label(payment, rest)) for payment, rest in left if rest]


def _label(payment: Payment, left: int) -> str:
    how = way(payment)
    words = _("%(day)s, %(amount)s, %(how)s (dapat dikembalikan %(left)s)")
    day = tanggal(payment.received_on)
    return words % {"day": day, "amount": rupiah(payment.amount), "how": how, "left": rupiah(left)}


class TakenForm(ActionForm):
    """Which payment, and how much of it."""

    payment = forms.ChoiceField(label=gettext_lazy("Pembayaran"))
    amount = RupiahField(
        label=gettext_lazy("Jumlah yang dikembalikan"),
        min_value=1,
        help_text=gettext_lazy("Dalam rupiah."),
    )

    def __init__(self, *args: Any, facts: Facts, **kwargs: Any) -> None:
        super().__init__(*args, facts=facts, **kwargs)
        found = refundable_payments(facts.tenant) or [("", _("Tidak ada pembayaran yang dapat dikembalikan."))]
        self.fields["payment"].choices = found  # type: ignore[attr-defined]


class RefundForm(TakenForm):
    """Where a transfer goes, unless the gateway gives it back itself."""

    bank = forms.CharField(label=gettext_lazy("Bank tujuan"), max_length=40, required=False)
    account = forms.CharField(label=gettext_lazy("Nomor rekening"), max_length=30, required=False)
    holder = forms.CharField(
        label=gettext_lazy("Atas nama"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("Rekening hanya diisi bila cara bayarnya tidak dapat dikembalikan lewat Midtrans."),
    )


class RequestRefund(Action):
    """Money back, partly or whole."""

    slug, permission, form = "kembalikan-dana", "request_refund", RefundForm
    title, group = gettext_lazy("Kembalikan dana"), DOCUMENTS
    lead = gettext_lazy(
        "Diambil dari saldo pelanggan lebih dulu; sisanya membuka kembali tagihan yang dilunasi pembayaran itu. "
        "Di atas batas, orang lain harus menyetujuinya."
    )
    quiet = True

    def refusal(self, facts: Facts) -> str:
        """There must be an account; whether anything was paid shows in the form, so that a tenant's page asks nothing."""
        return "" if facts.subscription else _("Tidak ada pembayaran yang dapat dikembalikan.")

    def button(self, facts: Facts, given: dict[str, Any]) -> str:
        """With the amount and the way."""
        by = _("lewat transfer bank") if _way(facts, given) == RefundWay.TRANSFER else RefundWay.GATEWAY.label
        second = self.needs_second(facts, given)
        words = _("Minta pengembalian %(amount)s %(way)s") if second else _("Kembalikan %(amount)s %(way)s")
        return words % {"amount": rupiah(given["amount"]), "way": by}

    def needs_second(self, facts: Facts, given: dict[str, Any]) -> bool:
        """Above the limit."""
        return is_large_refund(_counted(facts, given))

    def try_out(self, facts: Facts, given: dict[str, Any], user: User) -> str:
        """The money gone, whoever has to agree to it and however it leaves."""
        foresee_refund(refund=_asked(facts, given, user), now=facts.now)
        return ""

    def perform(self, facts: Facts, given: dict[str, Any], user: User) -> str:
        """Ask for it."""
        made = _asked(facts, given, user)
        if made.state == RefundState.REQUESTED:
            return _("Pengembalian %(amount)s menunggu persetujuan orang kedua.") % {"amount": rupiah(made.amount)}
        words = _("Pengembalian %(amount)s siap dijalankan di Pengembalian dana.")
        return words % {"amount": rupiah(made.amount)}


def _asked(facts: Facts, given: dict[str, Any], user: User) -> Refund:
    account = Account(given["bank"], given["account"], given["holder"])
    wanted = Wanted(UUID(given["payment"]), given["amount"], _way(facts, given), account)
    return request_refund(tenant=facts.tenant, wanted=wanted, reason=given["reason"], staff=user, now=facts.now)


def _counted(facts: Facts, given: dict[str, Any]) -> int:
    with inside(facts.tenant):
        return gone_with(Payment.objects.get(pk=given["payment"]), given["amount"])


def _way(facts: Facts, given: dict[str, Any]) -> RefundWay:
    """A named account is a transfer; else whatever the payment's method can."""
    if given["account"]:
        return RefundWay.TRANSFER
    with inside(facts.tenant):
        payment = Payment.objects.get(pk=given["payment"])
    today: date = facts.today
    return way_of(payment, given["amount"], today)


class RecordChargeback(Action):
    """A dispute that is lost."""

    slug, permission, form = "catat-penarikan", "record_chargeback", TakenForm
    title, group = gettext_lazy("Catat uang yang ditarik bank"), DOCUMENTS
    lead = gettext_lazy(
        "Untuk chargeback atau pembatalan yang sudah pasti. Tagihannya terbuka kembali; tidak ada yang ditagih ulang sendiri."
    )
    quiet = True

    def refusal(self, facts: Facts) -> str:
        """There must be an account; whether anything was paid shows in the form, so that a tenant's page asks nothing."""
        return "" if facts.subscription else _("Tidak ada pembayaran yang dapat dikembalikan.")

    def button(self, facts: Facts, given: dict[str, Any]) -> str:
        """With the amount."""
        return _("Catat %(amount)s ditarik bank") % {"amount": rupiah(given["amount"])}

    def needs_second(self, facts: Facts, given: dict[str, Any]) -> bool:
        """Above the limit."""
        return is_large_taking(_counted(facts, given))

    def try_out(self, facts: Facts, given: dict[str, Any], user: User) -> str:
        """The money gone, whoever has to agree to it."""
        made = _taken(facts, given, user)
        if made.state == RefundState.REQUESTED:
            foresee_refund(refund=made, now=facts.now)
        return ""

    def perform(self, facts: Facts, given: dict[str, Any], user: User) -> str:
        """Book it, or ask for it."""
        if _taken(facts, given, user).state == RefundState.REQUESTED:
            return _("Di atas batas: menunggu persetujuan orang kedua. Belum ada yang dibukukan.")
        return _("%(amount)s dicatat sebagai ditarik bank.") % {"amount": rupiah(given["amount"])}


def _taken(facts: Facts, given: dict[str, Any], user: User) -> Refund:
    wanted = Wanted(UUID(given["payment"]), given["amount"], RefundWay.TAKEN)
    return request_taken(tenant=facts.tenant, wanted=wanted, reason=given["reason"], staff=user, now=facts.now)
