"""The one client of Midtrans, on top of midtransclient and around its traps. Free of Django."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import midtransclient
import requests
from midtransclient.error_midtrans import JSONDecodeError, MidtransAPIError

from billing.gateways.charges import Charge, ChargeRequest, Instructions, Shown
from billing.gateways.errors import GatewayError, GatewayRejected, GatewayTimeout, GatewayUnavailable, NotFound
from billing.gateways.values import (
    GATEWAY_ZONE,
    ORDER_ID,
    CheckoutItem,
    CheckoutLink,
    CheckoutRequest,
    GatewayStatus,
    Order,
)

TOKEN = re.compile(r"[A-Za-z0-9-]{1,64}")
# Midtrans refuses longer bodies (16 kB) and longer item names.
MAX_BODY_BYTES = 15_000
MAX_ITEM_NAME = 50
_CODES = {401: "unauthorized", 406: "duplicate", 412: "not_modifiable"}
_WORDS = {
    "transaction is on progress": "on_progress",
    "token already canceled": "already_cancelled",
    "order_id sudah digunakan": "order_id_taken",
    "order_id has already been taken": "order_id_taken",
}


@dataclass(frozen=True, kw_only=True)
class MidtransConfig:
    """Where Midtrans is and who we are. `signature_key` is for notifications alone; the keys never show in a repr."""

    server_key: str = field(repr=False)
    client_key: str = field(repr=False)
    merchant_id: str
    signature_key: str = field(repr=False)
    snap_base_url: str
    api_base_url: str
    timeout_seconds: float
    is_production: bool


@dataclass(frozen=True)
class _Transport:
    """Stands where midtransclient keeps the `requests` module: adds the timeout and reads the answer with suspicion.

    A connection per call: calls are few, and a kept connection that the other side has closed makes a POST ambiguous.
    """

    timeout_seconds: float

    def request(self, method: str, url: str, **options: Any) -> requests.Response:
        """Send; GatewayUnavailable for whatever is not Midtrans speaking JSON."""
        # A redirect would turn a POST into a GET and carry the key along.
        options["allow_redirects"] = False
        response = requests.request(method, url, timeout=self.timeout_seconds, **options)
        if response.status_code >= 500 or response.status_code == 429 or 300 <= response.status_code < 400:
            raise GatewayUnavailable(f"HTTP {response.status_code} from {method.upper()} {url}")
        _refuse_unreadable(response)
        return response


def _refuse_unreadable(response: requests.Response) -> None:
    """The library fails with AttributeError on a JSON list and with ValueError on a status_code in words: we first."""
    try:
        body = response.json()
    except ValueError as error:
        raise GatewayUnavailable(f"HTTP {response.status_code} without JSON: {response.text[:200]}") from error
    if not isinstance(body, dict) or not str(body.get("status_code", "0")).isdecimal():
        raise GatewayUnavailable(f"HTTP {response.status_code} with JSON of another shape: {response.text[:200]}")


def _messages(body: dict[str, Any]) -> tuple[str, ...]:
    """The gateway's own words: Snap has a list, the Core API one sentence and perhaps a list of details."""
    lists = [body.get("error_messages"), body.get("validation_messages")]
    listed = [str(text) for texts in lists if isinstance(texts, list) for text in texts]
    sentence = body.get("status_message")
    return tuple(listed or ([str(sentence)] if sentence else []))


def _refusal(error: MidtransAPIError) -> GatewayError:
    """The kind of a refusal; the code inside the body counts more than that of HTTP, which may be 200."""
    body: dict[str, Any] = error.api_response_dict or {}
    status = int(body.get("status_code") or error.http_status_code)
    messages = _messages(body)
    words = "; ".join(messages).lower()
    if status == 404:
        return NotFound(words or "HTTP 404")
    if status >= 500 or status == 429:
        return GatewayUnavailable(f"{status}: {words}")
    known = next((code for text, code in _WORDS.items() if text in words), None)
    return GatewayRejected(known or _CODES.get(status, f"midtrans_{status}"), status=status, messages=messages)


@contextmanager
def own_errors() -> Iterator[None]:
    """Let nothing of the library or of `requests` out but GatewayError."""
    try:
        yield
    except requests.Timeout as error:
        raise GatewayTimeout(str(error)) from error
    except MidtransAPIError as error:
        raise _refusal(error) from error
    except (requests.RequestException, JSONDecodeError) as error:
        raise GatewayUnavailable(str(error)) from error


def read_status(answer: dict[str, Any]) -> GatewayStatus:
    """An answer of the Core API as a value; one without status or amount is no answer."""
    try:
        return GatewayStatus.from_answer(answer)
    except ValueError as error:
        raise GatewayUnavailable(f"Unreadable answer: {error}") from error


def checked(text: str, pattern: re.Pattern[str] = ORDER_ID) -> str:
    """The id, or ValueError: the library puts it unquoted into the address."""
    if not pattern.fullmatch(text):
        raise ValueError(f"Not an id for the gateway: {text[:80]!r}.")
    return text


def _item(item: CheckoutItem) -> dict[str, Any]:
    return {**item._asdict(), "id": item.id[:MAX_ITEM_NAME], "name": item.name[:MAX_ITEM_NAME]}


def common_body(request: Order) -> dict[str, Any]:
    """What Snap and the Core API call the same."""
    customer = {"first_name": request.customer.name, "email": request.customer.email, "phone": request.customer.phone}
    return {
        "transaction_details": {"order_id": request.order_id, "gross_amount": request.amount},
        "item_details": [_item(item) for item in request.items],
        "customer_details": {key: value for key, value in customer.items() if value},
        # Comes back in notifications of banks that put something of their own into order_id.
        "custom_field1": request.order_id,
    }


def _start_of(request: Order) -> str:
    return request.expiry_start.astimezone(GATEWAY_ZONE).strftime("%Y-%m-%d %H:%M:%S %z")


def _charge_body(request: ChargeRequest) -> dict[str, Any]:
    """The Core API's JSON for a transaction by one method."""
    method = request.method
    expiry = {"order_time": _start_of(request), "expiry_duration": request.expiry_minutes, "unit": "minute"}
    body = common_body(request) | {"payment_type": method.payment_type, "custom_expiry": expiry}
    if method.shown is Shown.VA:
        body["bank_transfer"] = {"bank": method.bank}
    elif method.shown is Shown.BILL:
        # Both are printed by the bank's machine, of at most ten characters.
        body["echannel"] = {"bill_info1": "Tagihan", "bill_info2": "Langganan"}
    return body


def _snap_body(request: CheckoutRequest) -> dict[str, Any]:
    """Snap's JSON for a checkout."""
    body: dict[str, Any] = {
        **common_body(request),
        "callbacks": {"finish": request.finish_url},
        "expiry": {"start_time": _start_of(request), "unit": "minute", "duration": request.expiry_minutes},
        "credit_card": {"secure": True},
        # Can be switched on in the dashboard alone, and would then inflate gross_amount.
        "customer_imposed_payment_fee": {"enable": False},
    }
    if request.save_card_for:
        body["credit_card"]["save_card"] = True
        body["user_id"] = request.save_card_for
    if request.enabled_payments:
        body["enabled_payments"] = list(request.enabled_payments)
    return body


def fitting(body: dict[str, Any], request: Order) -> dict[str, Any]:
    """The body, its items drawn together into one where their number would make it too long for Midtrans."""
    if len(json.dumps(body)) <= MAX_BODY_BYTES:
        return body
    name = "Invoice" if request.language == "en" else "Tagihan"
    one = CheckoutItem(request.order_id, f"{name} {request.order_id}", request.amount, 1)
    return {**body, "item_details": [_item(one)]}


class MidtransClient:
    """Snap checkouts and Core API transactions. Every failure is a GatewayError; a bad id or sum is a ValueError.

    Safe to share between threads. Does not offer the library's `notification()`, which is broken: parse with
    `notifications.parse_notification`, then ask `status`.
    """

    def __init__(self, config: MidtransConfig) -> None:
        """Two library objects with base addresses, headers and transport of their own (the defaults are shared)."""
        self.config = config
        self._snap = midtransclient.Snap(config.is_production, config.server_key, config.client_key, {}, {})
        self._api = midtransclient.CoreApi(config.is_production, config.server_key, config.client_key, {}, {})
        for library in (self._snap, self._api):
            settings = library.api_config
            settings.SNAP_SANDBOX_BASE_URL = settings.SNAP_PRODUCTION_BASE_URL = config.snap_base_url.rstrip("/")
            settings.CORE_SANDBOX_BASE_URL = settings.CORE_PRODUCTION_BASE_URL = config.api_base_url.rstrip("/")
            library.http_client.http_client = _Transport(config.timeout_seconds)

    @property
    def core(self) -> midtransclient.CoreApi:
        """The library's Core API, for the calls on saved tokens (`midtrans_tokens`)."""
        return self._api

    def create_checkout(self, request: CheckoutRequest) -> CheckoutLink:
        """Open a payment page. After a GatewayTimeout it may exist: the same order id is then "order_id_taken"."""
        body = fitting(_snap_body(request), request)
        with own_errors():
            answer = self._snap.create_transaction(body)
        try:
            return CheckoutLink(token=str(answer["token"]), redirect_url=str(answer["redirect_url"]))
        except KeyError as error:
            raise GatewayUnavailable(f"Snap answered without {error}.") from error

    def charge(self, request: ChargeRequest) -> Charge:
        """Make a transaction by the method chosen. After a GatewayTimeout it may exist: ask `status` before another one.

        GatewayRejected "duplicate" where the order id was used already; GatewayUnavailable for an answer that has nothing
        to show to the payer, although the transaction may exist then as well.
        """
        body = fitting(_charge_body(request), request)
        with own_errors():
            answer = self._api.charge(body)
        try:
            return Charge(read_status(answer), Instructions.from_answer(request.method, answer))
        except ValueError as error:
            raise GatewayUnavailable(f"Unreadable charge: {error}") from error

    def cancel_page(self, token: str) -> None:
        """Close a payment page nobody has paid on; one already closed is fine.

        GatewayRejected "on_progress" means that the payer has chosen a method: `cancel` the transaction instead.
        """
        url = f"{self._snap.api_config.get_snap_base_url()}/transactions/{checked(token, TOKEN)}/cancel"
        try:
            with own_errors():
                self._snap.http_client.request("post", self.config.server_key, url, {})
        except GatewayRejected as error:
            if error.code != "already_cancelled":
                raise

    def status(self, order_id: str) -> GatewayStatus:
        """What Midtrans knows of an order or transaction id. An expired one (407 inside HTTP 200) is a normal answer.

        NotFound while the payer has not chosen a method, and for an order that was never sent.
        """
        checked(order_id)
        with own_errors():
            answer = self._api.transactions.status(order_id)
        return read_status(answer)

    def cancel(self, order_id: str) -> GatewayStatus:
        """Cancel before settlement; GatewayRejected "not_modifiable" after it (ask for the status then)."""
        checked(order_id)
        with own_errors():
            answer = self._api.transactions.cancel(order_id)
        return read_status(answer)

    def expire(self, order_id: str) -> GatewayStatus:
        """Let a pending transaction expire now; GatewayRejected "not_modifiable" if it is not pending."""
        checked(order_id)
        with own_errors():
            answer = self._api.transactions.expire(order_id)
        return read_status(answer)

    def refund(self, order_id: str, refund_key: str, amount: int, reason: str) -> GatewayStatus:
        """Refund whole rupiah of a settled transaction and return its status afterwards, `refunds` included.

        Safe to repeat with the same key: a duplicate (406) is looked up among the refunds made, and only one with
        another amount is an error.
        """
        checked(order_id)
        body = {"refund_key": checked(refund_key), "amount": amount, "reason": reason}
        if amount <= 0:
            raise ValueError(f"A refund is more than zero, not {amount}.")
        try:
            with own_errors():
                self._api.transactions.refund(order_id, body)
        except GatewayRejected as error:
            if error.status != 406:
                raise
            status = self.status(order_id)
            if any(made.key == refund_key and made.amount == amount for made in status.refunds):
                return status
            raise
        return self.status(order_id)
