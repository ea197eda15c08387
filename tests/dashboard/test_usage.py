"""Turnover on its page and by file: looked at, confirmed, counted once; and the next invoice as it will be (C15)."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from billing.forms.count_file import FileRefused
from billing.forms.usage_file import UsageRow, read_usage
from billing.models import QuantityReport
from tenants.context import inside
from tenants.models import Role, Tenant, User
from tests.billing.lives import live_through, pay
from tests.billing.test_stories_charges import cooperative, turnover
from tests.dashboard.stages import member, text_of, xlsx

ClientAt = Callable[..., Client]
DAY = date(2026, 5, 12)


@pytest.fixture
def shop(db: None) -> Tenant:
    """A cooperative whose April, 10.000.000, was billed on 10 May; it is 12 May."""
    tenant = cooperative()
    turnover(tenant, date(2026, 4, 20), 10_000_000, "april", today=date(2026, 4, 20))
    live_through(tenant, date(2026, 3, 11), date(2026, 5, 10))
    pay(tenant, date(2026, 5, 10))
    Tenant.objects.filter(pk=tenant.pk).update(is_test=True, clock_on=DAY)
    tenant.refresh_from_db()
    return tenant


def sent(client: Client, text: str, name: str = "omzet.csv") -> Any:
    return client.post("/pemakaian/pratinjau/", {"file": SimpleUploadedFile(name, text.encode())})


def count(tenant: Tenant) -> int:
    with inside(tenant):
        return QuantityReport.objects.filter(measure="marketplace-turnover").count()


def test_a_file_is_previewed_confirmed_and_counted_once_c15(shop: Tenant, client_at: ClientAt) -> None:
    """May: 5.000.000. April becomes 12.000.000 by a late row and 11.000.000 by a correction of its report: +10.000."""
    client = client_at(shop, member(shop, Role.FINANCE))
    text = "Tanggal;Omzet;ID;Koreksi\n11/05/2026;5.000.000;mei;\n09/05/2026;2.000.000;late;\n20/04/2026;9.000.000;fix;april\n"
    looked = sent(client, text)
    said = text_of(looked)
    assert looked.status_code == 200
    for words in ("3 laporan", "2 laporan", "Rp 999.000", "Rp 1.059.000", "Koreksi Bagi hasil omzet marketplace"):
        assert words in said, words
    assert count(shop) == 1
    token = looked.context["token"]
    for _twice in range(2):
        assert client.post("/pemakaian/simpan/", {"token": token}).status_code == 302
    assert count(shop) == 4
    again = text_of(sent(client, text))
    assert "Sudah pernah dilaporkan" in again
    upcoming = text_of(client.get("/tagihan/berikutnya/"))
    assert "Rp 1.059.000" in upcoming
    assert "10 Juni 2026" in upcoming
    assert "koreksi dari 10.000.000" in text_of(client.get("/pemakaian/"))


def test_one_day_is_reported_by_hand(shop: Tenant, client_at: ClientAt) -> None:
    client = client_at(shop, member(shop, Role.OWNER))
    wrong = client.post("/pemakaian/pratinjau/", {"on": "2026-05-13", "quantity": "1000000"})
    assert wrong.status_code == 422
    assert "masa depan" in text_of(wrong)
    assert 'value="1000000"' in wrong.content.decode()
    looked = client.post("/pemakaian/pratinjau/", {"on": "2026-05-12", "quantity": "1000000"})
    client.post("/pemakaian/simpan/", {"token": looked.context["token"]})
    assert "Belum ditagih: 1.000.000 rupiah" in text_of(client.get("/pemakaian/"))


def test_a_viewer_reads_and_a_token_of_another_tenant_does_nothing(
    shop: Tenant, school: Tenant, ayu: User, client_at: ClientAt
) -> None:
    owner, viewer = client_at(shop, member(shop, Role.OWNER)), client_at(shop, member(shop, Role.VIEWER))
    token = sent(owner, "tanggal,jumlah\n2026-05-11,5000000\n").context["token"]
    assert viewer.get("/pemakaian/").status_code == 200
    assert viewer.post("/pemakaian/simpan/", {"token": token}).status_code == 403
    assert client_at(school, ayu).post("/pemakaian/simpan/", {"token": token}).status_code == 302
    assert client_at(school, ayu).get("/pemakaian/").status_code == 404
    assert (count(shop), count(school)) == (1, 0)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("nama,jumlah\nx,1\n", "judul kolom “tanggal” dan “jumlah”"),
        ("tanggal,jumlah\n", "kosong"),
        ("tanggal,jumlah\n31/02/2026,1\n", "Baris 2, kolom “tanggal”: “31/02/2026”"),
        ("tanggal,jumlah\n2026-05-11,1.5\n", "Baris 2, kolom “jumlah”: “1.5”"),
        ("tanggal,jumlah,id\n2026-05-11,1,a\n2026-05-12,2,a\n", "“a” sudah ada di baris 2"),
    ],
)
def test_what_is_wrong_with_a_file_is_said_by_row_and_column(text: str, words: str) -> None:
    with pytest.raises(FileRefused) as refused:
        read_usage("omzet.csv", text.encode())
    assert words in str(refused.value)


def test_a_workbook_is_read_like_a_csv_and_the_same_file_has_the_same_ids() -> None:
    content = xlsx([["Tanggal", "Omzet"], [date(2026, 5, 11), 5000000], ["12/5/2026", "Rp 1.250.000"]])
    rows = read_usage("omzet.xlsx", content)
    assert [(row.on, row.quantity) for row in rows] == [
        (date(2026, 5, 11), Decimal(5_000_000)),
        (date(2026, 5, 12), Decimal(1_250_000)),
    ]
    assert rows == read_usage("lagi.xlsx", content)
    assert rows[0] == UsageRow(date(2026, 5, 11), Decimal(5_000_000), rows[0].key)
