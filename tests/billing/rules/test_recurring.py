"""What a subscription brings a year, from the catalogue's own agreements; every amount can be checked by head."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from billing.rules import drafting
from billing.rules.agreement import Agreement
from billing.rules.discounts import Granted
from billing.rules.progress import Held
from billing.rules.recurring import Running, recurring, yearly_of
from billing.rules.sides import Stand
from billing.rules.tax_amounts import Taxation, tax_on
from plans.rules.discounts import Discount
from plans.rules.periods import Period, add_months
from plans.rules.taxes import TaxCategory
from plans.selectors.taxes import tax_table
from tests.billing.rules.agreements import agreed

MARCH = date(2026, 3, 1)


def brought(agreement: Agreement, billed: int, **stand: Any) -> list[tuple[str, str, int, str]]:
    """(charge, kind, rupiah a year, count) in the first period from 1 March."""
    running = Running(
        Period(MARCH, add_months(MARCH, agreement.interval_months)),
        Decimal(billed),
        agreement.lock(Decimal(billed)),
        Stand(MARCH, 1, Decimal(billed), stand.get("addons", {}), stand.get("progress", {})),
    )
    return [(item.charge, item.kind, item.yearly, str(item.counted)) for item in recurring(agreement, running, MARCH)]


@pytest.mark.parametrize(
    ("agreement", "billed", "expected"),
    [
        (agreed("xclass", 150), 150, [("students", "main", 750_000, "150")]),
        (agreed("klustera", 200, 2026), 200, [("units", "main", 7_200_000, "200")]),
        (agreed("klustera", 200, 2026, months=12), 200, [("units", "main", 6_000_000, "200")]),  # K2: ten months
        (agreed("naikkelas", 40, 2026, plan="school", months=4), 40, [("school-seats", "main", 13_200_000, "40")]),
        # N6: 2.500.000 a month, and 40 seats at 120.000 a year; the set-up fee never
        (
            agreed("naikkelas", 40, 2026, plan="academy"),
            40,
            [("academy-platform", "main", 30_000_000, "1"), ("academy-seats", "side", 4_800_000, "40")],
        ),
        # C1, C15: 999.000 a month; a share of turnover is usage
        (agreed("koperasi", 80, 2026, plan="growth"), 80, [("growth", "main", 11_988_000, "1")]),
    ],
)
def test_each_rhythm_is_made_a_year_x1_k1_k2_n5_n6_c1(
    agreement: Agreement, billed: int, expected: list[tuple[str, str, int, str]]
) -> None:
    assert brought(agreement, billed) == expected


@pytest.mark.parametrize(
    ("months", "offer", "yearly"),
    [
        (1, {"percent": "20", "months": 6}, 5_760_000),  # K9
        (12, {"percent": "50", "months": 6}, 4_500_000),  # half price for half of the year: 6.000.000 less a quarter
        (1, {"free_months": 1}, 7_200_000),  # K10: a gift, no price
        (1, {"percent": "100", "months": 2}, 7_200_000),
        (1, {"amount": 100_000}, 6_000_000),
    ],
)
def test_offers_lower_it_and_gifts_do_not_k9_k10(months: int, offer: dict[str, Any], yearly: int) -> None:
    discount = Discount.model_validate({"code": "x", "name": {"id": "Hemat", "en": "Saver"}, "combines": True, **offer})
    agreement = agreed("klustera", 200, 2026, months=months)
    given = agreement.model_copy(update={"discounts": (Granted(discount=discount),)})
    assert [item[2] for item in brought(drafting.begun(given, MARCH, 1), 200)] == [yearly]


def test_addons_count_as_paid_until_their_period_ends_and_as_held_after_it_n8() -> None:
    """12 kits at 75.000 a month: 10.800.000 a year, though only 4 are held for the next month."""
    agreement = agreed("naikkelas", 40, 2026, plan="school", months=4)
    held = {"robot-kits": Decimal(4)}
    paid = {"robot-kits": Held(date(2026, 4, 1), Decimal(12), "75000")}
    assert brought(agreement, 40, addons=held, progress=paid)[1:] == [("robot-kits", "addon", 10_800_000, "12")]
    over = {"robot-kits": Held(MARCH, Decimal(12), "75000")}
    assert brought(agreement, 40, addons=held, progress=over)[1:] == [("robot-kits", "addon", 3_600_000, "4")]


def test_tax_within_the_price_is_no_revenue() -> None:
    """11 % in 1.110.000: 1.000.000 is ours."""
    rate = tax_table().rate_on(MARCH)
    assert rate is not None
    taxation = Taxation(rate, tax_table().kind_of(TaxCategory.NORMAL), inclusive=True)
    agreement = agreed("xclass", 222)
    running = Running(Period(MARCH, date(2027, 3, 1)), Decimal(222), {}, Stand(MARCH, 1, Decimal(222), {}, {}))
    found = recurring(agreement, running, MARCH, lambda amount: tax_on(amount, taxation).base)
    assert [item.yearly for item in found] == [1_000_000]


@pytest.mark.parametrize(
    ("amount", "months", "yearly"), [(600_000, 1, 7_200_000), (400_000, 4, 1_200_000), (100, 7, 171)]
)
def test_a_rhythm_that_does_not_divide_the_year_is_rounded_half_up(amount: int, months: int, yearly: int) -> None:
    assert yearly_of(amount, months) == yearly
