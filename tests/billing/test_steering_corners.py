"""What staff undo late, or where it does not belong: no unit is billed twice, no trial gets stuck."""

from datetime import date
from decimal import Decimal

import pytest

from billing.errors import WrongState
from billing.models import Document, Subscription
from billing.services.steering import OneOff, issue_one_off_invoice, void_invoice
from billing.services.subscriptions.life import cancel_subscription
from plans.rules.catalogue import Text
from tenants.context import inside
from tenants.models import Tenant
from tests.billing.lives import books_balance, live_through, pay, report, spans, standing
from trials.services.restarts import restart_subscription

D = date
LATE_RISE = D(2026, 1, 15)


def number_of(tenant: Tenant, period_from: date) -> str:
    with inside(tenant):
        return Document.objects.get(period_from=period_from).number


def billed_quantity(tenant: Tenant) -> Decimal:
    with inside(tenant):
        return Subscription.objects.get(ended_on__isnull=True).billed_quantity


@pytest.fixture
def risen(school: Tenant) -> Tenant:
    """150 students paid for 2025, 50 more since 15 January 2026, all 200 paid for the year from 1 March 2026."""
    live_through(school, D(2025, 3, 1), D(2025, 3, 2))
    pay(school, D(2025, 3, 2))
    live_through(school, D(2025, 3, 3), LATE_RISE)
    assert report(school, LATE_RISE, 200) == "pro_rata"
    pay(school, LATE_RISE)
    live_through(school, D(2026, 1, 16), D(2026, 3, 1))
    pay(school, D(2026, 3, 1))
    return school


def test_a_rise_of_last_year_that_is_voided_leaves_this_years_units_billed(risen: Tenant) -> None:
    """X8: all 200 are in this year's invoice; 230 students are 30 more, not 80."""
    void_invoice(
        tenant=risen,
        number=number_of(risen, LATE_RISE),
        reason="Salah hitung",
        reissue_it=False,
        today=D(2026, 3, 2),
    )
    assert billed_quantity(risen) == 200
    report(risen, D(2026, 3, 2), 230)
    assert spans(risen)[-1] == ("2026-03-02", "2027-03-01", 149_589)  # 30 × 5.000 × 364/365
    books_balance(risen, D(2026, 3, 2))


def test_a_rise_of_last_year_is_not_issued_again(risen: Tenant) -> None:
    """X8: its term is over, and this year's invoice has its units."""
    with pytest.raises(WrongState):
        void_invoice(
            tenant=risen,
            number=number_of(risen, LATE_RISE),
            reason="Salah hitung",
            reissue_it=True,
            today=D(2026, 3, 2),
        )


def test_a_rise_of_a_subscription_that_ended_is_voided_without_touching_the_new_one(school: Tenant) -> None:
    """X8, X3: 150 + 50 in the first subscription, which was cancelled; 200 in the second."""
    live_through(school, D(2025, 3, 1), D(2025, 3, 2))
    pay(school, D(2025, 3, 2))
    live_through(school, D(2025, 3, 3), LATE_RISE)
    report(school, LATE_RISE, 200)
    pay(school, LATE_RISE)
    cancel_subscription(tenant=school, today=LATE_RISE)
    live_through(school, D(2026, 1, 16), D(2026, 3, 1))
    assert standing(school)[0] == "ended"
    restart_subscription(tenant=school, quantity=Decimal(200), today=D(2026, 3, 2))
    void_invoice(
        tenant=school,
        number=number_of(school, LATE_RISE),
        reason="Salah hitung",
        reissue_it=False,
        today=D(2026, 3, 3),
    )
    assert billed_quantity(school) == 200
    books_balance(school, D(2026, 3, 3))


def test_a_cancelled_trial_gets_no_one_off_invoice(school: Tenant) -> None:
    """A trial is a trial, cancelled or not: past due it could be kept, and its end would bill without end."""
    cancel_subscription(tenant=school, today=D(2025, 2, 2))
    one_off = OneOff(Text(id="Pelatihan", en="Training"), 1, 100_000)
    with pytest.raises(WrongState):
        issue_one_off_invoice(tenant=school, one_off=one_off, reason="Diminta sekolah", today=D(2025, 2, 2))


def test_a_voided_rise_that_closed_access_opens_it_again_and_is_not_billed_anew(school: Tenant) -> None:
    """X8, X10: 50 more on 1 May were a slip; the void invoice must not come back by itself when access returns."""
    live_through(school, D(2025, 3, 1), D(2025, 3, 2))
    pay(school, D(2025, 3, 2))
    live_through(school, D(2025, 3, 3), D(2025, 5, 1))
    report(school, D(2025, 5, 1), 200)
    live_through(school, D(2025, 5, 2), D(2025, 6, 2))
    assert standing(school)[0] == "suspended"
    slip = number_of(school, D(2025, 5, 1))
    void_invoice(tenant=school, number=slip, reason="Salah ketik", reissue_it=False, today=D(2025, 6, 2))
    assert standing(school) == ("active", True, 0)
    assert billed_quantity(school) == 150
    books_balance(school, D(2025, 6, 2))


def test_a_rise_reported_while_suspended_is_billed_when_access_returns(school: Tenant) -> None:
    """X8, X10: 50 more reported on 5 April, paid on the 6th: 50 × 5.000 × 329/365 = 225.342."""
    live_through(school, D(2025, 3, 1), D(2025, 4, 1))
    assert report(school, D(2025, 4, 5), 200) == "recorded"
    pay(school, D(2025, 4, 6))
    assert spans(school)[-1] == ("2025-04-06", "2026-03-01", 225_342)
