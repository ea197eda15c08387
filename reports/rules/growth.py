"""From sign-up by way of a trial to the first payment: how many come that far, and how long it takes (K17, C13)."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from reports.rules.figures import share

# Which steps an event is; only the first of each counts. Who gets no trial is activated at once.
STEPS = {
    "trial.started": ("signed_up_on", "tried_on"),
    "subscription.activated": ("signed_up_on",),
    "payment.received": ("paid_on",),
}


@dataclass(frozen=True, slots=True)
class Steps:
    """How far a customer has come, and on which day of its own."""

    signed_up_on: date | None = None
    tried_on: date | None = None
    paid_on: date | None = None

    def after(self, event: str, on: date) -> "Steps":
        """After an event of a day: the second payment changes nothing, nor does coming back after an end."""
        new = {name: on for name in STEPS.get(event, ()) if getattr(self, name) is None}
        return replace(self, **new)


@dataclass(frozen=True, slots=True)
class Outcome:
    """So many customers of a group who paid first so many days after sign-up (None: not yet); `tried` of them had a trial."""

    group: Hashable
    days: int | None
    customers: int
    tried: int


@dataclass(frozen=True, slots=True)
class Funnel:
    """What became of those who signed up. `cycle`: median days from sign-up to the first payment, of those who paid."""

    signups: int = 0
    tried: int = 0
    paid: int = 0
    paid_after_trial: int = 0
    cycle: Fraction | None = None

    @property
    def to_trial(self) -> Fraction | None:
        """Of those signed up, the part that had a trial."""
        return share(self.tried, self.signups)

    @property
    def trial_to_paid(self) -> Fraction | None:
        """Of those who had a trial, the part that paid."""
        return share(self.paid_after_trial, self.tried)

    @property
    def conversion(self) -> Fraction | None:
        """Of those signed up, the part that paid, with a trial or without."""
        return share(self.paid, self.signups)


@dataclass(frozen=True, slots=True)
class Visits:
    """Browsers that came to a product's pages, each once a day; that opened its sign-up; that sent it (N13).

    200 look at the prices, 50 open the sign-up, 10 send it: landing → checkout 25 %, landing → sign-up 5 %.
    """

    landed: int = 0
    opened: int = 0
    sent: int = 0

    @property
    def to_checkout(self) -> Fraction | None:
        """Landing → checkout."""
        return share(self.opened, self.landed)

    @property
    def to_signup(self) -> Fraction | None:
        """Landing → sign-up."""
        return share(self.sent, self.landed)

    def __add__(self, other: "Visits") -> "Visits":
        return Visits(self.landed + other.landed, self.opened + other.opened, self.sent + other.sent)


def funnel(outcomes: Iterable[Outcome]) -> Funnel:
    """All of these together.

    Ten sign up. Eight of them try, of whom four pay after 30, 31, 33 and 40 days; of the two without a trial one pays at once.
    To trial 80 %, from trial to paid 50 %, in all 50 %; median of 0, 30, 31, 33 and 40: 31 days.
    """
    found = list(outcomes)
    paid = [item for item in found if item.days is not None]
    return Funnel(
        signups=sum(item.customers for item in found),
        tried=sum(item.tried for item in found),
        paid=sum(item.customers for item in paid),
        paid_after_trial=sum(item.tried for item in paid),
        cycle=median((item.days, item.customers) for item in paid if item.days is not None),
    )


def funnels(outcomes: Iterable[Outcome]) -> dict[Hashable, Funnel]:
    """Each group's own."""
    groups: dict[Hashable, list[Outcome]] = defaultdict(list)
    for item in outcomes:
        groups[item.group].append(item)
    return {group: funnel(items) for group, items in groups.items()}


def pipeline(trying: Mapping[str, int], each: Mapping[str, int | None]) -> int:
    """What those who try would bring a month, if each became as the customers of its product are, in rupiah.

    Three try XClass, where a customer brings 62.500 a month: 187.500. A product that nobody pays for yet adds nothing.
    """
    return sum(count * (each.get(product) or 0) for product, count in trying.items())


def median(counted: Iterable[tuple[int, int]]) -> Fraction | None:
    """The middle of values that occur so often: (30, 1), (31, 1) → 30,5; None of nothing."""
    found = sorted(counted)
    total = sum(count for _, count in found)
    if not total:
        return None
    return Fraction(_at(found, (total - 1) // 2) + _at(found, total // 2), 2)


def _at(found: Iterable[tuple[int, int]], place: int) -> int:
    for value, count in found:
        if place < count:
            return value
        place -= count
    raise AssertionError("place lies below the sum of all counts")
