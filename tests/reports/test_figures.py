"""Figures of recurring revenue (C13, K17): tables, and a year of invented customers that can be checked by head."""

from datetime import date
from fractions import Fraction

import pytest

from reports.models import RevenueMove, RevenueStand
from reports.rules.figures import Day, Kept, Turned, each, figures, in_months, monthly, months_until, share, trend
from reports.rules.revenue import MoveKind
from reports.selectors.revenue import Scope, customers_on, kept_by, moves_in, report_of, whole_months
from tests.reports.year import MRR_2026, THOUSAND, live_the_year

D = date
K = MoveKind


def test_the_example_of_the_docs_c13() -> None:
    """Ten at 600.000 a month: one leaves, one grows by 300.000, two come. 5.700.000 + 1.200.000 = 6.900.000 a month."""
    a = 12
    kept = Kept(10, 11, 1, 2, 6_000_000 * a, 6_900_000 * a, 5_700_000 * a, 5_400_000 * a)
    moved = {
        K.CHURN: Turned(0, -600_000 * a),
        K.EXPANSION: Turned(300_000 * a, 0),
        K.NEW: Turned(1_200_000 * a, 0),
        K.MOVED: Turned(9, -9),
    }
    found = figures(kept, moved)
    assert (found.mrr, found.arr, found.customers) == (6_900_000, 82_800_000, 11)
    assert (found.arpc, found.acv) == (627_273, 7_527_273)
    assert (found.nrr, found.gross_retention) == (Fraction(95, 100), Fraction(90, 100))
    assert (found.quick_ratio, found.logo_churn, found.revenue_churn) == (
        Fraction(5, 2),
        Fraction(1, 10),
        Fraction(1, 10),
    )


def test_nothing_divides_by_zero() -> None:
    found = figures(Kept(), {})
    assert (found.mrr, found.arr, found.customers) == (0, 0, 0)
    rest = (found.arpc, found.acv, found.nrr, found.gross_retention, found.quick_ratio, found.logo_churn)
    assert (*rest, found.revenue_churn) == (None,) * 7
    assert (share(1, 0), each(1, 0)) == (None, None)


@pytest.mark.parametrize(("yearly", "amount"), [(750_000, 62_500), (250_000, 20_833), (6, 1), (5, 0), (-6, -1), (0, 0)])
def test_a_month_is_a_twelfth_rounded_half_up(yearly: int, amount: int) -> None:
    assert monthly(yearly) == amount


def test_shown_movements_add_up_to_the_difference_of_the_shown_totals() -> None:
    """Three of 20.833,33 a month are 62.500, not 62.499."""
    months = [D(2026, 1, 1), D(2026, 2, 1)]
    days = [Day(D(2026, 1, 9), kind, Turned(250_000, 0)) for kind in (K.NEW, K.EXPANSION)]
    found = trend(750_000, days, months)
    assert [(month.mrr, sum(month.moves.values())) for month in found] == [(62_500, 41_667), (62_500, 0)]
    assert in_months({}, 0) == {}


@pytest.mark.parametrize(
    ("first", "last", "months"),
    [
        (D(2026, 2, 1), D(2026, 2, 28), 1),
        (D(2025, 12, 1), D(2026, 2, 28), 3),
        (D(2026, 2, 1), D(2026, 2, 27), 0),
        (D(2026, 2, 2), D(2026, 2, 28), 0),
    ],
)
def test_the_days_before_are_as_many_months_or_days(first: date, last: date, months: int) -> None:
    assert whole_months(first, last) == months
    before = Scope(first, last).before
    assert before.last.toordinal() == first.toordinal() - 1
    assert whole_months(before.first, before.last) == months
    if not months:
        assert (before.last - before.first) == (last - first)


def test_months_go_back_over_the_year() -> None:
    assert months_until(D(2026, 2, 17), 3) == [D(2025, 12, 1), D(2026, 1, 1), D(2026, 2, 1)]


def test_a_year_of_customers_checked_by_head_c13_k17(db: None) -> None:
    made = live_the_year()
    year = Scope(D(2026, 1, 1), D(2026, 12, 31))
    found = report_of(year, months=12).months
    assert [month.mrr for month in found] == [amount * THOUSAND for amount in MRR_2026]
    moves = {
        month.first.month: {kind.value: amount // THOUSAND for kind, amount in month.moves.items()} for month in found
    }
    assert moves == {
        1: {"new": 900},
        2: {"new": 100},
        3: {"new": 980},
        4: {"expansion": 300},
        5: {},
        6: {"churn": -500},
        7: {},
        8: {},
        9: {"price": 120, "reactivation": 500},
        10: {"new": 100},
        11: {"contraction": -50},
        12: {},
    }
    _spring(Scope(D(2026, 4, 1), D(2026, 6, 30)))
    _second_half(Scope(D(2026, 7, 1), D(2026, 12, 31)))
    _by_everything(year)
    listed = [(tenant, yearly // 12 // THOUSAND) for tenant, yearly in customers_on(year)[0]]
    assert dict(listed) == {
        made[name].pk: mrr for name, mrr in zip("ABCDEF", (600, 600, 100, 500, 600, 50), strict=True)
    }
    assert [row.event.occurred_on for row in moves_in(year, ["churn", "reactivation"])] == [
        D(2026, 9, 1),
        D(2026, 6, 30),
    ]


def _spring(scope: Scope) -> None:
    """Before: 600 + 300 + 100 + 500 + 480 = 1.980. B grew by 300, D (500) left on the last day."""
    found = report_of(scope).now
    assert (found.mrr, found.customers) == (1_780_000, 4)
    assert (found.nrr, found.gross_retention) == (Fraction(1780, 1980), Fraction(1480, 1980))
    assert (found.quick_ratio, found.logo_churn) == (Fraction(300, 500), Fraction(1, 5))
    assert found.revenue_churn == Fraction(500, 1980)
    assert report_of(Scope(D(2026, 4, 1), D(2026, 6, 29))).now.customers == 5, "still there the day before"


def _second_half(scope: Scope) -> None:
    """Before: 600 + 600 + 100 + 480; of these E pays 120 more. D came back, F is new and shrank by 50."""
    found = report_of(scope).now
    assert (found.mrr, found.arr, found.customers) == (2_450_000, 29_400_000, 6)
    assert (found.arpc, found.acv) == (408_333, 4_900_000)
    assert (found.nrr, found.gross_retention) == (Fraction(1900, 1780), Fraction(1))
    assert (found.quick_ratio, found.logo_churn) == (Fraction(720, 50), Fraction(0))
    assert report_of(scope, "plan").now == found, "whatever it is divided by"
    assert scope.before.first == D(2026, 1, 1)
    assert report_of(scope).then.mrr == 1_780_000, "and of the half before"


def _by_everything(year: Scope) -> None:
    def brought(dimension: str) -> dict[object, int]:
        return {name: kept.after // 12 // THOUSAND for name, (kept, _) in kept_by(year, dimension)[0].items()}

    assert brought("product") == {"klustera": 1800, "xclass": 100, "koperasi": 500, "naikkelas": 50}
    assert brought("province") == {"": 1950, "Jawa Barat": 500}
    assert brought("channel") == {"direct": 2400, "agent": 50}
    assert brought("variant") == {"": 1850, "price-points:higher": 600}
    months = {month.month: amount for month, amount in brought("cohort").items() if isinstance(month, date)}
    assert months == {1: 1200, 2: 100, 3: 1100, 10: 50}
    with pytest.raises(ValueError, match="asked by name"):
        kept_by(year, "name")
    only = Scope(year.first, year.last, {"product": "koperasi", "province": "Jawa Barat"})
    assert (report_of(only).now.mrr, [month.mrr // THOUSAND for month in report_of(only, months=12).months][4:7]) == (
        500_000,
        [500, 0, 0],
    )


def test_test_tenants_are_left_out_unless_asked_for(db: None) -> None:
    live_the_year()
    for model in (RevenueMove, RevenueStand):
        model.objects.filter(product="klustera").update(is_test=True)
    days = (D(2026, 12, 1), D(2026, 12, 31))
    assert report_of(Scope(*days)).now.mrr == 650_000
    assert report_of(Scope(*days, tests=True)).now.mrr == 2_450_000


def test_an_empty_database_has_figures_too(db: None) -> None:
    scope = Scope(D(2026, 1, 1), D(2026, 1, 31))
    assert report_of(scope).now.nrr is None
    assert [month.mrr for month in report_of(scope).months] == [0] * 13
