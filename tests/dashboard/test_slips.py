"""PPh 23: the finance officer sends the slip of what was withheld; staff read it, see what it changes, accept or refuse.

SMAN 1 owes 750.000 from 1 March 2025; 735.000 are paid, 15.000 (2 %) are left for the slip.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import Settings

from billing.gateways.models import SentSlip
from billing.models import Payment
from billing.services.files.exporting import given_files
from notifications.models import Message
from notifications.services.consuming import notify
from tenants.context import inside
from tenants.models import Event, Role, Tenant
from tests.admin import conftest as admin
from tests.billing.lives import owes, pay, reminders
from tests.dashboard.stages import at_day, member, only_invoice, text_of

staff_as, member_of_staff = admin.staff_as, admin.member_of_staff
ClientAt = Callable[..., Client]
PNG = b"\x89PNG\r\n\x1a\n bukti"
SLIP = {"slip_number": "BP-23-001", "slip_on": "2025-03-08", "amount": "15.000"}
READ = SLIP | {"amount": "15000", "period": "2025-03"}


@pytest.fixture(autouse=True)
def media(tmp_path: Path, settings: Settings) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def short(school: Tenant) -> Tenant:
    """735.000 of 750.000 paid, on 9 March."""
    at_day(school, date(2025, 3, 9), date(2025, 2, 28))
    pay(school, date(2025, 3, 9), 735_000)
    return school


def paper(body: bytes = PNG) -> SimpleUploadedFile:
    return SimpleUploadedFile("bukti <potong>.png", body)


def place(tenant: Tenant) -> str:
    return f"/tagihan/{only_invoice(tenant).slug}/bukti-potong/"


def events(tenant: Tenant, prefix: str = "slip.") -> list[str]:
    return list(
        Event.objects.filter(tenant=tenant, name__startswith=prefix).order_by("id").values_list("name", flat=True)
    )


def test_a_slip_is_sent_refused_sent_again_and_accepted(
    short: Tenant, client_at: ClientAt, staff_as: admin.StaffAs
) -> None:
    finance, page, bill = client_at(short, member(short, Role.FINANCE)), place(short), only_invoice(short).slug
    assert "Kirim bukti potong PPh 23" in text_of(finance.get(f"/tagihan/{bill}/"))
    assert "Sisa tagihan Rp 15.000" in text_of(finance.get(page))
    wrong = (
        ({"paper": paper(b"MZ")}, "paper"),
        ({"amount": "15.001"}, "amount"),
        ({"slip_on": "2025-03-10"}, "slip_on"),
    )
    for changed, field in wrong:
        answer = finance.post(page, SLIP | {"paper": paper()} | changed)
        assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    for _twice in range(2):
        assert finance.post(page, SLIP | {"paper": paper()}).status_code == 302
    assert "tetap kami ingatkan" in text_of(finance.get(page))
    assert "Bukti potong PPh 23 sedang diperiksa" in text_of(finance.get(f"/tagihan/{bill}/"))
    at_day(short, date(2025, 3, 10))
    assert [day for day, *_rest in reminders(short, "due")][:1] == [
        "2025-03-10"
    ]  # 7 days before 17 March: a file stops nothing
    staff, sent = staff_as("finance"), SentSlip.objects.get()
    address = f"/admin/bukti-potong/{sent.pk}/"
    queue = next(
        row for row in staff.get("/admin/").context["urgent"] if row.label == "Bukti potong menunggu pemeriksaan"
    )
    assert (queue.count, "BP-23-001" in text_of(staff.get(queue.url))) == (1, True)
    assert staff.post(address, {"reject": "1", "reason": "x"}).status_code == 422
    for _twice in range(2):
        staff.post(address, {"reject": "1", "reason": "Nomornya tidak terbaca"})
    assert "Nomornya tidak terbaca" in text_of(finance.get(page))
    assert finance.post(page, SLIP | {"paper": paper()}).status_code == 302
    again = SentSlip.objects.get(state="submitted")
    address = f"/admin/bukti-potong/{again.pk}/"
    preview = staff.post(address, READ)
    assert "<s>Rp 15.000</s> → <b>Rp 0</b>" in text_of(preview)
    assert (owes(short), staff.post(address, READ | {"amount": "15001", "confirm": "1"}).status_code) == (15_000, 422)
    changed = READ | {"amount": "14000", "confirm": "1", "shown": preview.context["shown"]}
    assert "<s>Rp 15.000</s> → <b>Rp 1.000</b>" in text_of(staff.post(address, changed))  # shown anew, not booked
    assert owes(short) == 15_000
    for _twice in range(2):
        assert staff.post(address, READ | {"confirm": "1"}).status_code == 302
    again.refresh_from_db()
    assert (owes(short), again.state, again.decided_by is not None) == (0, "accepted", True)
    told = ["slip.submitted", "slip.submitted", "slip.refused", "slip.submitted", "slip.accepted"]
    assert events(short) == told
    assert staff.post(f"/admin/bukti-potong/{sent.pk}/", READ | {"confirm": "1"}).status_code == 422  # refused it was
    with inside(short):
        assert Payment.objects.filter(channel="withholding").count() == 1
        kept = {Path(name).parts[0] for name in given_files(short)}
        assert (kept, len(list(given_files(short)))) == ({"slips"}, 2)
    notify(now=datetime.now(UTC))
    with inside(short):
        subjects = set(Message.objects.filter(subject__contains="Bukti potong").values_list("subject", flat=True))
    assert subjects == {
        "Bukti potong PPh 23 Rp 15.000 kami terima",
        "Bukti potong PPh 23 Rp 15.000 belum dapat diterima",
        "Bukti potong PPh 23 Rp 15.000 diterima",
    }


def test_who_may_send_and_who_may_decide_and_what_is_withdrawn(
    short: Tenant, complex_: Tenant, client_at: ClientAt, staff_as: admin.StaffAs
) -> None:
    """Another tenant's slip is not there; a slip that is withdrawn or whose invoice was paid meanwhile is not booked."""
    page = place(short)
    owner = client_at(short, member(short, Role.OWNER))
    assert client_at(short, member(short, Role.VIEWER)).post(page, SLIP | {"paper": paper()}).status_code == 403
    assert owner.post(page, SLIP | {"paper": paper()}).status_code == 302
    sent = SentSlip.objects.get()
    address = f"/admin/bukti-potong/{sent.pk}/"
    stranger = client_at(complex_, member(complex_, Role.OWNER))
    assert stranger.get(page).status_code == stranger.post(f"{page}batal/").status_code == 404
    assert {owner.get(path).status_code for path in (address, f"{address}berkas/")} == {404}
    support = staff_as("support")
    assert (support.get(address).status_code, support.post(address, READ | {"confirm": "1"}).status_code) == (200, 403)
    shown = support.get(f"{address}berkas/")
    assert (shown["Content-Type"], b"".join(shown)) == ("image/png", PNG)
    for _twice in range(2):
        assert owner.post(f"{page}batal/").status_code == 302
    assert (events(short), SentSlip.objects.get().state) == (["slip.submitted", "slip.withdrawn"], "withdrawn")
    owner.post(page, SLIP | {"paper": paper()})
    waits = SentSlip.objects.get(state="submitted")
    pay(short, date(2025, 3, 9))
    late = staff_as("bizops").post(f"/admin/bukti-potong/{waits.pk}/", READ | {"confirm": "1"})
    assert (late.status_code, "tidak terbuka" in text_of(late)) == (422, True)
    assert owner.get(page)["Location"] == f"/tagihan/{only_invoice(short).slug}/"
