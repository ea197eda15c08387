"""The home page, the list, search and a tenant's page."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from billing.gateways.models import Checkout, CheckoutItem
from billing.models import Document
from tenants.models import ApiKey, Event, StaffTask, Tenant, User
from tenants.models.jobs import Job
from tenants.services.agenda import park
from tests.admin.conftest import NOW, StaffAs

pytestmark = pytest.mark.usefixtures("at_noon")


def counts(client: Client) -> dict[str, int]:
    """Label and count of each queue on the home page."""
    context = client.get("/admin/").context
    return {queue.label: queue.count for queue in (*context["urgent"], *context["watched"])}


def test_home_counts_who_needs_somebody_and_each_queue_opens_its_list(
    billed: Tenant, complex_: Tenant, staff_as: StaffAs
) -> None:
    client = staff_as("read-only")
    frame = client.get("/admin/").content.decode()
    assert frame.count("<main ") == frame.count('href="#main"') == frame.count("operator/keys.js") == 1
    assert all(words in frame for words in ('name="language"', "Ringkasan lewat email", "Ganti kata sandi", "Terang"))
    park(tenant=billed, job=Job.BILLING, now=NOW - timedelta(hours=5), reason="RuntimeError: rusak")
    StaffTask.objects.create(tenant=billed, title="Telepon SMAN 1", due_on=date(2025, 3, 5), key="a")
    StaffTask.objects.create(tenant=billed, title="Besok saja", due_on=date(2025, 3, 6), key="b")
    Tenant.objects.filter(pk=complex_.pk).update(
        billing_due_on=date(2025, 3, 12), messages_due_at=NOW - timedelta(hours=2)
    )
    assert counts(client) == {
        "Transfer menunggu persetujuan": 0,
        "Pengembalian dana": 0,
        "Hapus buku menunggu persetujuan": 0,
        "Bukti potong menunggu pemeriksaan": 0,
        "Nota kredit menunggu persetujuan": 0,
        "Piutang": 1,
        "Mutasi bank yang belum dicocokkan": 0,
        "Pemberitahuan yang perlu ditinjau": 0,
        "Selisih dengan gateway": 0,
        "Sengketa pembayaran": 0,
        "Dokumen penawaran menunggu pemeriksaan": 0,
        "Tenant disisihkan": 1,
        "Pendaftaran gagal disiapkan": 0,
        "Persiapan pelanggan terlambat": 0,
        "Telepon dan tugas hari ini": 2,  # and the call a day before the end of the trial (X6)
        "Pesan tertahan lebih dari sejam": 1,
        "Kewajiban pilot yang terlambat": 0,
        "Masa percobaan berakhir dalam 7 hari": 1,
        "Ditangguhkan": 0,
    }
    context = client.get("/admin/").context
    assert next(row for row in context["urgent"] if row.label == "Tenant disisihkan").note == "terlama 5 jam"
    for queue in (*context["urgent"], *context["watched"]):
        page = client.get(queue.url)
        listed = page.context["cl"].result_count if "cl" in page.context else page.context["paged"].paginator.count
        assert (page.status_code, listed) == (200, queue.count), queue.label


def test_a_trial_that_ends_in_eight_days_can_wait(complex_: Tenant, staff_as: StaffAs) -> None:
    Tenant.objects.filter(pk=complex_.pk).update(billing_due_on=date(2025, 3, 13))
    assert counts(staff_as("read-only"))["Masa percobaan berakhir dalam 7 hari"] == 0


def test_a_test_tenants_trial_is_counted_by_its_own_clock(complex_: Tenant, staff_as: StaffAs) -> None:
    Tenant.objects.filter(pk=complex_.pk).update(is_test=True, clock_on=date(2026, 2, 23))
    assert counts(staff_as("read-only"))["Masa percobaan berakhir dalam 7 hari"] == 1


def test_sixty_tenants_cost_no_more_queries_than_three(
    billed: Tenant, complex_: Tenant, staff_as: StaffAs, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    Tenant.objects.bulk_create(
        Tenant(schema_name=f"t_s{n}", name=f"Sekolah {n:02}", product_code="xclass", status="active", balance=750000)
        for n in range(60)
    )
    client = staff_as("read-only")
    with django_assert_max_num_queries(14):
        page = client.get("/admin/tenants/tenant/")
    text = page.content.decode()
    assert page.context["cl"].result_count == 62
    assert "Rp 750.000" in text
    assert "Aktif" in text


def test_the_home_page_and_a_tenants_page_cost_few_queries(
    billed: Tenant, staff_as: StaffAs, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    client = staff_as("bizops")
    with django_assert_max_num_queries(14):  # one for all that wait since an instant, one for each other queue
        client.get("/admin/")
    with django_assert_max_num_queries(40):
        client.get(f"/admin/tenants/tenant/{billed.pk}/")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("status=active", 1),
        ("status=trialing", 1),
        ("product_code=klustera", 1),
        ("paket=xclass:standard", 1),
        ("terbuka=ada", 1),
        ("terbuka=lewat", 0),
        ("terbuka=tidak", 1),
        ("disisihkan=ya", 0),
        ("disisihkan=tidak", 2),
        ("provisioning__exact=ready", 2),
        ("is_test__exact=1", 0),
        ("q=ayu@example.test", 2),
        ("q=griya", 1),
    ],
)
def test_filters_and_search_of_the_list(
    query: str, found: int, billed: Tenant, complex_: Tenant, ayu: User, staff: User, client_at: Callable[..., Client]
) -> None:
    page = client_at(None, staff).get(f"/admin/tenants/tenant/?{query}")
    assert page.context["cl"].result_count == found


def test_one_box_finds_a_tenant_by_everything_a_caller_may_say(
    billed: Tenant, complex_: Tenant, invoice: Document, ayu: User, staff_as: StaffAs
) -> None:
    checkout = Checkout.objects.create(order_id="T-1", transaction_id="tx-9", amount=1, expires_at=NOW)
    CheckoutItem.objects.create(
        checkout=checkout, tenant=billed, document_id=invoice.pk, number=invoice.number, amount=1
    )
    client, page = staff_as("read-only"), f"/admin/tenants/tenant/{billed.pk}/"
    for query in (invoice.number, invoice.slug.lower(), "T-1", "tx-9", "SMAN 1", "sman1", "tagihan@sman1.test"):
        answer = client.get("/admin/cari/", {"q": query})
        assert (answer.status_code, answer.headers.get("Location")) == (302, page), query
    both = client.get("/admin/cari/", {"q": "ayu@example.test"})
    assert {hit.tenant for hit in both.context["hits"]} == {billed, complex_}
    assert "Tidak ada yang cocok" in client.get("/admin/cari/", {"q": "zzzz"}).content.decode()
    assert client.get("/admin/search/", {"s": "SMAN 1"}, follow=True).redirect_chain[-1][0] == page


def test_the_page_of_a_tenant_tells_all_of_it(billed: Tenant, invoice: Document, ayu: User, staff_as: StaffAs) -> None:
    ApiKey.objects.create(name="Dapodik", prefix="lg_abc", secret_hash="x", tenant=billed)
    text = staff_as("bizops").get(f"/admin/tenants/tenant/{billed.pk}/").content.decode()
    for words in (
        "Belum dibayar <b>Rp 750.000</b>",
        "jatuh tempo 17 Maret 2025 (12 hari lagi)",
        "Rp 5.000/siswa",
        "1 Maret 2025 – 28 Februari 2026",
        "150 × 5.000 = Rp 750.000",
        invoice.number,
        f"{invoice.slug}.pdf",
        "ayu@example.test",
        "Dapodik",
        "Langganan aktif",
        "Catat pembayaran",
        "Buka sebagai anggota",
    ):
        assert words in text, words


def test_a_reader_is_offered_nothing_to_do(billed: Tenant, invoice: Document, staff_as: StaffAs) -> None:
    page = staff_as("read-only").get(f"/admin/tenants/tenant/{billed.pk}/")
    assert page.context["groups"] == []
    assert "batalkan-tagihan" not in page.content.decode()


def test_the_history_is_filtered_and_paged(billed: Tenant, staff_as: StaffAs) -> None:
    client, path = staff_as("read-only"), f"/admin/tenants/tenant/{billed.pk}/"
    issued = client.get(path, {"peristiwa": "invoice.issued"}).context["history"]
    assert ("invoice.issued", "Tagihan terbit") in issued.names
    assert [told.name for told in issued.events] == ["invoice.issued"]
    Event.objects.bulk_create(
        Event(tenant=billed, name="reminder.sent", occurred_on=NOW.date(), data={}) for _ in range(60)
    )
    first = client.get(path, {"peristiwa": "reminder.sent"}).context["history"]
    rest = client.get(path, {"peristiwa": "reminder.sent", "sebelum": first.older}).context["history"]
    assert (len(first.events), rest.older) == (40, None)
    assert {told.id for told in first.events}.isdisjoint(told.id for told in rest.events)
    assert client.get(path, {"sebelum": "x", "sejak": "-1"}).status_code == 200


def test_the_invoice_is_handed_out_as_pdf_and_unknown_ones_are_not(
    billed: Tenant, invoice: Document, staff_as: StaffAs
) -> None:
    client, path = staff_as("read-only"), f"/admin/tenants/tenant/{billed.pk}/dokumen"
    answer = client.get(f"{path}/{invoice.slug}.pdf")
    assert (answer.status_code, answer["Content-Type"], answer.content[:5]) == (200, "application/pdf", b"%PDF-")
    assert client.get(f"{path}/XC-INV-2025-03-00099.pdf").status_code == 404


def test_changing_a_row_by_its_address_leads_to_the_page_of_the_tenant(billed: Tenant, staff_as: StaffAs) -> None:
    client = staff_as("bizops")
    assert client.get(f"/admin/tenants/tenant/{billed.pk}/change/")["Location"] == f"/admin/tenants/tenant/{billed.pk}/"
    name = billed.name
    client.post(f"/admin/tenants/tenant/{billed.pk}/change/", {"name": "Diubah"})
    billed.refresh_from_db()
    assert billed.name == name


@pytest.mark.parametrize("model", ["gateways/notice", "gateways/banktransfer", "tenants/stafftask", "tenants/tenant"])
def test_an_address_without_a_key_leads_nowhere(staff_as: StaffAs, model: str) -> None:
    assert staff_as("read-only").get(f"/admin/{model}/abc/change/").status_code == 404
