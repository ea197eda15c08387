"""Whose money is it? What is certain, and what may be, with the reasons.

Certain is only the exact sum that one tenant alone was asked for, or whose receipt staff alone confirmed, in the days in which
that sum was his. Everything else is for a person, ranked.
"""

import re
from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Generic, TypeVar

from billing.rules.banking.names import ENOUGH, likeness, words_of

Key = TypeVar("Key", bound=Hashable)
# What each reason weighs; a suggestion needs SHOWN.
WEIGHTS = {
    "number": 50,  # the invoice's number stands in the text
    "asked": 60,  # the sum with the unique code of a transfer of those days
    "asked_before": 40,  # the sum of a transfer that was over, or decided
    "confirmed": 55,  # staff confirmed this sum, and no line of the bank has it yet
    "stated": 30,  # the sum the payer says to have sent
    "balance": 25,  # exactly what is open
    "balance_code": 20,  # what is open and up to 999 rupiah
    "name": 40,  # times likeness / 100
    "less": 5,
    "more": 5,
}
SHOWN = 25
MOST = 5
# A sum that many owe says nothing without a name.
FEW = 3
# A word in more names than this says nothing by itself, nor does a sum that more owe: then the two rarest words count.
COMMON = 50
CROWD = 50
PREFIX = 4
LARGEST_CODE = 999
# A bank may book a transfer of the evening before, or staff confirm before the bank's day is closed.
SLACK = timedelta(days=1)
SETTLED_WITHIN = timedelta(days=3)
_NUMBER = re.compile(r"\b[A-Z]{2,}(?:[/-][A-Z0-9]+)+[/-]\d{2,}\b")


@dataclass(frozen=True, slots=True)
class Money:
    """Money that came to an account: whole rupiah, the bank's day, the bank's text."""

    on: date
    amount: int
    text: str


@dataclass(frozen=True, slots=True)
class Claim(Generic[Key]):
    """An announced transfer as a line may meet it. `state`: open, expired, approved or closed (refused, withdrawn).

    `asked` was its sum alone from `opens_on` to `ends_on`. `received` is what staff confirmed (approved). `taken`: a line
    of the bank has settled it already.
    """

    transfer: Key
    tenant: Key
    state: str
    asked: int
    opens_on: date
    ends_on: date
    stated: int | None = None
    received: int | None = None
    taken: bool = False
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Debtor(Generic[Key]):
    """A tenant with something open, by the names its payers may use, and the open documents' numbers a text named."""

    tenant: Key
    balance: int
    names: tuple[str, ...]
    numbers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a line may be somebody's; `code` is a key of WEIGHTS, `fact` what it rests on (a number, a name, rupiah)."""

    code: str
    fact: str = ""


@dataclass(frozen=True, slots=True)
class Suggestion(Generic[Key]):
    """A tenant, the transfer it would settle if there is one, and why."""

    tenant: Key
    transfer: Key | None
    score: int
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Verdict(Generic[Key]):
    """At most one certainty; suggestions, the likeliest first."""

    certain: Suggestion[Key] | None
    suggestions: tuple[Suggestion[Key], ...]


def numbers_in(text: str) -> tuple[str, ...]:
    """Document numbers in a bank's text: "Bayar XC/INV/2025/03/00001" → XC/INV/2025/03/00001."""
    return tuple(dict.fromkeys(found.replace("-", "/") for found in _NUMBER.findall(text.upper())))


class Ground(Generic[Key]):
    """All that a statement's lines are held against, looked up by sum, by name and by tenant."""

    def __init__(self, claims: Iterable[Claim[Key]], debtors: Iterable[Debtor[Key]]) -> None:
        self._debtors = {debtor.tenant: debtor for debtor in debtors}
        self._claims: dict[Key, list[Claim[Key]]] = defaultdict(list)
        self._by_sum: dict[int, list[Claim[Key]]] = defaultdict(list)
        self._by_balance: dict[int, list[Key]] = defaultdict(list)
        self._by_word: dict[str, set[Key]] = defaultdict(set)
        self._by_prefix: dict[str, set[Key]] = defaultdict(set)
        self._by_number: dict[str, set[Key]] = defaultdict(set)
        for claim in claims:
            self._claims[claim.tenant].append(claim)
            for amount in {claim.asked, claim.stated, claim.received} - {None}:
                self._by_sum[amount or 0].append(claim)
        for debtor in self._debtors.values():
            self._by_balance[debtor.balance].append(debtor.tenant)
            for number in debtor.numbers:
                self._by_number[number].add(debtor.tenant)
        self._index_names()

    def _index_names(self) -> None:
        self._names: dict[Key, list[tuple[str, tuple[str, ...]]]] = defaultdict(list)
        known = [(debtor.tenant, debtor.names) for debtor in self._debtors.values()]
        known += [(claim.tenant, claim.names) for claims in self._claims.values() for claim in claims]
        for tenant, names in known:
            for name in dict.fromkeys(names):
                words = words_of(name)
                if words and (name, words) not in self._names[tenant]:
                    self._names[tenant].append((name, words))
                for word in words:
                    self._by_word[word].add(tenant)
                    if len(word) > PREFIX:
                        self._by_prefix[word[:PREFIX]].add(tenant)

    def judge(self, money: Money, rivals: int = 0) -> Verdict[Key]:
        """What a line is. `rivals` are other lines with the same sum that are not settled: then nothing is certain.

        750.137 on 11 March, asked of SMAN 1 alone since 10 March with code 137 → certain. The same after the 24th, when
        the code was free again → a suggestion, with the old code as its reason.
        """
        suggestions = self._suggestions(money)
        certain = None if rivals else self._certain(money, suggestions)
        return Verdict(certain, tuple(suggestions[:MOST]))

    def _certain(self, money: Money, suggestions: Sequence[Suggestion[Key]]) -> Suggestion[Key] | None:
        claims = [claim for claim in self._by_sum.get(money.amount, ()) if _is_his(claim, money)]
        if len({claim.transfer for claim in claims}) != 1:
            return None
        [claim] = claims[:1]
        others = [tenant for tenant in self._by_balance.get(money.amount, ()) if tenant != claim.tenant]
        named = [item for item in suggestions if item.tenant != claim.tenant and _has(item, "number")]
        if others or named:
            return None
        return next((item for item in suggestions if item.transfer == claim.transfer), None)

    def _suggestions(self, money: Money) -> list[Suggestion[Key]]:
        words = words_of(money.text)
        found = [self._weigh(tenant, money, words) for tenant in self._candidates(money, words)]
        shown = [item for item in found if item.score >= SHOWN]
        return sorted(shown, key=lambda item: (-item.score, str(item.tenant)))

    def _candidates(self, money: Money, words: Sequence[str]) -> set[Key]:
        found = {claim.tenant for claim in self._by_sum.get(money.amount, ())}
        for number in numbers_in(money.text):
            found |= self._by_number.get(number, set())
        named, shared = self._alike(words)
        found |= named
        for balance in range(max(1, money.amount - LARGEST_CODE), money.amount + 1):
            owing = self._by_balance.get(balance, [])
            found.update(owing if len(owing) <= CROWD else shared.intersection(owing))
        return found

    def _alike(self, words: Sequence[str]) -> tuple[set[Key], set[Key]]:
        """Tenants with one of the rarer words in a name, and those with the two rarest, however many they are."""
        sets = sorted(filter(None, (self._with(word) for word in dict.fromkeys(words))), key=len)
        shared = set.intersection(*sets[:2]) if sets else set()
        rare = [tenants for tenants in (*sets, shared) if len(tenants) <= COMMON]
        return set().union(*rare), shared

    def _with(self, word: str) -> set[Key]:
        """Tenants with a word in a name; where nobody has it, with one that begins alike: cut off, or misspelt."""
        if len(word) < 3 and not word.isdigit():
            return set()
        return self._by_word.get(word) or self._by_prefix.get(word[:PREFIX], set())

    def _weigh(self, tenant: Key, money: Money, words: Sequence[str]) -> Suggestion[Key]:
        claim, about = self._best_claim(tenant, money)
        reasons = [about] if about is not None else []
        debtor = self._debtors.get(tenant)
        numbers = set(numbers_in(money.text)).intersection(debtor.numbers) if debtor else set()
        reasons += [Reason("number", number) for number in sorted(numbers)[:1]]
        name, alike = self._best_name(tenant, words)
        strong = bool(reasons)
        if alike >= ENOUGH:
            reasons.append(Reason("name", name))
        if debtor is not None and not (claim is not None and about is not None and about.code == "asked"):
            reasons += self._about_balance(debtor.balance, money.amount, firm=strong or alike >= ENOUGH)
        score = sum(
            WEIGHTS[item.code] * alike // 100 if item.code == "name" else WEIGHTS[item.code] for item in reasons
        )
        return Suggestion(tenant, claim.transfer if claim is not None else None, score, tuple(reasons))

    def _about_balance(self, balance: int, amount: int, *, firm: bool) -> list[Reason]:
        if balance == amount and (firm or len(self._by_balance.get(balance, ())) <= FEW):
            return [Reason("balance", str(balance))]
        if not firm or balance <= 0:
            return []
        if 0 < amount - balance <= LARGEST_CODE:
            return [Reason("balance_code", str(amount - balance))]
        if amount == balance:
            return [Reason("balance", str(balance))]
        return [Reason("less" if amount < balance else "more", str(balance))]

    def _best_claim(self, tenant: Key, money: Money) -> tuple[Claim[Key] | None, Reason | None]:
        """The transfer the money would settle: one whose sum it is, else the one still open, for no reason of its own."""
        told = [(claim, _about(claim, money)) for claim in self._claims.get(tenant, ())]
        with_reason = [(claim, reason) for claim, reason in told if reason is not None]
        if with_reason:
            return max(with_reason, key=lambda pair: (WEIGHTS[pair[1].code], pair[0].opens_on))
        return next((claim for claim in self._claims.get(tenant, ()) if claim.state == "open"), None), None

    def _best_name(self, tenant: Key, words: Sequence[str]) -> tuple[str, int]:
        scored = [(likeness(known, words), name) for name, known in self._names.get(tenant, ())]
        alike, name = max(scored, default=(0, ""))
        return name, alike


def _is_his(claim: Claim[Key], money: Money) -> bool:
    """Whether the sum was this transfer's alone on the bank's day."""
    about = _about(claim, money)
    exact = claim.state != "approved" or claim.received == claim.asked
    return about is not None and about.code in {"asked", "confirmed"} and exact


def _about(claim: Claim[Key], money: Money) -> Reason | None:
    """How a transfer and a sum belong together."""
    if claim.state == "approved" and claim.received == money.amount and not claim.taken:
        in_time = claim.opens_on - SLACK <= money.on <= claim.ends_on + SETTLED_WITHIN
        return Reason("confirmed", str(money.amount)) if in_time else Reason("asked_before", str(claim.asked))
    if claim.asked == money.amount:
        in_time = claim.opens_on <= money.on <= claim.ends_on and claim.state in {"open", "expired"}
        return Reason("asked" if in_time else "asked_before", str(claim.asked))
    if claim.stated == money.amount and claim.state == "open":
        return Reason("stated", str(claim.stated))
    return None


def _has(item: Suggestion[Key], code: str) -> bool:
    return any(reason.code == code for reason in item.reasons)
