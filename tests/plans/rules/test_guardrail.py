"""K14: how far a new price book may move a price, by tables and by laws that hold for any two books."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plans.rules.catalogue import PriceBook
from plans.rules.guardrail import AT_MOST, Move, in_force_before, steep_moves
from plans.rules.rating import rate
from tests.plans.rules.books import book, charge, graduated, per_unit, plan, volume

X2_2025 = volume((49, 0), (500, 5000), (None, 4000))
X2_2026 = volume((49, 0), (500, 7500), (None, 6000))
X2_2027 = volume((49, 0), (500, 10000), (None, 8000))
X2_2028 = volume((49, 0), (200, 12000), (500, 10000), (None, 8000))


def moved(before: dict[str, Any], after: dict[str, Any], **more: Any) -> tuple[Move, ...]:
    """The steep moves from one price to another."""
    first, second = book("2025-01-01", charge(before)), book("2026-01-01", charge(after))
    return steep_moves(second, [first], [plan(**more)])


def told(moves: tuple[Move, ...]) -> list[tuple[str, int, Fraction | None]]:
    """(the tier or field, the quantity, the share) of each."""
    return [(str(move.path[-2 if "tiers" in move.path else -1]), int(move.quantity), move.share) for move in moves]


def test_the_documents_own_steps_are_steep_and_say_where() -> None:
    """X2, K14: +50 % and +33 % everywhere; in 2028 only the new size of 50–200, by a fifth."""
    half, third, fifth = Fraction(1, 2), Fraction(1, 3), Fraction(1, 5)
    assert told(moved(X2_2025, X2_2026)) == [("1", 50, half), ("2", 501, half)]
    assert told(moved(X2_2026, X2_2027)) == [("1", 50, third), ("2", 501, third)]
    assert told(moved(X2_2027, X2_2028)) == [("1", 50, fifth)]


@pytest.mark.parametrize(
    ("new", "steep"),
    [(5500, False), (5501, True), (4500, False), (4499, True), (5000, False), (0, True)],
    ids=["+10 %", "just above", "-10 %", "just below", "the same", "free"],
)
def test_ten_percent_up_or_down_is_the_last_that_passes(new: int, steep: bool) -> None:
    """K14: of 5.000 that is 4.500 to 5.500."""
    assert bool(moved(per_unit(5000), per_unit(new))) is steep


def test_what_was_free_has_no_measure_and_any_price_is_steep() -> None:
    """K14: from 0 to 1 is no percentage."""
    (move,) = moved(volume((49, 0), (None, 5000)), volume((49, 1), (None, 5000)))
    assert (move.share, move.before) == (None, Fraction(0))
    assert "no longer free" in str(move)


def test_a_bound_that_is_moved_moves_the_price_of_those_between() -> None:
    """K14: the prices in the tiers stay, but 99 units cost 3.000 each instead of 5.000, 40 % less."""
    (move,) = moved(volume((99, 5000), (None, 3000)), volume((49, 5000), (None, 3000)))
    assert (move.path[-2:], move.share) == ((1, "unit_price"), Fraction(-2, 5))
    assert 50 <= move.quantity <= 99


def test_a_bound_that_is_raised_is_found_just_past_the_old_one() -> None:
    """K14: 100 units cost 5.000 instead of 3.000 each: only quantities within (99, 149] are dearer."""
    (move,) = moved(volume((99, 5000), (None, 3000)), volume((149, 5000), (None, 3000)))
    assert [int(move.quantity), int(move.before), int(move.after)] == [100, 300_000, 500_000]


@pytest.mark.parametrize(
    ("before", "after", "field"),
    [
        ({"model": "flat", "amount": "100"}, {"model": "flat", "amount": "111"}, "amount"),
        ({"model": "percentage", "rate": "0.01"}, {"model": "percentage", "rate": "0.012"}, "rate"),
        (
            {"model": "package", "package_size": "10", "package_price": "100"},
            {"model": "package", "package_size": "20", "package_price": "200"},
            "package_price",
        ),
        (per_unit(100, minimum="1000"), per_unit(100, minimum="1200"), "unit_price"),
        (per_unit(100, maximum="1000"), per_unit(100, maximum="1200"), "unit_price"),
        (per_unit(100, included="10"), per_unit(100, included="8"), "unit_price"),
        (per_unit(100, package_size="10"), per_unit(100, package_size="5"), "unit_price"),
    ],
    ids=["flat", "percentage", "package", "minimum", "maximum", "included", "package size"],
)
def test_every_part_of_a_price_is_watched(before: dict[str, Any], after: dict[str, Any], field: str) -> None:
    """K14."""
    (move,) = moved(before, after)
    assert move.path == ("charges", 0, "pricing", field)


def test_a_minimum_is_found_where_it_begins_to_decide() -> None:
    """K14: max(100 × n; 1.000) against 105 × n without it: only below 10 units, where the minimum decided."""
    moves = moved(per_unit(100, minimum="1000"), per_unit(105, minimum="500"))
    assert told(moves) == [("unit_price", 0, Fraction(-1, 2))]
    assert moved(per_unit(100, minimum="1000"), per_unit(105, minimum="1000")) == ()


def test_quantities_that_no_plan_sells_do_not_count() -> None:
    """K14: a free tier's price may change where the plan begins at 50."""
    before, after = volume((49, 0), (None, 5000)), volume((49, 100), (None, 5000))
    assert moved(before, after)
    assert moved(before, after, quantity={"from": "50"}) == ()


def test_graduated_prices_are_compared_as_a_whole() -> None:
    """K14: one unit more at twice the price is little of a hundred: 100 × 100, then 101 → 10.100 against 10.200."""
    steep = moved(graduated((100, 100), (None, 100)), graduated((100, 100), (None, 200)))
    assert [move.path[-2] for move in steep] == [1]
    assert steep[0].quantity == 10_000_000
    assert moved(graduated((100, 100), (None, 10)), graduated((100, 100), (None, 11))) == ()


def test_a_new_code_a_new_plan_and_a_new_interval() -> None:
    """K14: a new name is no way around; what was never sold has no price that could move."""
    before = book("2025-01-01", charge(per_unit(100)))
    renamed = book("2026-01-01", charge(per_unit(200), code="pupils"))
    split = book("2026-01-01", charge(per_unit(60)), charge(per_unit(50), code="extra"))
    added = book("2026-01-01", charge(per_unit(100)), charge(per_unit(900), interval_months=1))
    other = book("2026-01-01", charge(per_unit(100)), charge(per_unit(900), plans=["gold"]))
    plans = [plan(), plan("gold")]
    (move,) = steep_moves(renamed, [before], plans)
    assert move.path == ("charges", 0, "pricing", "unit_price")
    assert move.share == 1
    steep = steep_moves(split, [before], plans)
    assert [move.path for move in steep] == [("charges", 0, "pricing", "unit_price")]  # 100 → 60; the sum moved by 10 %
    assert steep_moves(added, [before], plans) == ()
    assert steep_moves(other, [before], plans) == ()


def test_a_new_fee_and_a_new_add_on_move_no_price_and_sessions_count() -> None:
    """K14: a set-up fee or kits that were never sold; 4 sessions instead of 3 at the same price are a third more."""
    before = book("2025-01-01", charge(per_unit(100)))
    fee = charge({"model": "flat", "amount": "900"}, code="setup", when="once", quantity="one")
    kits = charge(per_unit(75), code="kits", quantity="robot-kits")
    assert steep_moves(book("2026-01-01", charge(per_unit(100)), fee, kits), [before], [plan()]) == ()
    (move,) = steep_moves(
        book("2026-01-01", charge(per_unit(100), each="4")),
        [book("2025-01-01", charge(per_unit(100), each="3"))],
        [plan()],
    )
    assert move.share == Fraction(1, 3)


@pytest.mark.parametrize(
    ("day", "codes"),
    [
        ("2026-01-01", ["a"]),
        ("2026-02-01", ["a", "b"]),
        ("2026-03-31", ["a", "b"]),
        ("2026-04-01", ["b"]),
        ("2026-05-15", ["b", "c"]),
        ("2026-07-14", ["b", "c"]),
        ("2026-07-15", ["c"]),
        ("2025-01-01", []),
    ],
)
def test_a_quarter_is_three_calendar_months(day: str, codes: list[str]) -> None:
    """K14: a from 2025, b from 1 January, c from 15 April 2026."""
    books = [
        book("2026-04-15", charge(per_unit(1)), code="c"),
        book("2025-01-01", charge(per_unit(1)), code="a"),
        book("2026-01-01", charge(per_unit(1)), code="b"),
    ]
    assert [found.code for found in in_force_before(books, date.fromisoformat(day))] == codes


def test_two_small_steps_within_a_quarter_are_one_large_one() -> None:
    """K14: 100 → 110 → 121 is 21 % between 1 January and 1 March, and twice 10 % between 1 January and 1 April."""
    first = book("2025-01-01", charge(per_unit(100)))
    second = book("2026-01-01", charge(per_unit(110)))
    for day, steep in (("2026-03-01", True), ("2026-04-01", False)):
        third = book(day, charge(per_unit(121)))
        earlier = in_force_before([first, second, third], third.effective_from)
        assert bool(steep_moves(third, earlier, [plan()])) is steep


def test_the_first_day_of_the_calendar_has_nothing_before_it() -> None:
    """K14."""
    assert in_force_before([book("0001-01-01", charge(per_unit(1)))], date(1, 1, 1)) == ()


PRICES = st.integers(0, 400)
SIZES = st.lists(st.integers(1, 60), min_size=0, max_size=3, unique=True).map(sorted)


@st.composite
def prices(draw: st.DrawFn) -> dict[str, Any]:
    """Any volume, graduated or per-unit price, some with free units or bounds of the amount."""
    model = draw(st.sampled_from([volume, graduated]))
    tiers = [(bound, draw(PRICES)) for bound in draw(SIZES)]
    more = draw(
        st.sampled_from(
            [{}, {"included": "7"}, {"minimum": "900"}, {"maximum": "5000"}, {"minimum": "1000", "maximum": "2000"}]
        )
    )
    return model(*tiers, (None, draw(PRICES)), **more)


@given(prices(), prices())
def test_what_passes_moves_no_quantity_too_far_and_what_does_not_names_one(before: dict, after: dict) -> None:
    """K14: the few quantities that are compared stand for all of them."""
    old, new = book("2025-01-01", charge(before)), book("2026-01-01", charge(after))
    moves = steep_moves(new, [old], [plan(quantity={"from": "0", "to": "150"})])
    steep = {size for size in range(151) if _too_far(old, new, size)}
    assert bool(moves) == bool(steep)
    assert {int(move.quantity) for move in moves} <= steep


def _too_far(old: PriceBook, new: PriceBook, size: int) -> bool:
    was, is_now = (rate(found.charges[0].price(), Decimal(size)).exact for found in (old, new))
    return abs(is_now - was) > was * AT_MOST


@given(prices())
def test_a_price_that_stays_is_never_steep(price: dict) -> None:
    """K14."""
    assert moved(price, price) == ()
