"""What holds for any price list and any quantity."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from plans.rules.money import allocate, prorate
from plans.rules.periods import Period
from plans.rules.rating import Proration, rate
from plans.rules.terms import (
    Adjustments,
    Charge,
    Flat,
    Graduated,
    GraduatedPercentage,
    Package,
    Percentage,
    PerUnit,
    Stairstep,
    Volume,
    charge_to_dict,
    parse_charge,
)
from plans.rules.tiers import Tier

prices = st.decimals(min_value=0, max_value=10**9, places=4)
sizes = st.decimals(min_value="0.01", max_value=1000, places=2)
quantities = st.decimals(min_value=0, max_value=10**7, places=3)
rates = st.decimals(min_value=0, max_value=1, places=6)


@st.composite
def tier_lists(draw: st.DrawFn, *, by_rate: bool = False) -> tuple[Tier, ...]:
    bounds = sorted(draw(st.sets(quantities, max_size=4)))
    return tuple(
        Tier(
            up_to=bound,
            unit_price=Decimal(0) if by_rate else draw(prices),
            rate=draw(rates) if by_rate else None,
            flat_fee=draw(prices),
        )
        for bound in (*bounds, None)
    )


@st.composite
def adjustments(draw: st.DrawFn) -> Adjustments:
    low, high = sorted([draw(prices), draw(prices)])
    return Adjustments(
        included=draw(st.just(Decimal(0)) | quantities),
        minimum=draw(st.sampled_from([None, low])),
        maximum=draw(st.sampled_from([None, high])),
    )


some_size = st.none() | sizes
monotone = st.one_of(
    st.builds(PerUnit, unit_price=prices, package_size=some_size, adjustments=adjustments()),
    st.builds(Graduated, tiers=tier_lists(), package_size=some_size, adjustments=adjustments()),
    st.builds(Package, package_size=sizes, package_price=prices, adjustments=adjustments()),
    st.builds(Percentage, rate=rates, fixed_fee=prices, adjustments=adjustments()),
    st.builds(GraduatedPercentage, tiers=tier_lists(by_rate=True), adjustments=adjustments()),
)
stairsteps = tier_lists().map(lambda steps: tuple(Tier(up_to=step.up_to, flat_fee=step.flat_fee) for step in steps))
charges: st.SearchStrategy[Charge] = st.one_of(
    monotone,
    st.builds(Flat, amount=prices, adjustments=adjustments()),
    st.builds(Volume, tiers=tier_lists(), package_size=some_size, adjustments=adjustments()),
    st.builds(Stairstep, tiers=stairsteps, adjustments=adjustments()),
)


@st.composite
def prorations(draw: st.DrawFn) -> Proration:
    begin = draw(st.dates(date(2024, 1, 1), date(2032, 1, 1)))
    days = draw(st.integers(1, 400))
    start = begin + timedelta(days=draw(st.integers(0, days)))
    return Proration(Period(begin, begin + timedelta(days=days)), start)


@given(charges, quantities, st.integers(0, 50), st.none() | prorations())
def test_parts_sum_to_an_amount_that_is_never_negative(
    charge: Charge, quantity: Decimal, events: int, proration: Proration | None
) -> None:
    result = rate(charge, quantity, events=events, proration=proration)
    assert result.amount >= 0
    assert all(part.amount >= 0 for part in result.parts)
    assert sum(part.amount for part in result.parts) == result.amount
    assert abs(result.exact - result.amount) <= Fraction(1, 2)


@given(charges, quantities)
def test_the_quantity_is_shared_out_whole(charge: Charge, quantity: Decimal) -> None:
    result = rate(charge, quantity)
    assert sum(Fraction(part.quantity) for part in result.parts) == result.billable


@given(monotone, quantities, quantities)
def test_more_never_costs_less_where_the_model_promises_it(charge: Charge, one: Decimal, other: Decimal) -> None:
    """Volume lists promise nothing: 500 students cost more than 501 (X1)."""
    less, more = sorted([one, other])
    assert rate(charge, less).amount <= rate(charge, more).amount


@given(charges, quantities)
def test_bounds_of_the_amount_hold(charge: Charge, quantity: Decimal) -> None:
    exact, bounds = rate(charge, quantity).exact, charge.adjustments
    assert bounds.minimum is None or exact >= bounds.minimum
    assert bounds.maximum is None or exact <= bounds.maximum


@given(charges)
def test_a_charge_survives_being_written_down(charge: Charge) -> None:
    assert parse_charge(charge_to_dict(charge)) == charge


@given(st.integers(-(10**12), 10**12), st.lists(st.integers(0, 10**6), min_size=1, max_size=20))
def test_shares_sum_to_the_total_and_are_within_a_rupiah_of_fair(total: int, weights: list[int]) -> None:
    shares = allocate(total, weights)
    whole = sum(weights)
    assert sum(shares) == total
    for share, weight in zip(shares, weights, strict=True):
        fair = Fraction(total * weight, whole) if whole else Fraction(total, len(weights))
        assert abs(share - fair) < 1


@given(st.integers(0, 10**12), st.lists(st.integers(1, 200), min_size=1, max_size=12))
def test_the_parts_of_a_period_cost_what_the_period_costs(amount: int, days: list[int]) -> None:
    """Allocated over its parts the amount is whole; each part is within a rupiah of its own proration."""
    shares = allocate(amount, days)
    assert sum(shares) == amount
    for share, part in zip(shares, days, strict=True):
        assert abs(share - prorate(amount, part, sum(days))) <= 1


@given(charges, quantities, prorations())
def test_before_and_after_a_change_are_the_whole_period(
    charge: Charge, quantity: Decimal, proration: Proration
) -> None:
    whole = rate(charge, quantity).exact
    after = rate(charge, quantity, proration=proration).exact
    before = whole * (proration.of_days - proration.days) / proration.of_days
    assert before + after == whole
