"""What goes to a payment gateway and what comes back, as frozen values: no Django, no network, no clock."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from enum import StrEnum
from typing import Any, NamedTuple, Self

# Midtrans writes times in GMT+7 without an offset, wherever the payer is.
GATEWAY_ZONE = timezone(timedelta(hours=7), "WIB")
# The client library puts ids into the address unquoted, so nothing else may pass.
ORDER_ID = re.compile(r"[A-Za-z0-9._~-]{1,36}")
_WHOLE = re.compile(r"(-?[0-9]{1,15})(?:\.0{1,4})?")


class Outcome(StrEnum):
    """What a gateway's answer means for the money."""

    PENDING = "pending"
    PAID = "paid"
    CHALLENGED = "challenged"
    DENIED = "denied"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    REFUNDED = "refunded"
    PARTIALLY_REFUNDED = "partially_refunded"
    CHARGEBACK = "chargeback"
    UNKNOWN = "unknown"


_PLAIN_OUTCOMES = {
    "pending": Outcome.PENDING,
    "authorize": Outcome.PENDING,
    "deny": Outcome.DENIED,
    "cancel": Outcome.CANCELLED,
    "expire": Outcome.EXPIRED,
    "refund": Outcome.REFUNDED,
    "partial_refund": Outcome.PARTIALLY_REFUNDED,
    "chargeback": Outcome.CHARGEBACK,
    "partial_chargeback": Outcome.CHARGEBACK,
}
_TAKEN = {"capture", "settlement"}


def outcome_of(transaction_status: str, fraud_status: str, status_code: str) -> Outcome:
    """What the three fields say together.

    Paid is only: status_code "200", status capture or settlement, and fraud_status absent or "accept".
    `outcome_of("capture", "challenge", "201")` is CHALLENGED; `outcome_of("settlement", "", "201")` is UNKNOWN.
    """
    status, fraud = transaction_status.lower(), fraud_status.lower()
    if status not in _TAKEN:
        return _PLAIN_OUTCOMES.get(status, Outcome.UNKNOWN)
    if fraud == "challenge":
        return Outcome.CHALLENGED
    if fraud == "deny":
        return Outcome.DENIED
    return Outcome.PAID if status_code == "200" and fraud in {"", "accept"} else Outcome.UNKNOWN


def state_of(transaction_status: str, fraud_status: str) -> str:
    """The status for the transition table: a challenged capture is a state of its own, "challenge".

    Its acceptance is again a "capture", which would otherwise look like a duplicate.
    """
    status = transaction_status.lower()
    return "challenge" if status in _TAKEN and fraud_status.lower() == "challenge" else status


def whole_rupiah(text: str) -> int:
    """The gateway's "150000.00" as 150000; anything that is not a whole number of rupiah is a ValueError."""
    # A pattern, not Decimal: a forged "1e999999" would take a long time to become an int.
    found = _WHOLE.fullmatch(text)
    if not found:
        raise ValueError(f"Not a whole number of rupiah: {text[:40]!r}.")
    return int(found[1])


def gateway_time(text: str) -> datetime | None:
    """The gateway's "2025-03-01 10:00:00" as an aware instant; None for an empty text."""
    if not text:
        return None
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=GATEWAY_ZONE)


def text_of(raw: Mapping[str, Any], key: str) -> str:
    """The value as text, "" for null, absent or nested: strings arrive as numbers and the other way round."""
    value = raw.get(key)
    return "" if value is None or isinstance(value, dict | list) else str(value).strip()


class CheckoutItem(NamedTuple):
    """One line the payer sees. `price` in rupiah may be negative (a discount); `quantity` is at least 1."""

    id: str
    name: str
    price: int
    quantity: int


class CheckoutCustomer(NamedTuple):
    """Whom the gateway greets and writes to; empty e-mail or phone are left out."""

    name: str
    email: str = ""
    phone: str = ""


@dataclass(frozen=True, kw_only=True)
class Order:
    """What the gateway is to collect. Raises ValueError where the gateway would refuse it.

    `amount` in rupiah equals the sum of the items; it can be paid for `expiry_minutes` from `expiry_start`, an aware
    instant on the real clock. `language` ("id" or "en") is for the words we choose.
    """

    order_id: str
    amount: int
    items: Sequence[CheckoutItem]
    customer: CheckoutCustomer
    expiry_start: datetime
    expiry_minutes: int
    language: str = "id"

    def __post_init__(self) -> None:
        """Refuse before sending what could only be refused, or charged wrongly, after it."""
        if not ORDER_ID.fullmatch(self.order_id):
            raise ValueError(f"order_id must be 1 to 36 letters, digits or . _ ~ -, not {self.order_id!r}.")
        if self.amount <= 0:
            raise ValueError(f"amount must be more than zero, not {self.amount}.")
        total = sum(item.price * item.quantity for item in self.items)
        if total != self.amount:
            raise ValueError(f"The items sum to {total}, the amount is {self.amount}.")
        if any(item.quantity < 1 for item in self.items):
            raise ValueError("Every item needs a quantity of at least 1.")
        if self.expiry_start.tzinfo is None or self.expiry_minutes < 1:
            raise ValueError("The expiry needs an aware start and at least one minute.")


@dataclass(frozen=True, kw_only=True)
class CheckoutRequest(Order):
    """One payment page to be opened; `enabled_payments` empty offers all methods. The page's own language is the payer's.

    `save_card_for`: keep the card for this customer (an id of ours); its number stays on the gateway's page.
    """

    finish_url: str
    enabled_payments: Sequence[str] = ()
    save_card_for: str = ""


class CheckoutLink(NamedTuple):
    """The opened payment page: `token` cancels it, `redirect_url` is where the payer goes."""

    token: str
    redirect_url: str


class GatewayRefund(NamedTuple):
    """One refund inside a transaction, in rupiah; `bank_confirmed` once the bank has paid it out."""

    key: str
    id: str
    amount: int
    reason: str
    bank_confirmed: bool

    @classmethod
    def from_answer(cls, raw: Mapping[str, Any]) -> Self:
        """One element of `refunds[]`."""
        return cls(
            key=text_of(raw, "refund_key"),
            id=text_of(raw, "refund_chargeback_id"),
            amount=whole_rupiah(text_of(raw, "refund_amount") or "0"),
            reason=text_of(raw, "reason"),
            bank_confirmed=bool(text_of(raw, "bank_confirmed_at")),
        )


def refunds_of(raw: Mapping[str, Any]) -> tuple[GatewayRefund, ...]:
    """The refunds listed in an answer or a notification, in its order."""
    listed = raw.get("refunds")
    return (
        tuple(GatewayRefund.from_answer(one) for one in listed if isinstance(one, dict))
        if isinstance(listed, list)
        else ()
    )


@dataclass(frozen=True, kw_only=True)
class GatewayStatus:
    """A transaction as the gateway itself reports it: the only thing money may be moved on.

    Amounts in whole rupiah. `original_amount` is what was asked where the gateway added its fee to `gross_amount`.
    Status texts are lower case; "" where the gateway said nothing. `order_id` may differ from the one asked for
    (BSI, DANA); `raw` is the whole answer.
    """

    order_id: str
    transaction_id: str
    transaction_status: str
    fraud_status: str
    status_code: str
    gross_amount: int
    original_amount: int | None
    payment_type: str
    currency: str
    settlement_time: datetime | None
    refunds: tuple[GatewayRefund, ...]
    merchant_id: str
    raw: dict[str, Any] = field(repr=False, compare=False, hash=False)

    @classmethod
    def from_answer(cls, raw: dict[str, Any]) -> Self:
        """Read an answer of the Core API; ValueError where it has no status or no readable amount."""
        if not text_of(raw, "transaction_status"):
            raise ValueError("The answer has no transaction_status.")
        original = text_of(raw, "original_amount")
        return cls(
            order_id=text_of(raw, "order_id"),
            transaction_id=text_of(raw, "transaction_id"),
            transaction_status=text_of(raw, "transaction_status").lower(),
            fraud_status=text_of(raw, "fraud_status").lower(),
            status_code=text_of(raw, "status_code"),
            gross_amount=whole_rupiah(text_of(raw, "gross_amount")),
            original_amount=whole_rupiah(original) if original else None,
            payment_type=text_of(raw, "payment_type"),
            currency=text_of(raw, "currency") or "IDR",
            settlement_time=gateway_time(text_of(raw, "settlement_time")),
            refunds=refunds_of(raw),
            merchant_id=text_of(raw, "merchant_id"),
            raw=raw,
        )

    def taken_back(self, ours: Collection[str] = ()) -> int:
        """Rupiah that the payer's bank asks for in all: of a partial chargeback the parts it names, else the whole.

        The gateway lists what we gave back ourselves among the parts: `ours` are the keys of those.
        """
        parts = sum(part.amount for part in self.refunds if part.key not in ours)
        return min(parts, self.gross_amount) if self.state == "partial_chargeback" and parts else self.gross_amount

    @property
    def outcome(self) -> Outcome:
        """What it means for the money (see `outcome_of`)."""
        return outcome_of(self.transaction_status, self.fraud_status, self.status_code)

    @property
    def state(self) -> str:
        """The state for `transitions.may_follow`: the status, or "challenge"."""
        return state_of(self.transaction_status, self.fraud_status)

    def amount_matches(self, asked: int) -> bool:
        """Whether this is what was asked, in rupiah: 150.000 asked, 154.000 with original_amount 150.000 matches."""
        return self.currency == "IDR" and asked in (self.gross_amount, self.original_amount)
