"""A partner's account: its entries and payouts with a running balance."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.core import signing
from django.db.models import Sum

from partners.models import Commission, Partner, Payout

SALT = "partners.statement"


@dataclass(frozen=True, slots=True)
class Row:
    """One movement in rupiah; `balance` is what is owed to the partner after it."""

    on: date
    text: str
    formula: str
    amount: int
    balance: int


@dataclass(frozen=True, slots=True)
class Statement:
    """All movements, oldest first, and the sums."""

    partner: Partner
    rows: tuple[Row, ...]
    earned: int
    paid: int

    @property
    def balance(self) -> int:
        """What is still owed."""
        return self.earned - self.paid


def statement_of(partner: Partner) -> Statement:
    """A partner's whole account. Customers are named by their invoice alone, never by what they paid otherwise."""
    entries = Commission.objects.filter(partner=partner)
    payouts = Payout.objects.filter(partner=partner)
    rows = tuple(_rows(list(entries), list(payouts)))
    return Statement(
        partner, rows, sum(item.amount for item in entries.all()), sum(item.amount for item in payouts.all())
    )


def _rows(entries: list[Commission], payouts: list[Payout]) -> Iterator[Row]:
    moves = [(item.on, item.created_at, item.cause, item.formula, item.amount) for item in entries]
    moves += [(item.paid_on, item.created_at, item.reference, "", -item.amount) for item in payouts]
    balance = 0
    for on, _at, text, formula, amount in sorted(moves, key=lambda move: move[:2]):
        balance += amount
        yield Row(on, text, formula, amount, balance)


def balance_of(partner: Partner) -> int:
    """What a partner has earned and not been paid, in rupiah; below zero where a payment was reversed after a payout."""
    earned = Commission.objects.filter(partner=partner).aggregate(sum=Sum("amount"))["sum"] or 0
    paid = Payout.objects.filter(partner=partner).aggregate(sum=Sum("amount"))["sum"] or 0
    return int(earned - paid)


def statement_token(partner: Partner) -> str:
    """The signed name of a partner's statement; worthless once its link was renewed."""
    return signing.dumps([str(partner.pk), partner.link_version], salt=SALT)


def partner_of(token: str) -> Partner | None:
    """Whose statement a link opens; None for one that was made up or renewed since."""
    try:
        key, version = signing.loads(token, salt=SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return Partner.objects.filter(pk=key, link_version=version).first()
