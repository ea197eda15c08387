"""Paying: choose what and how, go to the gateway or get the account, come back and see what became of it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from billing.forms.paying import MIDTRANS, TRANSFER, PayForm, PayTogetherForm
from billing.gateways.errors import GatewayError
from billing.gateways.models import LIVE, Checkout, CheckoutItem, CheckoutState
from billing.gateways.values import CheckoutCustomer
from billing.models import Document, DocumentKind
from billing.selectors.accounts import balance_of, credit_balance, open_documents
from billing.selectors.attempts import attempt_of_member, live_attempt, payable_tenants
from billing.selectors.documents import badge_of
from billing.selectors.transfers import open_transfer, refused_transfer
from billing.services.banking.transfers import announce_transfer
from billing.services.gateway.attempts import check_attempt
from billing.services.gateway.checkouts import Demand, start_checkout
from billing.services.gateway.client import gateway
from billing.views.invoices import document_label
from billing.views.pay_methods import method_cards
from plans.rules.money import format_rupiah
from tenants.context import local_today
from tenants.errors import DomainError
from tenants.forms.refusals import put_error
from tenants.models import Membership, User
from tenants.permissions import MemberRequest, permitted
from tenants.selectors.addresses import tenant_address

log = structlog.get_logger(__name__)
CHECK_EVERY = timedelta(seconds=4)


@require_http_methods(["GET", "HEAD", "POST"])
@permitted("invoices.pay")
def pay(request: MemberRequest) -> HttpResponse:
    """Choose documents and a way to pay; a POST starts it."""
    waiting = open_documents()
    groups = _grouped(waiting)
    form = PayForm(
        request.POST or None,
        choices=[(str(item.pk), document_label(item)) for item, _fees in groups],
        initial={"documents": _preselected(request, groups)},
    )
    if request.method == "POST" and form.is_valid():
        try:
            return _begin(request, form)
        except DomainError as error:
            put_error(form, error)
    return _show(request, form, groups)


@require_safe
@permitted("invoices.pay")
def show_total(request: MemberRequest) -> HttpResponse:
    """The sum of what is ticked and the methods it fits, for HTMX; anything that is not open here counts nothing."""
    total = _total(_grouped(open_documents()), set(request.GET.getlist("documents")))
    context = {"total": total, "methods": method_cards(total, request.GET.get("method", ""), timezone.now())}
    return render(request, "dashboard/_pay_choices.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@permitted("invoices.pay")
def pay_together(request: MemberRequest) -> HttpResponse:
    """One payment for all tenants in which this person may pay (K16)."""
    tenants = payable_tenants(request.user)
    form = PayTogetherForm(
        request.POST or None,
        choices=[(str(tenant.pk), f"{tenant.name}, {format_rupiah(tenant.balance)}") for tenant in tenants],
        initial={"tenants": [str(tenant.pk) for tenant in tenants]},
    )
    if request.method == "POST" and form.is_valid():
        chosen = set(form.cleaned_data["tenants"])
        demands = [Demand(tenant, None) for tenant in tenants if str(tenant.pk) in chosen]
        try:
            return _to_gateway(request, demands)
        except DomainError as error:
            form.add_error("tenants" if error.field == "documents" else None, error.message)
    ticked = set(request.POST.getlist("tenants")) if form.is_bound else {str(tenant.pk) for tenant in tenants}
    total = sum(tenant.balance for tenant in tenants if str(tenant.pk) in ticked)
    context = {"form": form, "tenants": tenants, "total": total}
    return render(request, "dashboard/pay_together.html", context, status=422 if form.errors else 200)


@require_safe
@permitted("invoices.pay")
def show_total_together(request: MemberRequest) -> HttpResponse:
    """The sum over the tenants ticked, for HTMX; one that this person may not pay for counts nothing."""
    ticked = set(request.GET.getlist("tenants"))
    total = sum(tenant.balance for tenant in payable_tenants(request.user) if str(tenant.pk) in ticked)
    return render(request, "dashboard/_pay_total.html", {"total": total})


@require_safe
@permitted("invoices.view")
def show_return(request: MemberRequest) -> HttpResponse:
    """Where the payer lands afterwards: pending, paid or refused. It asks again by itself."""
    checkout = mine(request)
    return render(request, "dashboard/pay_return.html", attempt_context(checkout, timezone.now()))


@require_safe
@permitted("invoices.view")
def show_return_status(request: MemberRequest) -> HttpResponse:
    """The fragment that polls."""
    return render(request, "dashboard/_pay_status.html", attempt_context(mine(request), timezone.now()))


def payer_of(user: User, membership: Membership) -> CheckoutCustomer:
    """Whom the gateway greets: the person who pays, reachable where the tenant is."""
    tenant = membership.tenant
    return CheckoutCustomer(str(user), user.email, user.phone or tenant.contact_phone)


def attempt_context(checkout: Checkout, now: datetime) -> dict[str, Any]:
    """What a page says of an attempt, after asking the gateway if that was not done just now."""
    refresh_attempt(checkout, now)
    items = list(checkout.items.select_related("tenant").order_by("tenant__name", "number"))
    booked = all(item.applied_at is not None for item in items)
    state = "booking" if checkout.state == CheckoutState.PAID and not booked else checkout.state
    return {
        "checkout": checkout,
        "state": "pending" if state == CheckoutState.CREATED else state,
        "polls": state in {*LIVE, "booking"},
        "items": items,
        "rows": _rows(checkout, items),
        "status_url": f"{reverse('pay_status')}?order_id={checkout.order_id}",
        "code_url": f"{reverse('pay_code')}?order_id={checkout.order_id}" if checkout.instructions else "",
    }


def _rows(checkout: Checkout, items: Sequence[CheckoutItem]) -> list[dict[str, str]]:
    """What the amount is for: each document, and the fee that is paid on top (K8)."""
    rows = [{"label": item.number, "value": format_rupiah(item.amount)} for item in items]
    fee = {"label": _("Biaya layanan pembayaran"), "value": format_rupiah(checkout.fee)}
    return [*rows, fee] if checkout.fee else rows


def refresh_attempt(checkout: Checkout, now: datetime) -> None:
    """Ask the gateway what became of it, at most every few seconds. Its silence changes nothing; the next look asks."""
    unsettled = checkout.state in LIVE or checkout.items.filter(live=True).exists()
    if not unsettled or (checkout.checked_at is not None and now - checkout.checked_at < CHECK_EVERY):
        return
    try:
        check_attempt(checkout_id=checkout.pk, now=now, gateway=gateway())
    except (GatewayError, DomainError) as error:
        log.warning("attempt_not_checked", order_id=checkout.order_id, error=str(error))
    checkout.refresh_from_db()


def go_to(checkout: Checkout, paid_url: str) -> HttpResponse:
    """To the payment page; to the result where the money is already there."""
    if checkout.state == CheckoutState.PAID or not checkout.redirect_url:
        return redirect(paid_url)
    return redirect(checkout.redirect_url)


def _begin(request: MemberRequest, form: PayForm) -> HttpResponse:
    chosen = [UUID(key) for key in form.cleaned_data["documents"]]
    if form.cleaned_data["method"] == TRANSFER:
        now = timezone.now()
        announce_transfer(tenant=request.tenant, documents=chosen, now=now, today=local_today(request.tenant, now))
        return redirect("transfer")
    method = form.cleaned_data["method"]
    return _to_gateway(request, [Demand(request.tenant, chosen)], "" if method == MIDTRANS else method)


def _to_gateway(request: MemberRequest, demands: Sequence[Demand], method: str = "") -> HttpResponse:
    back = tenant_address(request.tenant, reverse("pay_return"))
    checkout = start_checkout(
        demands=demands,
        payer=payer_of(request.user, request.membership),
        finish_url=back,
        now=timezone.now(),
        gateway=gateway(),
        method=method,
    )
    if checkout.instructions and checkout.state in LIVE:
        return redirect(f"{reverse('pay_code')}?order_id={checkout.order_id}")
    return go_to(checkout, f"{back}?order_id={checkout.order_id}")


def mine(request: MemberRequest) -> Checkout:
    checkout = attempt_of_member(request.GET.get("order_id", "")[:36], request.user)
    if checkout is None:
        raise Http404
    return checkout


Groups = list[tuple[Document, list[Document]]]


def _grouped(waiting: Sequence[Document]) -> Groups:
    """Each open document with its open late fees; a fee whose invoice is settled stands alone."""
    keys = {item.pk for item in waiting}
    fees = [item for item in waiting if item.kind == DocumentKind.LATE_FEE and item.parent_id in keys]
    belongs = {item.pk for item in fees}
    return [(item, [fee for fee in fees if fee.parent_id == item.pk]) for item in waiting if item.pk not in belongs]


def _preselected(request: HttpRequest, groups: Groups) -> list[str]:
    """All, or the one that an invoice's page named."""
    wanted = request.GET.get("tagihan", "")
    named = [str(item.pk) for item, fees in groups if wanted in {item.slug, *(fee.slug for fee in fees)}]
    return named or [str(item.pk) for item, _fees in groups]


def _total(groups: Groups, ticked: set[str]) -> int:
    return sum(balance_of([item, *fees]) for item, fees in groups if str(item.pk) in ticked)


def _show(request: MemberRequest, form: PayForm, groups: Groups) -> HttpResponse:
    today = local_today(request.tenant, timezone.now())
    ticked = set(form["documents"].value() or [])
    method = form["method"].value()
    others = [tenant for tenant in payable_tenants(request.user) if tenant.pk != request.tenant.pk]
    context = {
        "form": form,
        "today": today,
        "groups": [
            {"document": item, "fees": fees, "badge": badge_of(item, today), "checked": str(item.pk) in ticked}
            for item, fees in groups
        ],
        "total": _total(groups, ticked),
        "methods": method_cards(_total(groups, ticked), method, timezone.now()),
        "live": live_attempt(request.tenant),
        "zone": request.tenant.timezone,
        "credit": credit_balance(),
        "transfer": open_transfer(request.tenant),
        "refused": refused_transfer(request.tenant),
        "others": others,
    }
    return render(request, "dashboard/pay.html", context, status=422 if form.errors else 200)
