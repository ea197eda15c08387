"""The HTTP that Midtrans speaks: Snap and the Core API, with their two ways of saying no."""

import base64
import hmac
import json
import time
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from billing.gateways.sandbox.addresses import pay_address
from billing.gateways.sandbox.answers import amount_text, charge_answer, status_answer
from billing.gateways.sandbox.errors import Refusal
from billing.gateways.sandbox.models import Mood, SandboxTransaction
from billing.gateways.sandbox.moves import (
    cancel_transaction,
    charge,
    expire_overdue_attempt,
    expire_transaction,
    locked_transaction,
    refund_transaction,
)
from billing.gateways.sandbox.pages import cancel_page, open_page
from billing.gateways.sandbox.tasks import start_sender
from billing.gateways.sandbox.tokens import (
    account_answer,
    account_named,
    charge_saved,
    disable_account,
    open_account,
)

MAX_BODY_BYTES = 16 * 1024
_DENIED = "Access denied due to unauthorized transaction, please check client or server key"
P = ParamSpec("P")
_Body = dict[str, Any]
_Call = Callable[Concatenate[_Body, P], JsonResponse]
_View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def snap_refusal(refusal: Refusal) -> JsonResponse:
    """Snap: the HTTP status and a list of messages."""
    return JsonResponse({"error_messages": list(refusal.messages)}, status=refusal.status)


def core_refusal(refusal: Refusal) -> JsonResponse:
    """The Core API: the code is inside HTTP 200, but for a wrong key."""
    body = {"status_code": str(refusal.status), "status_message": "; ".join(refusal.messages), "id": str(uuid4())}
    return JsonResponse(body, status=401 if refusal.status == 401 else 200)


def _check_key(request: HttpRequest) -> None:
    """Basic authentication: the server key as the user, no password."""
    expected = "Basic " + base64.b64encode(f"{settings.MIDTRANS_SERVER_KEY}:".encode()).decode()
    if not hmac.compare_digest(request.headers.get("Authorization", "").encode(), expected.encode()):
        raise Refusal(401, _DENIED)


def _body_of(request: HttpRequest) -> _Body:
    if len(request.body) > MAX_BODY_BYTES:
        raise Refusal(413, "Request body is too large")
    try:
        body = json.loads(request.body or b"{}")
    except ValueError as error:
        raise Refusal(400, "Request body is not JSON") from error
    if not isinstance(body, dict):
        raise Refusal(400, "Request body is not a JSON object")
    return body


def midtrans_call(method: str, refuse: Callable[[Refusal], JsonResponse]) -> Callable[[_Call[P]], _View[P]]:
    """A call of Midtrans' API: only where the sandbox is on, by this method, with the key, the body read as JSON."""

    def decorate(call: _Call[P]) -> _View[P]:
        @csrf_exempt
        @wraps(call)
        def view(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if not settings.MIDTRANS_SANDBOX:
                raise Http404
            if request.method != method:
                return HttpResponse(status=405, headers={"Allow": method})
            try:
                _check_key(request)
                return call(_body_of(request), *args, **kwargs)
            except Refusal as refusal:
                return refuse(refusal)

        return view

    return decorate


@midtrans_call("POST", snap_refusal)
def create_page(body: _Body) -> JsonResponse:
    """`POST snap/v1/transactions` → 201 with token and redirect_url."""
    page = open_page(body=body, now=timezone.now())
    return JsonResponse({"token": str(page.token), "redirect_url": pay_address(page)}, status=201)


@midtrans_call("POST", snap_refusal)
def close_page(_body: _Body, token: UUID) -> JsonResponse:
    """`POST snap/v1/transactions/{token}/cancel`."""
    canceled_at = cancel_page(token=token, now=timezone.now())
    return JsonResponse({"canceled_at": canceled_at.isoformat(timespec="milliseconds")})


@midtrans_call("POST", core_refusal)
def create_charge(body: _Body) -> JsonResponse:
    """`POST v2/charge` → a pending transaction (code 201) by virtual account, Mandiri bill or QRIS; by a saved card or a linked
    account its result at once, or what goes wrong with it."""
    if body.get("payment_type") in {"credit_card", "gopay"}:
        return _charge_saved(body)
    attempt = charge(body=body, now=timezone.now())
    start_sender()
    return JsonResponse(charge_answer(attempt))


def _charge_saved(body: _Body) -> JsonResponse:
    attempt = charge_saved(body=body, now=timezone.now())
    start_sender()
    if attempt is None:
        return JsonResponse({"status_code": "503", "status_message": "Service unavailable"}, status=503)
    if attempt.saved and attempt.saved.mood == Mood.LOST:
        # Charged, but whoever asked does not hear of it any more.
        time.sleep(settings.MIDTRANS_TIMEOUT_SECONDS + 0.5)
    return JsonResponse(charge_answer(attempt))


@midtrans_call("POST", core_refusal)
def link_account(body: _Body) -> JsonResponse:
    """`POST v2/pay/account` → PENDING, with the page on which its owner agrees."""
    return JsonResponse(account_answer(open_account(body=body, now=timezone.now())), status=201)


@midtrans_call("GET", core_refusal)
def show_account(_body: _Body, account_id: str) -> JsonResponse:
    """`GET v2/pay/account/{id}`: ENABLED with a payment option, PENDING, or DISABLED."""
    return JsonResponse(account_answer(account_named(account_id)))


@midtrans_call("POST", core_refusal)
def unlink_account(_body: _Body, account_id: str) -> JsonResponse:
    """`POST v2/pay/account/{id}/unbind`."""
    return JsonResponse(account_answer(disable_account(account_id)))


@midtrans_call("GET", core_refusal)
def show_status(_body: _Body, reference: str) -> JsonResponse:
    """`GET v2/{id}/status`, by order or transaction id; 404 until the payer has chosen a method."""
    if expire_overdue_attempt(reference=reference, now=timezone.now()):
        start_sender()
    with transaction.atomic():
        return JsonResponse(status_answer(locked_transaction(reference)))


def _changed(attempt: SandboxTransaction, message: str) -> JsonResponse:
    start_sender()
    return JsonResponse(status_answer(attempt, message))


@midtrans_call("POST", core_refusal)
def cancel(_body: _Body, reference: str) -> JsonResponse:
    """`POST v2/{id}/cancel`: before settlement."""
    return _changed(cancel_transaction(reference=reference, now=timezone.now()), "Success, transaction is canceled")


@midtrans_call("POST", core_refusal)
def expire(_body: _Body, reference: str) -> JsonResponse:
    """`POST v2/{id}/expire`: pending only."""
    return _changed(expire_transaction(reference=reference, now=timezone.now()), "Success, transaction has expired")


@midtrans_call("POST", core_refusal)
def refund(body: _Body, reference: str) -> JsonResponse:
    """`POST v2/{id}/refund` with refund_key, amount (none: all) and reason. The top-level amount is this refund's."""
    amount = body.get("amount")
    if amount is not None and (not isinstance(amount, int) or isinstance(amount, bool)):
        raise Refusal(400, "amount must be a number")
    key, reason = str(body.get("refund_key") or ""), str(body.get("reason") or "")
    attempt, made = refund_transaction(
        reference=reference, refund_key=key, amount=amount, reason=reason, now=timezone.now()
    )
    start_sender()
    answer = status_answer(attempt, "Success, refund request is approved")
    answer.pop("refunds")
    return JsonResponse(
        {
            **answer,
            "refund_chargeback_id": made.pk,
            "refund_amount": amount_text(made.amount),
            "refund_key": made.refund_key,
        }
    )
