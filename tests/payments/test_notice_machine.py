"""Any sequence of payments, reversals and refunds at the gateway, its notices in any order, twice or never, and staff between.

The local Midtrans says what it holds of each transaction; the production services hear of it by notices and by asking. An order
may be paid twice, and the gateway may put a fee on top. After every step the books agree and hold no more than the gateway
took. Once all is told or found, what differs waits in suspense or in a dispute; and once staff have worked that off, the books
hold what the gateway holds, to the rupiah.

`LIVES=100 pytest …` plays so many others, at random.
"""

import os
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
import requests
import time_machine
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import invariant, run_state_machine_as_test
from pytest_django import Settings

from billing.gateways.midtrans import MidtransClient
from billing.gateways.models import OPEN_REFUNDS, Notice, NoticeState, Refund, RefundState, RefundWay
from billing.gateways.sandbox.models import SandboxTransaction
from billing.gateways.statements.models import Dispute, DisputeState
from billing.models import Document
from billing.selectors.operator_books import operator_books
from billing.selectors.refundable import left_of
from billing.services.books.checking import check_books, tenants_to_check
from billing.services.refunds.requests import Wanted, reject_refund
from billing.services.refunds.taken import record_taken
from tenants.context import enter, inside
from tenants.models import Tenant
from tests.billing.lives import books_balance
from tests.conftest import make_tenant, make_user
from tests.gateways.conftest import SERVER_KEY, config_for
from tests.payments.desk import WHY, Desk
from tests.payments.wire import URL, Wire
from trials.services.daily import live_day

ISSUED, BEGIN = date(2025, 3, 1), datetime(2025, 3, 10, 3, 0, tzinfo=UTC)


class Notices(Desk):
    """Two schools that owe 750.000 and 500.000, the local Midtrans, and staff. `met`: how often what was played came about."""

    met: Counter[str]

    def __init__(self) -> None:
        self.clock.move_to(BEGIN)
        super().__init__()
        enter(None)
        # By hand: in a block of Django's no transaction would be durable, and all would be one of two tenants.
        self.undo = transaction.savepoint()
        self.wire.cut = self.wire.deaf = False

    def teardown(self) -> None:
        """The end of the story; then nothing of it stays."""
        try:
            self.everything_comes_out()
            self.what_differs_waits_for_staff()
            self.staff_work_it_off()
            self.books_hold_what_the_gateway_holds()
            self.count_what_was_met()
        finally:
            transaction.savepoint_rollback(self.undo)
            enter(None)

    @invariant()
    def the_books_agree(self) -> None:
        """Each tenant's with its papers, and the operator's with all of them."""
        for tenant in tenants_to_check():
            books_balance(tenant, self.today(tenant))
            assert check_books(tenant=tenant, now=self.now) == ()
        assert operator_books().agrees

    @invariant()
    def nothing_is_paid_twice(self) -> None:
        """No document beyond its total, and no transaction beyond what the gateway took for it."""
        for tenant in self.tenants:
            with inside(tenant):
                papers = list(Document.objects.values_list("paid", "credited", "total"))
            assert all(0 <= paid + credited <= total for paid, credited, total in papers)
        booked = self.booked()
        for key, amount in SandboxTransaction.objects.values_list("transaction_id", "amount"):
            assert 0 <= booked[str(key)] <= amount

    def what_differs_waits_for_staff(self) -> None:
        """Money we do not have in the books is in suspense; money that is gone is in a dispute, or told to staff."""
        for attempt in self.attempts():
            rest, key = self.rest(attempt), str(attempt.transaction_id)
            waiting = Notice.objects.filter(state=NoticeState.SUSPENSE, transaction_id=key)
            if self.was_taken_back(attempt) or not rest:
                continue
            if rest < 0:
                assert waiting.filter(amount=-rest).exists(), f"{-rest} of {attempt} are in nobody's books"
            else:
                asked = Dispute.objects.filter(transaction_id=key, state=DisputeState.OPEN, amount__gte=rest)
                told = asked.exists() or waiting.filter(amount__isnull=True).exists()
                assert told, f"{rest} of {attempt} are gone and nobody knows"

    def staff_work_it_off(self) -> None:
        """Refunds without an answer, disputes (as lost), suspense: confirmed money is booked, what is gone is taken."""
        for refund in Refund.objects.filter(state__in=OPEN_REFUNDS):
            reject_refund(refund=refund, reason=WHY, staff=self.staff[0], now=self.now)
        for dispute in Dispute.objects.filter(state=DisputeState.OPEN):
            self.settle_dispute(dispute, won=False)
        for notice in Notice.objects.filter(state=NoticeState.SUSPENSE).order_by("amount"):
            self.settle_notice(notice)
        for attempt in self.attempts():
            if not self.was_taken_back(attempt):
                self._take(attempt, self.rest(attempt))

    def _take(self, attempt: SandboxTransaction, gone: int) -> None:
        """What somebody gave back at the dashboard of the gateway, of which its notice told."""
        for tenant, payment in self.payments_of(attempt):
            with inside(tenant):
                part = min(gone, left_of(payment))
            if part > 0:
                wanted = Wanted(payment.pk, part, RefundWay.TAKEN)
                record_taken(tenant=tenant, wanted=wanted, reason=WHY, staff=self.staff[0], now=self.now)
                gone -= part

    def books_hold_what_the_gateway_holds(self) -> None:
        """To the rupiah; of what staff took out of the books there is nothing in them."""
        for tenant in self.tenants:
            books_balance(tenant, self.today(tenant))
        self.the_books_agree()
        self.nothing_is_paid_twice()
        for attempt in self.attempts():
            if not self.was_taken_back(attempt):
                assert self.rest(attempt) == 0, attempt
        assert not Notice.objects.filter(state__in=[NoticeState.NEW, NoticeState.SUSPENSE]).exists()
        assert not Dispute.objects.filter(closed_at__isnull=True).exists()

    def count_what_was_met(self) -> None:
        """A law that meets nothing says nothing."""
        self.met["payments"] += len(self.payments())
        self.met["disputes"] += Dispute.objects.count()
        self.met["refunds"] += Refund.objects.filter(state=RefundState.DONE).count()
        self.met["reversals"] += len(self.taken_back)
        for state in (NoticeState.APPLIED, NoticeState.IGNORED, NoticeState.RESOLVED):
            self.met[state] += Notice.objects.filter(state=state).count()


def owing(name: str, students: int) -> Tenant:
    """5.000 a student since 2025-03-01."""
    tenant = make_tenant(name, name.title(), "xclass", students, date(2025, 2, 1))
    live_day(tenant, ISSUED)
    live_day(tenant, BEGIN.date())
    tenant.refresh_from_db()
    return tenant


@pytest.fixture
def wire(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Wire:
    """The local Midtrans behind the production client."""
    settings.MIDTRANS_SANDBOX = True
    settings.MIDTRANS_SERVER_KEY = settings.MIDTRANS_SIGNATURE_KEY = SERVER_KEY
    settings.MIDTRANS_MERCHANT_ID = "G000000001"
    found = Wire()
    monkeypatch.setattr(requests, "request", found.request)
    return found


@pytest.fixture
def clock(db: None) -> Iterator[time_machine.Traveller]:
    """It stands until it is moved."""
    with time_machine.travel(BEGIN, tick=False) as traveller:
        yield traveller


def test_whatever_is_told_in_any_order_the_books_hold_what_the_gateway_holds(
    wire: Wire, clock: time_machine.Traveller
) -> None:
    """750.000 and 500.000 are owed."""
    people = tuple(make_user(f"{name}@langganan.test", name, is_staff=True) for name in ("rina", "joko"))
    here: dict[str, Any] = {
        "tenants": (owing("sman1", 150), owing("lain", 100)),
        "staff": people,
        "wire": wire,
        "client": MidtransClient(config_for(URL)),
        "clock": clock,
        "met": Counter(),
    }
    lives = int(os.environ.get("LIVES", "5"))
    run_state_machine_as_test(
        type("Here", (Notices,), here),
        settings=settings(
            max_examples=lives,
            stateful_step_count=24,
            deadline=None,
            derandomize="LIVES" not in os.environ,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
    few = {"payments", NoticeState.APPLIED, NoticeState.IGNORED}
    wanted = few if lives < 20 else set(here["met"])
    assert not {kind for kind in wanted if not here["met"][kind]}, here["met"]
