"""PPN to the rupiah: the table of the tax facts, both kinds of price, every kind of customer."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from billing.rules.drafting import Line
from billing.rules.tax import tax_facts, taxed_lines, untaxed_price
from billing.rules.tax_amounts import Taxation, payable, tax_on
from plans.rules.catalogue import Text
from plans.rules.periods import Period
from plans.rules.taxes import Goods, TaxTable
from plans.selectors.taxes import tax_table

D = date
MARCH = D(2026, 3, 1)


def taxation(on: date = MARCH, category: str = "normal", *, inclusive: bool = False) -> Taxation:
    rate = tax_table().rate_on(on)
    assert rate is not None
    return Taxation(rate, tax_table().kind_of(category), inclusive)


def line(amount: int, kind: str = "period") -> Line:
    words, period = Text(id="Langganan", en="Subscription"), Period(D(2026, 3, 1), D(2026, 4, 1))
    return Line("doctors", kind, period, Decimal(1), Decimal(amount), amount, words, {"formula": "1"})


@pytest.mark.parametrize(
    ("price", "other_base", "amount"),
    [
        (100_000, 91_667, 11_000),
        (101_229, 92_793, 11_135),
        (149_000, 136_583, 16_390),
        (333_333, 305_555, 36_667),
        (1_000_000, 916_667, 110_000),
        (3_453_454, 3_165_666, 379_880),
        (0, 0, 0),
        (1, 1, 0),
    ],
)
def test_a_price_without_tax_is_taxed_at_12_percent_of_eleven_twelfths(
    price: int, other_base: int, amount: int
) -> None:
    tax = tax_on(price, taxation())
    assert (tax.base, tax.other_base, tax.amount, tax.charged) == (price, other_base, amount, amount)


@pytest.mark.parametrize(("gross", "amount"), [(75_000, 7_432), (50_000, 4_955), (111_000, 11_000), (0, 0)])
def test_a_price_with_the_tax_in_it_costs_the_customer_no_more(gross: int, amount: int) -> None:
    tax = tax_on(gross, taxation(inclusive=True))
    assert (tax.amount, tax.base, tax.base + tax.charged) == (amount, gross - amount, gross)


@pytest.mark.parametrize(
    ("on", "code", "amount"),
    [
        (D(2010, 4, 1), "01", 100_000),
        (D(2022, 3, 31), "01", 100_000),
        (D(2022, 4, 1), "01", 110_000),
        (D(2024, 12, 31), "01", 110_000),
        (D(2025, 1, 1), "04", 110_000),
    ],
)
def test_the_rate_is_that_of_the_day_of_issue(on: date, code: str, amount: int) -> None:
    assert (taxation(on).code, tax_on(1_000_000, taxation(on)).amount) == (code, amount)
    assert tax_table().rate_on(D(2010, 3, 31)) is None


@pytest.mark.parametrize(
    ("category", "code", "charged"),
    [
        ("normal", "04", 11_000),
        ("government", "02", 0),
        ("collector", "03", 0),
        ("not_collected", "07", 0),
        ("exempt", "08", 0),
    ],
)
def test_only_a_normal_customer_pays_the_tax_to_us(category: str, code: str, charged: int) -> None:
    for_it = taxation(category=category)
    assert (for_it.code, tax_on(100_000, for_it).amount, payable(100_000, for_it)) == (code, 11_000, 100_000 + charged)
    inclusive = taxation(category=category, inclusive=True)
    assert payable(111_000, inclusive) == 100_000 + charged
    assert payable(111_000, None) == 111_000


def test_tax_is_rounded_on_each_line_and_summed_and_late_fees_are_outside_of_it() -> None:
    """333.333 + 333.333 + a fee of 50.000: 36.667 twice, not 73.333."""
    lines = taxed_lines([line(333_333), line(333_333), line(50_000, "late_fee")], taxation())
    assert [item.charged_tax for item in lines] == [36_667, 36_667, 0]
    facts = tax_facts(lines, taxation(), Goods())
    assert facts is not None
    assert (facts["base"], facts["other_base"], facts["amount"], facts["code"]) == (666_666, 611_110, 73_334, "04")
    assert tax_facts(taxed_lines([line(50_000, "late_fee")], taxation()), taxation(), Goods()) is None


def test_lines_are_taxed_once_and_can_be_put_back_to_their_price() -> None:
    once = taxed_lines([line(75_000)], taxation(inclusive=True))
    assert taxed_lines(once, taxation(inclusive=True)) == once
    assert untaxed_price(once[0].amount, once[0].explanation) == 75_000
    on_top = taxed_lines([line(75_000)], taxation())
    assert untaxed_price(on_top[0].amount, on_top[0].explanation) == 75_000
    assert taxed_lines([line(75_000)], None) == (line(75_000),)


@given(st.integers(0, 10**12))
def test_price_and_tax_always_add_up_and_the_tax_is_within_a_rupiah_of_11_percent(price: int) -> None:
    on_top, inside = tax_on(price, taxation()), tax_on(price, taxation(inclusive=True))
    assert abs(on_top.amount * 100 - price * 11) <= 100
    assert inside.base + inside.amount == price
    assert abs(inside.amount * 100 - inside.base * 11) <= 100


def test_a_table_out_of_order_or_without_a_kind_of_customer_is_refused() -> None:
    good = tax_table().model_dump(mode="json", by_alias=True)
    with pytest.raises(ValidationError, match="later than"):
        TaxTable.model_validate(good | {"rates": good["rates"][::-1]})
    with pytest.raises(ValidationError, match="each kind of customer once"):
        TaxTable.model_validate(good | {"categories": good["categories"][:4]})
