"""Any file of lines, in any order of importing and approving: each rupiah of the account is booked once."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from billing.errors import LineClosed, PerhapsBooked, TransferClosed
from billing.gateways.models import BankTransfer
from billing.gateways.statements.models import PLACED, BankLine, BankStatement
from billing.services.banking.lines import Target, assign_line, undo_line
from billing.services.banking.transfers import approve_transfer
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
    told: list[str] = field(default_factory=list)  # what was done, and what there was after it

    def play(self, acts: list[tuple[str, int, int]]) -> None:
        """All of it, then the whole file twice."""
        try:
            for what, first, second in acts:
                self.act("import_" if what == "import" else what, first, second)
                self.check()
            for _ in range(2):
                self.act("import_", 0, len(self.truth) - 1)
            self.check()
            assert BankLine.objects.count() == len(self.truth)
            assert BankStatement.objects.exists()
        except Exception as broken:
            # What Hypothesis prints of its arguments is empty once fixtures are among them, so say it here.
            books = [f"{tenant.subdomain}: {account(tenant).payments}" for tenant in self.tenants]
            broken.add_note("\n".join([f"on the account: {self.truth}", *self.told, *books]))
            raise

    def act(self, what: str, first: int, second: int) -> None:
        """One thing; what a service refuses is no harm."""
        with suppress(LineClosed, TransferClosed):
            getattr(self, what)(first, second)
        queue = BankLine.objects.order_by("on", "row").values_list("amount", "state", "tenant__schema_name")
        self.told.append(f"{what} {first} {second} -> {list(queue)}")

    def import_(self, first: int, second: int) -> None:
        """A file of some consecutive lines, with the balance that the bank really had."""
        begin, end = sorted((first % len(self.truth), second % len(self.truth)))
        before = sum(entry.amount for entry in self.truth[:begin])
        take_in(csv_of(self.truth[begin : end + 1], opening=10_000_000 + before), self.staff)

    def approve(self, first: int, _second: int) -> None:
        """Staff see the exact sum on the account, and approve the proof by hand."""
        transfer = self.transfers[first % 2]
        if any(entry.amount == transfer.asked for entry in self.truth):
            self.asked(transfer.asked, lambda anyway: self.approved(transfer, anyway=anyway))

    def approved(self, transfer: BankTransfer, *, anyway: bool) -> None:
        approve_transfer(
            transfer=transfer,
            received=transfer.asked,
            staff=self.staff,
            today=TODAY,
            now=moment(),
            gateway=NOBODY,
            anyway=anyway,
        )

    def asked(self, amount: int, book: Callable[[bool], object]) -> None:
        """Where the service asks whether it is other money, staff count on the account, and answer with the truth."""
        try:
            book(False)
        except PerhapsBooked:
            if self.booked(amount) < self.came(amount):
                book(True)

    def came(self, amount: int) -> int:
        """How often a sum stands on the account."""
        return sum(entry.amount == amount for entry in self.truth)

    def booked(self, amount: int) -> int:
        """How often a sum is booked, however it was seen: what was taken back counts as never booked."""
        payments = [one for tenant in self.tenants for one in account(tenant).payments.values()]
        return payments.count(amount) - payments.count(-amount)

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
            self.asked(line.amount, lambda anyway: self.assigned(line, Target(tenant, own, anyway=anyway)))

    def assigned(self, line: BankLine, target: Target) -> None:
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
        sums = list(payments.values())
        for transfer in self.transfers:
            came = self.came(transfer.asked)
            booked = sums.count(transfer.asked) - sums.count(-transfer.asked)
            assert booked <= came, f"{transfer.asked} booked {booked} times, came {came} times"


# Without shrinking: an example takes a tenth of a second, and shrinking hundreds of them; the notes tell what was done.
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
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
        desk.play(acts)
    finally:
        transaction.savepoint_rollback(before)
