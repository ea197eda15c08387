"""Tables as files: what Excel makes of them when somebody opens them."""

from datetime import date
from typing import Any

import openpyxl
import pytest

from billing.documents.sheets import csv_lines, xlsx_file

COLUMNS = ("date", "customer", "npwp", "debit")
ROWS: list[tuple[Any, ...]] = [
    (date(2026, 3, 15), "Perumahan Griya Bukit Jaya Permai", "0012345678901000", 1_250_000),
    (date(2026, 3, 16), "=HYPERLINK(0)", "", -5),
]


@pytest.fixture
def opened() -> Any:
    """The sheet as a spreadsheet program reads it."""
    return openpyxl.load_workbook(xlsx_file(COLUMNS, iter(ROWS))).worksheets[0]


def test_days_are_days_amounts_numbers_and_tax_numbers_keep_their_zeros(opened: Any) -> None:
    day, customer, npwp, debit = opened[2]
    assert (day.value.date(), day.is_date) == (date(2026, 3, 15), True)
    assert (customer.value, npwp.value, npwp.data_type) == (
        "Perumahan Griya Bukit Jaya Permai",
        "0012345678901000",
        "s",
    )
    assert (debit.value, debit.data_type, debit.number_format) == (1_250_000, "n", "#,##0")
    assert (opened["D3"].value, opened["D3"].number_format) == (-5, "#,##0")


def test_the_head_is_bold_and_stays_and_columns_fit_what_they_hold(opened: Any) -> None:
    assert opened.freeze_panes == "A2"
    assert all(cell.font.bold for cell in opened[1])
    widths = [opened.column_dimensions[letter].width for letter in "ABCD"]
    assert widths == [12, 35, 18, 11]


def test_what_a_customer_typed_is_text_and_never_a_formula(opened: Any) -> None:
    cell = opened["B3"]
    assert (cell.value, cell.data_type, bool(cell.quotePrefix)) == ("=HYPERLINK(0)", "s", True)


def test_a_table_without_rows_is_its_head() -> None:
    sheet = openpyxl.load_workbook(xlsx_file(COLUMNS, [])).worksheets[0]
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [list(COLUMNS)]


@pytest.mark.parametrize(("separator", "second"), [(",", "a,b;c,1"), (";", 'a;"b;c";1')])
def test_a_csv_begins_with_its_mark_and_is_split_where_it_says(separator: str, second: str) -> None:
    head, line = csv_lines(("x", "y", "z"), [("a", "b;c", 1)], separator)
    assert head == f"\ufeffx{separator}y{separator}z\r\n"
    assert line == f"{second}\r\n"
