"""Numbers as people type them into a form."""

import pytest
from django.core.exceptions import ValidationError

from billing.forms.rupiah import RupiahField, WholeField


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("250000", 250_000),
        ("250.000", 250_000),
        ("Rp 1.500.000", 1_500_000),
        ("rp.1.000", 1_000),
        (" 7 ", 7),
        ("0", 0),
        ("", None),
    ],
)
def test_points_of_an_amount_group_thousands_and_nothing_else(typed: str, amount: int | None) -> None:
    assert RupiahField(required=False).clean(typed) == amount


@pytest.mark.parametrize("typed", ["abc", "2.5", "25.00", "1500000.00", "1.5000", "2,5", "1e6", "--5", "5 000", "١٢"])
def test_what_may_be_another_amount_than_it_looks_is_an_error_that_says_how_to_write_it(typed: str) -> None:
    with pytest.raises(ValidationError, match=r"1\.500\.000"):
        RupiahField().clean(typed)


def test_a_count_is_read_like_an_amount_without_rupiah() -> None:
    assert WholeField().clean("1.000") == 1_000
    for typed in ("Rp 5", "1.00"):
        with pytest.raises(ValidationError, match="bilangan bulat"):
            WholeField().clean(typed)
    with pytest.raises(ValidationError) as refused:
        WholeField(min_value=1).clean("-5")
    assert refused.value.error_list[0].code == "min_value"
