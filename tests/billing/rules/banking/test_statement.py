"""Files of the banks read into lines, or into faults with line and column."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.rules.banking.checks import check_sums, fingerprints, in_order
from billing.rules.banking.layouts import LAYOUTS, ChosenColumns, guess_places
from billing.rules.banking.statement import read_statement
from billing.rules.banking.values import Fault, Statement
from tests.billing.rules.banking.files import BCA, BCA_PERSONAL, BNI, BRI, FILES, MANDIRI

EXPECTED = [
    (date(2025, 3, 10), 75_013_700, True),
    (date(2025, 3, 10), 50_000_000, True),
    (date(2025, 3, 11), 650_000, False),
]


def read(text: str, code: str = "bca") -> Statement:
    return read_statement(text.encode(), LAYOUTS[code])


def faults_of(text: str, code: str = "bca") -> list[Fault]:
    found = read(text, code)
    return [*found.faults, *check_sums(found.lines, found.totals)]


@pytest.mark.parametrize(("code", "text"), [*FILES.items(), ("bca", BCA_PERSONAL)])
def test_every_bank_says_the_same(code: str, text: str) -> None:
    found = read(text, code)
    lines = in_order(found.lines, found.totals.opening)
    assert [(line.on, line.sen, line.incoming) for line in lines] == EXPECTED
    assert faults_of(text, code) == []
    assert "SMAN 1" in lines[0].description


@pytest.mark.parametrize(
    "raw",
    [
        b"\xef\xbb\xbf" + BCA.encode(),
        BCA.encode("utf-16"),
        BCA.replace("\n", "\r\n").encode(),
        BCA.replace("BEKASI", "B\u00e9KASI").encode("cp1252"),
        b"sep=,\n" + BCA.encode(),
    ],
)
def test_encodings_and_line_ends_do_not_matter(raw: bytes) -> None:
    assert [line.sen for line in read_statement(raw, LAYOUTS["bca"]).lines] == [75_013_700, 50_000_000, 650_000]


@pytest.mark.parametrize(("old", "new"), [(",", ";"), (",", "\t")])
def test_separators_do_not_matter(old: str, new: str) -> None:
    text = BCA_PERSONAL.replace(old, new)
    assert [line.sen for line in read(text).lines] == [75_013_700, 50_000_000, 650_000]


def test_the_account_pending_bookings_and_totals_are_found() -> None:
    found = read(BCA)
    assert (found.account, found.pending) == ("5270301001", 1)
    totals = found.totals
    assert (totals.opening, totals.closing) == (100_000_000, 224_363_700)
    assert (totals.incoming, totals.outgoing) == (125_013_700, 650_000)


def test_a_description_over_several_rows_is_one_line() -> None:
    text = BCA_PERSONAL.replace(
        "SMAN 1 BEKASI,'0000,750137.00,CR,1750137.00", "SMAN 1,'0000,750137.00,CR,1750137.00\n,BEKASI,,,,"
    )
    assert read(text).lines[0].description == "TRSF E-BANKING CR SMAN 1 BEKASI"
    assert len(read(text).lines) == 3


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("'10/03/2025,TRSF", "'32/03/2025,TRSF", Fault(6, "date", "Date", "'32/03/2025")),
        ("750137.00,CR", "75o137.00,CR", Fault(6, "amount", "Amount", "75o137.00")),
        ("750137.00,CR", ",CR", Fault(6, "no_amount", "Amount", "")),
        ("750137.00,CR", "750137.00,", Fault(6, "mark", "5", "")),
        ("750137.00,CR", "750137.00,XX", Fault(6, "mark", "5", "XX")),
        ("750137.00,CR", "-750137.00,CR", Fault(6, "mark", "5", "CR")),
        ("CR,1750137.00", "CR,satu juta", Fault(6, "balance", "Balance", "satu juta")),
        ("750137.00,CR", "750,137.00,CR", Fault(6, "columns", "7", "1750137.00")),
    ],
)
def test_a_fault_names_its_line_and_column(old: str, new: str, fault: Fault) -> None:
    found = read(BCA_PERSONAL.replace(old, new))
    assert fault in found.faults
    assert len(found.lines) == 2


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"PK\x03\x04rest", "not_text"),
        (b"\x00\x01\x02", "not_text"),
        (b"%PDF-1.7", "not_text"),
        (b"", "header"),
        (b"Tanggal;Isi\n1;2\n", "header"),
        (BCA_PERSONAL.split("\n'10/03")[0].encode(), "no_lines"),
    ],
)
def test_a_file_that_is_no_statement_says_so(raw: bytes, code: str) -> None:
    found = read_statement(raw, LAYOUTS["bca"])
    assert (found.lines, [fault.code for fault in found.faults]) == ((), [code])


def test_a_day_without_year_needs_a_period() -> None:
    found = read(BCA.replace("Periode : 28/12/2024 - 11/03/2025\n", ""))
    assert {fault.code for fault in found.faults} == {"year"}


@pytest.mark.parametrize(
    ("old", "new", "codes"),
    [
        ("1750137.00\n", "1750138.00\n", ["balance", "balance"]),
        ("Starting Balance,=,'1000000.00", "Starting Balance,=,'1.00", ["balance"]),
        ("Credit,=,'1250137.00", "Credit,=,'1250138.00", ["incoming"]),
        ("Debet,=,'6500.00", "Debet,=,'0.00", ["outgoing"]),
        ("Ending Balance,=,'2243637.00", "Ending Balance,=,'1.00", ["closing"]),
        ("'10/03/2025,BI-FAST CR KOPERASI MAJU,'0998,500000.00,CR,2250137.00\n", "", ["balance", "incoming"]),
    ],
)
def test_what_does_not_add_up_is_a_fault(old: str, new: str, codes: list[str]) -> None:
    assert [fault.code for fault in faults_of(BCA_PERSONAL.replace(old, new))] == codes


def test_staff_name_the_columns_of_any_other_file() -> None:
    text = "Bank Anu\nWaktu;Siapa;Ket;Masuk;Keluar;Sisa\n03/10/2025;SMAN 1;bayar;750.137;;1.750.137\n"
    chosen = ChosenColumns(
        ("Waktu", "Siapa", "Ket", "Masuk", "Keluar", "Sisa"),
        {"date": (0,), "description": (1, 2), "credit": (3,), "debit": (4,), "balance": (5,)},
        order="mdy",
    )
    [line] = read_statement(text.encode(), chosen).lines
    assert (line.on, line.sen, line.description) == (date(2025, 3, 10), 75_013_700, "SMAN 1 bayar")
    moved = text.replace("Masuk;Keluar", "Keluar;Masuk")
    assert [fault.code for fault in read_statement(moved.encode(), chosen).faults] == ["header"]


def test_columns_are_guessed_by_headings_of_any_bank() -> None:
    assert guess_places(("Tgl", "Uraian", "Kredit", "Sisa")) == {"date": 0, "description": 1, "credit": 2}


def test_a_file_without_headings_is_read_by_place() -> None:
    chosen = ChosenColumns((), {"date": (0,), "description": (1,), "amount": (2,)})
    found = read_statement(b"10/03/2025;SMAN 1;750137\n11/03/2025;BIAYA;-6500\n", chosen)
    assert [(line.sen, line.incoming) for line in found.lines] == [(75_013_700, True), (650_000, False)]


def test_the_same_line_has_the_same_fingerprint_in_an_overlapping_file() -> None:
    whole = read(BCA_PERSONAL)
    later = read(
        BCA_PERSONAL.replace("'10/03/2025,TRSF E-BANKING CR SMAN 1 BEKASI,'0000,750137.00,CR,1750137.00\n", "")
    )
    assert fingerprints("1", whole.lines)[1:] == fingerprints("1", later.lines)
    assert not set(fingerprints("1", whole.lines)) & set(fingerprints("2", whole.lines))


def test_two_lines_alike_in_everything_are_two() -> None:
    rows = "1;10/03/25;10/03/25;8101;SETORAN TUNAI;;;.00;500,000.00;\n"
    found = read(MANDIRI.splitlines()[0] + "\n" + rows * 2, "mandiri")
    assert len(set(fingerprints("1", found.lines))) == 2


def test_the_newest_on_top_is_put_in_order_by_the_balances() -> None:
    assert [line.row for line in in_order(read(BNI, "bni").lines)] == [4, 3, 2]
    assert [line.row for line in in_order(read(BRI, "bri").lines)] == [2, 3, 4]


def test_a_text_without_end_is_cut_to_what_is_kept() -> None:
    rows = "".join(f",{'PANJANG ' * 20},,,,\n" for _ in range(5))
    text = BCA_PERSONAL.replace("'10/03/2025,BI-FAST", rows + "'10/03/2025,BI-FAST")
    assert len(read(text).lines[0].description) == 500


@pytest.mark.parametrize("amount", ["9" * 30, "1" + ".000" * 12])
def test_a_number_too_long_for_any_account_is_a_fault(amount: str) -> None:
    assert [fault.code for fault in read(BCA_PERSONAL.replace("750137.00", amount, 1)).faults] == ["amount"]


CELLS = st.one_of(
    st.sampled_from(
        ["", "'10/03/2025", "PEND", "750,137.00", "CR", "DB", "Saldo Akhir", "1.000,00", '"', "\n", "-", "٣"]
    ),
    st.text(max_size=12),
)


@given(rows=st.lists(st.lists(CELLS, max_size=8), max_size=8), separator=st.sampled_from([",", ";", "\t"]))
def test_no_file_makes_the_reader_fall_over(rows: list[list[str]], separator: str) -> None:
    """Whatever stands under the headings: lines with an amount and a day, or faults; never an exception."""
    text = "Date,Description,Branch,Amount,,Balance\n".replace(",", separator) + "\n".join(map(separator.join, rows))
    found = read_statement(text.encode("utf-8", "ignore"), LAYOUTS["bca"])
    assert all(0 < line.sen < 10**17 and len(line.description) <= 500 for line in found.lines)
    check_sums(found.lines, found.totals)
    assert found.lines or found.faults


@given(raw=st.binary(max_size=200))
def test_nor_do_any_bytes(raw: bytes) -> None:
    assert read_statement(raw, LAYOUTS["bca"]).faults
