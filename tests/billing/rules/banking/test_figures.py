"""Amounts and days as banks write them."""

from datetime import date

import pytest

from billing.rules.banking.figures import Figure, Span, Unreadable, read_amount, read_day

YEAR = Span(date(2024, 12, 28), date(2025, 3, 11))


@pytest.mark.parametrize(
    ("text", "sen", "side"),
    [
        ("750137", 75_013_700, ""),
        ("750.137", 75_013_700, ""),
        ("750,137", 75_013_700, ""),
        ("750137.00", 75_013_700, ""),
        ("750.137,00", 75_013_700, ""),
        ("750,137.00 CR", 75_013_700, "in"),
        ("1.250.000", 125_000_000, ""),
        ("1,250,000.50", 125_000_050, ""),
        ("Rp 750.137,00", 75_013_700, ""),
        ("Rp. 750.137", 75_013_700, ""),
        ("IDR 750,137.00 DB", 75_013_700, "out"),
        ("(6,500.00)", 650_000, "out"),
        ("-6500", 650_000, "out"),
        ("6.500-", 650_000, "out"),
        ("+500,000.00", 50_000_000, ""),
        ("'12,5", 1_250, ""),
        ("0.00", 0, ""),
        ("500.000 K", 50_000_000, "in"),
    ],
)
def test_an_amount_is_read_with_any_separators(text: str, sen: int, side: str) -> None:
    assert read_amount(text) == Figure(sen, side)


def test_a_bare_fraction_is_nothing_and_some_sen() -> None:
    assert read_amount(".00") == Figure(0)


@pytest.mark.parametrize(
    "text", ["", "abc", "12.34.56", "1,2,3", "1.250.00,5,0", "750137.00 XX", "1e6", "12,345,6", "Rp"]
)
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(Unreadable):
        read_amount(text)


def test_a_mapping_that_names_the_decimal_mark_ends_the_guessing() -> None:
    assert read_amount("750.13", ".").sen == 75_013
    with pytest.raises(Unreadable):
        read_amount("750.137", ".")
    assert read_amount("750.137", ",").sen == 75_013_700


@pytest.mark.parametrize(
    ("text", "order", "day"),
    [
        ("'10/03/2025", "dmy", date(2025, 3, 10)),
        ("10-03-25", "dmy", date(2025, 3, 10)),
        ("10/03/25 11.00.00", "dmy", date(2025, 3, 10)),
        ("2025-03-10 00:00:00", "dmy", date(2025, 3, 10)),
        ("20250310", "dmy", date(2025, 3, 10)),
        ("10 Mar 2025", "dmy", date(2025, 3, 10)),
        ("1 Agustus 2025", "dmy", date(2025, 8, 1)),
        ("10-Okt-25", "dmy", date(2025, 10, 10)),
        ("03/10/2025", "mdy", date(2025, 3, 10)),
        ("25/03/10", "ymd", date(2025, 3, 10)),
    ],
)
def test_a_day_is_read_in_its_order(text: str, order: str, day: date) -> None:
    assert read_day(text, order) == day


@pytest.mark.parametrize(("text", "day"), [("'31/12", date(2024, 12, 31)), ("01/01", date(2025, 1, 1))])
def test_a_day_without_a_year_takes_it_from_the_statements_period(text: str, day: date) -> None:
    assert read_day(text, span=YEAR) == day


@pytest.mark.parametrize(
    ("text", "code"), [("31/02/2025", "date"), ("kemarin", "date"), ("10/03", "year"), ("", "date")]
)
def test_what_is_no_day_is_refused(text: str, code: str) -> None:
    with pytest.raises(Unreadable) as caught:
        read_day(text)
    assert caught.value.code == code


def test_a_day_outside_of_the_period_has_no_year() -> None:
    with pytest.raises(Unreadable):
        read_day("10/06", span=YEAR)
