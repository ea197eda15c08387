"""Links, statements and staff's page of a partner; who may not see what (K10, K11)."""

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client

from partners.models import Commission, Partner, Payout, Referral
from partners.selectors.statements import statement_token
from partners.services.following import follow_events
from partners.services.payouts import agree
from partners.services.referring import refer
from plans.models import OwedOffer
from tenants.models import Membership, Role, Tenant
from tests.admin import conftest as admin
from tests.api.conftest import program
from tests.billing.test_stories_offers import live_paying
from tests.conftest import make_tenant, make_user
from tests.partners.test_stories import partner
from tests.public.test_offers import COMPLEX, DAY
from tests.public.test_prices import page

staff_as, member_of_staff = admin.staff_as, admin.member_of_staff
ClientAt = Callable[..., Client]
D = date


@pytest.fixture
def dewi(db: None) -> Partner:
    """A developer with 600.000 from one payment of 3.000.000."""
    tenant = make_tenant("griya", "Griya Asri", "klustera", 1500, D(2026, 1, 30))
    made = partner()
    agree(partner=made, product="klustera", code="developer", from_on=D(2026, 1, 1))
    refer(tenant=tenant, code="mitra.dewi", on=D(2026, 1, 30))
    live_paying(tenant, D(2026, 3, 1), 1)
    follow_events()
    return made


def test_a_partner_reads_its_statement_by_its_link_alone_k11(dewi: Partner, client_at: ClientAt) -> None:
    other = partner(code="mitra.lain", name="Lain")
    client, token = client_at(), statement_token(dewi)
    shown = client.get(f"/mitra/{token}/")
    assert all(said in shown.content.decode() for said in ("Rp 600.000", "20 % × 3.000.000 = Rp 600.000", "PT Dewi"))
    assert (shown["Referrer-Policy"], "no-store" in shown["Cache-Control"]) == ("no-referrer", True)
    assert "Griya Asri" not in shown.content.decode()
    assert "600000" in client.get(f"/mitra/{token}/komisi.csv").content.decode("utf-8-sig")
    assert client.get(f"/mitra/{token}/komisi.pdf").content.startswith(b"%PDF-")
    assert "Belum ada komisi" in client.get(f"/mitra/{statement_token(other)}/").content.decode()
    Partner.objects.filter(pk=dewi.pk).update(link_version=2)
    for wrong in (token, token[:-2] + "xx", "x"):
        assert client.get(f"/mitra/{wrong}/").status_code == 404
        assert client.get(f"/mitra/{wrong}/komisi.csv").status_code == 404


def test_staff_make_partners_give_terms_and_pay_never_above_the_balance_k11(
    dewi: Partner, staff_as: admin.StaffAs
) -> None:
    bizops, support = staff_as("bizops"), staff_as("support")
    address = f"/admin/mitra/{dewi.pk}/"
    new = {"name": "Agen Budi", "kind": "agent", "code": "mitra.dewi", "email": "budi@agen.test"}
    assert "sudah dipakai" in bizops.post("/admin/mitra/baru/", new).content.decode()
    assert "memiliki titik" in bizops.post("/admin/mitra/baru/", new | {"code": "budi"}).content.decode()
    assert bizops.post("/admin/mitra/baru/", new | {"code": "agen.budi"}).status_code == 302
    paid = {"payout": "1", "amount": "600001", "reference": "TRF 1", "paid_on": "2026-03-06"}
    assert "Lebih dari saldo mitra" in bizops.post(address, paid).content.decode()
    assert support.post(address, paid).status_code == 403
    assert support.post("/admin/mitra/baru/", new).status_code == 403
    assert bizops.post(address, paid | {"amount": "600000"}).status_code == 302
    assert Payout.objects.get().amount == 600_000
    given = {"terms": "koperasi/consultant", "from_on": "2026-01-01"}
    assert bizops.post(address, given).status_code == 302
    assert "sudah memiliki" in bizops.post(address, given).content.decode()
    assert "Komisi" in support.get("/admin/partners/commission/").content.decode()
    assert Commission.objects.count() == 1


def test_a_link_is_remembered_until_the_visitor_signs_up_k10(complex_: Tenant, client_at: ClientAt) -> None:
    """The code of the link stands in the form, where it can be changed; a wrong one is refused beside its field."""
    client = client_at()
    assert "ref" not in client.get("/harga/klustera/?ref=%3Cb%3E").cookies
    page(client, "/harga/klustera/?ref=Griya", DAY)
    assert client.cookies["ref"].value == "griya"
    assert 'value="griya"' in page(client, "/daftar/klustera/", DAY)
    wrong = client.post("/daftar/klustera/", COMPLEX | {"referral": "tidak-ada"})
    assert (wrong.status_code, "tidak dikenal" in wrong.content.decode()) == (422, True)
    Tenant.objects.filter(pk=complex_.pk).update(is_test=False)
    assert client.post("/daftar/klustera/", COMPLEX | {"referral": "griya"}).status_code == 302
    made = Referral.objects.get()
    assert (made.referrer, made.tenant.subdomain) == (complex_, COMPLEX["subdomain"])
    answer = program("localhost").post(
        "signups",
        {
            "product": "klustera",
            "quantity": "5",
            "name": "Lain",
            "subdomain": "lain-lagi",
            "contact_name": "Ayu",
            "contact_email": "x@lain.test",
            "registration": {"city": "Bekasi"},
            "referral": "tidak-ada",
        },
    )
    assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (422, "unknown_referral", "referral")


def test_a_customer_sees_its_link_and_rewards_and_nobody_elses_k10(
    complex_: Tenant, school: Tenant, client_at: ClientAt
) -> None:
    other = make_tenant("lain", "Taman Sari", "klustera", 200, D(2026, 1, 30))
    refer(tenant=other, code="griya", on=D(2026, 1, 30))
    live_paying(other, D(2026, 3, 1), 1)
    follow_events()
    owner, viewer = make_user("pemilik@griya.test", "Ayu"), make_user("sekolah@sman1.test", "Budi")
    Membership.objects.create(user=owner, tenant=complex_, role=Role.VIEWER)
    Membership.objects.create(user=viewer, tenant=school, role=Role.OWNER)
    shown = client_at(complex_, owner).get("/ajak/").content.decode()
    assert "/harga/klustera/?ref=griya" in shown
    assert "1 bulan gratis karena mengajak" in shown
    assert "membayar 1 Maret 2026" in shown
    assert "Taman Sari" not in shown
    assert OwedOffer.objects.get().tenant == complex_
    assert client_at(complex_, viewer).get("/ajak/").status_code == 404
    assert "Belum ada program ajakan" in client_at(school, viewer).get("/ajak/").content.decode()


def test_the_page_promises_money_and_says_what_was_credited_n10(db: None, client_at: ClientAt) -> None:
    """Rina has 9.900 of credit for Tono's 99.000."""
    rina = make_tenant("rina", "Rina Belajar", "naikkelas", 1, D(2026, 3, 1), plan="learner")
    OwedOffer.objects.create(
        tenant=rina, code="credit", terms={}, credit=9_900, because="reward", cause="N10: Tono", key="credit:1"
    )
    owner = make_user("rina@example.test", "Rina")
    Membership.objects.create(user=owner, tenant=rina, role=Role.OWNER)
    shown = " ".join(client_at(rina, owner).get("/ajak/").content.decode().split())
    for said in ("10 % dari pembayaran pertama", "Paling banyak 12 kali setahun", "Kredit Rp 9.900", "menunggu"):
        assert said in shown, said
