"""X1–X3, K1, K2: what is agreed stays agreed."""

import json
from datetime import date
from decimal import Decimal

import pytest

from billing.rules.agreement import Agreement, agree
from billing.rules.drafting import draft_period, period_on
from plans.errors import CatalogueError
from plans.rules.catalogue import Anchor
from plans.rules.offer import make_offer
from tests.billing.rules.agreements import agreed, catalogue, complex_of, school

D = Decimal


@pytest.mark.parametrize(
    ("count", "plan"),
    [(0, "free-forever"), (49, "free-forever"), (50, "standard"), (500, "standard"), (501, "enterprise")],
)
def test_a_school_is_on_the_plan_of_its_size(count: int, plan: str) -> None:
    """X1: the tiers' names."""
    assert school().plan_for(D(count)).code == plan


@pytest.mark.parametrize(("year", "small", "large"), [(2025, 5, 4), (2026, 7.5, 6), (2027, 10, 8)])
@pytest.mark.parametrize("signed_up_with", [30, 100, 600])
def test_the_book_of_the_sign_up_holds_whatever_the_size_then(
    year: int, small: float, large: float, signed_up_with: int
) -> None:
    """X2, X3: also of a school that was free when it signed up."""
    agreement = school(signed_up_with, year)
    assert agreement.book == f"xclass-{year}"
    assert agreement.price_of(D(100)) == int(100_000 * small)
    assert agreement.price_of(D(1000)) == int(1_000_000 * large)
    assert agreement.price_of(D(49)) == 0


def test_a_locked_price_holds_whatever_the_tier() -> None:
    """X3: 499 → 502 stays 5.000; 100 → 600 stays 5.000; one that began at 600 stays 4.000."""
    assert school().lock(D(499)) == school().lock(D(100)) == {"students": "5000"}
    assert school().lock(D(600)) == {"students": "4000"}
    assert school().price_of(D(502), {"students": "5000"}) == 2_510_000
    assert school().price_of(D(600), {"students": "5000"}) == 3_000_000
    assert school().price_of(D(499), {"students": "4000"}) == 1_996_000


def test_a_complex_locks_nothing() -> None:
    """K4: tier and price by the units on the invoice date."""
    assert complex_of().lock(D(99)) == {}


@pytest.mark.parametrize(
    ("plan", "months", "units", "rupiah"),
    [
        ("per-unit", 1, 200, 600_000),
        ("per-unit", 12, 200, 6_000_000),
        ("flat", 1, 200, 1_500_000),
        ("flat", 12, 200, 16_200_000),
        ("flat", 1, 99, 500_000),
        ("flat", 12, 501, 32_400_000),
    ],
)
def test_a_complex_pays_by_plan_and_interval(plan: str, months: int, units: int, rupiah: int) -> None:
    """K1, K2."""
    assert complex_of(units, plan=plan, months=months).price_of(D(units)) == rupiah


def test_months_begin_on_the_first_and_years_where_billing_begins() -> None:
    """K3, K2."""
    assert complex_of().anchor is Anchor.CALENDAR_MONTH
    assert complex_of(months=12).anchor is Anchor.ANNIVERSARY
    assert school().anchor is Anchor.ANNIVERSARY


@pytest.mark.parametrize("units", [0, 1, 200])
def test_a_complex_is_never_free_forever(units: int) -> None:
    """K1: no units cost nothing, but that is no free plan."""
    assert not complex_of().is_free(D(units))


@pytest.mark.parametrize(
    "agreement",
    [school(30), school(600, 2028), complex_of(), complex_of(plan="flat", months=12), complex_of(terms="net-30")],
)
def test_an_agreement_survives_its_way_through_the_database(agreement: Agreement) -> None:
    """X3: what was frozen is read back as it was."""
    stored = json.loads(json.dumps(agreement.model_dump(mode="json", by_alias=True)))
    assert Agreement.model_validate(stored) == agreement


def test_terms_named_at_sign_up_are_agreed() -> None:
    """K3: net 30."""
    assert agreed("klustera", 200, 2026, terms="net-30").terms.code == "net-30"


@pytest.mark.parametrize(
    ("plan", "months", "anchor", "starts", "spans"),
    [
        # 200 × 30.000 = 6.000.000 a year: 306 of 365 days up to New Year, then whole years
        ("per-unit", 12, "calendar_year", "2026-03-01", [("2027-01-01", 5_030_137), ("2028-01-01", 6_000_000)]),
        ("per-unit", 12, "anniversary", "2026-03-01", [("2027-03-01", 6_000_000), ("2028-03-01", 6_000_000)]),
        ("flat", 12, "calendar_year", "2026-07-02", [("2027-01-01", 8_122_192), ("2028-01-01", 16_200_000)]),
        ("flat", 12, "calendar_year", "2026-01-01", [("2027-01-01", 16_200_000), ("2028-01-01", 16_200_000)]),
        ("flat", 12, "calendar_year", "2026-12-31", [("2027-01-01", 44_384), ("2028-01-01", 16_200_000)]),
        # what was chosen for the year is none of the month's
        ("per-unit", 1, "calendar_year", "2026-02-15", [("2026-03-01", 300_000), ("2026-04-01", 600_000)]),
    ],
)
def test_a_year_is_billed_in_january_or_from_where_it_begins_as_chosen(
    plan: str, months: int, anchor: str, starts: str, spans: list[tuple[str, int]]
) -> None:
    """K5: 8.122.192 is 16.200.000 × 183/365, 44.384 is × 1/365."""
    made = make_offer(
        catalogue("klustera"), plan=plan, quantity=D(200), interval_months=months, on=date(2026, 1, 30), anchor=anchor
    )
    agreement, day, found = agree(catalogue("klustera"), made), date.fromisoformat(starts), []
    for _ in spans:
        period = period_on(agreement, date.fromisoformat(starts), int(starts[-2:]), day)
        draft = draft_period(agreement, D(200), period, int(starts[-2:]), day, {})
        found.append((str(period.end), draft.total))
        day = period.end
    assert found == spans


def test_a_start_of_periods_that_no_rhythm_has_is_refused() -> None:
    """K5: a school's year begins when its billing does."""
    with pytest.raises(CatalogueError) as refused:
        make_offer(
            catalogue("xclass"),
            plan=None,
            quantity=D(150),
            interval_months=12,
            on=date(2025, 2, 1),
            anchor="calendar_year",
        )
    assert (refused.value.field, refused.value.code) == ("anchor", "unknown_anchor")
