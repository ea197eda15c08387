"""Terms that ended and renewals at risk (N13, C9, B2): the rules by head, and the facts of real lives."""

from datetime import date
from fractions import Fraction

import pytest

from billing.services.subscriptions.life import cancel_subscription
from reports.models import Payer, Term
from reports.rules.renewals import (
    Ended,
    Renewals,
    Risk,
    Seen,
    TermState,
    by_length,
    by_semester,
    risks,
    state_of,
    urgency,
)
from reports.selectors.cash import overdue_on
from reports.selectors.receivables import owed_on
from reports.selectors.renewals import at_risk, ended_in
from reports.selectors.revenue import Scope
from reports.services.following import follow_events
from tenants.models import Event, Tenant
from tests.billing.lives import live_through, pay
from tests.conftest import make_tenant
from tests.reports.test_revenue_facts import checked
from tests.reports.tills import bill, settle
from tests.reports.year import customer

D = date
TODAY = D(2026, 5, 2)
GOOD = {"renews_on": D(2026, 6, 1), "heard_on": TODAY}


@pytest.mark.parametrize(
    ("billed", "paid", "closed", "state"),
    [
        (0, [], False, TermState.RENEWED),
        (750, [], False, TermState.OPEN),
        (750, [D(2026, 2, 28)], False, TermState.OPEN),  # an older bill
        (750, [D(2026, 3, 1)], True, TermState.RENEWED),
        (750, [], True, TermState.LOST),
    ],
)
def test_a_term_is_renewed_when_the_next_is_paid(billed: int, paid: list[date], closed: bool, state: TermState) -> None:
    assert state_of(billed, D(2026, 3, 1), paid, closed=closed) is state


def test_a_rate_leaves_out_what_is_not_decided_n13() -> None:
    """8 of 10 semesters; 3 more are open. One year renewed."""
    june, july = D(2026, 6, 1), D(2026, 7, 1)
    rows = [
        Ended(june, 4, TermState.RENEWED, 5),
        Ended(july, 4, TermState.RENEWED, 3),
        Ended(july, 4, TermState.LOST, 1),
        Ended(july, 4, TermState.LEFT, 1),
        Ended(july, 4, TermState.OPEN, 3),
        Ended(july, 12, TermState.RENEWED, 1),
    ]
    lengths = by_length(rows)
    assert list(lengths) == [12, 4]
    assert (lengths[4].ended, lengths[4].rate, lengths[12].rate) == (13, Fraction(8, 10), Fraction(1))
    assert [(str(first), row.rate) for first, row in by_semester(rows).items()] == [
        ("2026-07-01", Fraction(4, 6)),
        ("2026-01-01", Fraction(1)),
    ]
    assert Renewals(open=2).rate is None


@pytest.mark.parametrize(
    ("seen", "found"),
    [
        ({}, ()),
        ({"leaving": True, "overdue": 1}, (Risk.LEAVING, Risk.OVERDUE)),
        ({"late": 6}, ()),
        ({"late": 7}, (Risk.LATE,)),
        ({"shrunk": 1}, (Risk.SHRINKING,)),
        ({"heard_on": D(2026, 3, 3)}, ()),  # sixty days ago
        ({"heard_on": D(2026, 3, 2)}, (Risk.QUIET,)),
        ({"heard_on": None}, (Risk.QUIET,)),
        ({"debit_off_on": D(2026, 2, 2)}, (Risk.DEBIT_OFF,)),
        ({"debit_off_on": D(2026, 2, 1)}, ()),
        ({"rise_on": D(2026, 6, 1)}, (Risk.RISE,)),
        ({"rise_on": D(2026, 6, 2)}, ()),  # at the renewal after this one
    ],
)
def test_each_reason_has_its_limit(seen: dict[str, object], found: tuple[Risk, ...]) -> None:
    assert risks(Seen(**GOOD | seen), TODAY) == found  # type: ignore[arg-type]


def test_who_is_leaving_comes_first_then_the_most_reasons_then_the_largest() -> None:
    rows = [((Risk.LATE,), 900), ((Risk.LATE, Risk.QUIET), 100), ((Risk.LEAVING,), 1), ((Risk.QUIET,), 950)]
    assert sorted(rows, key=lambda row: urgency(*row)) == [rows[2], rows[1], rows[3], rows[0]]


def test_years_of_a_school_are_renewed_lost_and_paid_after_all_x7(school: Tenant) -> None:
    """Its first year ends on 1 March 2026 and is paid on the 10th; the second is closed on 31 March 2027, paid on 5 April."""
    live_through(school, D(2025, 2, 2), D(2025, 3, 1))
    pay(school, D(2025, 3, 1))
    assert states() == []
    assert Payer.objects.values_list("months", "period_to").get() == (12, D(2026, 3, 1)), "told when it began"
    live_through(school, D(2025, 3, 2), D(2026, 3, 9))
    assert states() == [("2026-03-01", 12, "open")]
    pay(school, D(2026, 3, 10))
    live_through(school, D(2026, 3, 10), D(2027, 4, 1))
    assert states() == [("2026-03-01", 12, "renewed"), ("2027-03-01", 12, "lost")]
    checked("--check")
    pay(school, D(2027, 4, 5))
    cancel_subscription(tenant=school, today=D(2027, 5, 1))
    live_through(school, D(2027, 4, 6), D(2028, 3, 1))
    assert states() == [
        ("2026-03-01", 12, "renewed"),
        ("2027-03-01", 12, "renewed"),
        ("2028-03-01", 12, "left"),
    ]
    checked("--check")
    scope = Scope(D(2026, 1, 1), D(2028, 12, 31))
    assert by_length(ended_in(scope))[12].rate == Fraction(2, 3)
    assert Payer.objects.get().closed, "the agreement is over"


def states() -> list[tuple[str, int, str]]:
    """(end, months, what became of it) of each term."""
    follow_events()
    rows = Term.objects.order_by("on").values_list("on", "months", "state")
    return [(str(on), months, state) for on, months, state in rows]


def test_a_trial_that_is_given_up_is_no_term_and_neither_is_an_unpaid_first_year(school: Tenant) -> None:
    live_through(school, D(2025, 2, 2), D(2025, 7, 1))
    assert states() == [], "suspended on 31 March, over after ninety days"
    other = make_tenant("sman2", "SMAN 2", "xclass", 150, D(2025, 2, 1))
    cancel_subscription(tenant=other, today=D(2025, 2, 10))
    live_through(other, D(2025, 2, 10), D(2025, 3, 2))
    assert states() == []


def test_renewals_ahead_are_listed_with_their_reasons_b2(db: None) -> None:
    """I shrank and owes; J is quiet; K is heard of and fine; L pays by the month; M is leaving; N is in its first term, and
    is billed sooner, in June, for something else; so is O, which was free before."""
    made = {name: customer(name, "xclass", [(D(2025, 6, 1), 100, "240")]) for name in "IJKLMNO"}
    customer_ends = {"I": 12, "J": 12, "K": 12, "L": 1, "M": 4}
    for name, months in customer_ends.items():
        start = D(2025, 6, 1) if months == 12 else D(2026, 7 - months, 1) if months == 1 else D(2026, 3, 1)
        end = {12: D(2026, 6, 1), 1: D(2026, 7, 1), 4: D(2026, 7, 1)}[months]
        period = {"period": {"from": start.isoformat(), "to": end.isoformat()}, "amount": 0}
        heard = {"actor_kind": "member"} if name in "IK" else {}
        Event.objects.create(tenant=made[name], name="subscription.renewed", occurred_on=start, data=period)
        Event.objects.create(tenant=made[name], name="quantity.reported", occurred_on=TODAY, data={}, **heard)
    first = {"period": {"from": "2026-03-01", "to": "2026-07-01"}}
    Event.objects.create(tenant=made["N"], name="subscription.activated", occurred_on=D(2026, 3, 1), data=first)
    Event.objects.create(tenant=made["O"], name="subscription.changed", occurred_on=D(2026, 3, 1), data=first)
    smaller = {"it": ["main", 1_000_000, "200"]}
    Event.objects.create(
        tenant=made["I"],
        name="subscription.changed",
        occurred_on=D(2026, 4, 1),
        data={"plan": "only"},
        recurring=smaller,
    )
    bill(made["I"], D(2026, 4, 1), 50_000)
    settle(bill(made["J"], D(2025, 6, 1), 1_200_000), D(2025, 6, 5))
    Tenant.objects.update(status="active", billing_due_on=D(2026, 6, 1))
    Tenant.objects.filter(pk=made["M"].pk).update(status="cancelled")
    follow_events()
    found = at_risk(TODAY, Scope(TODAY, TODAY))
    assert [(item.name[-1], item.months, item.seen.overdue, item.seen.shrunk, item.risks) for item in found] == [
        ("M", 4, 0, 0, (Risk.LEAVING, Risk.QUIET)),
        ("I", 12, 50_000, 200_000, (Risk.OVERDUE, Risk.SHRINKING)),
        ("J", 12, 0, 0, (Risk.QUIET,)),
        ("N", 4, 0, 0, (Risk.QUIET,)),
        ("O", 4, 0, 0, (Risk.QUIET,)),
    ]
    assert [item.seen.renews_on.month for item in found] == [7, 6, 6, 7, 7]
    assert at_risk(TODAY, Scope(TODAY, TODAY, {"product": "klustera"})) == []
    bills = {(str(key), item.due_on, item.amount) for key, item in overdue_on(TODAY, Scope(TODAY, TODAY)).items()}
    trail = {(item.group, item.due_on, item.amount) for item in owed_on(TODAY, "tenant") if item.due_on < TODAY}
    assert bills == trail, "the facts of bills and the trail of receivables call the same overdue"
    assert len(trail) == 1
