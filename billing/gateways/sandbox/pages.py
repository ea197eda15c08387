"""Opening and closing Snap payment pages."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from billing.gateways.sandbox.errors import Refusal
from billing.gateways.sandbox.models import SandboxPage, SandboxTransaction

_ORDER_ID = re.compile(r"[A-Za-z0-9._~-]{1,50}")
_UNITS = {"minute": 1, "minutes": 1, "hour": 60, "hours": 60, "day": 1440, "days": 1440}
_DEFAULT_MINUTES = 24 * 60
_OVER = {"settlement", "capture", "refund", "partial_refund", "chargeback", "partial_chargeback"}


def _section(body: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    section = body.get(name) or {}
    if not isinstance(section, Mapping):
        raise Refusal(400, f"{name} must be an object")
    return section


def _gross_amount(details: Mapping[str, Any]) -> int:
    amount = details.get("gross_amount")
    if not isinstance(amount, int) or isinstance(amount, bool) or amount < 1:
        raise Refusal(400, "transaction_details.gross_amount must be greater than or equal to 0.01")
    return amount


def _check_items(body: Mapping[str, Any], amount: int) -> None:
    items = body.get("item_details")
    if items is None:
        return
    try:
        total = sum(item["price"] * item["quantity"] for item in items)
        too_long = [item for item in items if len(str(item["name"])) > 50]
    except (KeyError, TypeError) as error:
        raise Refusal(400, "item_details is invalid") from error
    if too_long:
        raise Refusal(400, "item_details Name too long")
    if total != amount:
        raise Refusal(400, "transaction_details.gross_amount is not equal to the sum of item_details")


def _lifetime(body: Mapping[str, Any]) -> timedelta:
    """How long the page lives. Counted from now, not from start_time: a demo tenant's clock may be years away."""
    expiry = _section(body, "expiry")
    if not expiry:
        return timedelta(minutes=_DEFAULT_MINUTES)
    try:
        datetime.strptime(expiry["start_time"], "%Y-%m-%d %H:%M:%S %z")
        return timedelta(minutes=int(expiry["duration"]) * _UNITS[expiry["unit"]])
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise Refusal(400, "expiry start_time, unit or duration is invalid") from error


def open_page(*, body: Mapping[str, Any], now: datetime) -> SandboxPage:
    """Create a payment page from Snap's JSON; Refusal as Midtrans would (bad sum, used order id, wrong expiry)."""
    details = _section(body, "transaction_details")
    order_id = str(details.get("order_id") or "")
    if not _ORDER_ID.fullmatch(order_id):
        raise Refusal(400, "transaction_details.order_id is required and may contain letters, digits and -_~.")
    amount = _gross_amount(details)
    _check_items(body, amount)
    _section(body, "callbacks")
    expires_at = now + _lifetime(body)
    try:
        with transaction.atomic():
            return SandboxPage.objects.create(
                order_id=order_id, gross_amount=amount, request=dict(body), created_at=now, expires_at=expires_at
            )
    except IntegrityError as error:
        raise Refusal(400, "transaction_details.order_id sudah digunakan") from error


def charged_method(body: Mapping[str, Any]) -> str:
    """The method a charge names, by its code in enabled_payments."""
    kind = str(body.get("payment_type"))
    if kind in {"credit_card", "gopay"}:
        return kind
    if kind == "bank_transfer":
        return f"{_section(body, 'bank_transfer').get('bank')}_va"
    if kind not in {"qris", "echannel"}:
        raise Refusal(400, "payment_type is not supported")
    return "other_qris" if kind == "qris" else kind


def charged_page(*, body: Mapping[str, Any], now: datetime) -> SandboxPage:
    """The order of a charge, which has no page at the gateway; Refusal 406 where its id was used already."""
    details, expiry = _section(body, "transaction_details"), _section(body, "custom_expiry")
    times = {"start_time": expiry.get("order_time"), "duration": expiry.get("expiry_duration"), **expiry}
    try:
        return open_page(body={**body, "expiry": times} if expiry else body, now=now)
    except Refusal as refusal:
        if "sudah digunakan" not in str(refusal):
            raise
        raise Refusal(406, f"The request could not be completed: {details.get('order_id')} was used") from refusal


def locked_page(token: UUID) -> SandboxPage:
    """The page, locked for the rest of the transaction; Refusal 404 if there is none."""
    page = SandboxPage.objects.select_for_update().filter(pk=token).first()
    if page is None:
        raise Refusal(404, "token not found")
    return page


def latest_attempt(page: SandboxPage) -> SandboxTransaction | None:
    """The last attempt to pay this page, which is the one a status request for the order id is answered with."""
    return page.transactions.order_by("-pk").first()


def page_state(page: SandboxPage, now: datetime) -> str:
    """ "open", "pending" (a method is chosen), "paid", "canceled" or "expired"; a denied attempt leaves it open."""
    attempt = latest_attempt(page)
    if attempt and attempt.status in _OVER:
        return "paid"
    if page.canceled_at or (attempt and attempt.status == "cancel"):
        return "canceled"
    if (attempt and attempt.status == "expire") or page.expires_at <= now:
        return "expired"
    return "pending" if attempt and attempt.status == "pending" else "open"


@transaction.atomic
def cancel_page(*, token: UUID, now: datetime) -> datetime:
    """Close a page nobody is paying on; Refusal where somebody is, or where it is closed already."""
    page = locked_page(token)
    if page.canceled_at:
        raise Refusal(400, "token already canceled")
    attempt = latest_attempt(page)
    if attempt and attempt.status != "deny":
        raise Refusal(400, "Transaction is on progress")
    page.canceled_at = now
    page.save(update_fields=["canceled_at"])
    return now


@transaction.atomic
def expire_page(*, token: UUID, now: datetime) -> None:
    """Let the page itself expire, which sends nothing; Refusal once a method is chosen (expire that transaction)."""
    page = locked_page(token)
    if page_state(page, now) != "open":
        raise Refusal(400, "Transaction is on progress")
    page.expires_at = now
    page.save(update_fields=["expires_at"])
