"""The payment methods the stand-in plays, with the fields each adds to a transaction."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Details = Callable[[int], dict[str, Any]]


@dataclass(frozen=True)
class Method:
    """`code` as in enabled_payments; `details(number)` are the extra fields of the number-th transaction."""

    code: str
    payment_type: str
    label: str
    details: Details
    refundable: bool = True
    has_pending: bool = True


def _virtual_account(bank: str) -> Details:
    return lambda number: {"va_numbers": [{"bank": bank, "va_number": f"70012{number:011d}"}], "payment_amounts": []}


def _card(number: int) -> dict[str, Any]:
    return {
        "masked_card": "481111-1114",
        "bank": "bni",
        "card_type": "credit",
        "approval_code": f"{number:012d}",
        "eci": "05",
        "channel_response_code": "00",
        "channel_response_message": "Approved",
    }


_ALL = (
    Method("bca_va", "bank_transfer", "BCA Virtual Account", _virtual_account("bca"), refundable=False),
    Method("bni_va", "bank_transfer", "BNI Virtual Account", _virtual_account("bni"), refundable=False),
    Method("bri_va", "bank_transfer", "BRI Virtual Account", _virtual_account("bri"), refundable=False),
    Method(
        "permata_va",
        "bank_transfer",
        "Permata Virtual Account",
        lambda number: {"permata_va_number": f"8778{number:012d}"},
        refundable=False,
    ),
    Method(
        "echannel",
        "echannel",
        "Mandiri Bill",
        lambda number: {"biller_code": "70012", "bill_key": f"{number:012d}"},
        refundable=False,
    ),
    Method(
        "other_qris",
        "qris",
        "QRIS",
        lambda number: {
            "transaction_type": "off-us",
            "issuer": "dana",
            "acquirer": "gopay",
            "merchant_cross_reference_id": f"ref-{number:08d}",
        },
    ),
    Method("gopay", "gopay", "GoPay", lambda _number: {}),
    Method("credit_card", "credit_card", "Kartu kredit", _card, has_pending=False),
)
METHODS = {method.code: method for method in _ALL}
