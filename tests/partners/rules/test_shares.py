"""What a partner has earned, checked by head (K11, C16, N9, N10)."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from partners.rules.shares import Bill, Customer, base_of, formula, share_of
from plans.rules.referrals import PartnerTerms

D = date
TEXT = {"id": "Mitra", "en": "Partner"}
CUSTOMER = Customer(D(2026, 3, 1), "A")


def terms(kind: str, **more: Any) -> PartnerTerms:
    return PartnerTerms.model_validate({"code": "x", "name": TEXT, "kind": kind} | more)


FIRST = D(2026, 3, 1)


def bill(number: str = "A", on: date = FIRST, *, paid: bool = True, credited: int = 0) -> Bill:
    return Bill(number, on, 3_000_000, paid, credited, {"units": 3_000_000, "implementation": 0})


DEVELOPER = terms("collected", percent="20", months=12)
MENTOR = terms("collected", tiers=[{"up_to": 10_000_000, "percent": "20"}, {"up_to": None, "percent": "30"}])


@pytest.mark.parametrize(
    ("of", "bill", "base"),
    [
        (DEVELOPER, bill(), 3_000_000),
        (DEVELOPER, bill(paid=False), 0),
        (DEVELOPER, bill(credited=1_000_000), 2_000_000),
        (DEVELOPER, bill(credited=4_000_000), 0),
        (DEVELOPER, replace(bill(), total=3_330_000, tax=330_000), 3_000_000),  # PPN is no revenue
        (DEVELOPER, replace(bill(credited=1_665_000), total=3_330_000, tax=330_000), 1_500_000),
        (DEVELOPER, bill(on=D(2027, 2, 28)), 3_000_000),
        (DEVELOPER, bill(on=D(2027, 3, 1)), 0),  # the first year is over
        (MENTOR, bill(on=D(2030, 3, 1)), 3_000_000),
        (terms("first_payment", percent="10"), bill(), 3_000_000),
        (terms("first_payment", percent="10"), bill("B"), 0),
        (terms("implementation", amount=50_000, charges=["units"]), bill("B"), 1),
        (terms("implementation", amount=50_000, charges=["units"]), bill(paid=False), 0),
        (
            terms("implementation", amount=50_000, charges=["implementation"]),
            bill(),
            0,
        ),  # waived: nothing was paid for it
        (terms("placement", amount=1_500_000), bill(), 0),
    ],
)
def test_what_a_share_is_measured_from_k11_c16_n9_n10(of: PartnerTerms, bill: Bill, base: int) -> None:
    assert base_of(of, bill, CUSTOMER) == base


@pytest.mark.parametrize(
    ("of", "base", "amount", "said"),
    [
        (DEVELOPER, 36_000_000, 7_200_000, "20 % × 36.000.000 = Rp 7.200.000"),  # K11
        (DEVELOPER, 3, 1, "20 % × 3 = Rp 1"),
        (MENTOR, 10_000_000, 2_000_000, "20 %, 30 % × 10.000.000 = Rp 2.000.000"),  # N9
        (MENTOR, 15_000_000, 3_500_000, "20 %, 30 % × 15.000.000 = Rp 3.500.000"),
        (terms("first_payment", percent="15"), 1_000_000, 150_000, "15 % × 1.000.000 = Rp 150.000"),  # N10
        (terms("implementation", amount=50_000, charges=["units"]), 3, 150_000, "3 × 50.000 = Rp 150.000"),  # C16
    ],
)
def test_a_share_of_all_that_was_collected_k11_c16_n9_n10(of: PartnerTerms, base: int, amount: int, said: str) -> None:
    assert (share_of(of, base), formula(of, base, amount)) == (amount, said)


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "collected"},
        {"kind": "collected", "percent": "20", "amount": 5},
        {"kind": "collected", "amount": 5},
        {"kind": "implementation", "amount": 5},
        {"kind": "placement", "percent": "5"},
        {"kind": "collected", "tiers": [{"up_to": 5, "percent": "1"}]},
        {"kind": "collected", "tiers": [{"up_to": 9, "percent": "1"}, {"up_to": 5, "percent": "1"}, {"percent": "1"}]},
    ],
)
def test_terms_that_say_two_things_or_none_are_refused_k11(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        PartnerTerms.model_validate({"code": "x", "name": TEXT} | wrong)
