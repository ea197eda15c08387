"""Bank statements at the desk: preview, confirm, queue, one line."""

import re
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from billing.gateways.models import BankTransfer
from billing.gateways.statements.models import BankLine, BankStatement, GatewayDifference, StatementForm
from billing.services.banking.transfers import announce_transfer
from billing.services.payments.receiving import Received, record_payment
from tenants.models import Event, Tenant, User
from tenants.permissions import STAFF_ACTIONS, StaffRole
from tests.admin.conftest import NOW, StaffAs
from tests.banking.conftest import Entry, csv_of

pytestmark = pytest.mark.usefixtures("at_noon")
TODAY = date(2025, 3, 5)
UPLOAD = "/admin/mutasi/impor/"
QUEUE = "/admin/mutasi/"


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: object) -> None:
    settings.MEDIA_ROOT = str(tmp_path)


@pytest.fixture
def transfer(billed: Tenant) -> BankTransfer:
    return announce_transfer(tenant=billed, documents=None, now=NOW, today=TODAY)


def upload(client: Client, raw: bytes, layout: str = "") -> str:
    """The address of the preview."""
    file = SimpleUploadedFile("mutasi.csv", raw, "text/csv")
    answer = client.post(UPLOAD, {"account": "5270301001", "layout": layout, "file": file})
    assert answer.status_code == 302, answer.content.decode()
    return answer["Location"]


def import_(client: Client, *entries: Entry) -> list[BankLine]:
    path = upload(client, csv_of([*entries]))
    assert client.post(path, {"confirm": "1"}).status_code == 302
    return list(BankLine.objects.order_by("row"))


def entry(amount: int, text: str = "SETORAN TUNAI") -> Entry:
    return Entry(amount, text, TODAY)


def test_nothing_counts_before_it_is_confirmed(transfer: BankTransfer, billed: Tenant, staff_as: StaffAs) -> None:
    client = staff_as("finance")
    assert client.get(UPLOAD).status_code == 200
    path = upload(client, csv_of([entry(transfer.asked), entry(600_000, "TRSF SMAN 1"), entry(123_456)]))
    shown = client.get(path)
    assert shown.context["counts"] == {
        "all": 3, "new": 3, "known": 0, "outgoing": 0, "certain": 1, "suggested": 1, "unknown": 1,
    }  # fmt: skip
    assert BankLine.objects.count() == 0
    assert client.post(path, {"confirm": "1"}).status_code == 302
    billed.refresh_from_db()
    assert (billed.balance, BankLine.objects.filter(state="waiting").count()) == (0, 2)
    event = Event.objects.get(tenant=billed, name="payment.received")
    assert (event.actor_kind, event.actor) == ("staff", "Rina finance")
    assert "3 dari 3" in client.get(path).content.decode()
    again = client.get(upload(client, csv_of([entry(transfer.asked), entry(600_000, "TRSF SMAN 1"), entry(123_456)])))
    assert again.context["counts"]["known"] == 3


def test_a_file_with_faults_needs_a_tick(billed: Tenant, staff_as: StaffAs) -> None:
    client = staff_as("finance")
    path = upload(client, csv_of([entry(1_000), entry(2_000)]).replace(b"2000.00,CR", b"2ooo.00,CR"))
    page = client.get(path).content.decode()
    assert "Baris 3" in page
    assert "2ooo.00" in page
    assert client.post(path, {"confirm": "1"}).status_code == 422
    assert client.post(path, {"confirm": "1", "with_faults": "on"}).status_code == 302
    assert [line.amount for line in BankLine.objects.all()] == [1_000]


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"%PDF-1.7", "bukan berkas CSV"), (b"a;b\n1;2\n", "Judul kolom tidak ditemukan")],
)
def test_what_is_no_statement_cannot_be_confirmed(content: bytes, words: str, staff_as: StaffAs) -> None:
    client = staff_as("finance")
    path = upload(client, content, "bca")
    assert words in client.get(path).content.decode()
    assert client.post(path, {"confirm": "1", "with_faults": "on"}).status_code == 422
    assert client.post(path, {"discard": "1"}).status_code == 302
    assert BankStatement.objects.count() == 0


def test_a_file_that_is_missing_or_empty_names_the_field(staff_as: StaffAs) -> None:
    client = staff_as("finance")
    given: dict[str, Any] = {"account": "5270301001"}
    assert list(client.post(UPLOAD, given).context["form"].errors) == ["file"]
    given["file"] = SimpleUploadedFile("mutasi.csv", b"")
    answer = client.post(UPLOAD, given)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["file"])
    assert client.post(UPLOAD, {"account": "1"}).status_code == 422


def test_columns_are_pointed_at_once_and_kept(billed: Tenant, staff_as: StaffAs) -> None:
    client = staff_as("finance")
    raw = b"Bank Anu\nWaktu;Siapa;Masuk;Keluar\n05/03/2025;SETORAN;100.000;\n"
    path = upload(client, raw, "mapped")
    columns = client.get(path)["Location"]
    form = client.get(columns).context["form"]
    assert form.fields["heading"].initial == 2
    wrong = client.post(columns, {"heading": "2", "date": "0", "description": "1", "order": "dmy"})
    assert list(wrong.context["form"].errors) == ["amount"]
    assert list(client.post(columns, {"heading": "99", "order": "x"}).context["form"].errors) == [
        "heading", "date", "description", "order",
    ]  # fmt: skip
    given = {"heading": "2", "date": "0", "description": "1", "credit": "2", "debit": "3", "order": "dmy"}
    assert client.post(columns, given)["Location"] == path
    assert client.get(path).context["counts"]["new"] == 1
    later = upload(client, raw.replace(b"100.000", b"200.000"))
    assert client.get(later).context["counts"]["new"] == 1
    assert StatementForm.objects.get().layout == "mapped"


def test_a_suggestion_is_taken_with_one_press(billed: Tenant, staff_as: StaffAs) -> None:
    client = staff_as("finance")
    [line] = import_(client, entry(500_000, "TRSF SMAN 1"))
    shown = client.get(QUEUE)
    assert "nama mirip “SMAN 1”" in shown.content.decode()
    pressed = {"accept": f"{line.pk}|{shown.context['rows'][0].best.key}"}
    for _ in range(2):
        assert client.post(QUEUE, pressed).status_code == 302
    billed.refresh_from_db()
    line.refresh_from_db()
    assert (billed.balance, line.state, line.tenant) == (250_000, "booked", billed)
    assert line.reason.startswith("Saran diterima: nama mirip")


def test_the_gateway_s_payout_is_not_taken_for_a_customer_s_transfer_of_the_same_sum(
    transfer: BankTransfer, billed: Tenant, staff_as: StaffAs
) -> None:
    """What the report says of 4 March is by chance what the school was asked for: a person decides."""
    client = staff_as("finance")
    text = f"Order ID,Settlement time,Amount,Fee\nX-1,04/03/2025,{transfer.asked + 4_440},4440\n"
    client.post("/admin/laporan-gateway/impor/", {"file": SimpleUploadedFile("m.csv", text.encode(), "text/csv")})
    [line, other] = import_(client, entry(transfer.asked, "MIDTRANS"), entry(1_000, "MIDTRANS"))
    [row, _plain] = client.get(QUEUE).context["rows"]
    assert (line.state, row.payout.first, row.best.transfer) == ("waiting", date(2025, 3, 4), transfer)
    page = client.get(f"{QUEUE}{line.pk}/").content.decode()
    assert "jumlahnya tepat yang disetorkan" in page
    wrong = {"payout": "1", "first": "2025-03-04", "last": "2025-03-01", "reason": "Penerusan"}
    assert list(client.post(f"{QUEUE}{other.pk}/", wrong).context["payout"].errors) == ["last"]
    assert client.post(f"{QUEUE}{other.pk}/", wrong | {"last": ""}).status_code == 302
    assert GatewayDifference.objects.get(kind="payout").theirs == 1_000
    assert client.post(f"{QUEUE}{other.pk}/", {"undo": "1", "reason": "Salah baris"}).status_code == 302
    for _ in range(2):
        assert client.post(QUEUE, {"accept": f"{line.pk}|{row.payout.key}"}).status_code == 302
    line.refresh_from_db()
    billed.refresh_from_db()
    assert (line.ignored_as, line.reason.split(":")[0], billed.balance) == ("payout", "Saran diterima", 750_000)
    assert "4 Maret 2025" in client.get(f"{QUEUE}{line.pk}/").content.decode()


def test_what_is_wrong_on_a_line_is_tied_to_the_field_of_its_own_form(billed: Tenant, staff_as: StaffAs) -> None:
    """Three forms of the page ask for a reason: each label, link and error leads to its own."""
    client = staff_as("finance")
    [line] = import_(client, entry(12_345))
    wrong = client.post(f"{QUEUE}{line.pk}/", {"ignore": "1", "kind": "interest", "reason": "x"})
    page = wrong.content.decode()
    assert wrong.status_code == 422
    ids = re.findall(r' id="(\w+_(?:reason|error))"', page)
    assert sorted(ids) == ["assign_reason", "ignore_reason", "ignore_reason_error", "payout_reason"]
    for tie in ('href="#ignore_reason"', 'for="ignore_reason"', 'aria-describedby="ignore_reason_error"'):
        assert page.count(tie) == 1


def test_several_are_booked_or_marked_at_once(billed: Tenant, complex_: Tenant, staff_as: StaffAs) -> None:
    client = staff_as("finance")
    lines = import_(client, entry(500_000, "TRSF SMAN 1"), entry(12_345, "BUNGA"), entry(6_789, "BUNGA"))
    rows = {row.line.pk: row for row in client.get(QUEUE).context["rows"]}
    best = {f"best-{lines[0].pk}": rows[lines[0].pk].best.key}
    assert client.post(QUEUE, {"do": "accept", "line": [str(lines[0].pk)], **best}).status_code == 302
    interest = {"line": [str(line.pk) for line in lines[1:]], "kind": "interest"}
    client.post(QUEUE, {"do": "ignore", "reason": "x", **interest})
    assert BankLine.objects.filter(state="waiting").count() == 2
    client.post(QUEUE, {"do": "ignore", "reason": "Bunga bulan ini", **interest})
    assert set(BankLine.objects.values_list("state", "ignored_as")) == {("booked", ""), ("ignored", "interest")}
    assert client.post(QUEUE, {"do": "accept"}, follow=True).content.decode().count("Pilih dahulu barisnya") == 1


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("", 3),
        ("status=saran", 1),
        ("status=tanpa-saran", 2),
        ("status=bukan", 0),
        ("q=setoran", 1),
        ("q=12.345", 1),
        ("rekening=1", 0),
        ("rekening=5270301001&status=entah&hal=9", 3),
    ],
)
def test_the_queue_is_filtered(billed: Tenant, staff_as: StaffAs, query: str, count: int) -> None:
    client = staff_as("finance")
    import_(client, entry(500_000, "TRSF SMAN 1"), entry(12_345, "BUNGA"), entry(700))
    assert len(client.get(f"{QUEUE}?{query}").context["rows"]) == count


def test_a_line_is_given_to_a_tenant_undone_and_ignored(billed: Tenant, staff_as: StaffAs) -> None:
    client = staff_as("finance")
    [line] = import_(client, entry(500_000))
    path = f"{QUEUE}{line.pk}/"
    wrong = client.post(path, {"assign": "1", "tenant": "entah", "reason": "apa"})
    assert (wrong.status_code, sorted(wrong.context["assign"].errors)) == (422, ["reason", "tenant"])
    given = {"assign": "1", "tenant": "sman1", "number": "", "reason": "Slip dari bendahara"}
    assert client.post(path, given).status_code == 302
    assert "Slip dari bendahara" in client.get(path).content.decode()
    assert client.post(path, {"undo": "1", "reason": "x"}).status_code == 422
    assert client.post(path, {"undo": "1", "reason": "Salah sekolah"}).status_code == 302
    billed.refresh_from_db()
    assert billed.balance == 750_000
    assert client.post(path, {"ignore": "1", "kind": "own_transfer", "reason": "Dari rekening kita"}).status_code == 302
    line.refresh_from_db()
    assert [step.act for step in line.steps.all()] == ["booked", "undone", "ignored"]
    assert (line.state, line.ignored_as) == ("ignored", "own_transfer")


def test_money_that_is_booked_already_is_linked_instead(billed: Tenant, staff_as: StaffAs) -> None:
    record_payment(tenant=billed, received=Received(750_000, "cash", "cash:1", TODAY))
    client = staff_as("finance")
    [line] = import_(client, entry(750_000))
    path = f"{QUEUE}{line.pk}/"
    given = {"assign": "1", "tenant": "sman1", "number": "", "reason": "Slip dari bendahara"}
    answer = client.post(path, given)
    assert answer.status_code == 422
    tenant, payment = answer.context["alike"]
    assert client.post(path, {"link": str(payment.pk), "tenant": str(tenant.pk)}).status_code == 302
    line.refresh_from_db()
    assert (line.state, line.payment) == ("settled", payment.pk)


def test_a_proof_whose_lines_are_somebody_else_s_and_a_line_that_a_proof_waits_for_are_asked_about(
    transfer: BankTransfer, billed: Tenant, complex_: Tenant, staff_as: StaffAs
) -> None:
    """The box for other money is shown where it is needed alone; ticked, it books."""
    client, proof = staff_as("finance"), f"/admin/transfer/{transfer.pk}/"
    first, second = import_(client, entry(transfer.asked, "TRSF A"), entry(transfer.asked, "TRSF B"))
    given = {"assign": "1", "tenant": complex_.subdomain, "number": "", "reason": "Slip dari bendahara"}
    for line in (first, second):
        assert client.post(f"{QUEUE}{line.pk}/", given).status_code == 302
    approving = {"approve": "1", "received": str(transfer.asked)}
    assert 'name="anyway"' not in client.get(proof).content.decode()
    asked = client.post(proof, approving)
    assert (asked.status_code, 'name="anyway"' in asked.content.decode()) == (422, True)
    assert client.post(proof, approving | {"anyway": "on"}).status_code == 302
    undo = {"undo": "1", "reason": "Keliru"}
    assert client.post(f"{QUEUE}{second.pk}/", undo).status_code == 302
    asked = client.post(f"{QUEUE}{second.pk}/", given)
    assert (asked.status_code, 'name="anyway"' in asked.content.decode()) == (422, True)
    assert client.post(f"{QUEUE}{second.pk}/", given | {"anyway": "on"}).status_code == 302


def test_a_proof_shows_the_line_that_is_its_money(transfer: BankTransfer, billed: Tenant, staff_as: StaffAs) -> None:
    client = staff_as("finance")
    import_(client, entry(transfer.asked, "TRSF A"), entry(transfer.asked, "TRSF B"))
    page = client.get(f"/admin/transfer/{transfer.pk}/").content.decode()
    assert "TRSF A" in page
    assert "TRSF B" in page


@pytest.mark.parametrize("role", [role.value for role in StaffRole])
def test_the_table_says_who_works_with_the_bank(role: str, billed: Tenant, staff_as: StaffAs, client_at: Any) -> None:
    [line] = import_(staff_as("finance"), entry(500_000))
    statement = BankStatement.objects.get()
    client = client_at(None, User.objects.get(email="finance@example.test")) if role == "finance" else staff_as(role)
    may = StaffRole(role) in STAFF_ACTIONS["work_bank_line"]
    assert may == (StaffRole(role) in STAFF_ACTIONS["import_statement"])
    for path in (QUEUE, UPLOAD, f"{QUEUE}{line.pk}/", f"/admin/mutasi/berkas/{statement.pk}/"):
        assert client.get(path).status_code == 200, path
        assert (client.post(path, {}).status_code != 403) is may, path
    assert (client.get(f"/admin/mutasi/berkas/{statement.pk}/asli/").status_code == 200) is may


def test_the_desk_opens_on_what_waits(billed: Tenant, staff_as: StaffAs) -> None:
    client = staff_as("finance")
    import_(client, entry(500_000), entry(700))
    queue = next(item for item in client.get("/admin/").context["urgent"] if item.url == QUEUE)
    assert (queue.count, queue.note) == (2, "terlama 0 menit")
    for name in ("statements/bankline", "statements/bankstatement"):
        assert client.get(f"/admin/{name}/").status_code == 200
        assert client.get(f"/admin/{name}/add/").status_code == 403


def test_nobody_else_sees_the_bank(billed: Tenant, ayu: Any, client_at: Any, staff_as: StaffAs) -> None:
    [line] = import_(staff_as("finance"), entry(500_000))
    for path in (QUEUE, UPLOAD, f"{QUEUE}{line.pk}/"):
        assert client_at(None, ayu).get(path).status_code == 302
        assert client_at(billed, ayu).get(path).status_code == 404
