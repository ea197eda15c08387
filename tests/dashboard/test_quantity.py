"""Reporting a quantity: previewed, confirmed once, from a form or a file."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from billing.forms import count_file
from billing.forms.count_file import FileRefused, read_count
from billing.forms.extras import ExtraForm
from billing.forms.quantity import QuantityForm
from billing.models import Document, QuantityReport
from billing.services.subscriptions.quantities import Report, report_quantity
from tenants.context import inside
from tenants.models import Tenant, User
from tests.dashboard.stages import ISSUED, at_day, preview_token, text_of, xlsx

ClientAt = Callable[..., Client]


@pytest.mark.parametrize(
    ("quantity", "words"),
    [
        ("165", ["Tidak ada", "terlalu kecil untuk ditagih"]),  # 15 more: below 20
        ("170", ["Rp 100.000", "17 Maret 2025", "sisa hari"]),  # 20 × 5.000 on the first day
        ("501", ["Rp 1.755.000", "ditagih penuh"]),  # 351 × 5.000, the locked price
        ("49", ["Tagihan dibatalkan", "menjadi gratis saat itu juga"]),  # nothing paid yet (X9)
    ],
)
def test_a_preview_says_what_a_number_costs(
    quantity: str, words: list[str], school: Tenant, ayu: User, client_at: ClientAt
) -> None:
    """X8, X9, measured from 150 billed students on the first day of the term; nothing is written."""
    at_day(school, ISSUED)
    client = client_at(school, ayu)
    whole = text_of(client.post("/jumlah/pratinjau/", {"quantity": quantity}))
    fragment = text_of(client.post("/jumlah/pratinjau/", {"quantity": quantity}, headers={"hx-request": "true"}))
    for said in words:
        assert said in whole, said
        assert said in fragment, said
    assert "<html" not in fragment
    with inside(school):
        assert not QuantityReport.objects.exists()


def test_a_confirmation_sent_twice_reports_and_bills_once(school: Tenant, ayu: User, client_at: ClientAt) -> None:
    at_day(school, ISSUED)
    client = client_at(school, ayu)
    token = preview_token(client, "170")
    for _time in range(2):
        assert client.post("/jumlah/simpan/", {"token": token}).status_code == 302
    with inside(school):
        assert QuantityReport.objects.count() == 1
        assert Document.objects.get(number__endswith="00002").total == 100_000
    page = text_of(client.get("/jumlah/"))
    assert "Tersimpan: 170 siswa. Tagihan UJI/XC/INV/2025/03/00002 terbit." in page
    assert "Tambahan ditagih untuk sisa masa langganan" in page


def test_a_preview_that_no_longer_holds_is_shown_again(school: Tenant, ayu: User, client_at: ClientAt) -> None:
    """Somebody else reported 160 meanwhile: the preview was made from 150."""
    at_day(school, ISSUED)
    client = client_at(school, ayu)
    token = preview_token(client, "170")
    report_quantity(tenant=school, report=Report(Decimal(160), ISSUED, "api"), today=ISSUED)
    answer = client.post("/jumlah/simpan/", {"token": token})
    assert answer.status_code == 200
    assert "Keadaan berubah" in text_of(answer)
    with inside(school):
        assert QuantityReport.objects.count() == 1
    assert client.post("/jumlah/simpan/", {"token": answer.context["token"]}).status_code == 302


def test_a_forged_or_foreign_token_reports_nothing(
    school: Tenant, complex_: Tenant, ayu: User, client_at: ClientAt
) -> None:
    foreign = preview_token(client_at(complex_, ayu), "300")
    client = client_at(school, ayu)
    for token in ("", "x:y:z", foreign):
        client.post("/jumlah/simpan/", {"token": token})
    with inside(school):
        assert not QuantityReport.objects.exists()


@pytest.mark.parametrize("typed", ["", "abc", "-3", "12,5", "12.5", "99999999999", "1e5"])
def test_a_wrong_number_names_the_field_and_stays(typed: str, school: Tenant, ayu: User, client_at: ClientAt) -> None:
    answer = client_at(school, ayu).post("/jumlah/pratinjau/", {"quantity": typed})
    assert answer.status_code == 422
    page = text_of(answer)
    assert 'href="#id_quantity"' in page
    assert not typed or f'value="{typed}"' in page


@pytest.mark.parametrize("form", [QuantityForm, ExtraForm])
@pytest.mark.parametrize("typed", ["1500", "1.500", " 1500 "])
def test_a_count_is_read_as_it_is_written_on_the_page(form: Any, typed: str) -> None:
    read = form({"quantity": typed, "kind": "item", "code": "course"})
    assert (read.is_valid(), read.cleaned_data.get("quantity")) == (True, 1500)


def test_a_viewer_sees_the_number_and_no_form(school: Tenant, budi: User, client_at: ClientAt) -> None:
    page = text_of(client_at(school, budi).get("/jumlah/"))
    assert "150 siswa" in page
    assert "/jumlah/pratinjau/" not in page


# --- files ----------------------------------------------------------------------------------------


def rows(count: int) -> list[list[Any]]:
    """A list of students with its headings."""
    return [["nomor", "nama"], *[[1000 + at, f"Siswa {at}"] for at in range(count)]]


def as_csv(table: list[list[Any]], delimiter: str = ",") -> bytes:
    """The same list as text."""
    return "\r\n".join(delimiter.join(str(cell) for cell in row) for row in table).encode()


@pytest.mark.parametrize(
    ("name", "content", "total"),
    [
        ("siswa.csv", as_csv(rows(152)), 152),
        ("siswa.csv", as_csv(rows(3), ";"), 3),
        ("siswa.csv", b"\xef\xbb\xbfNIS;Nama Siswa\r\n1;Ayu\r\n\r\n2;Budi\r\n", 2),
        ("siswa.xlsx", xlsx(rows(152)), 152),
        ("jumlah.csv", b"jumlah\n150\n", 150),
        ("jumlah.xlsx", xlsx([["Jumlah siswa"], [150]]), 150),
        ("unit.csv", b"Blok,Penghuni\nA1,Ayu\nA2,\n", 2),
    ],
)
def test_a_list_is_counted(name: str, content: bytes, total: int) -> None:
    assert read_count(name, content).total == total


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("siswa.csv", b"nomor,nama\n1,Ayu\n,Budi\n", "Baris 3, kolom “nomor”: kosong."),
        ("siswa.csv", b"nomor,nama\n1,Ayu\n1,Budi\n", "Baris 3, kolom “nomor”: “1” sudah ada di baris 2."),
        ("jumlah.csv", b"jumlah\nbanyak\n", "Baris 2, kolom “jumlah”: “banyak” bukan bilangan bulat."),
        ("jumlah.csv", b"jumlah\n-1\n", "bukan bilangan bulat"),
        ("jumlah.csv", b"jumlah\n1\n2\n", "Baris 3: kolom “jumlah” hanya boleh berisi satu angka."),
        ("siswa.csv", b"warna,umur\nmerah,7\n", "Baris 1: judul kolom tidak dikenal."),
        ("siswa.csv", b"nomor,nama\n", "belum ada baris"),
        ("siswa.csv", b"", "kosong"),
        ("siswa.csv", b"nomor,nama\n\xff\xfe,x\n", "CSV UTF-8"),
        ("siswa.csv", b"nomor\n\x00\n", "bukan CSV"),
        ("siswa.pdf", b"%PDF-1.7", "bukan CSV atau XLSX"),
        ("siswa.xlsx", b"PK\x03\x04 rusak", "rusak"),
    ],
)
def test_what_is_wrong_with_a_file_is_said_by_row_and_column(name: str, content: bytes, said: str) -> None:
    with pytest.raises(FileRefused) as refused:
        read_count(name, content)
    assert said in str(refused.value)


def test_many_mistakes_are_shortened() -> None:
    with pytest.raises(FileRefused) as refused:
        read_count("siswa.csv", b"nomor,nama\n" + b",x\n" * 30)
    assert len(refused.value.messages) == 9
    assert refused.value.messages[-1] == "Dan 22 lagi seperti ini."


def test_a_workbook_that_unpacks_into_too_much_is_not_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(count_file, "MAX_UNPACKED", 1000)
    with pytest.raises(FileRefused) as refused:
        read_count("siswa.xlsx", xlsx(rows(5)))
    assert "terlalu besar" in str(refused.value)


def test_an_uploaded_list_is_previewed_then_confirmed(school: Tenant, ayu: User, client_at: ClientAt) -> None:
    at_day(school, ISSUED)
    client = client_at(school, ayu)
    answer = client.post("/jumlah/berkas/", {"file": SimpleUploadedFile("siswa.xlsx", xlsx(rows(175)))})
    assert answer.status_code == 200
    assert "Berkas Anda berisi 175 siswa." in text_of(answer)
    assert client.post("/jumlah/simpan/", {"token": answer.context["token"]}).status_code == 302
    with inside(school):
        report = QuantityReport.objects.get()
        assert (report.quantity, report.source) == (Decimal(175), "file")


def test_a_refused_file_says_why_at_its_field(school: Tenant, ayu: User, client_at: ClientAt) -> None:
    client = client_at(school, ayu)
    assert client.post("/jumlah/berkas/", {}).status_code == 422
    answer = client.post("/jumlah/berkas/", {"file": SimpleUploadedFile("siswa.csv", b"nomor\n1\n1\n")})
    assert answer.status_code == 422
    page = text_of(answer)
    assert "sudah ada di baris 2" in page
    assert 'href="#id_file"' in page


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_template_counts_nobody_until_it_is_filled_in(
    kind: str, school: Tenant, ayu: User, client_at: ClientAt
) -> None:
    made = client_at(school, ayu).get(f"/jumlah/templat.{kind}").content
    with pytest.raises(FileRefused, match="belum ada baris"):
        read_count(f"daftar.{kind}", made)


def test_days_that_pass_between_preview_and_confirmation_show_it_again(
    school: Tenant, ayu: User, client_at: ClientAt
) -> None:
    """Pro rata falls day by day: what was agreed on the 1st is not what the 5th costs."""
    at_day(school, ISSUED)
    client = client_at(school, ayu)
    token = preview_token(client, "170")
    at_day(school, date(2025, 3, 5))
    assert "Keadaan berubah" in text_of(client.post("/jumlah/simpan/", {"token": token}))
