"""K9, C3, C4: what offers take off a line, for how long, in which order; and the laws that hold for all of them."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from billing.documents.explain import explain
from billing.rules import drafting
from billing.rules.agreement import Agreement
from billing.rules.changes import Ledger, Switch, draft_switch, net_of
from billing.rules.discounts import Granted, Listed, reduce
from billing.rules.drafting import Draft
from billing.rules.moved_agreements import carried
from billing.rules.seats import Decision, Outcome
from plans.rules.catalogue import Charge
from plans.rules.discounts import Discount
from plans.rules.money import round_half_up
from plans.rules.periods import Period, add_months
from plans.rules.plan_changes import ChangeBilling, ChangeRule, ChangeWhen
from plans.rules.rating import Proration, rate
from tests.billing.rules.agreements import agreed, catalogue, complex_of, school

settings.register_profile("offers", max_examples=200, deadline=None, derandomize=True, database=None)
OFFERS = settings.get_profile("offers")
D = date
MARCH = D(2026, 3, 1)
UNITS = Decimal(200)


def offer(**said: Any) -> Discount:
    return Discount.model_validate({"code": "x", "name": {"id": "Hemat", "en": "Saver"}, "combines": True, **said})


def early() -> Discount:
    return next(item for item in catalogue("klustera").offers if item.code == "early50")


def having(agreement: Agreement, offers: Sequence[Discount], starts: date = MARCH) -> Agreement:
    """An agreement whose billing begins on a day, with its offers."""
    granted = tuple(Granted(discount=item) for item in offers)
    return drafting.begun(agreement.model_copy(update={"discounts": granted}), starts, starts.day)


def periods(agreement: Agreement, starts: date, count: int) -> list[Draft]:
    """The first invoices, one after another."""
    drafts, day = [], starts
    for _ in range(count):
        period = drafting.period_on(agreement, starts, starts.day, day)
        drafts.append(drafting.draft_period(agreement, UNITS, period, starts.day, day, {}))
        day = period.end
    return drafts


@pytest.mark.parametrize(
    ("offers", "amount"),
    [
        ([{"percent": "20"}], 480_000),
        ([{"percent": "100"}], 0),
        ([{"amount": 100_000}], 500_000),
        ([{"amount": 1_000_000}], 0),
        ([{"free_months": 2}], 0),
        ([{"price": "2500"}], 500_000),
        ([{"price": "4000"}], 600_000),  # dearer than the list: no offer
        ([{"percent": "20"}, {"amount": 100_000}], 380_000),
        ([{"amount": 100_000}, {"percent": "20"}], 380_000),
        ([{"percent": "20"}, {"percent": "10"}], 432_000),
        ([{"amount": 50_000}, {"percent": "10"}, {"price": "2500"}], 400_000),
        ([{"percent": "20", "charges": ["flat"]}], 600_000),
    ],
)
def test_price_then_percentages_then_amounts_and_never_below_zero(offers: list[dict[str, Any]], amount: int) -> None:
    """200 units at 3.000, whatever the order in which the offers were given."""
    agreement = having(complex_of(), [offer(**said) for said in offers])
    assert periods(agreement, MARCH, 1)[0].total == amount


def test_the_first_fifty_pay_a_fifth_less_for_six_months_k9() -> None:
    agreement = having(complex_of(), [early()])
    assert [draft.total for draft in periods(agreement, MARCH, 7)] == [*[480_000] * 6, 600_000]


def test_a_shortened_first_month_is_lower_too_and_counts_as_no_month_k9() -> None:
    """From 15 February: 300.000 for 14 of 28 days, less a fifth; then six whole months."""
    agreement = having(complex_of(), [early()], D(2026, 2, 15))
    drafts = periods(agreement, D(2026, 2, 15), 8)
    assert [draft.total for draft in drafts] == [240_000, *[480_000] * 6, 600_000]
    assert agreement.discounts[0].to == D(2026, 9, 1)


def test_a_shortened_first_month_counts_as_an_invoice() -> None:
    agreement = having(complex_of(), [offer(percent="20", invoices=3)], D(2026, 2, 15))
    assert [draft.total for draft in periods(agreement, D(2026, 2, 15), 4)] == [240_000, 480_000, 480_000, 600_000]


def test_of_a_year_at_once_six_months_are_lower() -> None:
    """6.000.000 a year: a fifth of 6/12 is 600.000; the second year is at the list price."""
    agreement = having(complex_of(months=12), [offer(percent="20", months=6)])
    assert [draft.total for draft in periods(agreement, MARCH, 2)] == [5_400_000, 6_000_000]


def test_an_anchor_on_the_31st_counts_its_months_along_its_own_days() -> None:
    growth = agreed("koperasi", 80, 2026, plan="growth")
    agreement = having(growth, [offer(percent="50", months=2)], D(2026, 1, 31))
    assert agreement.discounts[0].to == D(2026, 3, 31)
    assert [draft.total for draft in periods(agreement, D(2026, 1, 31), 3)] == [499_500, 499_500, 999_000]


def test_a_line_explains_its_offers_in_both_languages_k9() -> None:
    line = periods(having(complex_of(), [early()]), MARCH, 1)[0].lines[0]
    assert (line.amount, line.unit_price, line.explanation["list_amount"]) == (480_000, Decimal(3_000), 600_000)
    assert line.explanation["formula"] == "200 × 3.000 − 120.000 = Rp 480.000"
    assert line.explanation["rules"] == ["K1", "K9"]
    said = "Pelanggan awal, 1 Maret 2026 – 31 Agustus 2026: 20 % × 600.000 = Rp 120.000"
    assert f"Penawaran: {said}." in explain(line.explanation, "id").text
    said = "Early adopter, 1 March 2026 – 31 August 2026: 20 % × 600.000 = Rp 120.000"
    assert f"Offers: {said}." in explain(line.explanation, "en").text


def rise(agreement: Agreement) -> Draft:
    """100 → 125 students on the first day of the term."""
    term = Period(MARCH, D(2027, 3, 1))
    return drafting.draft_rise(agreement, Decision(Outcome.PRO_RATA, Decimal(25)), Decimal(100), term, MARCH, {})


def test_what_is_added_within_a_term_is_lower_too_but_a_fixed_amount_is_given_once_x8() -> None:
    """25 × 5.000 = 125.000, a fifth less; the year's fixed amount is on the year's invoice."""
    assert rise(having(school(), [offer(percent="20")])).total == 100_000
    assert rise(having(school(), [offer(amount=50_000)])).total == 125_000


def switched(old: Agreement, new: Agreement, on: date) -> tuple[int, dict[str, Any]]:
    rule = ChangeRule(when=ChangeWhen.NOW, billing=ChangeBilling.PRO_RATA, rule="C11")
    april = Period(D(2026, 4, 1), D(2026, 5, 1))
    switch = Switch(old, new, Decimal(80), {}, april, april, on, rule)
    net = net_of(switch, Ledger())
    draft = draft_switch(switch, net, on)
    return net.amount, dict(draft.lines[0].explanation) if draft else {}


def test_an_upgrade_is_billed_at_the_offers_of_both_plans_c4_c11() -> None:
    """Half of April left: (999.000 − 499.000) × 70 % × 15/30 = 175.000."""
    launch = next(item for item in catalogue("koperasi").offers if item.code == "launch30")
    starter = having(agreed("koperasi", 80, 2026, plan="starter"), [launch], D(2026, 4, 1))
    growth = carried(starter, agreed("koperasi", 80, 2026, plan="growth"))
    assert growth.discounts == starter.discounts
    amount, explanation = switched(starter, growth, D(2026, 4, 16))
    assert amount == 175_000
    assert explanation["discounts"][0]["formula"] == "30 % × 999.000 = Rp 299.700"


def test_an_offer_that_is_not_for_the_new_plan_stays_behind() -> None:
    only = offer(percent="30", plans=["starter"])
    starter = having(agreed("koperasi", 80, 2026, plan="starter"), [only], D(2026, 4, 1))
    growth = carried(starter, agreed("koperasi", 80, 2026, plan="growth"))
    assert growth.discounts == ()
    assert switched(starter, growth, D(2026, 4, 16))[0] == round_half_up(Fraction(999_000 - 349_300, 2))


def test_an_agreement_with_offers_is_read_back_as_it_was_written() -> None:
    agreement = having(complex_of(), [early()])
    assert Agreement.model_validate(agreement.model_dump(mode="json", by_alias=True)) == agreement


# --- laws -------------------------------------------------------------------------------------------------------------

TIERS = [{"up_to": 5, "unit_price": "300000"}, {"up_to": None, "unit_price": "200000", "flat_fee": "1000"}]
PRICINGS: list[dict[str, Any]] = [
    {"model": "flat", "amount": "90000"},
    {"model": "per_unit", "unit_price": "333", "included": "2"},
    {"model": "volume", "tiers": TIERS},
    {"model": "graduated", "tiers": TIERS},
    {"model": "package", "package_size": "5", "package_price": "70000"},
    {"model": "percentage", "rate": "0.013", "minimum": "3"},
]
ONE = st.one_of(
    st.fixed_dictionaries({"percent": st.decimals("0.5", "100", places=1).map(str)}),
    st.fixed_dictionaries({"amount": st.integers(1, 500_000)}),
    st.fixed_dictionaries({"price": st.integers(0, 400_000).map(str)}),
    st.fixed_dictionaries({"free_months": st.integers(1, 24)}),
    st.fixed_dictionaries({"percent": st.just("33.3"), "months": st.integers(1, 24)}),
)


def charged(pricing: dict[str, Any], months: int) -> Charge:
    text = {"id": "x", "en": "x"}
    said = {"code": "c", "plans": ["p"], "interval_months": months, "description": text, "pricing": pricing}
    return Charge.model_validate(said)


@OFFERS
@given(
    pricing=st.sampled_from(PRICINGS),
    said=st.lists(ONE, max_size=4),
    quantity=st.integers(0, 700),
    months=st.sampled_from([1, 2, 3, 4, 12]),
    cut=st.integers(0, 27),
    begins=st.dates(D(2025, 1, 1), D(2027, 1, 1)),
    addition=st.booleans(),
)
def test_list_price_and_offers_sum_to_a_line_that_is_never_below_zero(
    pricing: dict[str, Any],
    said: list[dict[str, Any]],
    quantity: int,
    months: int,
    cut: int,
    begins: date,
    addition: bool,
) -> None:
    charge, whole = charged(pricing, months), Period(D(2026, 1, 1), add_months(D(2026, 1, 1), months))
    proration = Proration(whole, whole.start.replace(day=1 + cut)) if cut else None
    period = Period(proration.start, whole.end) if proration else whole
    rated = rate(charge.price(), quantity, proration=proration)
    granted = [Granted(discount=offer(**item)).begun(begins, begins, begins.day, months) for item in said]
    amount, reductions = reduce(granted, drafting.listed_of(charge, rated, period, addition))
    assert 0 <= amount <= rated.amount
    assert amount + sum(item.amount for item in reductions) == rated.amount
    assert all(item.amount > 0 for item in reductions)
    again, _ = reduce(list(reversed(granted)), drafting.listed_of(charge, rated, period, addition))
    assert abs(again - amount) <= 1  # the same exact amount: the order within a kind does not matter


@OFFERS
@given(
    exact=st.fractions(0, 10_000_000, max_denominator=365),
    lengths=st.lists(st.integers(1, 30), min_size=1, max_size=6),
    percent=st.integers(1, 100),
)
def test_an_offer_takes_off_as_much_whether_a_year_is_billed_at_once_or_in_months(
    exact: Fraction, lengths: list[int], percent: int
) -> None:
    """To the rupiah of rounding each invoice: for `months` of a year, or for as many monthly invoices."""
    months = min(12, len(lengths))
    charge, year = charged({"model": "flat", "amount": "1"}, 12), Period(MARCH, D(2027, 3, 1))
    held = [Granted(discount=offer(percent=str(percent), months=months)).begun(MARCH, MARCH, 1, 12)]
    at_once, _ = reduce(held, Listed(charge, year, exact * 12, Fraction(1), lambda _: exact))
    monthly = 0
    for at in range(12):
        period = Period(add_months(MARCH, at), add_months(MARCH, at + 1))
        monthly += reduce(held, Listed(charge, period, exact, Fraction(1), lambda _: exact))[0]
    assert abs(at_once - monthly) <= 7


@pytest.mark.parametrize(
    ("said", "complaint"),
    [
        ({}, "give one of percent, amount, free_months, price"),
        ({"percent": "20", "amount": 5}, "give one of"),
        ({"percent": "101"}, "less than or equal to 100"),
        ({"amount": 0}, "greater than 0"),
        ({"free_months": 2, "months": 3}, "not both"),
        ({"percent": "5", "from": "2026-02-01", "until": "2026-01-31"}, "until must not be before from"),
    ],
)
def test_an_offer_says_one_thing(said: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        offer(**said)
