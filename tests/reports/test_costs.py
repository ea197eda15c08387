"""Costs: what a kind is for in a month, what of a month falls in some days, and reading a file, by head."""

from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from pydantic import ValidationError

from billing.rules.banking.values import Fault
from reports.models import Cost
from reports.rules.cost_file import MOST_LINES, Known, amount_of, month_of, read_costs
from reports.rules.costs import CostKinds, Entry, Key, Planned, Role, total, within
from reports.selectors.costs import cost_kinds
from trials.management.commands.make_demo import COSTS

D = date
OCTOBER = D(2026, 10, 1)
SUPPORT = {
    "code": "support",
    "name": {"id": "dukungan", "en": "support"},
    "uses": [
        {"from": "2025-01-01", "role": "winning"},
        {"from": "2026-01-01", "role": "serving"},
        {"from": "2027-01-01"},
    ],
}
PRODUCTS = {"klustera": "klustera", "naik kelas": "naikkelas", "naikkelas": "naikkelas"}
KNOWN = Known(PRODUCTS, {"agen": "agent", "agent": "agent"}, cost_kinds(), D(2027, 11, 1))
HEAD = ("Bulan", "Produk", "Asal", "Jenis", "Jumlah")


def entry(amount: int, month: date = OCTOBER, product: str = "", channel: str = "", kind: str = "marketing") -> Entry:
    return Entry(Key(month, product, channel, kind), amount)


def test_a_kind_is_for_what_its_month_says_b1() -> None:
    """Support counted as winning customers in 2025, as serving them in 2026, and is not entered from 2027 on."""
    kinds = CostKinds.model_validate({"kinds": [SUPPORT]})
    months = (D(2024, 12, 1), D(2025, 1, 1), D(2025, 12, 1), D(2026, 1, 1), D(2026, 12, 1), D(2027, 1, 1))
    roles = [kinds.role_in("support", month) for month in months]
    assert roles == [None, Role.WINNING, Role.WINNING, Role.SERVING, Role.SERVING, None]
    assert kinds.role_in("gone", OCTOBER) is None
    stored = [kinds.counted_as(*of) for of in (("support", months[1]), ("support", months[-1]), ("gone", OCTOBER))]
    assert stored == [Role.WINNING, Role.RUNNING, Role.RUNNING]
    assert [len(kinds.entered_in(month)) for month in months] == [0, 1, 1, 1, 1, 0]
    assert {kind.code: kind.role_in(OCTOBER) for kind in cost_kinds().kinds} == {
        "marketing": Role.WINNING,
        "sales": Role.WINNING,
        "hosting": Role.SERVING,
        "support": Role.SERVING,
        "other": Role.RUNNING,
    }


@pytest.mark.parametrize(
    "wrong",
    [
        [{"from": "2025-01-02", "role": "winning"}],
        [{"from": "2026-01-01", "role": "winning"}, {"from": "2025-01-01", "role": "serving"}],
        [],
    ],
)
def test_uses_begin_with_months_each_later_than_the_last(wrong: list[Any]) -> None:
    with pytest.raises(ValidationError):
        CostKinds.model_validate({"kinds": [SUPPORT | {"uses": wrong}]})
    with pytest.raises(ValidationError):
        CostKinds.model_validate({"kinds": [SUPPORT, SUPPORT]})


@pytest.mark.parametrize(
    ("first", "last", "falls"),
    [
        (D(2026, 10, 1), D(2026, 10, 31), 3_100_000),
        (D(2026, 10, 1), D(2026, 10, 10), 1_000_000),
        (D(2026, 10, 31), D(2026, 11, 30), 100_000),
        (D(2026, 1, 1), D(2026, 12, 31), 3_100_000),
        (D(2026, 9, 1), D(2026, 9, 30), 0),
        (D(2026, 11, 1), D(2026, 11, 30), 0),
    ],
)
def test_each_day_of_a_month_bears_the_same(first: date, last: date, falls: int) -> None:
    assert within(entry(3_100_000), first, last) == falls


def test_what_is_more_and_less_adds_up() -> None:
    found = [Planned(entry(5), None), Planned(entry(3), 10), Planned(entry(7), 7)]
    assert (total(found), [item.is_same for item in found]) == (-2, [False, False, True])


def test_a_file_is_read_by_code_or_name_in_any_order_of_columns() -> None:
    rows = [
        ("amount", "Jenis Biaya", "month", "asal_pelanggan", "produk", "catatan"),
        ("1.500.000", "Pemasaran", "2026-10", "", "Klustera", "iklan"),
        ("", "", "", "", "", ""),
        ("Rp 250000", "hosting", "2026-10-01 00:00:00", "semua", "-"),
        ("0", "customer support", "9/2026", "Agen", "naik kelas"),
    ]
    found = read_costs(rows, KNOWN)
    assert found.faults == []
    assert found.entries == [
        entry(1_500_000, product="klustera"),
        entry(250_000, kind="hosting"),
        entry(0, D(2026, 9, 1), "naikkelas", "agent", "support"),
    ]


@pytest.mark.parametrize(
    ("row", "code", "column"),
    [
        (("Okt", "", "", "sales", "1"), "month", "month"),
        (("2026-13", "", "", "sales", "1"), "month", "month"),
        (("2027-12", "", "", "sales", "1"), "later", "month"),
        (("2023-12", "", "", "sales", "1"), "not_then", "kind"),
        (("2026-10", "kluster", "", "sales", "1"), "product", "product"),
        (("2026-10", "", "iklan", "sales", "1"), "channel", "channel"),
        (("2026-10", "", "", "gaji", "1"), "kind", "kind"),
        (("2026-10", "", "", "sales", "-1"), "amount", "amount"),
        (("2026-10", "", "", "sales", "1,5"), "amount", "amount"),
        (("2026-10", "", "", "sales", "1.5"), "amount", "amount"),
        (("2026-10", "", "", "sales"), "amount", "amount"),
        (("2026-10", "", "", "sales", "1000000000000"), "amount", "amount"),
    ],
)
def test_each_fault_names_its_line_and_column_and_nothing_is_taken(
    row: tuple[str, ...], code: str, column: str
) -> None:
    good = ("2026-10", "", "", "marketing", "1")
    said = dict(zip(("month", "product", "channel", "kind", "amount"), row, strict=False)).get(column, "")
    assert read_costs([HEAD, good, row], KNOWN).faults == [Fault(3, code, column, said)]


def test_a_file_without_lines_or_headings_or_with_too_many_or_the_same_twice() -> None:
    good = ("2026-10", "", "", "sales", "1")
    assert read_costs([], KNOWN).faults == read_costs([HEAD], KNOWN).faults == [Fault(0, "no_lines")]
    assert read_costs([HEAD[:4], good], KNOWN).faults == [Fault(1, "header", "amount")]
    assert read_costs([HEAD, good, ("2026-10", "-", "all", "penjualan", "2")], KNOWN).faults == [
        Fault(3, "twice", "", "2")
    ]
    assert read_costs([HEAD, *[good] * (MOST_LINES + 1)], KNOWN).faults == [Fault(MOST_LINES + 2, "too_many")]


def test_months_and_amounts_as_people_write_them() -> None:
    assert [month_of(said) for said in ("2026-10", "10/2026", "2026-10-31", "1999-01", "")] == [OCTOBER] * 3 + [
        None
    ] * 2
    assert [amount_of(said) for said in ("0", "1500000", "1.500.000", "rp1.000", "1.00", "", "1e6")] == [
        0,
        1_500_000,
        1_500_000,
        1_000,
        None,
        None,
        None,
    ]


def test_the_command_imports_the_demos_costs_once_and_a_wrong_file_not_at_all(db: None, tmp_path: Path) -> None:
    """Four months of fourteen costs."""
    said = [StringIO() for _time in range(3)]
    call_command("import_costs", COSTS, stdout=said[0])
    Cost.objects.filter(month=OCTOBER).update(amount=1)
    call_command("import_costs", COSTS, new_only=True, stdout=said[1])
    call_command("import_costs", COSTS, stdout=said[2])
    told = [out.getvalue().strip() for out in said]
    assert told == [
        "56 new, 0 changed, 0 as before",
        "0 new, 0 changed, 56 as before",
        "0 new, 14 changed, 42 as before",
    ]
    wrong = tmp_path / "wrong.csv"
    wrong.write_text("month,product,channel,kind,amount\n2026-10,,,sales,1\n2026-10,,,rent,1\n")
    faults = StringIO()
    with pytest.raises(CommandError, match="nothing was written"):
        call_command("import_costs", wrong, stderr=faults)
    assert (faults.getvalue().strip(), Cost.objects.count()) == ("wrong.csv:3 kind: kind rent", 56)
