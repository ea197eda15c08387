"""Saved cards and linked accounts: how they come to be, and how each answers a charge, as its mood says."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.db import transaction

from billing.gateways.sandbox.addresses import link_address
from billing.gateways.sandbox.answers import notification
from billing.gateways.sandbox.errors import Refusal
from billing.gateways.sandbox.models import Mood, SandboxToken, SandboxTransaction
from billing.gateways.sandbox.notices import queue_notice
from billing.gateways.sandbox.pages import charged_page

_CODES = {Mood.NO_FUNDS: "51", Mood.EXPIRED: "54"}


def keep_card(attempt: SandboxTransaction, now: datetime) -> None:
    """A card payment that succeeded keeps the card, where the merchant asked for it."""
    asked = attempt.page.request
    wanted = bool((asked.get("credit_card") or {}).get("save_card")) and bool(asked.get("user_id"))
    if attempt.method != "credit_card" or not wanted:
        return
    token = f"481111{uuid4().hex[:12]}1114"
    owner = str(asked["user_id"])[:60]
    attempt.saved = SandboxToken.objects.create(
        token=token, method="credit_card", owner=owner, enabled=True, created_at=now
    )
    attempt.save(update_fields=["saved"])


def open_account(*, body: Mapping[str, Any], now: datetime) -> SandboxToken:
    """An account of a phone number, waiting for its owner; Refusal where the number or the address to return to is missing."""
    partner = body.get("gopay_partner")
    if body.get("payment_type") != "gopay" or not isinstance(partner, Mapping):
        raise Refusal(400, "payment_type or gopay_partner is invalid")
    phone, back = str(partner.get("phone_number") or ""), str(partner.get("redirect_url") or "")
    if not phone.isdecimal() or not back:
        raise Refusal(400, "gopay_partner.phone_number or redirect_url is invalid")
    return SandboxToken.objects.create(
        token=uuid4().hex, method="gopay", owner=phone[:60], return_url=back[:500], created_at=now
    )


def account_named(token: str) -> SandboxToken:
    """A GoPay account by its id; Refusal 404."""
    found = SandboxToken.objects.filter(token=token, method="gopay").first()
    if found is None:
        raise Refusal(404, "Account doesn't exist.")
    return found


def disable_account(token: str) -> SandboxToken:
    """The merchant unlinks it; Refusal 412 where it was not linked."""
    account = account_named(token)
    if not account.enabled:
        raise Refusal(412, "Account status cannot be updated.")
    account.enabled, account.mood = False, Mood.UNLINKED
    account.save(update_fields=["enabled", "mood"])
    return account


def account_answer(account: SandboxToken) -> dict[str, Any]:
    """An account as Midtrans shows it: its payment option has a token of its own, new each time."""
    status = "ENABLED" if account.enabled and account.mood != Mood.UNLINKED else _off(account)
    answer: dict[str, Any] = {
        "status_code": "200" if status == "ENABLED" else "201",
        "payment_type": "gopay",
        "account_id": account.token,
        "account_status": status,
    }
    if status == "PENDING":
        link = link_address(account.token)
        answer["actions"] = [{"name": "activation-link-url", "method": "GET", "url": link}]
    if status == "ENABLED":
        option = {"name": "GOPAY_WALLET", "active": True, "token": f"{account.token}-{uuid4().hex[:8]}"}
        answer["metadata"] = {"payment_options": [option]}
    return answer


def _off(account: SandboxToken) -> str:
    return "DISABLED" if account.mood == Mood.UNLINKED else "PENDING"


def _charged(body: Mapping[str, Any]) -> SandboxToken:
    """What the charge names; Refusal 411 for a card that is not kept, or an account without its option."""
    named = body.get(str(body["payment_type"]))
    named = named if isinstance(named, Mapping) else {}
    token = str(named.get("token_id") or named.get("account_id") or "")
    found = SandboxToken.objects.filter(token=token, method=body["payment_type"]).first()
    option = str(named.get("payment_option_token") or "")
    if found is None or found.mood == Mood.UNLINKED or not found.enabled:
        raise Refusal(411, "Token id is missing, invalid, or timed out")
    if found.method == "gopay" and not option.startswith(f"{found.token}-"):
        raise Refusal(411, "payment_option_token is invalid")
    return found


@transaction.atomic
def charge_saved(*, body: Mapping[str, Any], now: datetime) -> SandboxTransaction | None:
    """Charge a card or an account that is kept, as its mood says; None where Midtrans is down and nothing was charged.

    Refusal 406 for an order id that was used, whatever became of it.
    """
    saved = _charged(body)
    if saved.mood == Mood.DOWN:
        return None
    paid = "capture" if saved.method == "credit_card" else "settlement"
    status = {Mood.FINE: paid, Mood.LOST: paid, Mood.PENDING: "pending"}.get(Mood(saved.mood), "deny")
    page = charged_page(body=body, now=now)
    attempt = SandboxTransaction.objects.create(
        page=page,
        method=saved.method,
        status=status,
        amount=page.gross_amount,
        created_at=now,
        settled_at=now if status == paid else None,
        response_code=_CODES.get(Mood(saved.mood), "00"),
        saved=saved,
    )
    queue_notice(attempt, notification(attempt), label=status, due_at=now)
    return attempt
