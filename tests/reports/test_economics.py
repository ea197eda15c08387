"""Revenue beside costs, and whether winning customers pays: the rules by head, then from the facts of invented customers."""

from datetime import UTC, date, datetime
from fractions import Fraction
from uuid import uuid4

import pytest

from billing.gateways.statements.models import GatewayFee, GatewayReport, GatewayReportRow
from reports.models import RevenueStand
from reports.rules.costs import Entry, Key, Planned, Role
from reports.rules.economics import (
    GATEWAY,
    Item,
    Lacking,
    Moved,
    Statement,
    Stream,
    Told,
    Winning,
    by_month,
    earned,
    ltv_to_cac,
    payback,
    spans_of,
    statement,
    statements,
)
from reports.rules.figures import Kept
from reports.selectors.economics import economics_of, effect_of, facts_of, in_periods
from reports.selectors.revenue import Scope
from reports.selectors.spending import cac_of, winning_of
from reports.services.costs import keep_costs
from reports.services.following import follow_events
from tenants.models import Tenant
from tests.reports.tills import live_half_a_year
from tests.reports.year import customer, live_the_year

D = date
JANUARY, SEPTEMBER, OCTOBER = D(2026, 1, 1), D(2026, 9, 1), D(2026, 10, 1)
TWO = Scope(SEPTEMBER, D(2026, 10, 31))
# Ten customers at 600.000 a month for a quarter; serving costs 3.600.000, winning four of them 9.600.000.
TEN = Kept(opened=10, closed=10, lost=3, before=72_000_000, after=72_000_000)
QUARTER = [
    Item(JANUARY, "", Stream.MAIN, 18_000_000),
    Item(JANUARY, "", "hosting", 3_600_000, Role.SERVING),
    Item(JANUARY, "", "marketing", 9_600_000, Role.WINNING),
    Item(JANUARY, "", "other", 800_000, Role.RUNNING),
]


def test_the_quarter_of_ten_customers_by_head_c13_k17_b1() -> None:
    """CAC 9.600.000 ÷ 4; margin 14,4 of 18; payback 2.400.000 ÷ 480.000; lifetime 10 × 6 ÷ 3 = 20 months, LTV 12.000.000 × 80 %
    = 9.600.000, four times the CAC."""
    found = statement(QUARTER, won=4)
    assert (found.revenue, found.spent, found.result) == (18_000_000, 14_000_000, 4_000_000)
    assert found.winning.cac == Told(Fraction(2_400_000))
    assert found.margin == Told(Fraction(4, 5))
    assert payback(found, TEN) == Told(Fraction(5))
    assert ltv_to_cac(found, TEN, Fraction(6)) == Told(Fraction(4))


@pytest.mark.parametrize(
    ("told", "kept", "lacking"),
    [
        (statement([], 4), TEN, (Lacking.NO_COSTS, Lacking.NO_REVENUE, Lacking.NO_COSTS, Lacking.NO_COSTS)),
        (statement(QUARTER), TEN, (Lacking.NOBODY_WON, None, Lacking.NOBODY_WON, Lacking.NOBODY_WON)),
        (statement(QUARTER[1:], 4), TEN, (None, *[Lacking.NO_REVENUE] * 3)),
        (statement(QUARTER, 4), Kept(), (None, None, Lacking.NO_CUSTOMERS, Lacking.NONE_BEFORE)),
        (statement(QUARTER, 4), Kept(10, 10, after=72), (None, None, None, Lacking.NOBODY_LEFT)),
        (
            statement([*QUARTER, Item(JANUARY, "", "hosting", 14_400_000, Role.SERVING)], 4),
            TEN,
            (None, None, Lacking.NO_MARGIN, None),
        ),
    ],
)
def test_what_cannot_be_told_says_why_and_nothing_divides_by_zero_c13(
    told: Statement, kept: Kept, lacking: tuple[Lacking | None, ...]
) -> None:
    found = (told.winning.cac, told.margin, payback(told, kept), ltv_to_cac(told, kept, Fraction(6)))
    assert tuple(item.lacking for item in found) == lacking
    assert all((item.value is None) is (item.lacking is not None) for item in found)


@pytest.mark.parametrize(
    ("before", "moved", "spans", "found"),
    [
        (7_200_000, {}, (D(2026, 4, 1), D(2026, 5, 31)), [600_000, 600_000]),
        (0, {D(2026, 4, 1): Moved(7_200_000, 16 * 7_200_000)}, (D(2026, 4, 1), D(2026, 5, 31)), [300_000, 600_000]),
        (7_200_000, {D(2026, 6, 1): Moved(-7_200_000, -30 * 7_200_000)}, (D(2026, 6, 1), D(2026, 7, 31)), [580_000, 0]),
        (7_200_000, {}, (D(2026, 4, 16), D(2026, 5, 10)), [300_000, 193_548]),
        (750_000, {}, (D(2026, 2, 1), D(2026, 2, 28)), [62_500]),
    ],
)
def test_what_recurs_is_earned_by_the_day(
    before: int, moved: dict[date, Moved], spans: tuple[date, date], found: list[int]
) -> None:
    """600.000 a month since 16 April: 300.000; until 29 June: 29 of 30 days; ten of May's 31 days: 193.548."""
    assert list(earned(before, moved, spans_of(*spans)).values()) == found


def test_movements_of_days_are_gathered_by_their_month() -> None:
    """12 since the 16th and 12 less since the 30th of April, which has 30 days: 14/30 of one a month."""
    moved = by_month([(D(2026, 4, 16), 1_200), (D(2026, 4, 30), -1_200), (D(2026, 5, 2), 6)])
    assert moved == {D(2026, 4, 1): Moved(0, -14 * 1_200), D(2026, 5, 1): Moved(6, 12)}
    assert earned(0, moved, spans_of(D(2026, 4, 1), D(2026, 4, 30))) == {D(2026, 4, 1): 47}


def test_groups_sum_to_the_whole_with_those_who_were_won() -> None:
    items = [*QUARTER, Item(D(2026, 2, 1), "a", Stream.MAIN, 5), Item(D(2026, 2, 1), "a", "sales", 2, Role.WINNING)]
    groups = statements(items, {"a": 1, "b": 2}, "group")
    assert {name: (item.revenue, item.spent, item.won) for name, item in groups.items()} == {
        "": (18_000_000, 14_000_000, 0),
        "a": (5, 2, 1),
        "b": (0, 0, 2),
    }
    assert sum(item.result for item in groups.values()) == statement(items).result


def spend(*costs: tuple[date, str, str, str, int]) -> None:
    """Month, product, channel, kind, amount."""
    shown = [Planned(Entry(Key(*key), amount), None) for *key, amount in costs]  # type: ignore[arg-type]
    keep_costs(shown=shown, by=None, now=datetime(2026, 11, 1, tzinfo=UTC))


@pytest.fixture
def spent(db: None) -> None:
    """The year of six; E paid first in September, F in October. 1.940.000 spent in two months, 500.000 of it for all."""
    made = live_the_year()
    for name, on in (("E", D(2026, 9, 10)), ("F", D(2026, 10, 2))):
        RevenueStand.objects.filter(tenant=made[name]).update(paid_on=on, signed_up_on=on)
    spend(
        (SEPTEMBER, "klustera", "", "marketing", 1_000_000),
        (OCTOBER, "klustera", "", "hosting", 360_000),
        (OCTOBER, "", "", "sales", 500_000),
        (OCTOBER, "xclass", "agent", "other", 40_000),
        (D(2026, 11, 1), "klustera", "", "marketing", 9_000_000),
    )


@pytest.mark.usefixtures("spent")
def test_two_months_by_product_from_the_facts_b1() -> None:
    """September brings 2.400.000, October 2.500.000 as on the page of revenue. CAC 1.500.000 ÷ 2."""
    found = economics_of(TWO, "product")
    whole = found.whole.told
    assert (whole.streams, whole.spent, whole.won) == ({Stream.MAIN: 4_900_000}, 1_900_000, 2)
    assert (whole.winning.cac.rupiah, whole.margin.value) == (750_000, Fraction(4_540_000, 4_900_000))
    months = {month: (item.revenue, item.spent, item.won) for month, item in found.months.items()}
    assert months == {SEPTEMBER: (2_400_000, 1_000_000, 1), OCTOBER: (2_500_000, 900_000, 1)}
    groups = {name: (item.told.revenue, item.told.spent, item.told.won) for name, item in found.groups.items()}
    assert groups == {
        "klustera": (3_600_000, 1_360_000, 1),
        "koperasi": (1_000_000, 0, 0),
        "xclass": (200_000, 40_000, 0),
        "naikkelas": (100_000, 0, 1),
        "": (0, 500_000, 0),
    }
    klustera = found.groups["klustera"]  # three at 600.000, 90 % are left: 1.000.000 ÷ 540.000
    assert (klustera.told.margin.value, klustera.payback.value) == (Fraction(9, 10), Fraction(50, 27))
    assert found.groups["naikkelas"].told.winning.cac.lacking is Lacking.NO_COSTS


@pytest.mark.usefixtures("spent")
def test_one_product_or_channel_leaves_out_what_is_of_all_and_says_it() -> None:
    for by in ("product", "channel", "month"):
        groups = economics_of(TWO, by).groups.values()
        assert (sum(group.told.result for group in groups), sum(group.told.won for group in groups)) == (3_000_000, 2)
    klustera = economics_of(Scope(TWO.first, TWO.last, {"product": "klustera"}))
    assert (klustera.whole.told.revenue, klustera.whole.told.spent, klustera.left_out) == (
        3_600_000,
        1_360_000,
        500_000,
    )
    agents = economics_of(Scope(TWO.first, TWO.last, {"channel": "agent"}), "channel")
    assert (agents.whole.told.revenue, agents.whole.told.spent, agents.left_out) == (100_000, 40_000, 1_860_000)
    half = economics_of(Scope(SEPTEMBER, D(2026, 9, 15)))
    assert (half.whole.told.revenue, half.whole.told.spent) == (1_200_000, 500_000), "15 of 30 days of both"
    november = economics_of(Scope(D(2026, 11, 1), D(2026, 11, 30), {"product": "naikkelas"}))
    assert november.whole.told.revenue == 98_333, "100.000 for 29 days, 50.000 on the thirtieth"


def test_a_rupiah_is_rounded_in_the_same_places_on_every_page_and_dashboard(db: None) -> None:
    """100.000 a month since 2 September are 96.666,67: of two products 193.334, however it is asked."""
    for name, product in (("G", "klustera"), ("H", "xclass")):
        customer(name, product, [(D(2026, 9, 2), 100, "1")])
    follow_events()
    scope = Scope(SEPTEMBER, D(2026, 9, 30))
    board, _before = in_periods(scope, (Kept(), Kept()))
    wholes = [board, *(economics_of(scope, by).whole for by in ("product", "channel", "month"))]
    assert [whole and whole.told.revenue for whole in wholes] == [193_334] * 4


@pytest.mark.usefixtures("spent")
def test_the_funnel_and_the_signals_take_the_same_cac_k17() -> None:
    whole, groups = winning_of(TWO)
    found = economics_of(TWO)
    assert (whole, groups["klustera"]) == (Winning(1_500_000, 2), Winning(1_000_000, 1))
    assert whole == found.whole.told.winning
    assert {name: item for name, item in groups.items() if item.spent or item.won} == {
        name: item.told.winning for name, item in found.groups.items() if item.told.winning != Winning()
    }
    in_bali = Scope(TWO.first, TWO.last, {"province": "Bali"})
    assert cac_of(in_bali, winning_of(in_bali)[0]).lacking is Lacking.NOT_DIVIDED
    assert (winning_of(TWO, "province")[1], cac_of(TWO, Winning(1, 1), "province").value) == ({}, None)


@pytest.mark.usefixtures("spent")
def test_a_planned_cost_shows_what_it_would_change() -> None:
    planned = Planned(Entry(Key(SEPTEMBER, "klustera", "", "marketing"), 1_200_000), 1_000_000)
    before, after = effect_of(planned, tests=False)
    assert (before.winning.cac.rupiah, after.winning.cac.rupiah, after.spent) == (1_000_000, 1_200_000, 1_200_000)
    assert economics_of(TWO).whole.told.spent == 1_900_000


def test_what_payers_pay_for_the_method_and_gateways_keep_comes_from_the_books_k8(db: None) -> None:
    """G pays 4.000 on top of each of four bills; the gateway kept 4.440 of the first and took 440 of it back."""
    made = live_half_a_year()
    report = GatewayReport.objects.create(file_name="a.csv", sha256="a", imported_at=datetime(2026, 2, 1, tzinfo=UTC))
    for at, amount in enumerate((4_440, -440)):
        keep_fee(made["G"], report, at, amount)
    found = economics_of(Scope(JANUARY, D(2026, 2, 28)))
    streams = {Stream.MAIN: 1_200_000, Stream.FEES: 8_000}
    assert (found.whole.told.streams, found.whole.told.costs) == (streams, {GATEWAY: 4_000})
    assert found.groups["klustera"].told.costs == {GATEWAY: 4_000}
    direct = economics_of(Scope(JANUARY, D(2026, 2, 28), {"channel": "direct"}), "channel")
    assert direct.groups["direct"].told.costs == {GATEWAY: 4_000}
    assert not economics_of(Scope(JANUARY, D(2026, 2, 28), {"channel": "agent"}), "channel").groups
    with pytest.raises(ValueError, match="province"):
        facts_of(TWO, "province")


def keep_fee(tenant: Tenant, report: GatewayReport, at: int, amount: int) -> None:
    """A row of the settlement report and the fee it left in the books; below zero it takes the one before back."""
    row = GatewayReportRow.objects.create(
        report=report,
        fingerprint=str(at),
        row=at,
        kind="payment",
        amount=604_000,
        fee=1,
        tax=0,
        settled_on=D(2026, 1, 20),
    )
    reverses = GatewayFee.objects.filter(tenant=tenant).first() if amount < 0 else None
    payment = reverses.payment if reverses else uuid4()
    GatewayFee.objects.create(
        tenant=tenant,
        payment=payment,
        position=at,
        channel="midtrans",
        amount=amount,
        settled_on=row.settled_on,
        row=row,
        reverses=reverses,
    )
