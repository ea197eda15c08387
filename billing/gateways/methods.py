"""The payment methods and the amounts each can carry, as dated data."""

from dataclasses import dataclass
from datetime import date

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
