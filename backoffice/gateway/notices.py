"""The gateway's notifications that a person must judge."""

import json
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from backoffice.frame.base import OperatorAdmin, key_of, page, require, staff_of, tenant_at, waiting
from billing.errors import DocumentNotFound
from billing.gateways.errors import GatewayError
from billing.gateways.models import Checkout, Notice, NoticeState
from billing.gateways.values import ORDER_ID
from billing.services.documents.invoicing import find_document
from billing.services.gateway.client import gateway, status_or_none
from billing.services.payments.suspense import resolve_notice
from billing.templatetags.langganan import rupiah
from tenants.context import inside
from tenants.errors import DomainError
from tenants.forms.refusals import put_error
from tenants.models import Tenant
from tenants.permissions import staff_may


@admin.register(Notice)
class NoticeAdmin(OperatorAdmin):
    """As received; those to judge first through the filter."""

    list_display = ("received_at", "order", "state", "confirmed", "reason", "age")
    list_filter = ("state", "source")
    search_fields = ("order_id", "transaction_id")
    ordering = ("-received_at",)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Judged on a page of its own."""
        return HttpResponseRedirect(reverse("operator_notice", kwargs={"notice_id": key_of(object_id)}))

    @admin.display(description=gettext_lazy("order id"))
    def order(self, notice: Notice) -> str:
        """As the notice says."""
        return notice.order_id or "–"

    @admin.display(description=gettext_lazy("jumlah dipastikan"), ordering="amount")
    def confirmed(self, notice: Notice) -> str:
        """What the gateway itself confirmed."""
        return rupiah(notice.amount) or "–"

    @admin.display(description=gettext_lazy("menunggu"))
    def age(self, notice: Notice) -> str:
        """While it waits for a person."""
        return waiting(notice.received_at) if notice.state == NoticeState.SUSPENSE else "–"


@admin.register(Checkout)
class CheckoutAdmin(OperatorAdmin):
    """Attempts to pay, to look at."""

    list_display = ("order_id", "state", "amount_due", "payment_type", "created_at", "paid_at")
    list_filter = ("state", "payment_type")
    search_fields = ("order_id", "transaction_id", "items__number", "items__tenant__name")
    ordering = ("-created_at",)

    @admin.display(description=gettext_lazy("jumlah"), ordering="amount")
    def amount_due(self, checkout: Checkout) -> str:
        """In rupiah."""
        return rupiah(checkout.amount)


class ResolveForm(forms.Form):
    """Booked to a tenant, or closed without."""

    tenant = forms.CharField(
        label=gettext_lazy("Alamat tenant"),
        required=False,
        max_length=60,
        help_text=gettext_lazy("Misalnya sman1. Kosongkan untuk menutup tanpa membukukan."),
    )
    number = forms.CharField(
        label=gettext_lazy("Nomor tagihan"),
        required=False,
        max_length=60,
        help_text=gettext_lazy("Dilunasi lebih dulu. Kosong: tagihan tertua."),
    )
    reason = forms.CharField(
        label=gettext_lazy("Alasan"), min_length=5, max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )

    def clean_tenant(self) -> Tenant | None:
        """By its address."""
        return tenant_at(self.cleaned_data["tenant"])

    def clean(self) -> dict[str, Any]:
        """The document must be the tenant's."""
        given = super().clean() or self.cleaned_data
        given["documents"] = []
        tenant, number = given.get("tenant"), given.get("number", "").strip()
        if number and tenant is None and "tenant" not in self.errors:
            self.add_error("tenant", _("Isi juga tenantnya."))
        elif number and tenant is not None:
            try:
                with inside(tenant):
                    given["documents"] = [find_document(number).pk]
            except DocumentNotFound as error:
                self.add_error("number", error.message)
        return given


@require_http_methods(["GET", "HEAD", "POST"])
def show_notice(request: HttpRequest, notice_id: UUID) -> HttpResponse:
    """What came, what the gateway confirmed, and the decision."""
    notice = get_object_or_404(Notice.objects.select_related("checkout", "resolved_by"), pk=notice_id)
    form = ResolveForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        require(request, "resolve_notice")
        if form.is_valid() and _resolved(request, notice, form):
            return HttpResponseRedirect(f"{reverse('admin:gateways_notice_changelist')}?state__exact=suspense")
    return _show(request, notice, form, status=422 if form.errors else 200)


@require_POST
def ask_gateway(request: HttpRequest, notice_id: UUID) -> HttpResponse:
    """GET status now; shown, never applied: what is applied is for the worker and for `resolve_notice`."""
    require(request, "resolve_notice")
    notice = get_object_or_404(Notice.objects.select_related("checkout", "resolved_by"), pk=notice_id)
    order_id = notice.checkout.order_id if notice.checkout else notice.order_id
    if not ORDER_ID.fullmatch(order_id):
        answer = _("Order id ini bukan bentuk yang dapat ditanyakan.")
    else:
        try:
            status = status_or_none(gateway(), order_id)
        except GatewayError as error:
            answer = _("Gateway tidak menjawab: %(error)s") % {"error": error.message}
        else:
            answer = _pretty(json.dumps(status.raw)) if status else _("Gateway tidak mengenal order ini.")
    return _show(request, notice, ResolveForm(), answer=answer)


def _show(
    request: HttpRequest, notice: Notice, form: ResolveForm, *, answer: str = "", status: int = 200
) -> HttpResponse:
    items = list(notice.checkout.items.select_related("tenant")) if notice.checkout else []
    return page(
        request,
        "notice.html",
        _("Pemberitahuan %(order)s") % {"order": notice.order_id or "?"},
        status,
        notice=notice,
        items=items,
        body=_pretty(notice.body),
        answer=answer,
        form=form,
        may_resolve=staff_may(request.user, "resolve_notice"),
        open=notice.state == NoticeState.SUSPENSE,
        waited=waiting(notice.received_at),
    )


def _resolved(request: HttpRequest, notice: Notice, form: ResolveForm) -> bool:
    user, given = staff_of(request), form.cleaned_data
    try:
        resolve_notice(
            notice=notice,
            tenant=given["tenant"],
            documents=given["documents"],
            note=given["reason"],
            staff=user,
            now=timezone.now(),
        )
    except DomainError as error:
        put_error(form, error)
        return False
    words = _("Dibukukan pada %(tenant)s.") if given["tenant"] else _("Ditutup tanpa membukukan.")
    messages.success(request, words % {"tenant": given["tenant"]})
    return True


def _pretty(body: str) -> str:
    """JSON over several lines; anything else as it came."""
    try:
        return json.dumps(json.loads(body), indent=2, ensure_ascii=False)
    except ValueError:
        return body
