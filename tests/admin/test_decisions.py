"""Transfers, notices and tasks: what waits for a person, decided on its page."""

from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from billing.gateways.models import BankTransfer, Notice, NoticeState, Refund, TransferState
from billing.services.banking.transfers import announce_transfer, submit_proof
from billing.services.payments.receiving import Received, record_payment
from tenants.models import Event, StaffTask, Tenant
from tests.admin.conftest import NOW, StaffAs

pytestmark = pytest.mark.usefixtures("at_noon")


@pytest.fixture
def transfer(billed: Tenant, settings: Any, tmp_path: object) -> BankTransfer:
    """750.000 and a code, announced and proven by a picture."""
    settings.MEDIA_ROOT = str(tmp_path)
    asked = announce_transfer(tenant=billed, documents=None, now=NOW, today=NOW.date())
    picture = BytesIO()
    Image.new("RGB", (20, 20), "white").save(picture, "PNG")
    file = SimpleUploadedFile("bukti.png", picture.getvalue(), "image/png")
    return submit_proof(
        transfer=asked,
        file=file,
        sender="Ayu Lestari",
        transferred_on=NOW.date(),
        stated=asked.asked,
        note="",
        now=NOW,
    )


@pytest.fixture
def notice(billed: Tenant) -> Notice:
    """600.000 that the gateway confirmed for an order nobody knows."""
    return Notice.objects.create(
        body='{"order_id": "X-1"}',
        order_id="X-1",
        dedupe_key="x",
        state=NoticeState.SUSPENSE,
        transaction_id="tx-1",
        amount=600_000,
    )


def test_a_transfer_is_booked_with_what_staff_saw_on_the_account(
    transfer: BankTransfer, billed: Tenant, staff_as: StaffAs
) -> None:
    client, path = staff_as("finance"), f"/admin/transfer/{transfer.pk}/"
    shown = client.get(path).content.decode()
    assert f"Rp {transfer.asked // 1000}.{transfer.asked % 1000:03}" in shown
    assert client.post(path, {"approve": "1", "received": str(transfer.asked)}).status_code == 302
    billed.refresh_from_db()
    transfer.refresh_from_db()
    assert (billed.balance, transfer.state, transfer.received) == (0, TransferState.APPROVED, transfer.asked)
    assert Event.objects.get(tenant=billed, name="payment.received").actor == "Rina finance"


def test_a_transfer_is_refused_with_a_reason(transfer: BankTransfer, billed: Tenant, staff_as: StaffAs) -> None:
    client, path = staff_as("finance"), f"/admin/transfer/{transfer.pk}/"
    wrong = client.post(path, {"reject": "1", "reason": "apa"})
    assert (wrong.status_code, list(wrong.context["reject"].errors)) == (422, ["reason"])
    assert "apa" in wrong.content.decode()
    assert client.post(path, {"reject": "1", "reason": "Tidak ada di mutasi"}).status_code == 302
    event = Event.objects.get(tenant=billed, name="transfer.rejected")
    assert (event.actor_kind, event.cause) == ("staff", "Tidak ada di mutasi")


@pytest.mark.parametrize("received", ["", "0", "-5", "tujuh", "750.000,5"])
def test_an_amount_that_is_none_books_nothing(
    transfer: BankTransfer, billed: Tenant, staff_as: StaffAs, received: str
) -> None:
    answer = staff_as("finance").post(f"/admin/transfer/{transfer.pk}/", {"approve": "1", "received": received})
    assert (answer.status_code, list(answer.context["approve"].errors)) == (422, ["received"])
    transfer.refresh_from_db()
    assert transfer.state == TransferState.SUBMITTED


def test_support_sees_a_transfer_and_does_not_decide_it(transfer: BankTransfer, staff_as: StaffAs) -> None:
    client, path = staff_as("support"), f"/admin/transfer/{transfer.pk}/"
    assert "Bukukan jumlah ini" not in client.get(path).content.decode()
    assert client.post(path, {"approve": "1", "received": str(transfer.asked)}).status_code == 403


def test_the_proof_is_served_in_a_sandbox_to_staff_alone(
    transfer: BankTransfer, staff_as: StaffAs, client_at: object, ayu: object
) -> None:
    path = f"/admin/transfer/{transfer.pk}/bukti/"
    answer = staff_as("read-only").get(path)
    assert answer["Content-Security-Policy"].startswith("sandbox")
    assert "unsafe-eval" not in answer["Content-Security-Policy"]
    assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == ("image/png", "nosniff")
    assert answer["Content-Disposition"].startswith("inline")
    assert callable(client_at)
    assert client_at(None, ayu).get(path).status_code == 302


def test_a_proof_that_is_no_picture_is_only_handed_out(transfer: BankTransfer, staff_as: StaffAs) -> None:
    BankTransfer.objects.update(proof_type="application/pdf", proof_name='x"; y.pdf')
    answer = staff_as("read-only").get(f"/admin/transfer/{transfer.pk}/bukti/")
    assert answer["Content-Disposition"].startswith("attachment")
    BankTransfer.objects.update(proof_type="text/html")
    answer = staff_as("finance").get(f"/admin/transfer/{transfer.pk}/bukti/")
    assert answer["Content-Type"] == "application/octet-stream"


def test_a_stray_payment_is_booked_to_a_tenant(notice: Notice, billed: Tenant, staff_as: StaffAs) -> None:
    client, path = staff_as("finance"), f"/admin/pemberitahuan/{notice.pk}/"
    assert "Rp 600.000" in client.get(path).content.decode()
    given = {"tenant": "sman1", "number": "", "reason": "Dibayar oleh komite sekolah"}
    assert client.post(path, given).status_code == 302
    billed.refresh_from_db()
    notice.refresh_from_db()
    assert (billed.balance, notice.state) == (150_000, NoticeState.RESOLVED)
    assert Event.objects.get(tenant=billed, name="payment.received").cause == "Dibayar oleh komite sekolah"


def test_a_notice_is_closed_without_booking(notice: Notice, billed: Tenant, staff_as: StaffAs) -> None:
    answer = staff_as("finance").post(f"/admin/pemberitahuan/{notice.pk}/", {"reason": "Uji coba dari Midtrans"})
    assert answer.status_code == 302
    billed.refresh_from_db()
    notice.refresh_from_db()
    assert (billed.balance, notice.resolution) == (750_000, "Uji coba dari Midtrans")


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"tenant": "tidak-ada", "reason": "Entah siapa"}, "tenant"),
        ({"number": "XC/INV/2025/03/00001", "reason": "Entah siapa"}, "tenant"),
        ({"tenant": "sman1", "number": "XC/INV/1", "reason": "Entah siapa"}, "number"),
        ({"tenant": "sman1"}, "reason"),
    ],
)
def test_a_wrong_decision_names_the_field_and_books_nothing(
    notice: Notice, staff_as: StaffAs, given: dict[str, str], field: str
) -> None:
    answer = staff_as("finance").post(f"/admin/pemberitahuan/{notice.pk}/", given)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    notice.refresh_from_db()
    assert notice.state == NoticeState.SUSPENSE


def test_a_call_is_worked_off_once_with_its_outcome(billed: Tenant, staff_as: StaffAs) -> None:
    task = StaffTask.objects.create(tenant=billed, title="Telepon SMAN 1", due_on=NOW.date(), key="k")
    client, path = staff_as("support"), f"/admin/tugas/{task.pk}/"
    assert client.post(path, {"outcome": ""}).status_code == 422
    assert client.post(path, {"outcome": "Akan bayar Jumat"}).status_code == 302
    task.refresh_from_db()
    assert (task.outcome, str(task.done_by)) == ("Akan bayar Jumat", "Rina support")
    assert Event.objects.get(tenant=billed, name="staff.task_done").cause == "Akan bayar Jumat"
    assert client.post(path, {"outcome": "Sekali lagi"}).status_code == 422


def test_a_refund_is_asked_for_by_one_and_agreed_to_by_another(
    billed: Tenant, staff_as: StaffAs, settings: Any, tmp_path: object
) -> None:
    """750.000 in cash, 250.000 back by transfer, above the limit of 100.000; the trail names both."""
    settings.MEDIA_ROOT, settings.REFUND_APPROVAL_LIMIT = str(tmp_path), 100_000
    asking, agreeing = staff_as("finance"), staff_as("bizops")
    place = f"/admin/tenants/tenant/{billed.pk}/tindakan/kembalikan-dana/"
    assert "Tidak ada pembayaran yang dapat dikembalikan." in asking.get(place).text, "nothing was paid yet"
    seen = Received(amount=750_000, channel="cash", reference="c-1", on=NOW.date())
    key = record_payment(tenant=billed, received=seen).pk
    typed = {"payment": str(key), "amount": "250000", "bank": "BCA", "account": "123", "holder": "SMAN 1"}
    for wrong, field in (({"amount": "750001"}, "amount"), ({"bank": ""}, "bank")):
        refused = asking.post(place, typed | {"reason": "Salah bayar"} | wrong)
        assert (refused.status_code, list(refused.context["form"].errors)) == (422, [field]), "before it is confirmed"
    preview = asking.post(place, typed | {"reason": "Salah bayar"})
    assert preview.context["button"] == "Minta pengembalian Rp 250.000 lewat transfer bank"
    foreseen = ("Tagihan terbuka", "Rp 0", "Rp 250.000")
    assert foreseen in [(item.label, item.before, item.after) for item in preview.context["rehearsal"].changes]
    assert not Refund.objects.exists()
    assert asking.post(place, typed | {"reason": "Salah bayar", "confirm": "1", "once": "a"}).status_code == 302
    page = f"/admin/pengembalian/{Refund.objects.get().pk}/"
    assert asking.post(page, {"approve": "1"}).status_code == 422
    shown = agreeing.get(page).context["rehearsal"].changes
    assert foreseen in [(item.label, item.before, item.after) for item in shown]
    assert agreeing.post(page, {"approve": "1"}).status_code == 302
    assert asking.post(page, {"transferred": "1"}).status_code == 422, "not without the proof"
    file = SimpleUploadedFile("bukti.pdf", b"%PDF-1.7 transfer", "application/pdf")
    assert asking.post(page, {"transferred": "1", "proof": file}).status_code == 302
    done = Refund.objects.get()
    assert (done.state, str(done.approved_by)) == ("done", "Rina bizops")
    billed.refresh_from_db()
    assert billed.balance == 250_000
    assert agreeing.get(f"{page}bukti/").headers["Content-Type"] == "application/pdf"
    assert staff_as("support").post(page, {"reject": "1"}).status_code == 403


def test_what_a_bank_took_above_the_limit_is_written_down_by_one_and_agreed_to_by_another(
    billed: Tenant, staff_as: StaffAs, settings: Any
) -> None:
    """750.000 paid: 100.000 taken are booked at once, 250.000 above the limit once somebody else agrees; nothing is sent."""
    settings.LOST_DISPUTE_APPROVAL_LIMIT = 100_000
    seen = Received(amount=750_000, channel="cash", reference="c-1", on=NOW.date())
    key = record_payment(tenant=billed, received=seen).pk
    writing, agreeing = staff_as("finance"), staff_as("bizops")
    place = f"/admin/tenants/tenant/{billed.pk}/tindakan/catat-penarikan/"
    typed = {"payment": str(key), "reason": "Ditarik bank pembayar"}
    assert writing.post(place, typed | {"amount": "100000", "confirm": "1", "once": "a"}).status_code == 302
    preview = writing.post(place, typed | {"amount": "250000"}).context["rehearsal"].changes
    assert ("Tagihan terbuka", "Rp 100.000", "Rp 350.000") in [
        (item.label, item.before, item.after) for item in preview
    ]
    assert writing.post(place, typed | {"amount": "250000", "confirm": "1", "once": "b"}).status_code == 302
    billed.refresh_from_db()
    assert (billed.balance, Refund.objects.count()) == (100_000, 2), "nothing is booked by one person above the limit"
    asked = Refund.objects.get(amount=250_000)
    page = f"/admin/pengembalian/{asked.pk}/"
    assert "Setujui, bukukan penarikan" in agreeing.get(page).content.decode()
    for wrong in ({"account": "1", "bank": "BCA", "holder": "SMAN 1"}, {"send": "1"}):
        assert agreeing.post(page, wrong).status_code == 422, "the bank has it: nothing is sent"
    assert writing.post(page, {"approve": "1"}).status_code == 422
    for _twice in range(2):
        assert agreeing.post(page, {"approve": "1"}).status_code == 302
    asked.refresh_from_db()
    billed.refresh_from_db()
    assert (asked.state, str(asked.approved_by), asked.way, billed.balance) == ("done", "Rina bizops", "taken", 350_000)
