"""The payment methods, the amounts each can carry and what the gateway keeps of them, as dated data."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

_GATHERED = date(2025, 1, 1)


@dataclass(frozen=True)
class MethodLimit:
    """From `since` on, `code` (as in Snap's enabled_payments) carries `minimum` to `maximum` rupiah, both included."""

    code: str
    minimum: int
    maximum: int | None
    since: date = _GATHERED


# In the order the payer sees them. A change of a limit is a new row with its own day.
LIMITS = (
    MethodLimit("bca_va", 10_000, None),
    MethodLimit("bni_va", 1, None),
    MethodLimit("bri_va", 1, None),
    MethodLimit("permata_va", 1, None),
    MethodLimit("echannel", 1, None),
    MethodLimit("other_qris", 1, 10_000_000),
    # E-wallets: 20 million for a verified payer; one who is not (2 million) is told so by the wallet.
    MethodLimit("gopay", 1, 20_000_000),
    MethodLimit("shopeepay", 1, 20_000_000),
    MethodLimit("dana", 1, 20_000_000),
    MethodLimit("ovo", 1, 20_000_000),
    MethodLimit("credit_card", 10_000, 999_999_999),
    MethodLimit("indomaret", 10_000, 5_000_000),
    MethodLimit("alfamart", 1, 5_000_000),
)


def limits_on(on: date | None) -> dict[str, MethodLimit]:
    """The limit of each method on a day; without one, the latest known."""
    rows = [row for row in LIMITS if on is None or row.since <= on]
    return {row.code: row for row in sorted(rows, key=lambda row: row.since)}


def methods_for(amount: int, on: date | None = None) -> list[str]:
    """The methods an amount in rupiah fits: 5.000.001 leaves the shops out, 10.000.001 QRIS too."""
    rows = limits_on(on).values()
    return [row.code for row in rows if row.minimum <= amount and (row.maximum is None or amount <= row.maximum)]


@dataclass(frozen=True)
class MethodFee:
    """From `since` on the gateway keeps `fixed` rupiah and the share `rate` of the amount, both without the PPN on it."""

    code: str
    fixed: int
    rate: Decimal
    since: date = _GATHERED


# The gateway's public price list; a contract of one's own, or a new price, is a new row with its own day.
FEES = (
    MethodFee("bca_va", 4_000, Decimal(0)),
    MethodFee("bni_va", 4_000, Decimal(0)),
    MethodFee("bri_va", 4_000, Decimal(0)),
    MethodFee("permata_va", 4_000, Decimal(0)),
    MethodFee("echannel", 4_000, Decimal(0)),
    MethodFee("other_qris", 0, Decimal("0.007")),
    MethodFee("gopay", 0, Decimal("0.02")),
    MethodFee("shopeepay", 0, Decimal("0.02")),
    MethodFee("dana", 0, Decimal("0.015")),
    MethodFee("ovo", 0, Decimal("0.02")),
    MethodFee("credit_card", 2_000, Decimal("0.029")),
    MethodFee("indomaret", 5_000, Decimal(0)),
    MethodFee("alfamart", 5_000, Decimal(0)),
)
# Bank Indonesia forbids merchants to put anything on top of a QRIS payment.
NEVER_PASSED_ON = frozenset({"other_qris"})


def fee_of(code: str, amount: int, on: date | None = None) -> int:
    """What the gateway keeps of a payment of `amount` rupiah by a method, rounded half up; 0 for one it has no price for.

    4.000 of any virtual account; 2.000 + 2,9 % of 750.000 by card is 23.750.
    """
    rows = [row for row in FEES if row.code == code and (on is None or row.since <= on)]
    if not rows:
        return 0
    row = max(rows, key=lambda row: row.since)
    return row.fixed + int((row.rate * amount).quantize(Decimal(1), ROUND_HALF_UP))


# PPN on the gateway's service: 11 %, since 2025 written as 12 % of 11/12.
FEE_TAX = Decimal("0.11")
# The gateway's payment_type where it is not the method's own code; the banks' virtual accounts all cost the same.
_METHOD_OF = {"qris": "other_qris", "bank_transfer": "bca_va", "permata": "permata_va", "cstore": "indomaret"}


def expected_fee(method: str, payment_type: str, amount: int, on: date | None = None) -> int | None:
    """What the gateway should keep of a payment by its price list, PPN on it included; None where there is no price.

    4.000 and 440 of a virtual account; 0,7 % of 750.000 by QRIS is 5.250 and 578, together 5.828.
    """
    code = method or _METHOD_OF.get(payment_type, payment_type)
    if not any(row.code == code for row in FEES):
        return None
    fee = fee_of(code, amount, on)
    return fee + int((fee * FEE_TAX).quantize(Decimal(1), ROUND_HALF_UP))


def passed_on(code: str, amount: int, methods: frozenset[str], on: date | None = None) -> int:
    """What the payer pays on top of `amount` (K8): the gateway's fee where the vendor passes on that method's, else 0.

    Nothing for QRIS, whatever the vendor says.
    """
    return fee_of(code, amount, on) if code in methods - NEVER_PASSED_ON else 0


def shares(fee: int, amounts: Sequence[int]) -> list[int]:
    """A fee spread over amounts, largest remainder first: 4.000 over 750.000 and 600.000 is 2.222 and 1.778."""
    total = sum(amounts)
    parts = [fee * amount // total for amount in amounts]
    order = sorted(range(len(amounts)), key=lambda index: (-(fee * amounts[index] % total), index))
    for index in order[: fee - sum(parts)]:
        parts[index] += 1
    return parts


@dataclass(frozen=True)
class RefundTerms:
    """How long after a payment by `payment_type` the gateway can give money back, and whether in part."""

    payment_type: str
    days: int
    partial: bool = True
    since: date = _GATHERED


# Virtual accounts, bills and shops cannot: their money goes back by a transfer of our own.
REFUNDS = (
    RefundTerms("credit_card", 90),
    RefundTerms("qris", 7),
    RefundTerms("gopay", 45),
    RefundTerms("shopeepay", 365, partial=False),
    RefundTerms("dana", 45),
    RefundTerms("ovo", 7, partial=False),
)


def gateway_can_refund(payment_type: str, paid_on: date, on: date, *, partial: bool) -> bool:
    """Whether a payment made on a day can go back through the gateway: QRIS within 7 days, OVO only as a whole."""
    rows = [row for row in REFUNDS if row.payment_type == payment_type and row.since <= on]
    terms = max(rows, key=lambda row: row.since, default=None)
    return terms is not None and (on - paid_on).days <= terms.days and (terms.partial or not partial)
