"""Where the gateway and we do not agree: the queue, and one difference with its trail."""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from backoffice.frame.base import OperatorAdmin, key_of, page, require, tenant_at, waiting
from billing.gateways.models import Notice
from billing.gateways.statements.gateway_models import DifferenceKind, DifferenceState, GatewayDifference
from billing.selectors.order_payments import OrderPayment, order_payments, unplaced_notice
from billing.services.payments.differences import close_difference, reopen_difference
from billing.services.settlements.named_payments import name_payment, place_money
from billing.templatetags.langganan import rupiah
from tenants.errors import DomainError
from tenants.forms.refusals import put_error
from tenants.models import Tenant
from tenants.permissions import staff_may

# What staff usually do about each, beside the two amounts.
ADVICE = {
    DifferenceKind.MISSING: gettext_lazy(
        "Gateway menyetorkan uang yang tidak ada pada kita. Cari order ini di Pemberitahuan gateway dan bukukan di sana; "
        "bila bukan milik kita, tanyakan kepada gateway."
    ),
    DifferenceKind.SURPLUS: gettext_lazy(
        "Kita membukukan pembayaran yang seminggu kemudian belum ada di laporan. Tanyakan kepada gateway; bila tidak pernah "
        "ada uangnya, batalkan pembukuannya di halaman tenant."
    ),
    DifferenceKind.AMOUNT: gettext_lazy("Bandingkan dengan rekening koran; betulkan pembayarannya di halaman tenant."),
    DifferenceKind.FEE: gettext_lazy(
        "Biaya yang dipotong bukan menurut daftar harga gateway. Biaya menurut laporan sudah dibukukan; tagihkan kembali "
        "kepada gateway bila keliru."
    ),
    DifferenceKind.BACK: gettext_lazy(
        "Uang kembali kepada pembayar di gateway, tetapi belum dibukukan. Catat di halaman tenant: "
        "Catat uang yang ditarik bank."
    ),
    DifferenceKind.STATE: gettext_lazy("Status di gateway tidak dapat diterapkan sendiri. Periksa percobaan bayarnya."),
    DifferenceKind.PAYOUT: gettext_lazy(
        "Yang masuk ke rekening bukan jumlah bersih menurut laporan settlement. Cocokkan mutasinya di Mutasi bank, atau "
        "tanyakan kepada gateway."
    ),
    DifferenceKind.WHICH: gettext_lazy(
        "Laporan tidak menyebut transaksinya, dan order ini dibayar lebih dari sekali. Lihat transaksi ini di dasbor gateway, "
        "lalu pilih pembayarannya: biayanya dibukukan di sana."
    ),
}


@admin.register(GatewayDifference)
class GatewayDifferenceAdmin(OperatorAdmin):
    """Oldest first."""

    list_display = ("what", "order", "at_ours", "at_theirs", "source", "state", "age")
    list_display_links = ("what",)
    list_filter = ("state", "kind", "source")
    search_fields = ("order_id", "transaction_id", "=ours", "=theirs")
    ordering = ("found_at",)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Worked off on a page of its own."""
        return HttpResponseRedirect(reverse("operator_difference", kwargs={"difference_id": key_of(object_id)}))

    @admin.display(description=gettext_lazy("selisih"), ordering="kind")
    def what(self, difference: GatewayDifference) -> SafeString:
        """It leads to the decision, and looks like a link."""
        return format_html('<span class="op-link">{}</span>', difference.get_kind_display())

    @admin.display(description=gettext_lazy("order"), ordering="order_id")
    def order(self, difference: GatewayDifference) -> str:
        """As the gateway says."""
        return difference.order_id or difference.transaction_id or "–"

    @admin.display(description=gettext_lazy("pada kita"), ordering="ours")
    def at_ours(self, difference: GatewayDifference) -> str:
        """In rupiah."""
        return rupiah(difference.ours)

    @admin.display(description=gettext_lazy("di gateway"), ordering="theirs")
    def at_theirs(self, difference: GatewayDifference) -> str:
        """In rupiah."""
        return rupiah(difference.theirs)

    @admin.display(description=gettext_lazy("menunggu"), ordering="found_at")
    def age(self, difference: GatewayDifference) -> str:
        """While it is open."""
        return waiting(difference.found_at) if difference.state == DifferenceState.OPEN else "–"


class ReasonForm(forms.Form):
    """How it was settled, or why it is open again."""

    reason = forms.CharField(
        label=gettext_lazy("Alasan"), min_length=5, max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )


class NameForm(ReasonForm):
    """Which payment of its order a row is about."""

    def __init__(self, *given: Any, payments: Sequence[OrderPayment], **named: Any) -> None:
        """`payments`: those that the gateway confirmed."""
        super().__init__(*given, **named)
        choices = [("", _("Pilih …")), *((one.transaction, _payment_words(one)) for one in payments)]
        self.fields["transaction"] = forms.ChoiceField(label=_("Pembayaran yang dimaksud"), choices=choices)
        self.order_fields(["transaction", "reason"])


class PlacedForm(ReasonForm):
    """To whom the money was booked, if to anybody."""

    tenant = forms.CharField(label=gettext_lazy("Alamat tenant"), required=False, max_length=60)
    field_order = ("tenant", "reason")

    def __init__(self, *given: Any, notice: Notice, **named: Any) -> None:
        """`notice`: the one that was resolved without a tenant."""
        super().__init__(*given, **named)
        words = _(
            "Pemberitahuannya diselesaikan tanpa tenant (“%(reason)s”). Bila uangnya dibukukan, sebutkan tenantnya: biayanya "
            "dibukukan di sana. Kosongkan bila tidak."
        )
        self.fields["tenant"].help_text = words % {"reason": notice.resolution}

    def clean_tenant(self) -> Tenant | None:
        """By its address."""
        return tenant_at(self.cleaned_data["tenant"])


def _payment_words(payment: OrderPayment) -> str:
    words = f"{payment.transaction} · {rupiah(payment.amount)}"
    return words if payment.tenant is None else f"{words} · {payment.tenant.name}"


def _form_of(request: HttpRequest, difference: GatewayDifference) -> ReasonForm:
    data = request.POST if request.method == "POST" else None
    row, is_open = difference.row, difference.state == DifferenceState.OPEN
    if row is None or not is_open or difference.kind not in {DifferenceKind.WHICH, DifferenceKind.MISSING}:
        return ReasonForm(data)
    if difference.kind == DifferenceKind.WHICH:
        return NameForm(data, payments=order_payments([row])[row.pk])
    notice = unplaced_notice(row)
    return ReasonForm(data) if notice is None else PlacedForm(data, notice=notice)


@require_http_methods(["GET", "HEAD", "POST"])
def show_difference(request: HttpRequest, difference_id: UUID) -> HttpResponse:
    """Both sides, what is usually done, the trail, and closing it with a reason (or opening it again)."""
    found = GatewayDifference.objects.select_related("checkout", "row__report", "notice")
    difference = get_object_or_404(found, pk=difference_id)
    form = _form_of(request, difference)
    if request.method == "POST":
        require(request, "work_difference")
        if form.is_valid() and _turned(request, difference, form):
            return HttpResponseRedirect(request.path)
    items = difference.checkout.items.select_related("tenant") if difference.checkout else []
    return page(
        request,
        "difference.html",
        _("Selisih %(order)s") % {"order": difference.order_id or difference.transaction_id or "?"},
        422 if form.errors else 200,
        difference=difference,
        items=items,
        steps=difference.steps.all(),
        advice=ADVICE[DifferenceKind(difference.kind)],
        form=form,
        open=difference.state == DifferenceState.OPEN,
        waited=waiting(difference.found_at),
        may_work=staff_may(request.user, "work_difference"),
    )


def _turned(request: HttpRequest, difference: GatewayDifference, form: ReasonForm) -> bool:
    turn: Callable[..., GatewayDifference] = reopen_difference if "reopen" in request.POST else close_difference
    if isinstance(form, NameForm):
        turn = name_payment
    given = {name: value for name, value in form.cleaned_data.items() if value is not None}
    if "tenant" in given:
        turn = place_money
    try:
        now_is = turn(difference=difference, now=timezone.now(), **given)
    except DomainError as error:
        put_error(form, error)
        return False
    closed = now_is.state == DifferenceState.CLOSED
    messages.success(request, _("Selisih diselesaikan.") if closed else _("Selisih dibuka kembali."))
    return True
