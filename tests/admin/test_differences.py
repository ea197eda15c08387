"""The gateway's report at the desk: imported, its differences worked off."""

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from billing.gateways.models import Checkout, Notice
from billing.gateways.statements.models import Dispute, GatewayDifference, GatewayFee, GatewayReport
from billing.models import Document
from billing.services.payments.receiving import Received, record_payment
from tenants.models import Tenant
from tenants.permissions import STAFF_ACTIONS, StaffRole
from tests.admin.conftest import NOW, StaffAs

pytestmark = pytest.mark.usefixtures("at_noon")
UPLOAD = "/admin/laporan-gateway/impor/"
HEAD = "Order ID,Settlement time,Amount,Fee,VAT\n"
NAMED = {"order": "Ref", "settled_on": "Tgl", "amount": "Nilai", "fee": "Potongan"}


def upload(client: Client, text: str, **given: str) -> Any:
    return client.post(UPLOAD, {"file": SimpleUploadedFile("maret.csv", text.encode(), "text/csv"), **given})


def test_a_report_is_imported_and_its_difference_closed_with_a_reason(billed: Tenant, staff_as: StaffAs) -> None:
    client = staff_as("finance")
    assert client.get(UPLOAD).status_code == 200
    assert list(client.post(UPLOAD, {}).context["form"].errors) == ["file"]
    shown = upload(client, HEAD + "LAIN-1,06/03/2025,750000,4000,440\n", follow="1")
    report = client.get(shown["Location"]).content.decode()
    assert "Tidak ada pada kita: LAIN-1" in report
    queue = next(item for item in client.get("/admin/").context["urgent"] if item.label == "Selisih dengan gateway")
    assert (queue.count, queue.note) == (1, "terlama 0 menit")
    assert "tidak ada pada kita" in client.get(queue.url).content.decode()
    path = f"/admin/selisih/{GatewayDifference.objects.get().pk}/"
    assert client.get(path).context["open"]
    assert list(client.post(path, {"close": "1", "reason": "x"}).context["form"].errors) == ["reason"]
    for act in ("close", "reopen"):
        assert client.post(path, {act: "1", "reason": "Milik toko lain"}).status_code == 302
        assert client.post(path, {act: "1", "reason": "Milik toko lain"}).status_code == 422
    trail = [(step.act, step.actor) for step in GatewayDifference.objects.get().steps.all()]
    assert trail == [("found", "Rina finance"), ("closed", "Rina finance"), ("reopened", "Rina finance")]


def test_staff_name_the_payment_of_a_fee_that_may_be_of_two(billed: Tenant, staff_as: StaffAs) -> None:
    """An order paid twice with 750.000, one of them the school's; a row of 4.440 without a transaction is given to it."""
    client = staff_as("finance")
    received = Received(750_000, "midtrans", f"midtrans:tx-2:{billed.schema_name}", NOW.date())
    payment = record_payment(tenant=billed, received=received)
    for key, tenant in (("tx-1", None), ("tx-2", billed)):
        Notice.objects.create(
            body="{}",
            order_id="LAIN-1",
            dedupe_key=key,
            state="resolved",
            transaction_id=key,
            amount=750_000,
            tenant=tenant,
        )
    upload(client, HEAD + "LAIN-1,06/03/2025,750000,4000,440\n")
    path = f"/admin/selisih/{GatewayDifference.objects.get(kind='which').pk}/"
    shown = client.get(path).content.decode()
    assert "tx-2 · Rp 750.000 · SMAN 1" in shown.replace("\xa0", " ")
    assert list(client.post(path, {"reason": "Menurut dasbor"}).context["form"].errors) == ["transaction"]
    assert staff_as("support").post(path, {"transaction": "tx-2", "reason": "Menurut dasbor"}).status_code == 403
    for status in (302, 422):
        assert client.post(path, {"transaction": "tx-2", "reason": "Menurut dasbor"}).status_code == status
    assert list(GatewayFee.objects.values_list("payment", "amount")) == [(payment.pk, 4_440)]


def test_staff_name_the_tenant_of_money_that_a_notice_was_closed_with(billed: Tenant, staff_as: StaffAs) -> None:
    client = staff_as("finance")
    record_payment(
        tenant=billed, received=Received(9_000, "midtrans", f"midtrans:tx-9:{billed.schema_name}", NOW.date())
    )
    Notice.objects.create(
        body="{}", dedupe_key="tx-9", state="resolved", transaction_id="tx-9", amount=9_000, resolution="Milik sekolah"
    )
    upload(client, HEAD.replace("Order ID", "Order ID,Transaction ID") + "X-9,tx-9,06/03/2025,9000,400,40\n")
    path = f"/admin/selisih/{GatewayDifference.objects.get(kind='missing').pk}/"
    assert "“Milik sekolah”" in client.get(path).content.decode()
    assert list(client.post(path, {"tenant": "x", "reason": "Menurut kas"}).context["form"].errors) == ["tenant"]
    assert client.post(path, {"tenant": "sman1", "reason": "Menurut kas"}).status_code == 302
    assert (GatewayFee.objects.get().amount, GatewayDifference.objects.get(kind="missing").state) == (440, "closed")


def test_columns_of_another_gateway_are_named_once(billed: Tenant, staff_as: StaffAs) -> None:
    client = staff_as("finance")
    other = "Ref,Tgl,Nilai,Potongan\nX-1,06/03/2025,1000,10\n"
    refused = upload(client, other)
    assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["order"])
    assert upload(client, other, **NAMED).status_code == 302
    assert client.get(UPLOAD).context["form"]["amount"].value() == "Nilai"
    assert GatewayReport.objects.get().columns == NAMED
    broken = upload(client, HEAD + "LAIN-1,06/03/2025,x,0,0\n", **dict.fromkeys(NAMED, ""))
    assert list(broken.context["form"].errors) == ["with_faults"]


@pytest.fixture
def dispute(billed: Tenant, invoice: Document) -> Dispute:
    """The school's 750.000, paid and charged back."""
    paid = Received(750_000, "midtrans", f"midtrans:tx-1:{billed.schema_name}", NOW.date())
    record_payment(tenant=billed, received=paid)
    attempt = Checkout.objects.create(
        order_id="DEMO-1", state="disputed", amount=750_000, expires_at=NOW, transaction_id="tx-1"
    )
    attempt.items.create(tenant=billed, document_id=invoice.pk, number=invoice.number, amount=750_000, live=False)
    return Dispute.objects.create(
        checkout=attempt, transaction_id="tx-1", gateway_state="chargeback", amount=750_000, opened_at=NOW
    )


def letter(name: str, body: bytes = b"%PDF-1.7 surat") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, body)


def test_evidence_is_kept_with_an_open_dispute_for_those_who_decide(
    dispute: Dispute, staff_as: StaffAs, settings: Any, tmp_path: Path
) -> None:
    """Two files at once, the same again once; after the decision they stay and nothing is added."""
    settings.MEDIA_ROOT = tmp_path
    path, client = f"/admin/sengketa/{dispute.pk}/", staff_as("finance")
    sent = {"evidence": "1", "note": "Bukti pemakaian bulan Maret"}
    for files, said in (([letter("a.pdf"), letter("b.exe", b"MZ")], "b.exe"), ([], "")):
        refused = client.post(path, sent | {"papers": files})
        errors = refused.context["evidence"].errors
        assert (refused.status_code, list(errors), said in str(errors)) == (422, ["papers"], True)
    assert not any(item.is_file() for item in tmp_path.rglob("*"))
    for _twice in range(2):
        both = [letter("a.pdf"), letter("chat.png", b"\x89PNG\r\n\x1a\n obrolan")]
        assert client.post(path, sent | {"papers": both}).status_code == 302
    assert list(dispute.files.values_list("name", "note", "added_by__email").order_by("name")) == [
        (name, "Bukti pemakaian bulan Maret", "finance@example.test") for name in ("a.pdf", "chat.png")
    ]
    first = dispute.files.get(name="a.pdf")
    paper = client.get(f"{path}bukti/{first.pk}/")
    assert (paper["Content-Type"], b"".join(paper)) == ("application/pdf", b"%PDF-1.7 surat")
    assert client.get(f"/admin/sengketa/{first.pk}/bukti/{first.pk}/").status_code == 404
    reader = staff_as("support")
    assert "chat.png" in reader.get(path).content.decode()
    assert reader.get(f"{path}bukti/{first.pk}/").status_code == reader.post(path, sent).status_code == 403
    assert client.post(path, {"won": "1", "reason": "Bank menerima bukti"}).status_code == 302
    late = client.post(path, sent | {"papers": [letter("late.pdf", b"%PDF-1.7 telat")]})
    assert (late.status_code, dispute.files.count()) == (422, 2)
    assert "chat.png" in client.get(path).content.decode()


def test_a_dispute_is_decided_with_a_note(billed: Tenant, dispute: Dispute, staff_as: StaffAs) -> None:
    path, client = f"/admin/sengketa/{dispute.pk}/", staff_as("finance")
    queue = next(item for item in client.get("/admin/").context["urgent"] if item.label == "Sengketa pembayaran")
    assert (queue.count, "DEMO-1" in client.get(queue.url).content.decode()) == (1, True)
    assert "SMAN 1" in client.get(path).content.decode()
    assert list(client.post(path, {"won": "1", "reason": "x"}).context["won"].errors) == ["reason"]
    lost = {"lost": "1", "reason": "Bukti kurang"}
    assert list(client.post(path, lost | {"amount": "750001"}).context["lost"].errors) == ["amount"]
    assert client.post(path, lost | {"amount": "750000"}).status_code == 302
    billed.refresh_from_db()
    assert (billed.balance, "Bukti kurang" in client.get(path).content.decode()) == (750_000, True)
    assert client.post(path, {"won": "1", "reason": "Ternyata menang"}).status_code == 422
    reader = staff_as("support")
    assert (reader.get(path).status_code, reader.post(path, lost).status_code) == (200, 403)


def test_a_loss_above_the_limit_is_approved_by_another_or_refused(
    billed: Tenant, dispute: Dispute, staff_as: StaffAs, settings: Any
) -> None:
    settings.LOST_DISPUTE_APPROVAL_LIMIT = 500_000
    path, rina, joko = f"/admin/sengketa/{dispute.pk}/", staff_as("finance"), staff_as("bizops")
    lost = {"lost": "1", "reason": "Bukti kurang", "amount": "750.000"}
    assert rina.post(path, lost).status_code == 302
    own, other = (client.get(path).content.decode() for client in (rina, joko))
    assert ("orang lain yang harus menyetujuinya" in own, "Setujui, bukukan penarikan" in own) == (True, False)
    assert "Setujui, bukukan penarikan" in other
    assert "menunggu orang kedua" in joko.get("/admin/statements/dispute/").content.decode()
    assert rina.post(path, {"approve": "1"}).status_code == 422
    assert list(joko.post(path, {"reject": "1", "reason": "x"}).context["reject"].errors) == ["reason"]
    assert joko.post(path, {"reject": "1", "reason": "Kirim bukti dulu"}).status_code == 302
    assert joko.post(path, {"approve": "1"}).status_code == 422  # nothing waits any more
    assert rina.post(path, lost).status_code == 302
    assert staff_as("support").post(path, {"approve": "1"}).status_code == 403
    billed.refresh_from_db()
    assert billed.balance == 0
    assert joko.post(path, {"approve": "1"}).status_code == 302
    billed.refresh_from_db()
    said = joko.get(path).content.decode()
    assert (billed.balance, "Kirim bukti dulu" in said, "Rina bizops" in said) == (750_000, True, True)


def test_the_table_says_who_works_with_the_gateways_reports(
    billed: Tenant, staff_as: StaffAs, ayu: Any, client_at: Any
) -> None:
    assert upload(staff_as("bizops"), HEAD + "LAIN-1,06/03/2025,750000,4000,440\n").status_code == 302
    difference, report = GatewayDifference.objects.get(), GatewayReport.objects.get()
    pages = (UPLOAD, f"/admin/selisih/{difference.pk}/", f"/admin/laporan-gateway/{report.pk}/")
    for role in ("finance", "support", "read-only"):
        client, may = staff_as(role), StaffRole(role) in STAFF_ACTIONS["work_difference"]
        assert may == (StaffRole(role) in STAFF_ACTIONS["import_gateway_report"])
        for path in pages:
            assert client.get(path).status_code == 200, path
        for path in pages[:2]:
            assert (client.post(path, {}).status_code != 403) is may, path
    for path in pages:
        assert client_at(None, ayu).get(path).status_code == 302
        assert client_at(billed, ayu).get(path).status_code == 404
