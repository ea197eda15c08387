"""The gateway's report read and compared: a table without a database."""

from datetime import date

import pytest

from billing.gateways.methods import expected_fee
from billing.rules.banking.values import Fault
from billing.rules.gateway_report import (
    Differs,
    Finding,
    Known,
    ReportRow,
    RowKind,
    compare,
    fingerprints,
    read_report,
)

HEAD = (
    "Order ID,Transaction ID,Transaction Type,Payment Type,Transaction time,Settlement time,Amount,Fee,VAT,Net Amount\n"
)
LINE = "A-1,tx-1,Payment,bank_transfer,2025-03-05 10:00:00,2025-03-06 02:00:00,750000.00,4000,440,745560\n"
ROW = ReportRow(
    2, "A-1", "tx-1", RowKind.PAYMENT, "bank_transfer", 750_000, 4_000, 440, date(2025, 3, 5), date(2025, 3, 6)
)
BACK = ReportRow(3, "A-1", "tx-1", RowKind.REFUND, "qris", 200_000, 0, 0, None, date(2025, 3, 8))


def test_a_row_is_read_whatever_the_order_of_the_columns_and_the_separator() -> None:
    assert read_report((HEAD + LINE).encode()).rows == (ROW,)
    other = 'Catatan\nTanggal Settlement;Biaya;PPN;Jumlah;Order ID\n"06/03/2025";"4.000";440;"Rp 750.000";A-1\n'
    [row] = read_report(other.encode()).rows
    assert (row.order_id, row.amount, row.kept, row.settled_on, row.row) == ("A-1", 750_000, 4_440, date(2025, 3, 6), 3)


@pytest.mark.parametrize(
    ("fee", "tax", "net", "kept"),
    [
        ("5250.50", "577.50", "744172.00", (5_251, 577)),  # 5.828 in all; each by itself would be 5.829
        ("5250.5", "577.56", "744171.94", (5_251, 577)),
        ("5250.49", "577.00", "744172.51", (5_250, 577)),
        ("5250.50", "577.56", "744172", (5_251, 577)),  # the net sum rounded by the report itself
        ("0.50", "0.00", "749999.50", (1, 0)),
    ],
)
def test_sen_of_a_fee_are_rounded_once_and_the_row_adds_up(fee: str, tax: str, net: str, kept: tuple[int, int]) -> None:
    found = read_report((HEAD + LINE.replace("4000,440,745560", f"{fee},{tax},{net}")).encode())
    assert ([(row.fee, row.tax) for row in found.rows], found.faults) == ([kept], ())
    more = LINE.replace("4000,440,745560", f"{fee},{tax},{float(net) + 1:.2f}")
    assert [fault.code for fault in read_report((HEAD + more).encode()).faults] == ["net"]


def test_headings_that_staff_name_are_used_instead() -> None:
    raw = b"Ref,Tgl,Nilai,Potongan\nA-1,06/03/2025,750000,4440\n"
    assert read_report(raw).faults == (Fault(0, "header"),)
    named = {"order": "ref", "settled_on": "TGL", "amount": "Nilai", "fee": "Potongan"}
    [row] = read_report(raw, named).rows
    assert (row.amount, row.fee, row.tax, row.kind) == (750_000, 4_440, 0, RowKind.PAYMENT)


@pytest.mark.parametrize(
    ("line", "code", "column"),
    [
        (LINE.replace("745560", "745561"), "net", "Net Amount"),
        (LINE.replace("750000.00", "abc"), "amount", "Amount"),
        (LINE.replace("750000.00", "0"), "amount", "Amount"),
        (LINE.replace(",4000,", ",x,"), "amount", "Fee"),
        (LINE.replace("2025-03-06 02:00:00", "kemarin"), "date", "Settlement time"),
        (LINE.replace("Payment,bank", "Topup,bank"), "kind", "Transaction Type"),
        (LINE.replace("A-1,tx-1", ","), "no_order", "Order ID"),
    ],
)
def test_a_row_that_cannot_be_read_names_its_line_and_column_and_holds_up_no_other(
    line: str, code: str, column: str
) -> None:
    found = read_report((HEAD + line + LINE).encode())
    assert [(fault.row, fault.code, fault.column) for fault in found.faults] == [(2, code, column)]
    assert len(found.rows) == 1


@pytest.mark.parametrize(("raw", "code"), [(b"%PDF-1.7", "not_text"), (HEAD.encode(), "no_lines"), (b"", "header")])
def test_what_is_no_report_says_so(raw: bytes, code: str) -> None:
    assert [fault.code for fault in read_report(raw).faults] == [code]


def test_rows_that_are_alike_are_both_kept_and_known_again_in_another_file() -> None:
    first = fingerprints([ROW, BACK, BACK])
    assert len(set(first)) == 3
    assert fingerprints([BACK, ROW]) == [first[1], first[0]]


@pytest.mark.parametrize(
    ("row", "known", "found"),
    [
        (ROW, Known(paid=True, gross=750_000, fee=4_440), []),
        (ROW, Known(paid=True, gross=750_000, fee=4_441), []),
        (ROW, Known(paid=True, gross=750_000), []),
        (ROW, None, [Finding(Differs.MISSING, 0, 750_000)]),
        (ROW, Known(paid=False, gross=750_000), [Finding(Differs.MISSING, 0, 750_000)]),
        (ROW, Known(paid=True, gross=754_000, fee=4_440), [Finding(Differs.AMOUNT, 754_000, 750_000)]),
        (ROW, Known(paid=True, gross=750_000, fee=3_330), [Finding(Differs.FEE, 3_330, 4_440)]),
        (ROW, Known(paid=True, gross=750_000, fee=4_440, kept=5_550), []),  # a correction to the price list's
        (ROW, Known(paid=True, gross=750_000, fee=3_330, kept=4_440), [Finding(Differs.FEE, 3_330, 4_440)]),
        (ROW, Known(paid=True, gross=750_000, kept=5_550), [Finding(Differs.FEE, 5_550, 4_440)]),
        (BACK, Known(paid=True, gross=750_000, back=200_000), []),
        (BACK, Known(paid=True, gross=750_000, back=150_000), [Finding(Differs.BACK, 150_000, 200_000)]),
        (BACK, None, [Finding(Differs.BACK, 0, 200_000)]),
    ],
)
def test_each_row_is_compared_with_what_we_know(row: ReportRow, known: Known | None, found: list[Finding]) -> None:
    assert compare(row, known) == found


@pytest.mark.parametrize(
    ("method", "payment_type", "fee"),
    [
        ("bca_va", "bank_transfer", 4_440),
        ("", "bank_transfer", 4_440),
        ("", "qris", 5_828),  # 0,7 % of 750.000 is 5.250, its PPN 577,5
        ("", "credit_card", 26_363),  # 2.000 + 21.750 = 23.750, its PPN 2.612,5
        ("", "akulaku", None),
    ],
)
def test_the_fee_to_expect_is_the_price_lists_with_ppn(method: str, payment_type: str, fee: int | None) -> None:
    assert expected_fee(method, payment_type, 750_000) == fee
