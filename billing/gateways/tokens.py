"""A card saved, or a GoPay account linked, at the gateway: what it is called there and how a charge names it. Pure values."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple, Self

from billing.gateways.values import Order, gateway_time, text_of

# Both are put into an address or a body as they are.
TOKEN_ID = re.compile(r"[A-Za-z0-9._~-]{1,200}")


class SavedCard(NamedTuple):
    """A card of which the gateway gave us a name: `masked` shows its first and last digits, `good_until` its last day."""

    token: str = ""
    masked: str = ""
    good_until: date | None = None

    @classmethod
    def from_answer(cls, raw: Mapping[str, Any]) -> Self:
        """The card saved by a payment; without a token where nothing was saved. ValueError for an unreadable day."""
        token = text_of(raw, "saved_token_id")
        moment = gateway_time(text_of(raw, "saved_token_id_expired_at"))
        return cls(
            token if TOKEN_ID.fullmatch(token) else "", text_of(raw, "masked_card")[:40], moment and moment.date()
        )


@dataclass(frozen=True, slots=True)
class LinkedAccount:
    """A GoPay account. `status` PENDING until its owner agreed, then ENABLED; `link` is where the owner goes for that.

    `option` is the payment option's token: it changes, and is fetched right before each charge.
    """

    account_id: str
    status: str
    link: str = ""
    option: str = field(default="", repr=False)

    @classmethod
    def from_answer(cls, raw: Mapping[str, Any]) -> Self:
        """Read an answer about an account; ValueError where it names none."""
        account = text_of(raw, "account_id")
        if not TOKEN_ID.fullmatch(account):
            raise ValueError("The answer has no account_id.")
        return cls(account, text_of(raw, "account_status").upper(), _link_of(raw), _option_of(raw))


def _dicts(found: object) -> list[Mapping[str, Any]]:
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _link_of(raw: Mapping[str, Any]) -> str:
    """The page for a browser, which redirects into the app where there is one."""
    links = {text_of(action, "name"): text_of(action, "url") for action in _dicts(raw.get("actions"))}
    return links.get("activation-link-url") or links.get("activation-deeplink", "")


def _option_of(raw: Mapping[str, Any]) -> str:
    metadata = raw.get("metadata")
    options = _dicts(metadata.get("payment_options")) if isinstance(metadata, dict) else []
    wallets = [text_of(one, "token") for one in options if text_of(one, "name") == "GOPAY_WALLET"]
    return next(iter(wallets), "")


@dataclass(frozen=True, kw_only=True)
class TokenCharge(Order):
    """A charge that nobody is asked about. A card by its `token`; a GoPay account by its `token` and payment `option`."""

    token: str = field(repr=False)
    option: str = field(default="", repr=False)
    is_gopay: bool = False

    def __post_init__(self) -> None:
        """As every order; and an id that could not be one is refused here."""
        Order.__post_init__(self)
        if not TOKEN_ID.fullmatch(self.token):
            raise ValueError("Not a token of the gateway.")
