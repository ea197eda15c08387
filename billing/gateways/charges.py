"""A transaction of the Core API that we show on a page of our own: a virtual account number, a bill, or a QR code."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Self

from billing.gateways.values import GatewayStatus, Order, gateway_time, text_of


class Shown(StrEnum):
    """What the payer gets to see: a number to transfer to, a company and a bill number, or a code to scan."""

    VA = "va"
    BILL = "bill"
    QR = "qr"


@dataclass(frozen=True, slots=True)
class OwnMethod:
    """A method for our own page. `code` as in Snap's enabled_payments, `payment_type` and `bank` as the Core API says.

    `minutes` is how long the number or code is good for at most.
    """

    code: str
    payment_type: str
    shown: Shown
    bank: str
    minutes: int


DAY, HOUR = 24 * 60, 60
# In the order the payer sees them.
OWN_METHODS = {
    method.code: method
    for method in (
        OwnMethod("other_qris", "qris", Shown.QR, "", HOUR),
        OwnMethod("bca_va", "bank_transfer", Shown.VA, "bca", DAY),
        OwnMethod("bni_va", "bank_transfer", Shown.VA, "bni", DAY),
        OwnMethod("bri_va", "bank_transfer", Shown.VA, "bri", DAY),
        OwnMethod("permata_va", "bank_transfer", Shown.VA, "permata", DAY),
        OwnMethod("echannel", "echannel", Shown.BILL, "mandiri", DAY),
    )
}


@dataclass(frozen=True, kw_only=True)
class ChargeRequest(Order):
    """One transaction by a method that the payer has chosen already; ValueError where the gateway would refuse it."""

    method: OwnMethod


@dataclass(frozen=True, slots=True)
class Instructions:
    """How to pay a pending transaction. `number` is the account or bill number, `biller` the company code of a bill,

    `qr` the text to show as a QR code, `expires_at` when the gateway closes it (None: it did not say).
    """

    shown: Shown
    number: str = ""
    biller: str = ""
    qr: str = ""
    expires_at: datetime | None = None

    @classmethod
    def from_answer(cls, method: OwnMethod, raw: Mapping[str, Any]) -> Self:
        """Read the answer to a charge; ValueError where there is nothing that could be shown."""
        found = _READERS[method.shown](raw)
        if not (found.get("number") or found.get("qr")):
            raise ValueError(f"No number or code for {method.code}.")
        return cls(shown=method.shown, expires_at=gateway_time(text_of(raw, "expiry_time")), **found)


@dataclass(frozen=True, slots=True)
class Charge:
    """What a charge brought: the transaction as the gateway has it, and how to pay it."""

    status: GatewayStatus
    instructions: Instructions


def _va(raw: Mapping[str, Any]) -> dict[str, str]:
    """Permata has a field of its own."""
    listed = raw.get("va_numbers")
    first = listed[0] if isinstance(listed, list) and listed and isinstance(listed[0], dict) else {}
    return {"number": text_of(first, "va_number") or text_of(raw, "permata_va_number")}


def _bill(raw: Mapping[str, Any]) -> dict[str, str]:
    return {"number": text_of(raw, "bill_key"), "biller": text_of(raw, "biller_code")}


def _qr(raw: Mapping[str, Any]) -> dict[str, str]:
    return {"qr": text_of(raw, "qr_string")}


_READERS = {Shown.VA: _va, Shown.BILL: _bill, Shown.QR: _qr}
