"""Double-entry bookkeeping: each fact of the tenant's money as transfers from one account to another.

A transfer debits one account and credits another with one amount, so the books cannot be out of balance. Its key follows
from the row whose fact it is: a fact is posted once, however often it is told, and a correction is a transfer of its own.

    fact                                  debit            credit
    invoice of a period yet to come       receivable       deferred
    other lines of an invoice             receivable       revenue
    its tax                               receivable       tax
    late fee                              receivable       late_fees
    days that have passed                 deferred         revenue
    payment that settles a document       cash:<channel>   receivable
    tax the customer withheld (a slip)    withholding      receivable
    payment, what is left over of it      cash:<channel>   credit
    credit that settles a document        credit           receivable
    credit given without money            allowances       credit
    a rupiah that rounding left open      rounding         credit
    credit note: yet to come; earned; tax deferred, revenue, tax       receivable
    debt given up: yet to come; the rest  deferred, write_offs  receivable
    gateway fee paid on top by the payer  cash:<channel>   gateway_fees
    what the gateway kept of a payment    gateway_fees     cash:<channel>

A void document takes back what it posted; a negative amount (a booking taken back) goes the other way round.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Account(StrEnum):
    """The accounts of a tenant's books; cash has one for each channel (`cash_in`)."""

    RECEIVABLE = "receivable"
    REVENUE = "revenue"
    DEFERRED = "deferred"
    TAX = "tax"
    CREDIT = "credit"
    LATE_FEES = "late_fees"
    ALLOWANCES = "allowances"
    GATEWAY_FEES = "gateway_fees"
    WITHHOLDING = "withholding"
    WRITE_OFFS = "write_offs"
    ROUNDING = "rounding"


class Fact(StrEnum):
    """What a transfer posts."""

    ISSUE = "issue"
    VOID = "void"
    SETTLEMENT = "settlement"
    CREDIT = "credit"
    RECOGNITION = "recognition"
    CREDIT_NOTE = "credit_note"
    WRITE_OFF = "write_off"
    FEE = "fee"
    GATEWAY_FEE = "gateway_fee"


CASH = "cash:"
# The cause of a movement of credit that is rounding: it settles a document at once.
ROUNDED = "pembulatan"
WITHHELD = "withholding"  # the channel of slips: no money, a claim on the state


def cash_in(channel: str) -> str:
    """The account of money that came by a channel: `cash:midtrans`; of a slip the tax withheld."""
    return Account.WITHHOLDING if channel == WITHHELD else f"{CASH}{channel}"


@dataclass(frozen=True, slots=True)
class Transfer:
    """`amount` (whole rupiah, above zero) debited to one account and credited to another on a day.

    `source` is the key of the row whose fact it is, `part` tells transfers of one fact and pair of accounts apart (a month).
    """

    source: str
    fact: Fact
    on: date
    debit: str
    credit: str
    amount: int
    part: str = ""

    @property
    def key(self) -> str:
        """The same for the same fact, whoever posts it."""
        return f"{self.source}:{self.fact}:{self.part}:{self.debit}:{self.credit}"


@dataclass(frozen=True, slots=True)
class Claim:
    """A document as the books take it: `net` without `tax`, of which `deferred` is yet to be earned; all in rupiah."""

    source: str
    is_late_fee: bool
    net: int
    tax: int = 0
    deferred: int = 0

    @property
    def income(self) -> str:
        """Where its lines go that are not deferred."""
        return Account.LATE_FEES if self.is_late_fee else Account.REVENUE

    @property
    def parts(self) -> dict[str, int]:
        """What it claims, by the account it is credited to."""
        parts = {Account.DEFERRED: self.deferred, self.income: self.net - self.deferred, Account.TAX: self.tax}
        return {account: amount for account, amount in parts.items() if amount}


def issued(claim: Claim, on: date) -> list[Transfer]:
    """A document is issued. A year of 750.000 paid ahead: receivable → deferred 750.000; nothing is earned yet."""
    return [
        Transfer(claim.source, Fact.ISSUE, on, Account.RECEIVABLE, account, amount)
        for account, amount in claim.parts.items()
    ]


def voided(claim: Claim, on: date) -> list[Transfer]:
    """A document is void; `deferred` is what of it is still deferred on that day, the rest had been earned.

    A year of 730.000 voided after 31 of 365 days: deferred → receivable 668.000, revenue → receivable 62.000.
    """
    return [
        Transfer(claim.source, Fact.VOID, on, account, Account.RECEIVABLE, amount)
        for account, amount in claim.parts.items()
    ]


def taken_back(claim: Claim, on: date) -> list[Transfer]:
    """A credit note: `claim` is what it takes back of an invoice, `deferred` the part that had not been earned."""
    return [
        Transfer(claim.source, Fact.CREDIT_NOTE, on, account, Account.RECEIVABLE, amount)
        for account, amount in claim.parts.items()
    ]


def written_off(source: str, on: date, amount: int, deferred: int = 0) -> list[Transfer]:
    """A claim nobody will pay any more: `deferred` of it was never earned and is no loss, the rest is one.

    2.000.000 of a year of 2.920.000 given up, 248.000 earned and 920.000 paid: deferred → receivable 2.000.000; the 672.000
    that are still deferred are paid. With nothing paid and 2.672.000 deferred, write_offs → receivable 248.000 beside it.
    """
    parts = {Account.DEFERRED: deferred, Account.WRITE_OFFS: amount - deferred}
    return [
        Transfer(source, Fact.WRITE_OFF, on, account, Account.RECEIVABLE, part)
        for account, part in parts.items()
        if part
    ]


def recognised(source: str, on: date, amount: int) -> Transfer:
    """A month of prepaid days is earned; `on` is its last day: deferred → revenue 62.000 on 31 March."""
    return Transfer(source, Fact.RECOGNITION, on, Account.DEFERRED, Account.REVENUE, amount, f"{on:%Y-%m}")


def settled(source: str, on: date, amount: int, channel: str | None) -> Transfer:
    """A document is settled by money of a channel or by the customer's credit (None); a negative amount opens it again."""
    paid_from = Account.CREDIT if channel is None else cash_in(channel)
    return _signed(source, Fact.SETTLEMENT, on, paid_from, Account.RECEIVABLE, amount)


def credited(source: str, on: date, amount: int, channel: str | None, cause: str = "") -> Transfer:
    """Credit by money of a channel, or given without any (None), such as a reward; a negative amount takes it back."""
    without_money = Account.ROUNDING if cause == ROUNDED else Account.ALLOWANCES
    given_from = without_money if channel is None else cash_in(channel)
    return _signed(source, Fact.CREDIT, on, given_from, Account.CREDIT, amount)


def fee_collected(source: str, on: date, amount: int, channel: str) -> Transfer:
    """The payer pays the gateway's fee (K8): 4.000 into cash:midtrans, to be kept by the gateway when it settles."""
    return _signed(source, Fact.FEE, on, cash_in(channel), Account.GATEWAY_FEES, amount)


def fee_kept(source: str, on: date, amount: int, channel: str) -> Transfer:
    """What the gateway kept of a payment when it settled, MDR and the PPN on it: 4.440 out of cash:midtrans.

    Found wrong by a later report, −4.440 puts them back in and 3.330 go out.
    """
    return _signed(source, Fact.GATEWAY_FEE, on, Account.GATEWAY_FEES, cash_in(channel), amount)


def _signed(source: str, fact: Fact, on: date, debit: str, credit: str, amount: int) -> Transfer:
    if amount < 0:
        debit, credit = credit, debit
    return Transfer(source, fact, on, debit, credit, abs(amount))


def balances(transfers: Iterable[tuple[str, str, int]]) -> dict[str, int]:
    """Debits less credits by account, of (debit, credit, amount); their sum is zero whatever was posted.

    >>> balances([("receivable", "deferred", 750000), ("cash:transfer", "receivable", 750000)])
    {'cash:transfer': 750000, 'deferred': -750000}
    """
    sums: Counter[str] = Counter()
    for debit, credit, amount in transfers:
        sums[debit] += amount
        sums[credit] -= amount
    return {account: amount for account, amount in sorted(sums.items()) if amount}


@dataclass(frozen=True, slots=True)
class Figures:
    """The books of a tenant beside what its other tables say; rupiah.

    `balances` by account; `outstanding` on open documents, `credit` of the customer, `received` by channel (with what
    payers paid on top for the method, less what the gateway kept), `fees` those two against each other, `deferred` by month,
    `tax` and `income` (net, deferred or earned, late fees included) of documents that stand, less what credit notes took back
    and what had not been earned of claims that were given up; `written_off` is the rest of those; `rounded` was left open by
    rounding; `unposted` documents are not in the books yet.
    """

    balances: Mapping[str, int]
    outstanding: int
    credit: int
    received: Mapping[str, int]
    deferred: Mapping[str, int]
    tax: int
    income: int
    written_off: int = 0
    unposted: int = 0
    fees: int = 0
    rounded: int = 0


@dataclass(frozen=True, slots=True)
class Difference:
    """An account that has `booked` where the tenant's other tables make it `expected`."""

    account: str
    booked: int
    expected: int


def differences(figures: Figures) -> tuple[Difference, ...]:
    """What does not agree; empty where the books are right.

    The receivable is what is outstanding, the credit account the customer's credit, each cash account the payments of its
    channel, deferred what the documents have yet to earn, tax theirs, and what was earned the rest.
    """
    booked = Counter(figures.balances)
    pairs = [
        (Account.RECEIVABLE, booked[Account.RECEIVABLE], figures.outstanding),
        (Account.CREDIT, -booked[Account.CREDIT], figures.credit),
        (Account.DEFERRED, -booked[Account.DEFERRED], sum(figures.deferred.values())),
        (Account.TAX, -booked[Account.TAX], figures.tax),
        (Account.REVENUE, -sum(booked[account] for account in INCOME), figures.income),
        (Account.WRITE_OFFS, booked[Account.WRITE_OFFS], figures.written_off),
        (Account.ROUNDING, booked[Account.ROUNDING], figures.rounded),
        (Account.GATEWAY_FEES, -booked[Account.GATEWAY_FEES], figures.fees),
        (Account.WITHHOLDING, booked[Account.WITHHOLDING], figures.received.get(WITHHELD, 0)),
        ("unposted", 0, figures.unposted),
        ("sum", sum(booked.values()), 0),
    ]
    channels = {account.removeprefix(CASH) for account in booked if account.startswith(CASH)}
    channels |= set(figures.received) - {WITHHELD}
    pairs += [(cash_in(name), booked[cash_in(name)], figures.received.get(name, 0)) for name in sorted(channels)]
    return tuple(Difference(str(account), here, there) for account, here, there in pairs if here != there)


def changed_months(sealed: Mapping[str, str], found: Mapping[str, str]) -> tuple[Difference, ...]:
    """Months of the journal that are not what they were when they were sealed; both by month, as "rupiah:entries:fingerprint".

    >>> changed_months({"2025-03": "750000:2:a1", "2025-04": "5000:1:b2"}, {"2025-03": "749000:2:c3", "2025-04": "5000:1:b2"})
    (Difference(account='journal 2025-03 changed', booked=749000, expected=750000),)
    """
    changed = sorted(month for month in {*sealed, *found} if sealed.get(month) != found.get(month))
    return tuple(
        Difference(f"journal {month} changed", _rupiah(found.get(month)), _rupiah(sealed.get(month)))
        for month in changed
    )


def _rupiah(seal: str | None) -> int:
    return int(seal.partition(":")[0]) if seal else 0


INCOME = (Account.REVENUE, Account.DEFERRED, Account.LATE_FEES)
