"""C8, C9, K15: which contract runs, and when it may end. Tables without a database."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from billing.rules.contracts import EndRefused, Refusal, Running, chosen_end, earliest_end, notice_by
from billing.rules.exit_fees import exit_charge
from plans.rules.catalogue import Anchor, Contract, PaymentTerms
from tests.billing.rules.agreements import agreed, catalogue

D = date
MARCH, APRIL = D(2026, 3, 10), D(2026, 4, 10)


def running(interval: int = 1, billed_to: date = APRIL, **contract: object) -> Running:
    """A cooperative billed from 10 March 2026, by the catalogue's terms or those given."""
    agreement = agreed("koperasi", 80, 2026, plan="growth", months=interval)
    if contract:
        terms = agreement.terms.model_copy(update={"contract": Contract.model_validate(contract)})
        agreement = agreement.model_copy(update={"terms": terms})
    return Running(agreement, MARCH, 10, billed_to)


@pytest.mark.parametrize(
    ("today", "months", "billed_to", "ends"),
    [
        (MARCH, 1, D(2026, 4, 10), D(2026, 4, 10)),  # 31 days ahead
        (D(2026, 3, 11), 1, D(2026, 4, 10), D(2026, 4, 10)),  # exactly 30 days
        (D(2026, 3, 12), 1, D(2026, 4, 10), D(2026, 5, 10)),  # 29: April is billed, too
        (D(2026, 4, 10), 1, D(2026, 5, 10), D(2026, 5, 10)),
        (D(2027, 2, 8), 12, D(2027, 3, 10), D(2027, 3, 10)),
        (D(2027, 2, 9), 12, D(2027, 3, 10), D(2028, 3, 10)),
    ],
)
def test_thirty_days_of_notice_reach_the_end_of_a_contract_or_that_of_the_next(
    today: date, months: int, billed_to: date, ends: date
) -> None:
    """C8: the notice is 30 days; what it does not reach runs on."""
    assert earliest_end(running(interval=months, billed_to=billed_to), today) == ends


def test_without_notice_it_ends_with_what_was_billed() -> None:
    """K15: on any day of the month, on the last one and on the day of the renewal before the job has been."""
    monthly = Running(agreed("klustera", 200, 2026), D(2026, 3, 1), 1, D(2026, 4, 1))
    for today in (D(2026, 3, 1), D(2026, 3, 31), D(2026, 4, 1), D(2026, 4, 2)):
        assert earliest_end(monthly, today) == D(2026, 4, 1)


def test_a_contract_of_twelve_months_is_billed_monthly_and_left_once_a_year() -> None:
    """C8, Enterprise: 12 months, 90 days of notice."""
    terms = next(item for item in read_terms() if item.code == "contract").contract
    assert (terms.months, terms.notice_days, terms.renewal_task_days) == (12, 90, 120)
    enterprise = running(**terms.model_dump())
    assert enterprise.last_term.end == D(2027, 3, 10)
    assert notice_by(enterprise) == D(2026, 12, 10)
    assert earliest_end(enterprise, D(2026, 12, 10)) == D(2027, 3, 10)
    assert earliest_end(enterprise, D(2026, 12, 11)) == D(2028, 3, 10)


def read_terms() -> tuple[PaymentTerms, ...]:
    """The terms of payment in the file of the cooperatives."""
    return catalogue("koperasi").terms


def test_a_contract_that_no_interval_divides_lasts_whole_periods() -> None:
    agreement = agreed("koperasi", 80, 2026, plan="growth", months=12)
    terms = agreement.terms.model_copy(update={"contract": Contract(months=18)})
    runs = Running(agreement.model_copy(update={"terms": terms}), MARCH, 10, D(2027, 3, 10))
    assert runs.last_term.end == D(2028, 3, 10)


def test_a_contract_begun_within_a_calendar_month_ends_with_a_billing_period() -> None:
    agreement = agreed("klustera", 200, 2026)
    terms = agreement.terms.model_copy(update={"contract": Contract(months=12)})
    runs = Running(agreement.model_copy(update={"terms": terms}), MARCH, 1, D(2026, 4, 1))
    assert (agreement.anchor, runs.last_term.end) == (Anchor.CALENDAR_MONTH, D(2027, 3, 1))


@pytest.mark.parametrize(
    ("contract", "wanted", "ends"),
    [
        ({"notice_days": 30}, D(2026, 5, 20), D(2026, 6, 10)),  # later: to the end of that contract
        ({"notice_days": 30}, D(2026, 5, 10), D(2026, 5, 10)),
        ({"notice_days": 10, "ends": ["date"]}, D(2026, 4, 2), D(2026, 4, 2)),  # within what is billed
        ({"notice_days": 10, "ends": ["date"]}, D(2026, 4, 20), D(2026, 5, 10)),  # no part of a period is billed
        ({"ends": ["now"]}, D(2026, 3, 20), D(2026, 3, 20)),
    ],
)
def test_another_day_can_be_asked_for_as_far_as_the_catalogue_allows(
    contract: dict[str, Any], wanted: date, ends: date
) -> None:
    """C8: at the end of a contract, on a date, or now."""
    assert chosen_end(running(**contract), D(2026, 3, 20), wanted) == ends


@pytest.mark.parametrize(
    ("contract", "wanted", "refusal", "earliest"),
    [
        ({}, D(2026, 4, 1), Refusal.NOTICE, D(2026, 4, 10)),
        ({"notice_days": 30}, D(2026, 4, 10), Refusal.NOTICE, D(2026, 5, 10)),
        (
            {"notice_days": 10, "ends": ["date"]},
            D(2026, 3, 29),
            Refusal.NOTICE,
            D(2026, 3, 30),
        ),  # within what is billed
        ({"months": 12, "notice_days": 90, "ends": ["date"]}, D(2026, 6, 17), Refusal.NOTICE, D(2026, 7, 10)),
        ({"months": 12, "notice_days": 90}, D(2026, 6, 17), Refusal.NOTICE, D(2027, 3, 10)),
        ({"notice_days": 10, "ends": ["date"]}, D(2026, 3, 19), Refusal.PAST, D(2026, 3, 30)),
        ({"ends": ["now"]}, D(2026, 3, 21), Refusal.NOTICE, D(2026, 4, 10)),
        ({}, D(2026, 3, 19), Refusal.PAST, D(2026, 4, 10)),
    ],
)
def test_a_day_that_the_notice_does_not_reach_is_refused_with_the_earliest(
    contract: dict[str, Any], wanted: date, refusal: Refusal, earliest: date
) -> None:
    """C8."""
    with pytest.raises(EndRefused) as error:
        chosen_end(running(**contract or {"rule": "K15"}), D(2026, 3, 20), wanted)
    assert (error.value.refusal, error.value.earliest) == (refusal, earliest)


def test_staff_waive_the_notice_but_never_split_a_period() -> None:
    today = D(2026, 3, 20)
    assert chosen_end(running(), today, D(2026, 3, 25), waived=True) == D(2026, 3, 25)
    assert chosen_end(running(), today, D(2026, 4, 11), waived=True) == D(2026, 5, 10)


def test_a_file_cannot_ask_for_notice_and_let_go_at_once() -> None:
    with pytest.raises(ValidationError, match="exclude each other"):
        Contract(notice_days=30, ends=("now",))


@pytest.mark.parametrize(
    ("fee", "on", "charged", "formula"),
    [
        ({"percent": "50"}, D(2026, 8, 10), 3_496_500, "50 % × Rp 6.993.000 = Rp 3.496.500"),  # seven months of 999.000
        (
            {"percent": "50"},
            D(2026, 4, 2),
            5_494_500,
            "50 % × Rp 10.989.000 = Rp 5.494.500",
        ),  # paid to the 10th: eleven
        ({"percent": "33.3"}, D(2027, 2, 10), 332_667, "33.3 % × Rp 999.000 = Rp 332.667"),
        ({"percent": "50"}, D(2027, 3, 10), None, None),  # the contract's own end
        ({"percent": "50"}, D(2028, 2, 10), 499_500, "50 % × Rp 999.000 = Rp 499.500"),  # of the contract after it
        ({"amount": 2_000_000}, D(2027, 3, 9), 2_000_000, "Rp 2.000.000"),
        ({"amount": 2_000_000}, D(2027, 3, 10), None, None),
    ],
)
def test_leaving_before_a_contract_ends_costs_what_it_states(
    fee: dict[str, Any], on: date, charged: int | None, formula: str | None
) -> None:
    """C8: a contract of twelve months to 10 March 2027 at 999.000, billed to 10 April 2026."""
    runs = running(months=12, ends=["date"], exit_fee=fee)
    found = exit_charge(runs, Decimal(80), {}, on)
    assert (found and found.amount, found and found.formula) == (charged, formula)


@pytest.mark.parametrize(
    ("contract", "why"),
    [
        ({"months": 12, "ends": ["date"], "exit_fee": {}}, "give percent or amount"),
        ({"months": 12, "ends": ["date"], "exit_fee": {"percent": "50", "amount": 1}}, "give percent or amount"),
        ({"months": 12, "exit_fee": {"percent": "50"}}, "ends needs date or now"),
        ({"ends": ["date"], "exit_fee": {"percent": "50"}}, "without months"),
    ],
)
def test_a_fee_for_leaving_that_nobody_could_pay_is_refused(contract: dict[str, Any], why: str) -> None:
    """C8."""
    with pytest.raises(ValidationError, match=why):
        Contract.model_validate(contract)
