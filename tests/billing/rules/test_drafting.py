"""X1, X3, X8, K1–K3: lines, amounts, dates and explanations of a draft."""

from datetime import date
from decimal import Decimal

import pytest

from billing.rules.agreement import Agreement
from billing.rules.drafting import Draft, draft_period, draft_rise, first_period, period_on
from billing.rules.seats import Decision, Outcome
from plans.rules.catalogue import Charge
from plans.rules.periods import Period
from plans.rules.spelling import spell_period
from tests.billing.rules.agreements import changed, complex_of, school

D = date


def of_period(agreement: Agreement, quantity: int, starts: date, *, anchor: int | None = None) -> Draft:
    period = first_period(agreement, starts, anchor or starts.day)
    return draft_period(
        agreement, Decimal(quantity), period, anchor or starts.day, starts, agreement.lock(Decimal(quantity))
    )


@pytest.mark.parametrize(
    ("starts", "to", "rupiah", "days", "of"),
    [
        (D(2026, 2, 15), D(2026, 3, 1), 300_000, 14, 28),  # 600.000 × 14/28
        (D(2026, 3, 1), D(2026, 4, 1), 600_000, None, None),
        (D(2026, 3, 31), D(2026, 4, 1), 19_355, 1, 31),  # 19.354,84
        (D(2026, 3, 2), D(2026, 4, 1), 580_645, 30, 31),  # 580.645,16
        (D(2028, 2, 29), D(2028, 3, 1), 20_690, 1, 29),  # 20.689,66
        (D(2026, 12, 16), D(2027, 1, 1), 309_677, 16, 31),  # 309.677,42
    ],
)
def test_a_first_month_is_pro_rata_by_day(
    starts: date, to: date, rupiah: int, days: int | None, of: int | None
) -> None:
    """K3: 200 units at 3.000."""
    draft = of_period(complex_of(), 200, starts)
    assert (draft.total, draft.period) == (rupiah, Period(starts, to))
    (line,) = draft.lines
    assert line.explanation["proration"] == (None if days is None else {"days": days, "of": of})
    assert line.explanation["rules"] == (["K1"] if days is None else ["K1", "K3"])


@pytest.mark.parametrize(
    ("starts", "anchor", "days"),
    [
        (D(2025, 2, 28), 31, [D(2025, 2, 28), D(2026, 2, 28), D(2027, 2, 28), D(2028, 2, 29), D(2029, 2, 28)]),
        (D(2027, 2, 28), 29, [D(2027, 2, 28), D(2028, 2, 29), D(2029, 2, 28), D(2030, 2, 28), D(2031, 2, 28)]),
        (D(2025, 3, 1), 1, [D(2025, 3, 1), D(2026, 3, 1), D(2027, 3, 1), D(2028, 3, 1), D(2029, 3, 1)]),
        (D(2028, 2, 29), 29, [D(2028, 2, 29), D(2029, 2, 28), D(2030, 2, 28), D(2031, 2, 28), D(2032, 2, 29)]),
    ],
)
def test_years_return_to_the_day_of_sign_up(starts: date, anchor: int, days: list[date]) -> None:
    """X7, "Anchor": whole years, never a stub, never a gap."""
    agreement, day = school(150), starts
    for begins in days[:-1]:
        period = period_on(agreement, starts, anchor, day)
        draft = draft_period(agreement, Decimal(150), period, anchor, begins, {})
        assert (period.start, draft.total, draft.lines[0].explanation["proration"]) == (begins, 750_000, None)
        day = period.end
    assert day == days[-1]


def test_the_line_of_a_school_explains_itself_in_both_languages() -> None:
    """X1: rule, book, tier, quantity, formula."""
    (line,) = of_period(school(150), 150, D(2025, 3, 1)).lines
    assert line.description.id == "Langganan XClass per siswa per tahun, 1 Maret 2025 – 28 Februari 2026"
    assert line.description.en == "XClass subscription per student and year, 1 March 2025 – 28 February 2026"
    assert (line.kind, line.quantity, line.unit_price, line.amount) == ("period", Decimal(150), Decimal(5000), 750_000)
    assert line.explanation == {
        "rules": ["X1"],
        "book": "xclass-2025",
        "model": "volume",
        "tier": 2,
        "tier_name": {"id": "50–500 siswa", "en": "50–500 students"},
        "quantity": "150",
        "unit": {"id": "siswa", "en": "students"},
        "unit_price": "5000",
        "period": {"from": "2025-03-01", "to": "2026-03-01"},
        "proration": None,
        "formula": "150 × 5.000 = Rp 750.000",
        "locked_price": True,
    }


def test_the_line_of_a_rise_says_how_many_more_and_for_how_long() -> None:
    """X8: 25 × 5.000 × 181/365 = 61.986."""
    rise = Decision(Outcome.PRO_RATA, Decimal(25))
    year = Period(D(2025, 3, 1), D(2026, 3, 1))
    (line,) = draft_rise(school(), rise, Decimal(100), year, D(2025, 9, 1), {"students": "5000"}).lines
    assert line.description.id == (
        "Tambahan 25 siswa: Langganan XClass per siswa per tahun, 1 September 2025 – 28 Februari 2026"
    )
    assert line.description.en == (
        "25 more students: XClass subscription per student and year, 1 September 2025 – 28 February 2026"
    )
    assert (line.kind, line.quantity, line.unit_price, line.amount) == ("rise", Decimal(25), Decimal(5000), 61_986)
    assert line.explanation["formula"] == "(25 × 5.000) × 181/365 = Rp 61.986"
    assert line.explanation["rules"] == ["X8"]
    assert line.explanation["locked_price"] is True


def test_a_flat_fee_is_one_at_its_price() -> None:
    """K2: the line of a flat plan shows 1 × 1.500.000, and a stub its full price beside the share."""
    (whole,) = of_period(complex_of(plan="flat"), 200, D(2026, 3, 1)).lines
    assert (whole.quantity, whole.unit_price, whole.amount) == (Decimal(1), Decimal(1_500_000), 1_500_000)
    (stub,) = of_period(complex_of(plan="flat"), 200, D(2026, 2, 15)).lines
    assert (stub.quantity, stub.unit_price, stub.amount) == (Decimal(1), Decimal(1_500_000), 750_000)
    assert stub.explanation["tier_name"] == {"id": "Medium (100–500 unit)", "en": "Medium (100–500 units)"}


def test_a_draft_of_nothing_has_a_total_of_zero() -> None:
    """X1, K1: a draft of zero issues no invoice."""
    assert of_period(complex_of(0), 0, D(2026, 3, 1)).total == 0


@pytest.mark.parametrize(
    ("period", "words"),
    [
        (Period(D(2026, 2, 15), D(2026, 3, 1)), ("15 Februari 2026 – 28 Februari 2026", "15 February 2026 – 28 February 2026")),
        (Period(D(2025, 3, 31), D(2025, 4, 1)), ("31 Maret 2025 – 31 Maret 2025", "31 March 2025 – 31 March 2025")),
    ],
)  # fmt: skip
def test_a_period_is_spelled_with_its_last_day_included(period: Period, words: tuple[str, str]) -> None:
    """K3: [15 February, 1 March) ends on 28 February."""
    assert (spell_period(period, "id"), spell_period(period, "en")) == words


# --- a fifth product, whose prices XClass does not have -------------------------------------------------------------


def sold_as(pricing: dict[str, object], **extra: object) -> Agreement:
    charge = school().charges[0].model_dump() | {"pricing": pricing, "tier_names": ()} | extra
    return changed(school(), charges=(Charge.model_validate(charge),))


def rise_of(agreement: Agreement, billed: int, added: int, outcome: Outcome = Outcome.IN_FULL) -> int:
    year = Period(D(2025, 3, 1), D(2026, 3, 1))
    locked = agreement.lock(Decimal(billed))
    return draft_rise(agreement, Decision(outcome, Decimal(added)), Decimal(billed), year, D(2025, 9, 1), locked).total


GRADUATED: dict[str, object] = {
    "model": "graduated",
    "tiers": [{"up_to": 100, "unit_price": "5000"}, {"up_to": None, "unit_price": "4000"}],
}


def test_a_rise_in_a_graduated_price_list_costs_what_the_list_makes_of_it() -> None:
    """X8 for other catalogues: 90 → 120 is 10 at 5.000 and 20 at 4.000."""
    assert rise_of(sold_as(GRADUATED), 90, 30) == 130_000
    assert rise_of(sold_as(GRADUATED), 90, 30, Outcome.PRO_RATA) == 64_466  # × 181/365 = 64.465,75


def test_a_rise_where_the_whole_becomes_cheaper_is_never_negative() -> None:
    """X8: no refund."""
    cheaper: dict[str, object] = {
        "model": "stairstep",
        "tiers": [{"up_to": 100, "flat_fee": "900"}, {"up_to": None, "flat_fee": "500"}],
    }
    assert rise_of(sold_as(cheaper), 90, 30) == 0


@pytest.mark.parametrize(
    ("adjustments", "billed", "added", "rupiah"),
    [
        ({"included": "10"}, 50, 25, 125_000),  # the ten included ones were given with the term already
        ({"included": "60"}, 50, 25, 75_000),  # 75 − 60 = 15 to pay
        ({"minimum": "1000000"}, 100, 25, 0),  # 125 × 5.000 = 625.000 is still within the minimum paid
        ({"minimum": "500000"}, 100, 25, 125_000),
        ({"maximum": "550000"}, 100, 25, 50_000),
        ({"package_size": "10"}, 95, 4, 0),  # the tenth package of ten was started already
        ({"package_size": "10"}, 95, 20, 10_000),
    ],
)
def test_a_rise_gives_no_allowance_twice(adjustments: dict[str, str], billed: int, added: int, rupiah: int) -> None:
    """X8 for other catalogues: included units, bounds and packages hold for the whole term, not anew for each rise."""
    agreement = sold_as({"model": "per_unit", "unit_price": "5000", **adjustments})
    assert rise_of(agreement, billed, added) == rupiah


def test_a_rise_pays_no_flat_fee_of_a_tier_twice() -> None:
    """X8 for other catalogues: 100.000 for the tier, once."""
    agreement = sold_as({"model": "volume", "tiers": [{"up_to": None, "unit_price": "5000", "flat_fee": "100000"}]})
    assert of_period(agreement, 100, D(2025, 3, 1)).total == 600_000
    assert rise_of(agreement, 100, 25) == 125_000


def test_charges_for_one_of_something_are_not_billed_again_with_a_rise() -> None:
    """X8: a base fee is paid once a term."""
    base = Charge.model_validate(
        school().charges[0].model_dump()
        | {"code": "base", "quantity": "one", "pricing": {"model": "flat", "amount": "100000"}, "tier_names": ()}
    )
    agreement = changed(school(), charges=(base, *school().charges))
    assert of_period(agreement, 100, D(2025, 3, 1)).total == 600_000
    assert rise_of(agreement, 100, 25) == 125_000
