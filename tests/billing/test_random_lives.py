"""Any life at all: after every step of a random one the books balance and the agenda is exact.

`LIVES=100 pytest …` plays so many others, at random.
"""

import os
from collections.abc import Sequence
from contextlib import suppress
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from billing.models import Document, DocumentKind, DocumentLine, DocumentStatus, LineKind, Subscription
from billing.rules.lifecycle import Status, has_access
from billing.selectors.change_choices import Wanted
from billing.services.steering import void_invoice
from billing.services.subscriptions.changes import change_plan, withdraw_change
from billing.services.subscriptions.life import cancel_subscription, keep_subscription
from tenants.context import inside
from tenants.errors import DomainError
from tenants.models import Event, Tenant
from tests.billing.ladders import Shop, shop
from tests.billing.lives import books_balance, owes, pay, report
from tests.billing.served import billed_days, served_days, told_of
from tests.conftest import make_tenant
from trials.services.daily import live_day
from trials.services.restarts import restart_subscription

__all__ = ["shop"]
SCHOOL_COUNTS = [0, 30, 49, 50, 51, 70, 100, 119, 120, 150, 490, 500, 501, 502, 520, 600]
KINDS, STEPS = [None, "per-unit", "flat"], ["free", "starter", "growth", "pro"]
UNITS = [0, 1, 99, 100, 200, 500, 501, 900]
SIGNUPS = [date(2025, 2, 1), date(2026, 1, 30), date(2026, 1, 31), date(2027, 12, 15), date(2028, 1, 29)]


class Life(RuleBasedStateMachine):
    """A tenant to whom anything may happen on any day; `offer` says what it signed up for."""

    offer: dict[str, Any] = {}
    counts: list[int] = []
    plans: list[str | None] = [None]
    signups: list[date] = SIGNUPS
    beside: frozenset[str] = frozenset()  # charges that run beside the plan's own periods

    def __init__(self) -> None:
        super().__init__()
        self.undo = transaction.atomic()
        self.undo.__enter__()
        self.tenant: Tenant | None = None
        self.today = date(2025, 1, 1)

    def teardown(self) -> None:
        """Nothing of this life stays."""
        transaction.set_rollback(True)
        self.undo.__exit__(None, None, None)

    @property
    def who(self) -> Tenant:
        """The tenant, once signed up."""
        assert self.tenant is not None
        return self.tenant

    @initialize(at_day=st.integers(0, 4), at=st.integers(0, 20))
    def sign_up(self, at_day: int, at: int) -> None:
        """Its first day."""
        self.today = signup = self.signups[at_day % len(self.signups)]
        quantity = self.counts[at % len(self.counts)]
        name = f"acak{uuid4().hex[:8]}"
        self.tenant = make_tenant(name, name, quantity=quantity, signup=signup, **self.offer)

    @rule(days=st.sampled_from([1, 1, 2, 7, 16, 31]))
    def let_every_day_pass(self, days: int) -> None:
        """The jobs of each day."""
        for _ in range(days):
            self.today += timedelta(days=1)
            live_day(self.who, self.today)

    @rule(days=st.sampled_from([3, 10, 45, 100, 200]))
    def sleep(self, days: int) -> None:
        """The jobs do not run for some days, then once."""
        self.today += timedelta(days=days)
        live_day(self.who, self.today)

    @rule(days=st.sampled_from([1, 20, 50]))
    def lose_days(self, days: int) -> None:
        """The jobs do not run, and something else happens first."""
        self.today += timedelta(days=days)

    @rule(days=st.sampled_from([0, 1, 5]), at=st.integers(0, 20))
    def oversleep(self, days: int, at: int) -> None:
        """The billing day comes and the job does not; the customer reports first."""
        tenant = self.who
        tenant.refresh_from_db()
        if tenant.billing_due_on is not None:
            self.today = max(self.today, tenant.billing_due_on + timedelta(days=days))
        with suppress(DomainError):
            report(tenant, self.today, self.counts[at % len(self.counts)])

    @rule()
    def jump_to_the_next_day_due(self) -> None:
        """As if nothing happened until the agenda says so."""
        tenant = self.who
        tenant.refresh_from_db()
        due = [tenant.billing_due_on, tenant.suspension_due_on, tenant.reminder_due_on]
        self.today = max(self.today, min([day for day in due if day is not None], default=self.today))
        live_day(tenant, self.today)

    @rule(at=st.integers(0, 20), back=st.sampled_from([0, 0, 0, 3, 30]))
    def report(self, at: int, back: int) -> None:
        """A count, sometimes of some days ago."""
        with suppress(DomainError):
            on = self.today - timedelta(days=back)
            report(self.who, on, self.counts[at % len(self.counts)], today=self.today)

    @precondition(lambda self: self.tenant is not None and owes(self.tenant) > 0)
    @rule(part=st.sampled_from([1, 2, 3]))
    def pay(self, part: int) -> None:
        """All, half or a third of what is open."""
        pay(self.who, self.today, max(1, owes(self.who) // part))

    @rule(amount=st.sampled_from([1, 123, 5_000_000]))
    def pay_without_being_asked(self, amount: int) -> None:
        """Money that nobody waited for."""
        pay(self.who, self.today, amount)

    @rule()
    def cancel(self) -> None:
        """It wants to leave."""
        with suppress(DomainError):
            cancel_subscription(tenant=self.who, today=self.today)

    @rule()
    def keep(self) -> None:
        """It changes its mind."""
        with suppress(DomainError):
            keep_subscription(tenant=self.who, today=self.today)

    @rule(at=st.integers(0, 20), months=st.sampled_from([None, None, 1, 12]))
    def change_plan(self, at: int, months: int | None) -> None:
        """It wants another plan, or another interval, or to stay."""
        with suppress(DomainError), transaction.atomic():
            change_plan(tenant=self.who, wanted=Wanted(self.plans[at % len(self.plans)], months), today=self.today)

    @rule()
    def take_the_change_back(self) -> None:
        """It wants no other plan after all."""
        with suppress(DomainError), transaction.atomic():
            withdraw_change(tenant=self.who, today=self.today)

    @rule(at=st.integers(0, 20))
    def start_again(self, at: int) -> None:
        """It comes back after the end."""
        with suppress(DomainError):
            restart_subscription(
                tenant=self.who, quantity=Decimal(self.counts[at % len(self.counts)]), today=self.today
            )

    @rule(newest=st.booleans(), again=st.booleans())
    def void(self, newest: bool, again: bool) -> None:
        """Staff void an invoice and sometimes bill it anew."""
        with inside(self.who):
            found = Document.objects.filter(kind=DocumentKind.INVOICE).exclude(status=DocumentStatus.VOID)
            document = found.order_by("-number" if newest else "number").first()
        if document is not None:
            with suppress(DomainError), transaction.atomic():
                void_invoice(
                    tenant=self.who, number=document.number, reason="Salah", reissue_it=again, today=self.today
                )

    @invariant()
    def balances(self) -> None:
        """Agenda exact, balance = open documents = public row, credit ≥ 0, nothing billed twice, no rupiah lost."""
        if self.tenant is not None:
            books_balance(self.tenant, self.today)

    @invariant()
    def no_day_is_billed_twice(self) -> None:
        """The periods of one charge do not overlap, whatever plan and interval it had (C11)."""
        if self.tenant is None:
            return
        with inside(self.tenant):
            lines = DocumentLine.objects.filter(kind=LineKind.PERIOD, voided=False)
            found = list(lines.values_list("subscription_key", "charge", "period_from", "period_to"))
        spans = sorted(
            ((str(key), charge if charge in self.beside else ""), begins, ends) for key, charge, begins, ends in found
        )
        for (key, _, ends), (other, begins, _) in pairwise(spans):
            assert key != other or ends is None or ends <= begins, spans

    @invariant()
    def no_day_of_service_is_left_unbilled(self) -> None:
        """Each day on which it was served for money is in a period that was billed, or cost nothing (K9, C11)."""
        if self.tenant is None:
            return
        self.tenant.refresh_from_db()
        told = told_of(self.tenant)
        given_away = served_days(told, self.today) - billed_days(told, beside=self.beside)
        assert not given_away, f"{self.today}: {sorted(map(str, given_away))}\n{told.history}"

    @invariant()
    def state_and_papers_agree(self) -> None:
        """The status says what the documents say."""
        if self.tenant is None:
            return
        with inside(self.tenant):
            subscription = Subscription.objects.order_by("-created_at").first()
            overdue = Document.objects.filter(status=DocumentStatus.OPEN, due_on__lt=self.today).exists()
            living = Subscription.objects.filter(ended_on__isnull=True).count()
        assert subscription is not None
        assert living <= 1
        assert self.tenant.status == subscription.status
        assert self.tenant.has_access == has_access(Status(subscription.status))
        if subscription.status == Status.FREE:
            assert subscription.period_from is None
            assert subscription.next_period_on is None
        if subscription.status == Status.TRIALING:
            assert subscription.trial_ends_on is not None
        if subscription.status == Status.SUSPENDED:
            assert self.tenant.balance > 0
        if subscription.status == Status.CANCELLED:
            assert subscription.cancel_on is not None
        if subscription.status == Status.PAST_DUE:
            assert overdue

    @invariant()
    def nobody_is_billed_while_shut_out(self) -> None:
        """While suspended no new period is invoiced and no fee charged (K3), unless staff void and reissue one."""
        if self.tenant is None:
            return
        shut = False
        for event in Event.objects.filter(tenant=self.tenant).order_by("id"):
            if event.name == "subscription.suspended":
                shut = True
            elif event.name in {"subscription.reactivated", "subscription.cancelled", "subscription.changed"}:
                shut = False
            elif shut and not event.cause:
                assert event.name not in {"invoice.issued", "late_fee.charged"}, event


def life_of(product: str, counts: list[int], plans: Sequence[str | None] = (None,), **offer: Any) -> type[Life]:
    """The same machine for another sign-up."""
    return type("LifeOf", (Life,), {"offer": {"product": product, **offer}, "counts": counts, "plans": list(plans)})


def live(machine: type[Life], examples: int) -> None:
    """Some lives of a kind, each of twenty steps and always the same; or as many others as `LIVES` says."""
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=int(os.environ.get("LIVES", examples)),
            stateful_step_count=20,
            deadline=None,
            derandomize="LIVES" not in os.environ,
            database=None,
            phases=[Phase.generate],  # shrinking a life takes minutes
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    "machine",
    [
        pytest.param(life_of("xclass", SCHOOL_COUNTS), id="a school"),
        pytest.param(life_of("klustera", UNITS, KINDS), id="a complex"),
        pytest.param(life_of("klustera", UNITS, KINDS, terms="net-30"), id="a complex on net 30"),
        pytest.param(life_of("klustera", UNITS, KINDS, offers=("early50",)), id="a complex among the first fifty"),
        pytest.param(life_of("gudang", [1], STEPS), id="a warehouse on a ladder of plans"),
        pytest.param(life_of("gudang", [1], STEPS, offers=("quarter", "less")), id="a warehouse with two offers"),
    ],
)
def test_any_life_keeps_its_books(shop: Shop, machine: type[Life]) -> None:
    """X7–X10, K2, K3, K4, K9, K15, C11."""
    live(machine, 3)
