"""Why a card or a wallet said no, and whether asking again can help. Pure: the bank's codes as data."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from billing.gateways.errors import GatewayRejected
from billing.gateways.values import text_of


@dataclass(frozen=True, slots=True)
class Decline:
    """`reason` is ours and stable, people get a sentence for it; `hard`: the same card or account will say no again."""

    reason: str
    hard: bool


UNKNOWN = Decline("declined", hard=False)
NO_ANSWER = Decline("no_answer", hard=False)
WITHDRAWN = Decline("withdrawn", hard=False)
UNLINKED = Decline("unlinked", hard=True)
EXPIRED_CARD = Decline("expired_card", hard=True)
NO_FUNDS = Decline("insufficient_funds", hard=False)

# ISO 8583 response codes, as banks give them in channel_response_code; what is not here is soft.
_CODES: Mapping[str, Decline] = {
    "51": NO_FUNDS,
    "61": Decline("over_bank_limit", hard=False),
    "65": Decline("over_bank_limit", hard=False),
    "05": UNKNOWN,
    "91": Decline("bank_unavailable", hard=False),
    "96": Decline("bank_unavailable", hard=False),
    "54": EXPIRED_CARD,
    "33": EXPIRED_CARD,
    "04": Decline("blocked_card", hard=True),
    "07": Decline("blocked_card", hard=True),
    "41": Decline("blocked_card", hard=True),
    "43": Decline("blocked_card", hard=True),
    "14": Decline("unknown_card", hard=True),
    "57": Decline("not_permitted", hard=True),
    "62": Decline("not_permitted", hard=True),
}
# The Core API's own refusals of a token: not known, expired, or an account that is no longer linked.
_TOKEN_REFUSALS = frozenset({411, 413})


def decline_of(raw: Mapping[str, Any]) -> Decline:
    """Read a denied transaction: code 51 is no money (soft), 54 an expired card (hard), anything unknown soft."""
    return _CODES.get(text_of(raw, "channel_response_code").zfill(2), UNKNOWN)


def decline_of_refusal(error: GatewayRejected) -> Decline:
    """A charge that the gateway would not even try: for a bad token never again, else (our own set-up) once more later."""
    return UNLINKED if error.status in _TOKEN_REFUSALS else Decline("gateway_refused", hard=False)
