"""Any file of lines, in any order of importing and approving: each rupiah of the account is booked once."""

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from billing.errors import LineClosed, PerhapsBooked, TransferClosed
from billing.gateways.models import BankTransfer
from billing.gateways.statements.models import PLACED, BankLine, BankStatement
from billing.services.bank_lines import Target, assign_line, undo_line
from billing.services.transfers import approve_transfer
from tenants.models import Tenant, User
from tests.banking.conftest import NOBODY, TODAY, Entry, announce, csv_of, take_in
from tests.payments.conftest import account, moment

MARCH = [TODAY, date(2025, 3, 11), date(2025, 3, 12)]
# What comes to the account: the exact sum of the first or second school's transfer, or any other amount.
MONEY = st.lists(
    st.tuples(st.sampled_from(["first", "second", "other"]), st.integers(1, 2_000_000), st.sampled_from(MARCH)),
    min_size=1,
    max_size=6,
)
ACTS = st.lists(
    st.tuples(st.sampled_from(["import", "approve", "assign", "undo"]), st.integers(0, 99), st.integers(0, 99)),
    min_size=1,
    max_size=10,
)


@dataclass
class Desk:
    """What staff and the bank do, and the account as the bank knows it."""

    tenants: list[Tenant]
    transfers: list[BankTransfer]
    staff: User
    truth: list[Entry]
    approved: list[int] = field(default_factory=list)  # which transfers staff confirmed from a line they saw

    def act(self, what: str, first: int, second: int) -> None:
        """One thing; what a service refuses is no harm."""
        with suppress(LineClosed, PerhapsBooked, TransferClosed):
            getattr(self, what)(first, second)

    def import_(self, first: int, second: int) -> None:
        """A file of some consecutive lines, with the balance that the bank really had."""
        begin, end = sorted((first % len(self.truth), second % len(self.truth)))
        before = sum(entry.amount for entry in self.truth[:begin])
        take_in(csv_of(self.truth[begin : end + 1], opening=10_000_000 + before), self.staff)

    def approve(self, first: int, _second: int) -> None:
        """Staff see the exact sum on the account, and approve the proof by hand."""
        at = first % 2
        asked = self.transfers[at].asked
        if any(entry.amount == asked for entry in self.truth):
            approve_transfer(
                transfer=self.transfers[at], received=asked, staff=self.staff, today=TODAY, now=moment(), gateway=NOBODY
            )

    def assign(self, first: int, second: int) -> None:
        """Some waiting line to some tenant, for its transfer where the sum is that."""
        waiting = list(BankLine.objects.filter(state="waiting").order_by("on", "row"))
        if waiting:
            line, tenant = waiting[first % len(waiting)], self.tenants[second % 2]
            own = next(
                (item for item in self.transfers if item.tenant_id == tenant.pk and item.asked == line.amount), None
            )
            if own is not None:
                own.refresh_from_db()
            target = Target(tenant, own, anyway=own is None)
            assign_line(line=line, target=target, reason="Menurut slip", staff=self.staff, now=moment(), gateway=NOBODY)

    def undo(self, first: int, _second: int) -> None:
        """Some decision is taken back."""
        placed = list(BankLine.objects.filter(state__in=PLACED).order_by("on", "row"))
        if placed:
            undo_line(line=placed[first % len(placed)], reason="Keliru", staff=self.staff, now=moment())

    def check(self) -> None:
        """Booked is exactly what lines say, and what staff confirmed before its line came."""
        lines = list(BankLine.objects.all())
        assert len({line.fingerprint for line in lines}) == len(lines) <= len(self.truth)
        placed = [line for line in lines if line.state in PLACED]
        payments: dict[str, int] = {}
        for tenant in self.tenants:
            payments |= account(tenant).payments
        by_hand = {f"transfer:{item.pk}" for item in self.transfers}
        own = {key: amount for key, amount in payments.items() if key.startswith("bank:")}
        hand = {key: amount for key, amount in payments.items() if key in by_hand}
        taken_back = sum(amount for amount in payments.values() if amount < 0)
        assert len(own) + len(hand) + len([one for one in payments.values() if one < 0]) == len(payments)
        assert sum(own.values()) + taken_back == sum(line.amount for line in placed if line.state == "booked")
        settled = [line for line in placed if line.state == "settled"]
        assert len(settled) <= len(hand)
        assert len({line.payment for line in placed}) == len(placed)
        for transfer in self.transfers:
            # However it was seen, by hand or in a file, and however often: never more than came.
            booked = [abs(amount) // amount for amount in payments.values() if abs(amount) == transfer.asked]
            assert sum(booked) <= sum(entry.amount == transfer.asked for entry in self.truth)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(money=MONEY, acts=ACTS)
def test_each_rupiah_is_booked_once_whatever_comes_first(
    billed: Tenant, harapan: Tenant, staff: User, money: list[tuple[str, int, date]], acts: list[tuple[str, int, int]]
) -> None:
    before = transaction.savepoint()  # a block here would be one transaction of two tenants
    try:
        transfers = [announce(billed), announce(harapan)]
        sums: dict[str, Any] = {"first": transfers[0].asked, "second": transfers[1].asked}
        truth = sorted(
            (Entry(sums.get(whose, amount), f"TRSF {number}", on) for number, (whose, amount, on) in enumerate(money)),
            key=lambda entry: entry.on,
        )
        desk = Desk([billed, harapan], transfers, staff, truth)
        for what, first, second in acts:
            desk.act("import_" if what == "import" else what, first, second)
            desk.check()
        desk.import_(0, len(truth) - 1)
        desk.import_(0, len(truth) - 1)
        desk.check()
        assert BankLine.objects.count() == len(truth)
        assert BankStatement.objects.exists()
    finally:
        transaction.savepoint_rollback(before)
