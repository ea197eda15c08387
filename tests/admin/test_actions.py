"""Each action through its page: asked, shown, done; and refused with what was typed kept."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client

from backoffice.frame.wording import tell
from billing.models import Document, DocumentKind, Payment
from tenants.context import inside
from tenants.models import Event, NumberSeries, ParkedJob, Tenant, User
from tenants.models.jobs import Job
from tenants.selectors.history import entry_of
from tests.admin.conftest import NOW, StaffAs
from tests.admin.test_permissions import address
from tests.billing.lives import live_through, pay
from tests.billing.test_stories_contracts import enterprise, of

pytestmark = pytest.mark.usefixtures("at_noon")
REASON = {"reason": "Diminta lewat telepon"}


def do(client: Client, tenant: Tenant, slug: str, **given: Any) -> Any:
    """Preview, then press the button that the preview shows; whatever it writes, it leaves an event with the reason."""
    preview = client.post(address(tenant, slug), REASON | given)
    assert preview.status_code == 200, preview.content.decode()
    before = Event.objects.filter(tenant=tenant, cause=REASON["reason"]).count()
    done = client.post(address(tenant, slug), REASON | given | {"confirm": "1", "once": preview.context["once"]})
    assert Event.objects.filter(tenant=tenant, cause=REASON["reason"]).count() > before
    return done


def last(tenant: Tenant, name: str) -> Event:
    return Event.objects.filter(tenant=tenant, name=name).order_by("-id")[0]


def test_the_preview_shows_what_changes_and_leaves_nothing_behind(
    billed: Tenant, invoice: Document, staff_as: StaffAs
) -> None:
    client, events = staff_as("finance"), Event.objects.count()
    series = list(NumberSeries.objects.values_list("last", flat=True))
    page = client.post(
        address(billed, "tagihan-lepas"), REASON | {"description": "Pelatihan", "quantity": 2, "unit_price": 150000}
    )
    text = page.content.decode()
    assert "Terbitkan tagihan Rp 300.000" in text
    assert "<s>Rp 750.000</s> → <b>Rp 1.050.000</b>" in text
    assert "XC/INV/2025/03/00002" in text
    assert Event.objects.count() == events
    assert list(NumberSeries.objects.values_list("last", flat=True)) == series
    with inside(billed):
        assert Document.objects.count() == 1


def test_tax_data_are_tried_out_before_they_are_saved(billed: Tenant, staff_as: StaffAs) -> None:
    """A NIK of five digits is refused with the preview, not after it; what changes is shown from where to where."""
    client, place = staff_as("finance"), address(billed, "pajak")
    given = REASON | {"category": "normal", "document": "National ID", "branch": "000000", "address": "Jl. Melati 5"}
    refused = client.post(place, given | {"document_number": "12345"})
    assert refused.status_code == 422
    assert refused.context["form"].errors["document_number"] == ["NIK terdiri dari 16 angka."]
    shown = client.post(place, given | {"document_number": "3174012345678901"})
    assert [(item.label, item.after) for item in shown.context["rehearsal"].changes] == [
        ("Alamat", "Jl. Melati 5"),
        ("Dokumen pembeli", "3174012345678901"),
    ]
    billed.refresh_from_db()
    assert billed.tax_identity == {}
    assert do(client, billed, "pajak", **given, document_number="3174012345678901").status_code == 302


def test_void_and_reissue(billed: Tenant, invoice: Document, staff_as: StaffAs) -> None:
    answer = do(staff_as("finance"), billed, "batalkan-tagihan", number=invoice.number, reissue="on")
    assert answer.status_code == 302
    event = last(billed, "invoice.voided")
    assert (event.actor_kind, event.actor, event.cause) == ("staff", "Rina finance", "Diminta lewat telepon")
    assert event.request_id
    with inside(billed):
        assert sorted(Document.objects.values_list("status", flat=True)) == ["open", "void"]


def test_after_an_action_the_tenants_page_says_what_happened(
    billed: Tenant, invoice: Document, staff_as: StaffAs
) -> None:
    client = staff_as("finance")
    answer = do(client, billed, "batalkan-tagihan", number=invoice.number)
    text = client.get(answer["Location"]).content.decode()
    assert "Yang baru terjadi" in text
    assert f"{invoice.number} dibatalkan." in text


def test_a_form_sent_twice_does_its_work_once(billed: Tenant, staff_as: StaffAs) -> None:
    client = staff_as("finance")
    given = REASON | {"description": "Pelatihan", "quantity": 1, "unit_price": 1000, "confirm": "1", "once": "abc"}
    assert client.post(address(billed, "tagihan-lepas"), given).status_code == 302
    assert client.post(address(billed, "tagihan-lepas"), given).status_code == 422
    with inside(billed):
        assert Document.objects.count() == 2


def test_a_late_fee_is_waived(complex_: Tenant, pass_days: Callable[..., None], staff_as: StaffAs, now: Any) -> None:
    pass_days(complex_, date(2026, 1, 31), date(2026, 3, 16))
    with inside(complex_):
        fee = Document.objects.get(kind=DocumentKind.LATE_FEE)
    do(staff_as("finance"), complex_, "hapus-denda", number=fee.number)
    complex_.refresh_from_db()
    assert complex_.balance == 600_000


def test_dates_are_moved(billed: Tenant, invoice: Document, staff_as: StaffAs) -> None:
    given = {"number": invoice.number, "due_on": "2025-03-31", "suspend_on": "2025-04-14"}
    do(staff_as("finance"), billed, "ubah-tanggal", **given)
    billed.refresh_from_db()
    assert billed.next_due_on == date(2025, 3, 31)
    assert last(billed, "subscription.changed").data["before"] == {"due": "2025-03-17", "suspend": "2025-03-31"}


def test_a_payment_seen_by_staff_is_booked(billed: Tenant, staff_as: StaffAs) -> None:
    given = {"amount": 750000, "on": "2025-03-04", "channel": "cash", "reference": "KW-17"}
    do(staff_as("finance"), billed, "catat-pembayaran", **given)
    with inside(billed):
        assert Payment.objects.get().recorded_by == "Rina finance"
    billed.refresh_from_db()
    assert billed.balance == 0


def test_a_quantity_is_reported_for_the_tenant(billed: Tenant, staff_as: StaffAs) -> None:
    client = staff_as("support")
    preview = client.post(address(billed, "laporkan-jumlah"), REASON | {"quantity": 175, "on": "2025-03-05"})
    assert "Laporkan 175" in preview.content.decode()
    do(client, billed, "laporkan-jumlah", quantity=175, on="2025-03-05")
    assert last(billed, "quantity.reported").cause == "Diminta lewat telepon"


def test_a_trial_is_extended(school: Tenant, staff_as: StaffAs) -> None:
    do(staff_as("bizops"), school, "perpanjang-masa-percobaan", ends_on="2025-03-20")
    school.refresh_from_db()
    assert school.billing_due_on == date(2025, 3, 20)


def test_a_complex_becomes_a_pilot_and_a_school_cannot(complex_: Tenant, school: Tenant, staff_as: StaffAs) -> None:
    """K6: three months from sign-up on 2026-01-30."""
    client = staff_as("bizops")
    assert client.get(address(school, "jadikan-pilot")).status_code == 409
    Tenant.objects.filter(pk=complex_.pk).update(is_test=True, clock_on=date(2026, 2, 10))
    do(client, complex_, "jadikan-pilot")
    complex_.refresh_from_db()
    assert complex_.billing_due_on == date(2026, 4, 30)


def test_staff_put_a_province_right_with_a_reason_c14(school: Tenant, staff_as: StaffAs) -> None:
    client = staff_as("support")
    preview = client.post(address(school, "provinsi"), REASON | {"province": "Jawa Barat"})
    assert preview.context["button"] == "Ubah: tidak diketahui → Jawa Barat"
    do(client, school, "provinsi", province="Jawa Barat")
    school.refresh_from_db()
    assert (school.registration["province"], school.facts_changed) == ("Jawa Barat", True)
    assert last(school, "tenant.province_changed").cause
    assert staff_as("finance").get(address(school, "provinsi")).status_code == 403


def test_terms_change_where_the_plan_offers_a_choice(complex_: Tenant, staff_as: StaffAs, billed: Tenant) -> None:
    client = staff_as("bizops")
    assert client.get(address(billed, "ubah-syarat")).status_code == 409
    do(client, complex_, "ubah-syarat", terms_code="net-30")
    assert last(complex_, "subscription.changed").data["to"] == "net-30"


def test_cancelled_and_kept(billed: Tenant, staff_as: StaffAs) -> None:
    client = staff_as("support")
    do(client, billed, "hentikan")
    assert last(billed, "subscription.cancel_scheduled").data["ends"] == "2026-03-01"
    do(client, billed, "lanjutkan")
    assert last(billed, "subscription.changed").data["change"] == "kept"


def test_staff_let_a_customer_go_on_a_day_they_choose(billed: Tenant, staff_as: StaffAs) -> None:
    """The day holds within what was billed; one that has passed is refused beside its field."""
    client = staff_as("support")
    refused = client.post(address(billed, "hentikan"), REASON | {"on": "2025-03-04"})
    assert (refused.status_code, "on" in refused.context["form"].errors) == (422, True)
    do(client, billed, "hentikan", on="2025-03-20")
    assert last(billed, "subscription.cancel_scheduled").data["ends"] == "2025-03-20"


def test_staff_let_the_fee_of_leaving_go_and_it_is_told_by_whom_and_why(db: None, staff_as: StaffAs) -> None:
    """C8: 50 % × 8 × 3.500.000 = 14.000.000 for leaving on 10 August 2026 instead of 10 April 2027."""
    tenant = enterprise()
    Tenant.objects.filter(pk=tenant.pk).update(is_test=True, clock_on=date(2026, 5, 12))
    client, asked = staff_as("support"), REASON | {"on": "2026-08-10"}
    charged = client.post(address(tenant, "hentikan"), asked).content.decode()
    assert "Hentikan per 10 Agustus 2026 dengan biaya Rp 14.000.000" in charged
    waived = client.post(address(tenant, "hentikan"), asked | {"no_fee": "on"}).content.decode()
    assert "Hentikan per 10 Agustus 2026 tanpa biaya Rp 14.000.000" in waived
    assert of(tenant).cancel_on is None
    do(client, tenant, "hentikan", on="2026-08-10", no_fee="on")
    assert (of(tenant).cancel_on, of(tenant).schedule) == (date(2026, 8, 10), None)
    told = last(tenant, "subscription.cancel_scheduled")
    assert told.data["waived_fee"] == 14_000_000
    assert "exit_fee" not in told.data
    entry = entry_of(told)
    assert (entry.what, entry.who, entry.cause) == (
        "Langganan akan berhenti, tanpa biaya Rp 14.000.000",
        "Rina support",
        "Diminta lewat telepon",
    )
    assert tell(told).facts == "tanpa biaya berhenti Rp 14.000.000 · berakhir 10 Agustus 2026"


def test_the_test_clock_moves_a_week_and_shows_what_happened(school: Tenant, staff_as: StaffAs) -> None:
    Tenant.objects.filter(pk=school.pk).update(is_test=True, clock_on=date(2025, 2, 23))
    client = staff_as("support")
    answer = do(client, school, "majukan-jam", step="week")
    school.refresh_from_db()
    assert (school.clock_on, school.status) == (date(2025, 3, 2), "active")
    assert "UJI/XC/INV/2025/03/00001" in client.get(answer["Location"]).content.decode()
    assert last(school, "staff.clock_moved").data["to"] == "2025-03-02"


def waiting(client: Client, label: str) -> int:
    """How many stand in a queue of the home page."""
    counts: dict[str, int] = {queue.label: queue.count for queue in client.get("/admin/").context["urgent"]}
    return counts[label]


def test_a_tenant_is_set_aside_and_released(billed: Tenant, staff_as: StaffAs) -> None:
    client = staff_as("support")
    do(client, billed, "sisihkan", job="billing")
    assert ParkedJob.objects.get(tenant=billed, job=Job.BILLING).by_staff
    assert waiting(client, "Tenant disisihkan") == 1
    do(client, billed, "lepaskan", job="billing")
    assert not ParkedJob.objects.exists()
    assert [last(billed, name).cause for name in ("staff.parked", "staff.released")] == ["Diminta lewat telepon"] * 2


def test_a_failed_sign_up_is_tried_again(db: None, staff_as: StaffAs) -> None:
    signup = {"quantity": "150", "on": "2025-03-05"}
    tenant = Tenant.objects.create(
        schema_name="t_gagal", name="SMA Gagal", product_code="xclass", provisioning="failed", signup=signup
    )
    client = staff_as("support")
    assert waiting(client, "Pendaftaran gagal disiapkan") == 1
    assert client.get(f"/admin/tenants/tenant/{tenant.pk}/").status_code == 200
    do(client, tenant, "ulangi-penyiapan")
    tenant.refresh_from_db()
    assert (tenant.provisioning, tenant.status) == ("ready", "trialing")


def test_staff_open_the_dashboard_as_a_member_for_half_an_hour(
    billed: Tenant, ayu: User, staff_as: StaffAs, client_at: Callable[..., Client]
) -> None:
    client = staff_as("support")
    member = billed.memberships.get()
    answer = do(client, billed, "wakili", member=str(member.pk))
    assert answer["Location"].startswith("http://sman1.localhost:8000/masuk-dengan/")
    event = last(billed, "staff.impersonation_started")
    assert (event.data["member"], event.data["until"]) == ("Ayu", "2025-03-05T03:30:00+00:00")
    inside_ = client_at(billed)
    assert inside_.get(answer["Location"].partition(":8000")[2]).status_code == 302
    assert "Rina support" in inside_.get("/").content.decode()


@pytest.mark.parametrize(
    ("slug", "given", "field", "typed"),
    [
        ("tagihan-lepas", {"description": "Pelatihan", "quantity": "0", "unit_price": "5"}, "quantity", "Pelatihan"),
        (
            "catat-pembayaran",
            {"amount": "-5", "on": "2025-03-04", "channel": "cash", "reference": "KW-1"},
            "amount",
            "KW-1",
        ),
        ("catat-pembayaran", {"amount": "5", "on": "2025-03-06", "channel": "cash", "reference": "KW-1"}, "on", "KW-1"),
        ("laporkan-jumlah", {"quantity": "abc", "on": "2025-03-05"}, "quantity", "abc"),
        ("laporkan-jumlah", {"quantity": "200", "on": "2025-03-06"}, "on", "200"),
        ("majukan-jam", {"step": "date"}, "to", ""),
        ("sisihkan", {"job": "nothing"}, "job", ""),
    ],
)
def test_wrong_input_names_the_field_and_keeps_what_was_typed(
    billed: Tenant,
    staff: User,
    client_at: Callable[..., Client],
    slug: str,
    given: dict[str, str],
    field: str,
    typed: str,
) -> None:
    if slug == "majukan-jam":
        Tenant.objects.filter(pk=billed.pk).update(is_test=True, clock_on=NOW.date())
    events = Event.objects.count()
    answer = client_at(None, staff).post(address(billed, slug), REASON | given | {"confirm": "1", "once": "x"})
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert typed in answer.content.decode()
    assert Event.objects.count() == events


def test_no_action_is_done_without_a_reason(billed: Tenant, staff: User, client_at: Callable[..., Client]) -> None:
    answer = client_at(None, staff).post(address(billed, "hentikan"), {"reason": " ", "confirm": "1", "once": "x"})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["reason"])


def test_a_plan_is_changed_and_what_is_scheduled_taken_back(
    complex_: Tenant, billed: Tenant, staff_as: StaffAs
) -> None:
    """K2, C11: with the reason; a school's plan is its number of students."""
    client = staff_as("bizops")
    assert client.get(address(billed, "ganti-paket")).status_code == 409
    assert client.get(address(complex_, "batalkan-ganti-paket")).status_code == 409
    do(client, complex_, "ganti-paket", plan="flat/1")
    complex_.refresh_from_db()
    assert complex_.plan_code == "flat"
    live_through(complex_, date(2026, 1, 31), date(2026, 3, 2))
    pay(complex_, date(2026, 3, 2))
    Tenant.objects.filter(pk=complex_.pk).update(is_test=True, clock_on=date(2026, 3, 2))
    given = REASON | {"plan": "per-unit/12"}
    preview = client.post(address(complex_, "ganti-paket"), given).content.decode()
    assert "Ganti ke Per unit, Rp 6.000.000 per tahun" in preview
    assert "<b>per-unit, 1 April 2026</b>" in preview
    do(client, complex_, "ganti-paket", plan="per-unit/12")
    assert last(complex_, "subscription.changed").data["change"] == "plan_scheduled"
    shown = client.get(f"/admin/tenants/tenant/{complex_.pk}/").content.decode()
    assert "Per unit per tahun, 1 April 2026" in shown
    do(client, complex_, "batalkan-ganti-paket")
    event = last(complex_, "subscription.changed")
    assert (event.data["change"], event.actor_kind, event.cause) == ("plan_withdrawn", "staff", REASON["reason"])
