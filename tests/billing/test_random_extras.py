"""Any life with add-ons, turnover, parts, contracts, pauses and ends on any day: the same laws hold after each step."""

from collections.abc import Callable
from contextlib import suppress
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule

from billing.models import DocumentLine, Subscription
from billing.rules.lifecycle import Status
from billing.rules.schedules import Scheduled, read_schedule
from billing.selectors.change_choices import Wanted
from billing.services.addons import AddonChange, change_addon
from billing.services.charges.purchases import Purchase, buy_item
from billing.services.charges.schedules import Signed, reach_milestone, sign_contract
from billing.services.charges.usage import Usage, report_usage
from billing.services.dunning.pausing import pause_subscription, resume_subscription
from billing.services.subscriptions.changes import change_plan
from billing.services.subscriptions.life import Leaving, cancel_subscription
from tenants.context import inside
from tenants.errors import DomainError
from tests.billing.lives import owes, pay
from tests.billing.served import billed_days, held_days, metered, served_days, told_of
from tests.billing.test_random_lives import Life, life_of, live
from trials.services.daily import live_day

AT = st.integers(0, 20)
WHY = "Disepakati"


class Fuller(Life):
    """A life with more in it; each list says what this customer may have, an empty one what it may not."""

    signups = [date(2026, 1, 30), date(2026, 1, 31), date(2027, 12, 15)]
    addons: list[str] = []
    items: list[str] = []
    meters: list[str] = []
    contracts: list[str] = []
    works: list[str] = []

    def __init__(self) -> None:
        super().__init__()
        self.keys = 0
        self.read: list[Usage] = []

    def try_(self, act: Callable[[], Any]) -> bool:
        """What a service refuses changes nothing."""
        with suppress(DomainError), transaction.atomic():
            act()
            return True
        return False

    def key(self) -> str:
        """A new name for what is asked once."""
        self.keys += 1
        return f"step-{self.keys}"

    @property
    def waiting(self) -> tuple[Scheduled, ...]:
        """What was agreed and is still to be billed."""
        with inside(self.who):
            found = Subscription.objects.order_by("-created_at").first()
        return read_schedule(found.schedule) if found is not None else ()

    @precondition(lambda self: self.addons)
    @rule(at=AT, count=st.sampled_from([0, 1, 1, 2, 10]))
    def hold(self, at: int, count: int) -> None:
        """So many of an add-on from today on (N8)."""
        change = AddonChange(self.addons[at % len(self.addons)], Decimal(count), "test", self.key())
        self.try_(lambda: change_addon(tenant=self.who, change=change, today=self.today))

    @precondition(lambda self: self.items)
    @rule(at=AT, count=st.sampled_from([1, 1, 3]), parts=st.booleans())
    def buy(self, at: int, count: int, parts: bool) -> None:
        """Something beside the plan, at once or in instalments (N1, N3)."""
        item = self.items[at % len(self.items)]
        purchase = Purchase(item, Decimal(count), self.key(), instalments=parts)
        self.try_(lambda: buy_item(tenant=self.who, purchase=purchase, today=self.today))

    @precondition(lambda self: self.meters)
    @rule(at=AT, rupiah=st.sampled_from([0, 1, 333, 12_345_600]), back=st.sampled_from([0, 0, 3, 40]))
    def read_a_meter(self, at: int, rupiah: int, back: int) -> None:
        """Turnover of today, or of a day that may be billed already (C15)."""
        meter, on = self.meters[at % len(self.meters)], self.today - timedelta(days=back)
        usage = Usage(meter, Decimal(rupiah), on, "test", self.key())
        if self.try_(lambda: report_usage(tenant=self.who, usage=usage, today=self.today)):
            self.read.append(usage)

    @precondition(lambda self: self.read)
    @rule(at=AT, rupiah=st.sampled_from([0, 999, 20_000_000]))
    def correct_a_reading(self, at: int, rupiah: int) -> None:
        """It was another amount (C15)."""
        wrong = self.read[at % len(self.read)]
        usage = Usage(wrong.meter, Decimal(rupiah), wrong.on, "test", self.key(), corrects=wrong.key or "")
        self.try_(lambda: report_usage(tenant=self.who, usage=usage, today=self.today))

    @precondition(lambda self: self.contracts)
    @rule(at=AT, months=st.sampled_from([1, 12]), price=st.sampled_from([3_500_000, 12_345_678]))
    def agree_on_a_contract(self, at: int, months: int, price: int) -> None:
        """Staff put it on a plan that is sold by contract (C1)."""
        wanted = Wanted(self.contracts[at % len(self.contracts)], months, price)
        self.try_(lambda: change_plan(tenant=self.who, wanted=wanted, today=self.today, reason=WHY))

    @precondition(lambda self: self.works)
    @rule(at=AT, price=st.sampled_from([1, 100, 100_000_001]))
    def sign(self, at: int, price: int) -> None:
        """Work that is billed by milestones (N14)."""
        signed = Signed(self.works[at % len(self.works)], price, WHY)
        self.try_(lambda: sign_contract(tenant=self.who, signed=signed, today=self.today))

    @precondition(lambda self: self.works)
    @rule(at=AT)
    def reach_a_milestone(self, at: int) -> None:
        """Any of those that are waited for (N14)."""
        open_ = [f"{part.key}:{part.milestone}" for part in self.waiting if part.milestone]
        if open_:
            named = open_[at % len(open_)]
            self.try_(lambda: reach_milestone(tenant=self.who, milestone=named, reason=WHY, today=self.today))

    @rule(days=st.sampled_from([0, 10, 95, 400]), waived=st.booleans(), no_fee=st.booleans())
    def leave_on_a_day(self, days: int, waived: bool, no_fee: bool) -> None:
        """Within a contract, for its fee or without one; staff insist on no notice (C8)."""
        leaving = Leaving(on=self.today + timedelta(days=days), waived=waived, no_fee=no_fee)
        self.try_(lambda: cancel_subscription(tenant=self.who, today=self.today, reason=WHY, leaving=leaving))

    @rule(days=st.sampled_from([1, 20, 80]))
    def pause(self, days: int) -> None:
        """Closed and not billed for some days (N2)."""
        until = self.today + timedelta(days=days)
        self.try_(lambda: pause_subscription(tenant=self.who, today=self.today, until=until))

    @rule()
    def resume(self) -> None:
        """It goes on earlier."""
        self.try_(lambda: resume_subscription(tenant=self.who, today=self.today))

    @rule(days=st.sampled_from([10, 75]))
    def pay_late(self, days: int) -> None:
        """Nobody pays for so long that access is closed, perhaps for some periods; then all that is open is paid (X10)."""
        self.sleep(75)
        self.sleep(days)
        if owed := owes(self.who):
            pay(self.who, self.today, owed)
            live_day(self.who, self.today)

    @invariant()
    def no_day_of_what_it_holds_is_left_unbilled(self) -> None:
        """Each served day of a charge in a rhythm of its own was billed: an add-on's while it was held (N6, N8)."""
        if self.tenant is None:
            return
        self.tenant.refresh_from_db()
        told = told_of(self.tenant)
        served = served_days(told, self.today)
        for charge in self.beside:
            owed = served & held_days(told, charge, self.today) if charge in self.addons else served
            given_away = owed - billed_days(told, charge=charge)
            assert not given_away, f"{charge}, {self.today}: {sorted(map(str, given_away))}\n{told.history}"

    @invariant()
    def all_turnover_is_billed(self) -> None:
        """C15: 1 % of what was reported and does not wait for its invoice stands on one, or waits as a correction."""
        if self.tenant is None:
            return
        told = told_of(self.tenant)
        for meter in self.meters:
            found = metered(told, meter, "marketplace")
            if found is not None:
                assert abs(found.billed - found.read / 100) <= found.roundings, f"{found}\n{told.history}"

    @invariant()
    def parts_make_no_more_than_the_price(self) -> None:
        """N3, N14, C8: what was billed of a purchase or a contract and what is to come never exceed what was agreed on, and
        who has left, or turned free, owes nothing to come but instalments and milestones."""
        if self.tenant is None:
            return
        waiting = self.waiting
        with inside(self.tenant):
            lines = list(DocumentLine.objects.filter(kind="once", voided=False).values_list("charge", "amount"))
            found = Subscription.objects.order_by("-created_at").first()
        for part in waiting:
            billed = sum(amount for charge, amount in lines if charge.endswith(f":{part.key}"))
            to_come = sum(other.amount for other in waiting if other.key == part.key)
            assert part.leaving or billed + to_come <= part.total
            assert part.amount >= 0
        assert found is not None
        leaving = [part for part in waiting if part.leaving]
        assert len(leaving) <= (found.cancel_on is not None)
        assert found.status != Status.ENDED or not waiting


def fuller(
    product: str, counts: list[int], plans: list[str | None], more: dict[str, Any], **offer: Any
) -> type[Fuller]:
    """A kind of customer, and what else it may have."""
    return type("FullerLife", (Fuller, life_of(product, counts, plans, **offer)), more)


COOPERATIVE = fuller(
    "koperasi",
    [80],
    ["starter", "growth", "professional"],
    {"meters": ["marketplace-turnover"], "contracts": ["enterprise"]},
    plan="growth",
)
SCHOOL = fuller(
    "naikkelas",
    [20, 25, 100],
    ["school"],
    {
        "addons": ["robot-kits", "custom-certificates", "remedial-clinic", "teacher-training"],
        "beside": frozenset({"robot-kits", "custom-certificates", "remedial-clinic"}),
        "items": ["bootcamp-2027-01", "robot-kit"],
        "works": ["enterprise-academy"],
    },
    plan="school",
    interval_months=2,
)
ACADEMY = fuller(
    "naikkelas",
    [40, 50, 45],
    ["academy"],
    {"addons": ["custom-certificates"], "beside": frozenset({"academy-seats", "custom-certificates"})},
    plan="academy",
)
LEARNER = fuller(
    "naikkelas",
    [1],
    ["learner", "account"],
    {"items": ["bootcamp-2027-01", "robotics-bundle"]},
    plan="learner",
)


@pytest.mark.slow
@pytest.mark.parametrize(
    "machine",
    [
        pytest.param(COOPERATIVE, id="a cooperative with turnover and a contract of its own"),
        pytest.param(SCHOOL, id="a school with kits, purchases in parts and milestones"),
        pytest.param(ACADEMY, id="an academy with its own name and yearly seats"),
        pytest.param(LEARNER, id="a learner who pauses and buys"),
    ],
)
def test_any_fuller_life_keeps_its_books(db: None, machine: type[Fuller]) -> None:
    """C1, C8, C11, C15, N1–N3, N5, N6, N8, N14."""
    live(machine, 2)


def test_a_school_that_pays_late_twice_has_every_day_of_its_kits_billed(db: None) -> None:
    """N8, X10: a chosen life under the same laws, because few random ones hold kits over more than one closed month."""
    life = SCHOOL()
    life.sign_up(at_day=0, at=0)
    life.hold(at=0, count=10)
    life.pay_late(days=75)
    life.no_day_of_what_it_holds_is_left_unbilled()
    life.hold(at=0, count=2)
    life.pay_late(days=10)
    life.no_day_of_what_it_holds_is_left_unbilled()
    life.no_day_of_service_is_left_unbilled()
    life.teardown()
