"""K12 on the pages: asked for with a document in the dashboard, by API or at sign-up; decided by staff in the admin."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import Settings

from billing.selectors.accounts import living_subscription
from notifications.models import Message
from notifications.services.consuming import notify
from plans.models import OfferClaim, Redemption
from tenants.context import inside
from tenants.models import Event, Role, Tenant
from tests.admin import conftest as admin
from tests.api.conftest import host_of, program, tenant_secret
from tests.dashboard.stages import at_day, member, text_of
from tests.trials.lives import played
from trials.services.provisioning import provision_tenant
from trials.services.signups import Signup, request_signup

staff_as, member_of_staff = admin.staff_as, admin.member_of_staff
ClientAt = Callable[..., Client]
PNG = b"\x89PNG\r\n\x1a\n surat"
PAGE = "/penawaran/rt-rw/"


@pytest.fixture(autouse=True)
def media(tmp_path: Path, settings: Settings) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def tried(complex_: Tenant) -> Tenant:
    """200 units in the trial, on 10 February."""
    return at_day(complex_, date(2026, 2, 10), date(2026, 2, 10))


def letter(body: bytes = PNG) -> SimpleUploadedFile:
    return SimpleUploadedFile("surat <RW>.png", body)


def test_asked_for_in_the_dashboard_and_approved_by_staff_k12(
    tried: Tenant, client_at: ClientAt, staff_as: admin.StaffAs
) -> None:
    owner = client_at(tried, member(tried, Role.OWNER))
    listed = text_of(owner.get("/penawaran/"))
    assert "RT/RW sukarela" in listed
    assert "Rp 600.000 menjadi Rp 300.000" in listed
    refused = owner.post(PAGE, {"document": letter(b"MZ")})
    assert (refused.status_code, "harus berupa foto" in text_of(refused)) == (422, True)
    assert owner.post(PAGE, {"document": letter(), "note": "RW 05"}).status_code == 302
    assert "Kami sedang memeriksanya" in text_of(owner.get("/penawaran/"))
    claim = OfferClaim.objects.get()
    address = f"/admin/penawaran/{claim.pk}/"
    support, bizops = staff_as("support"), staff_as("bizops")
    assert "Dokumen penawaran menunggu pemeriksaan" in text_of(bizops.get("/admin/"))
    assert "Rp 600.000 menjadi Rp 300.000" in text_of(support.get(address))
    assert support.post(address, {"approve": "1"}).status_code == 403
    paper = bizops.get(f"{address}dokumen/")
    assert (paper["Content-Type"], b"".join(paper)) == ("image/png", PNG)
    assert bizops.post(address, {"approve": "1"}).status_code == 302
    with inside(tried):
        assert [item.discount.code for item in living_subscription().terms.discounts] == ["rt-rw"]
    assert "mulai tagihan pertama" in text_of(owner.get("/penawaran/"))
    notify(now=datetime.now(UTC))
    with inside(tried):
        subjects = set(
            Message.objects.filter(event_name__in=("offer.submitted", "subscription.changed")).values_list(
                "subject", flat=True
            )
        )
    assert subjects == {
        "Dokumen untuk penawaran RT/RW sukarela kami terima",
        "Penawaran RT/RW sukarela untuk Griya Asri",
    }


def test_only_payers_ask_and_nobody_reaches_another_tenants_claim_k12(
    tried: Tenant, school: Tenant, client_at: ClientAt
) -> None:
    viewer = client_at(tried, member(tried, Role.VIEWER))
    assert viewer.get("/penawaran/").status_code == 200
    assert viewer.post(PAGE, {"document": letter()}).status_code == 403
    stranger = client_at(tried, member(school, Role.OWNER))
    assert {stranger.get(path).status_code for path in ("/penawaran/", PAGE)} == {404}
    owner = client_at(tried, member(tried, Role.OWNER))
    assert owner.get("/penawaran/early50/").status_code == 404
    owner.post(PAGE, {"document": letter()})
    program(host_of(school), tenant_secret(school)).get("offers")
    assert owner.get(f"/admin/penawaran/{OfferClaim.objects.get().pk}/dokumen/").status_code == 404
    assert owner.post(f"{PAGE}batal/").status_code == 302
    assert OfferClaim.objects.get().state == "withdrawn"


def test_by_api_k12(tried: Tenant, school: Tenant) -> None:
    api, other = (program(host_of(item), tenant_secret(item)) for item in (tried, school))
    assert api.get("offers").json()["claimable"] == [
        {
            "code": "rt-rw",
            "name": "RT/RW sukarela",
            "document": "surat keterangan RT/RW atau pengurus warga",
            "next_invoice": 600_000,
            "next_invoice_with_it": 300_000,
        }
    ]
    for code, body, said in (
        ("rt-rw", b"MZ", ("document_type", "document")),
        ("early50", PNG, ("offer_without_document", "offers[0]")),
    ):
        answer = api.upload("offers/claims", {"code": code, "document": letter(body)})
        assert (answer.status_code, (answer.json()["code"], answer.json()["field"])) == (422, said)
    made = api.upload("offers/claims", {"code": "rt-rw", "document": letter()})
    assert (made.status_code, made.json()["state"]) == (201, "submitted")
    assert [item["state"] for item in api.get("offers").json()["claims"]] == ["submitted"]
    assert other.get("offers").json() == {"held": [], "claims": [], "claimable": [], "groups": []}
    assert other.upload("offers/claims", {"code": "rt-rw", "document": letter()}).json()["code"] == "unknown_offer"


def test_asked_for_at_sign_up_it_waits_for_the_document_k12(db: None) -> None:
    """The quote has both prices; the tenant begins without the offer, is told what to send, and takes no place."""
    quoted = program("localhost").post("quotes", {"product": "klustera", "quantity": "100", "offers": ["rt-rw"]}).json()
    assert (quoted["total"], quoted["total_with_later"], quoted["offers"]) == (300_000, 150_000, [])
    assert quoted["offers_later"][0]["document"] == "surat keterangan RT/RW atau pengurus warga"
    now = datetime(2026, 1, 30, 5, tzinfo=UTC)
    asked = Signup(
        "klustera",
        Decimal(100),
        "Griya Tiga",
        "griya-tiga",
        "Ayu",
        "ayu@griya.test",
        registration={"city": "Bekasi"},
        offers=("RT-RW",),
    )
    tenant = request_signup(signup=asked, now=now)
    assert (OfferClaim.objects.get().state, Redemption.objects.count()) == ("wanted", 0)
    tenant = provision_tenant(tenant=tenant, now=now)
    assert tenant.provisioning == "ready", tenant.provisioning_error
    with inside(tenant):
        assert living_subscription().terms.discounts == ()
    assert Event.objects.get(tenant=tenant, name="offer.wanted").data["offer"] == "rt-rw"


def test_simulate_gives_it_on_the_day_of_the_approval_k12(db: None) -> None:
    """300.000 in March, 150.000 from the approval on, 300.000 after it was taken back."""
    told = played(
        product="klustera",
        signup="2026-01-30",
        quantity=100,
        offers=["rt-rw"],
        until="2026-06-02",
        events=[
            *({"on": f"2026-0{month}-01", "do": "pay"} for month in (3, 4, 5, 6)),
            {"on": "2026-03-10", "do": "offer", "offer": "rt-rw"},
            {"on": "2026-05-10", "do": "offer_back", "offer": "rt-rw"},
        ],
    )
    assert [item["amount"] for item in told if item["event"] == "invoice.issued"] == [
        300_000,
        150_000,
        150_000,
        300_000,
    ]
    assert [item["change"] for item in told if item["event"] == "subscription.changed"] == ["offer", "offer_taken_back"]
