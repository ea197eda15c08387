"""Numbers are written in the language of the page, rupiah in one way (docs/metrics.md)."""

from decimal import Decimal
from fractions import Fraction

import pytest
from django.utils.translation import override

from backoffice.figures.words import change, points, rupiah
from billing.documents.numbers import number, percent, rounded


@pytest.mark.parametrize(
    ("language", "written"),
    [
        ("id", ("1.250,5", "-2.000", "0,33", "2", "106,7 %", "-0,5 %", "Rp 2.450.000", "+Rp 1.500 (+37,6 %)", "-2,1 poin")),
        ("en", ("1,250.5", "-2,000", "0.33", "2", "106.7 %", "-0.5 %", "Rp 2.450.000", "+Rp 1.500 (+37.6 %)", "-2.1 points")),
    ],
)  # fmt: skip
def test_a_page_writes_numbers_in_its_language_and_rupiah_as_a_bill_does(
    language: str, written: tuple[str, ...]
) -> None:
    """1.500 more than 3.989 is 37,6 %; 97,9 % after 100 % is 2,1 points less."""
    with override(language):
        assert written == (
            number(Decimal("1250.50")),
            number(-2000),
            rounded(Fraction(1, 3), 2),
            rounded(Fraction(2), 2),
            percent(Fraction(1067, 1000)),
            percent(Fraction(-1, 200)),
            rupiah(2_450_000),
            change(5489, 3989, money=True),
            points(Fraction(979, 1000), Fraction(1)),
        )


def test_where_there_is_nothing_to_divide_by_there_is_a_dash() -> None:
    assert percent(None) == "–"
