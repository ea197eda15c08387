"""e-Faktur and exports of a PKP's clinic: what is given out when, what comes back, and what accountants load."""

from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from billing.documents.sheets import csv_lines, safe
from billing.models import Document
from billing.services.documents import tax_invoices
from billing.services.documents.tax_answers import take_answers
from billing.services.documents.tax_identity import TaxIdentity, set_tax_identity
from billing.services.documents.tax_invoices import make_batches
from billing.services.steering import void_invoice
from plans.rules.taxes import TaxCategory
from tenants.context import inside
from tenants.errors import DomainError
from tenants.models import TaxBatch, TaxInvoice, Tenant, User
from tests.billing.lives import live_through
from tests.billing.rules.test_efaktur import facts
from tests.billing.test_stories_tax import clinic, sell
from tests.conftest import make_user
from tests.plans.pkp import PKP

D = date
MARCH: dict[str, Any] = {"issuer": "sehat", "first": D(2026, 3, 1), "last": D(2026, 3, 31)}
TAX_NUMBER = "04002600000000017"


@pytest.fixture
def billed_clinic(db: None, tmp_path: Path) -> Tenant:
    """333.000 issued on 15 March 2026."""
    sell(PKP, tmp_path)
    tenant = clinic()
    Tenant.objects.filter(pk=tenant.pk).update(
        address="Jl. Melati 5, Surabaya", name="=Klinik Sehat", npwp="0012345678901000"
    )
    tenant.refresh_from_db()
    live_through(tenant, D(2026, 3, 2), D(2026, 3, 15))
    return tenant


@pytest.fixture
def waiting(db: None) -> None:
    """Three tax invoices of a tenant without a schema; the second has its number already."""
    tenant = Tenant.objects.create(schema_name="t_kertas", name="Kertas", product_code="clinic")
    for number, taken in (("SH/1", ""), ("SH/2", "1" * 17), ("SH/3", "")):
        TaxInvoice.objects.create(
            tenant=tenant, number=number, issuer="sehat", issued_on=D(2026, 3, 15), facts={}, tax_number=taken
        )


def buyer(number: str, **known: Any) -> Tenant:
    """A tenant without a schema and its tax invoice of 333.000, written when nothing was known of the buyer but the name."""
    tenant = Tenant.objects.create(schema_name=f"t_{number}", name=f"Pembeli {number}", product_code="clinic", **known)
    said = facts(number=number, customer={"name": tenant.name, "npwp": "", "address": ""})
    day = {"issuer": "sehat", "issued_on": D(2026, 3, 15)}
    TaxInvoice.objects.create(tenant=tenant, number=number, facts=said, **day)
    return tenant


def test_what_lacks_something_waits_and_is_named_while_the_others_leave(
    db: None, monkeypatch: pytest.MonkeyPatch, staff: User, client_at: Any
) -> None:
    monkeypatch.setattr(tax_invoices, "MOST_IN_A_FILE", 2)
    for number in ("a", "b", "c"):
        buyer(number, npwp="0012345678901000", address="Jl. Melati 5")
    bare = buyer("x")
    page = client_at(None, staff).get("/admin/efaktur/").content.decode()
    assert f"/admin/tenants/tenant/{bare.pk}/tindakan/pajak/" in page
    assert "NPWP, NIK, atau dokumen lain pembeli, alamat pembeli" in page
    assert "Pembeli a" not in page
    first, second = make_batches(**MARCH)
    assert (first.count, second.count) == (2, 1)
    assert "<BuyerTin>0012345678901000</BuyerTin>" in second.xml
    with pytest.raises(DomainError) as refused:
        make_batches(**MARCH)
    assert refused.value.code == "nothing_whole"
    assert TaxInvoice.objects.get(number="x").state == "pending"
    Tenant.objects.filter(pk=bare.pk).update(
        address="Jl. Mawar 1", tax_identity={"document": "National ID", "document_number": "3201010101900001"}
    )
    (batch,) = make_batches(**MARCH)
    assert "<BuyerDocumentNumber>3201010101900001</BuyerDocumentNumber>" in batch.xml
    assert TaxInvoice.objects.get(number="x").facts["header"]["BuyerAdress"] == "Jl. Mawar 1"


@pytest.mark.parametrize(
    ("document", "number", "code"),
    [("National ID", "320101", "bad_nik"), ("National ID", "", "bad_nik"), ("Passport", "", "bad_passport")],
)
def test_a_document_that_has_a_number_is_not_kept_without_it(db: None, document: str, number: str, code: str) -> None:
    tenant = buyer("y")
    identity = TaxIdentity(TaxCategory.NORMAL, document=document, document_number=number)
    with pytest.raises(DomainError) as refused:
        set_tax_identity(tenant=tenant, identity=identity, reason="data pelanggan", today=D(2026, 3, 2))
    assert (refused.value.code, refused.value.field) == (code, "document_number")


def test_a_tax_invoice_is_given_out_once_and_its_number_comes_back(billed_clinic: Tenant) -> None:
    (batch,) = make_batches(**MARCH)
    waiting = TaxInvoice.objects.get()
    assert (batch.count, waiting.state, waiting.batch_id) == (1, "exported", batch.pk)
    assert "<VAT>33000</VAT>" in batch.xml
    with pytest.raises(DomainError) as refused:
        make_batches(**MARCH)
    assert refused.value.code == "nothing_to_export"
    with pytest.raises(DomainError):
        make_batches(**MARCH, again=True)
    assert make_batches(**MARCH, again=True, reason="berkas hilang")[0].xml == batch.xml
    row = {"number": waiting.number, "state": "Approved", "tax_number": TAX_NUMBER, "date": "2026-03-16"}
    assert take_answers([row]).taken == 1
    assert take_answers([row]).taken == 1  # sent twice
    told = TaxInvoice.objects.get()
    assert (told.state, told.tax_number, told.tax_on) == ("approved", TAX_NUMBER, D(2026, 3, 16))
    with pytest.raises(DomainError):
        make_batches(**MARCH, again=True, reason="sudah disetujui")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"number": "tidak ada"}, "tagihan “tidak ada” tidak ada"),
        ({"tax_number": "123"}, "nomor faktur pajak terdiri dari 17 angka"),
        ({"tax_number": "1" * 17}, f"nomor faktur pajak {'1' * 17} sudah dipakai tagihan SH/2"),
        ({"state": "?"}, "status “?” tidak dikenal"),
        ({"date": ""}, "tulis tanggal faktur pajak seperti 2026-11-20 atau 20/11/2026"),
        ({"date": "31/02/2026"}, "tulis tanggal faktur pajak seperti 2026-11-20 atau 20/11/2026"),
        ({"number": "SH/1", "tax_number": "2" * 17}, "tagihan SH/1 sudah ada di baris 2"),
        ({"tax_number": TAX_NUMBER}, f"nomor faktur pajak {TAX_NUMBER} sudah dipakai tagihan SH/1"),
    ],
)
def test_answers_with_a_fault_are_named_by_line_and_none_is_taken(
    waiting: None, change: dict[str, str], said: str
) -> None:
    row = {"number": "SH/1", "state": "Disetujui", "tax_number": TAX_NUMBER, "date": "16/03/2026", "note": ""}
    answered = take_answers([row, dict.fromkeys(row, ""), row | {"number": "SH/3", "tax_number": "0" * 17} | change])
    assert (answered.taken, answered.faults) == (0, [f"Baris 4: {said}"])
    assert not TaxInvoice.objects.filter(tax_on__isnull=False).exists()
    assert take_answers([dict.fromkeys(row, ""), row]).taken == 1
    assert str(TaxInvoice.objects.get(number="SH/1").tax_on) == "2026-03-16"
    assert take_answers([]).faults == ["Berkas ini tidak berisi satu faktur pajak pun."]


def test_a_void_invoice_is_never_given_out_and_its_successor_is(billed_clinic: Tenant) -> None:
    with inside(billed_clinic):
        number = Document.objects.get().number
    void_invoice(tenant=billed_clinic, number=number, reason="salah jumlah", reissue_it=True, today=D(2026, 3, 16))
    states = dict(TaxInvoice.objects.values_list("state", "cancelled_on"))
    assert states == {"cancelled": D(2026, 3, 16), "pending": None}
    assert make_batches(**MARCH)[0].count == 1
    TaxInvoice.objects.filter(state="exported").update(state="pending")
    TaxInvoice.objects.all().update(facts={"tin": "1", "header": dict.fromkeys(HEADER, ""), "lines": []})
    with pytest.raises(DomainError) as refused:
        make_batches(**MARCH)
    assert refused.value.code == "does_not_fit_schema"


HEADER = (
    *("TaxInvoiceDate", "TaxInvoiceOpt", "TrxCode", "AddInfo", "CustomDoc", "CustomDocMonthYear", "RefDesc"),
    *("FacilityStamp", "SellerIDTKU", "BuyerTin", "BuyerDocument", "BuyerCountry", "BuyerDocumentNumber", "BuyerName"),
    *("BuyerAdress", "BuyerEmail", "BuyerIDTKU"),
)


def test_staff_export_and_import_on_the_pages(
    billed_clinic: Tenant, staff: User, client_at: Any, tmp_path: Path
) -> None:
    client: Client = client_at(None, staff)
    days = {"first": "2026-03-01", "last": "2026-03-31"}
    assert client.post("/admin/efaktur/", days | {"issuer": "sehat"}).status_code == 302
    batch = TaxBatch.objects.get()
    assert client.get(f"/admin/efaktur/{batch.pk}/").content.decode() == batch.xml
    number = TaxInvoice.objects.get().number
    wrong = SimpleUploadedFile("c.csv", b"RefDesc;Status\n\nSH/9;Approved\n")
    refused = client.post("/admin/efaktur/jawaban/", {"file": wrong})
    assert (refused.status_code, "Baris 3: tagihan “SH/9” tidak ada" in refused.content.decode()) == (422, True)
    table = f"RefDesc;Status;Nomor Faktur Pajak;Tanggal\n{number};Approved;{TAX_NUMBER};2026-03-16\n"
    sent = client.post("/admin/efaktur/jawaban/", {"file": SimpleUploadedFile("c.csv", table.encode())})
    assert sent.status_code == 302
    assert TaxInvoice.objects.get().state == "approved"
    assert (
        client.post("/admin/efaktur/jawaban/", {"file": SimpleUploadedFile("c.csv", b"a;b\n1;2\n")}).status_code == 422
    )
    rows = b"".join(client.get("/admin/ekspor/", days | {"what": "invoices", "kind": "csv"})).decode().splitlines()
    assert rows[1].startswith(f"{number},invoice,open,2026-03-15,")
    assert ",'=Klinik Sehat," in rows[1]
    assert rows[1].endswith(f",300000,275000,33000,333000,0,0,333000,{TAX_NUMBER},333000")
    answer = client.get("/admin/ekspor/", days | {"what": "journal", "kind": "xlsx", "issuer": "sehat"})
    file = tmp_path / "journal.xlsx"
    file.write_bytes(b"".join(answer))
    sheet: list[Any] = list(openpyxl.load_workbook(file).worksheets[0].iter_rows(min_row=2, values_only=True))
    assert [(row[5], row[7], row[8]) for row in sheet if row[7]] == [("1-1200", 300_000, 0), ("1-1200", 33_000, 0)]
    assert sum(row[7] - row[8] for row in sheet) == 0
    assert client.get("/admin/ekspor/", {"first": "2026-03-31", "last": "2026-03-01"}).status_code == 422


@pytest.mark.parametrize(
    ("role", "may"), [("finance", True), ("bizops", True), ("support", False), ("read-only", False)]
)
def test_only_those_who_handle_money_export(db: None, role: str, may: bool, client_at: Any) -> None:
    user = make_user(f"{role}@example.test", role, is_staff=True)
    user.groups.add(Group.objects.get_or_create(name=role)[0])
    client: Client = client_at(None, user)
    for path in ("/admin/ekspor/", "/admin/ekspor/?what=journal&kind=csv&first=2026-03-01&last=2026-03-02"):
        assert (client.get(path).status_code == 200) is may
    assert (client.post("/admin/efaktur/", {}).status_code == 403) is not may


def test_what_a_customer_typed_starts_no_formula() -> None:
    assert [safe(cell) for cell in ("=1+1", "@x", "-5", -5, "SMAN 1")] == ["'=1+1", "'@x", "'-5", -5, "SMAN 1"]
    assert list(csv_lines(["a", "b"], [["=x", 1]]))[1] == "'=x,1\r\n"
