"""The payment page and the list of transactions, for a person in a browser. They work without JavaScript."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Concatenate, ParamSpec
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from billing.gateways.sandbox.addresses import finish_address
from billing.gateways.sandbox.catalogue import METHODS
from billing.gateways.sandbox.errors import Refusal
from billing.gateways.sandbox.forms import PayerForm, RefundForm
from billing.gateways.sandbox.models import SandboxPage, SandboxTransaction
from billing.gateways.sandbox.moves import change_status, charge_back, expire_overdue_attempt, refund_transaction
from billing.gateways.sandbox.notices import release_notice, resend_last
from billing.gateways.sandbox.pages import expire_page, latest_attempt, page_state
from billing.gateways.sandbox.payer import Action, Delivery, play
from billing.gateways.sandbox.tasks import start_sender

P = ParamSpec("P")
_LISTED = 100


def sandbox_page(
    view: Callable[Concatenate[HttpRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """404 where the sandbox is off; never kept by a browser, whose back button would show a status of the past."""

    @never_cache
    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not settings.MIDTRANS_SANDBOX:
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


def _page_of(token: UUID, now: datetime) -> SandboxPage:
    """The page, with what time has done to its attempt."""
    page = get_object_or_404(SandboxPage, pk=token)
    if latest_attempt(page):
        expire_overdue_attempt(reference=page.order_id, now=now)
    return page


def _show_page(
    request: HttpRequest, page: SandboxPage, form: PayerForm, now: datetime, status: int = 200
) -> HttpResponse:
    attempt = latest_attempt(page)
    context = {
        "page": page,
        "form": form,
        "state": page_state(page, now),
        "attempt": attempt,
        "method": METHODS[attempt.method] if attempt else None,
        "details": METHODS[attempt.method].details(attempt.pk) if attempt else {},
        "finish": finish_address(attempt) if attempt else page.finish_url,
    }
    return render(request, "sandbox/pay.html", context, status=status)


@sandbox_page
@require_http_methods(["GET", "POST"])
def pay(request: HttpRequest, token: UUID) -> HttpResponse:
    """The payment page: choose a method, and what becomes of the payment and of its notification."""
    now = timezone.now()
    page = _page_of(token, now)
    start_sender()
    if request.method == "GET":
        return _show_page(request, page, PayerForm(page), now)
    form = PayerForm(page, request.POST)
    if not form.is_valid():
        return _show_page(request, page, form, now, status=422)
    try:
        attempt = _played(page, form, now)
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        return _show_page(request, page, form, now, status=422)
    start_sender()
    # Whoever has just been given a number to pay to must be able to read it.
    return redirect(request.path if attempt.status == "pending" else finish_address(attempt) or request.path)


def _played(page: SandboxPage, form: PayerForm, now: datetime) -> SandboxTransaction:
    asked = form.cleaned_data
    return play(
        token=page.token,
        method=asked["method"],
        action=Action(asked["action"]),
        delivery=Delivery(asked["delivery"]),
        delay_seconds=20 if asked["delay_seconds"] is None else asked["delay_seconds"],
        now=now,
    )


@sandbox_page
@require_POST
def let_page_expire(request: HttpRequest, token: UUID) -> HttpResponse:
    """The payer walks away before choosing a method: nothing is sent, ever."""
    try:
        expire_page(token=token, now=timezone.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("midtrans_sandbox:pay", token=token)


@sandbox_page
@require_GET
def transactions(request: HttpRequest) -> HttpResponse:
    """The latest payment pages with their attempts and notifications, and what can still be done to them."""
    start_sender()
    pages = SandboxPage.objects.prefetch_related("transactions__notices", "transactions__refunds")[:_LISTED]
    return render(request, "sandbox/transactions.html", {"pages": pages, "refundable": _refundable_methods()})


def _refundable_methods() -> list[str]:
    return [method.code for method in METHODS.values() if method.refundable]


# The buttons of the list that change a status: what to, and whether the transaction may be over already.
_MOVES = {
    "accept": ("capture", False),
    "settle": ("settlement", False),
    "settle-late": ("settlement", True),
    "reverse": ("deny", False),
}


_GIVE_BACK = ("refund", "chargeback")


def _take_back(name: str, attempt: SandboxTransaction, form: RefundForm, now: datetime) -> None:
    """A refund or a chargeback, of all that is left or of the amount in the form."""
    if not form.is_valid():
        raise Refusal(400, _("Isi jumlah yang dikembalikan dengan angka bulat lebih dari nol."))
    reference, amount = str(attempt.transaction_id), form.cleaned_data["amount"]
    if name == "chargeback":
        charge_back(reference=reference, amount=amount, now=now)
    else:
        refund_transaction(reference=reference, refund_key="", amount=amount, reason="Dashboard", now=now)


def _obey(name: str, attempt: SandboxTransaction, form: RefundForm, now: datetime) -> None:
    """Do what a button of the list says."""
    if name == "resend":
        resend_last(attempt=attempt, now=now)
    elif name in _GIVE_BACK:
        _take_back(name, attempt, form, now)
    else:
        status, late = _MOVES[name]
        change_status(reference=str(attempt.transaction_id), status=status, now=now, late=late)


@sandbox_page
@require_POST
def command(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """One of the list's buttons; a refusal is shown, not raised."""
    if name not in {"resend", *_GIVE_BACK, *_MOVES}:
        raise Http404
    attempt = get_object_or_404(SandboxTransaction, pk=pk)
    try:
        _obey(name, attempt, RefundForm(request.POST), timezone.now())
    except Refusal as refusal:
        messages.error(request, _("Tidak dapat: %(reason)s") % {"reason": refusal})
    start_sender()
    return redirect("midtrans_sandbox:transactions")


@sandbox_page
@require_POST
def send_notice(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a held, failed or waiting notification now."""
    release_notice(pk=pk, now=timezone.now())
    start_sender()
    messages.info(request, _("Notifikasi sedang dikirim. Muat ulang halaman untuk melihat jawabannya."))
    return redirect("midtrans_sandbox:transactions")
