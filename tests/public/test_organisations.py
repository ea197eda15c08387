"""One parent with several tenants (K16): founded, joined, left; one overview, one payment, and nothing for outsiders."""

from collections.abc import Callable
from datetime import date
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import DjangoAssertNumQueries

from billing.gateways.models import Checkout
from tenants.models import (
    Event,
    Organisation,
    OrganisationInvite,
    OrganisationRole,
    Role,
    Tenant,
    User,
)
from tenants.permissions import ORGANISATION_ACTIONS
from tenants.services.organisations import add_manager, found_organisation
from tests.billing.lives import live_through, owes
from tests.dashboard.stages import member, text_of
from tests.dashboard.test_paying import Gateway
from trials.selectors.organisations import overview_of
from trials.views import organisations

pytestmark = pytest.mark.django_db
ClientAt = Callable[..., Client]
TODAY = date(2026, 3, 1)
PUBLIC = "config.urls_public"


@pytest.fixture
def developer(complex_: Tenant) -> Organisation:
    """PT Bumi Sejahtera: Griya Asri, whose owner Fajar founded it."""
    fajar = member(complex_, Role.OWNER)
    return found_organisation(name=" PT  Bumi Sejahtera ", user=fajar, tenants=[complex_], today=TODAY)


def manager_of(organisation: Organisation) -> User:
    return organisation.members.get(role=OrganisationRole.MANAGER).user


def organisation_of(tenant: Tenant) -> Organisation | None:
    return Tenant.objects.select_related("organisation").get(pk=tenant.pk).organisation


def page(organisation: Organisation, rest: str = "") -> str:
    return f"/organisasi/{organisation.pk}/{rest}"


def complexes(organisation: Organisation, count: int) -> None:
    """Public rows alone: whoever opened one of their schemas would fail, because there is none."""
    for at in range(count):
        Tenant.objects.create(
            schema_name=f"t_blok{at}",
            name=f"Blok {at}",
            product_code="klustera",
            organisation=organisation,
            provisioning=Tenant.ProvisioningState.READY,
            status="active",
            quantity=200,
            balance=600_000,
            next_due_on=date(2026, 3, 15),
            billing_due_on=date(2026, 4, 1),
        )


def test_five_complexes_of_200_units_are_seen_at_once_each_at_its_own_price(
    developer: Organisation, client_at: ClientAt, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    """K16: 5 × 600.000, on the 15th; from public rows, in as many queries for five as for one."""
    complexes(developer, 5)
    client = client_at(None, manager_of(developer))
    client.get(page(developer))
    with django_assert_max_num_queries(14):
        text = text_of(client.get(page(developer)))
    assert overview_of(developer).balance == 5 * 600_000
    assert text.count("Rp 600.000") == 5
    for words in ("Rp 3.000.000", "200 unit", "15 Maret 2026", "1 April 2026", "PT Bumi Sejahtera", "Griya Asri"):
        assert words in text, words


def test_one_payment_settles_what_several_tenants_owe(
    school: Tenant, complex_: Tenant, developer: Organisation, client_at: ClientAt, monkeypatch: pytest.MonkeyPatch
) -> None:
    """K16: 750.000 of the school and 600.000 of the complex. The manager is no member of the school, and may not enter it."""
    Tenant.objects.filter(pk=school.pk).update(organisation=developer)
    live_through(school, date(2025, 2, 2), date(2025, 3, 1))
    live_through(complex_, date(2026, 2, 28), date(2026, 3, 1))
    assert (owes(school), owes(complex_)) == (750_000, 600_000)
    midtrans = Gateway()
    monkeypatch.setattr(organisations, "gateway", lambda: midtrans)
    fajar = manager_of(developer)
    client, path = client_at(None, fajar), page(developer, "bayar/")
    assert "Rp 1.350.000" in text_of(client.get(path))
    part = client.get(page(developer, "bayar/jumlah/"), {"tenants": [str(school.pk), str(UUID(int=0))]})
    assert "Rp 750.000" in text_of(part)
    answer = client.post(path, {"tenants": [str(school.pk), str(complex_.pk)]})
    assert answer.headers["Location"].startswith("https://pay.test/")
    checkout = Checkout.objects.get()
    assert (checkout.amount, checkout.items.count()) == (1_350_000, 2)
    assert client.post(path, {"tenants": []}).status_code == 422
    assert client_at(school, fajar).get("/").status_code == 404
    shown = client.get(page(developer), {"order_id": checkout.order_id})
    assert "Menunggu pembayaran" in text_of(shown)


def test_a_tenant_joins_when_its_owner_says_so_and_leaves_when_it_likes(
    school: Tenant, ayu: User, budi: User, developer: Organisation, client_at: ClientAt
) -> None:
    manager, owner = client_at(None, manager_of(developer)), client_at(school, ayu)
    for _twice in range(2):
        assert manager.post(page(developer, "ajak/"), {"subdomain": "SMAN1"}).status_code == 302
    invite = OrganisationInvite.objects.get()
    assert organisation_of(school) is None
    assert "PT Bumi Sejahtera mengajak" in text_of(owner.get("/profil/"))
    answer = f"/profil/organisasi/{invite.pk}/"
    assert client_at(school, budi).post(answer, {"answer": "accept"}).status_code == 403
    assert owner.post(answer, {"answer": "accept"}).status_code == 302
    assert owner.post(answer, {"answer": "accept"}).status_code == 404
    assert organisation_of(school) == developer
    assert "SMAN 1" in text_of(manager.get(page(developer)))
    assert owner.post("/profil/organisasi/keluar/").status_code == 302
    assert organisation_of(school) is None
    names = list(
        Event.objects.filter(tenant=school, name__startswith="organisation").order_by("id").values_list("name")
    )
    assert [name for (name,) in names] == ["organisation.invited", "organisation.joined", "organisation.left"]
    assert "Keluar dari PT Bumi Sejahtera" in text_of(owner.get("/riwayat/"))


def test_one_s_own_tenant_joins_at_once_and_a_second_organisation_is_refused(
    school: Tenant, complex_: Tenant, ayu: User, developer: Organisation, client_at: ClientAt
) -> None:
    client = client_at(None, ayu)
    made = client.post("/organisasi/", {"name": "Yayasan Ayu", "tenants": [str(school.pk)]})
    own = Organisation.objects.get(name="Yayasan Ayu")
    assert made.headers["Location"] == page(own)
    school.refresh_from_db()
    assert school.organisation == own
    refused = client.post(page(own, "ajak/"), {"subdomain": "griya"})
    assert refused.status_code == 422
    assert "organisasi lain" in text_of(refused)
    assert client.post(page(own, "ajak/"), {"subdomain": "tidak-ada"}).status_code == 422
    stolen = client.post("/organisasi/", {"name": "Milik orang", "tenants": [str(complex_.pk)]})
    assert stolen.status_code == 422


def test_a_member_of_one_tenant_and_an_outsider_see_nothing_of_the_others(
    complex_: Tenant, school: Tenant, budi: User, citra: User, developer: Organisation, client_at: ClientAt
) -> None:
    """Budi reads the school, Citra is an outsider: neither finds the organisation, at no address and by no method."""
    Tenant.objects.filter(pk=school.pk).update(organisation=developer)
    place = developer.members.get()
    paths = [
        page(developer, rest)
        for rest in (
            *("", "bayar/", "bayar/jumlah/", "ajak/", "pengelola/"),
            *(f"ajakan/{place.pk}/batal/", f"lembaga/{school.pk}/keluarkan/", f"pengelola/{place.pk}/keluarkan/"),
        )
    ]
    for path in paths:
        for person in (budi, citra):
            client = client_at(None, person)
            answer = client.get(path)
            answer = client.post(path) if answer.status_code == 405 else answer
            assert answer.status_code == 404, (path, person)
        stranger = client_at(None)
        answer = stranger.get(path)
        answer = stranger.post(path) if answer.status_code == 405 else answer
        assert "/login/" in answer.headers["Location"], path
    assert "Griya" not in text_of(client_at(None, budi).get("/lembaga/"))


def test_a_viewer_sees_and_does_nothing_else(developer: Organisation, citra: User, client_at: ClientAt) -> None:
    add_manager(organisation=developer, email="CITRA@example.test", role="viewer")
    client = client_at(None, citra)
    assert client.get(page(developer)).status_code == 200
    assert client.get(page(developer, "bayar/")).status_code == 403
    assert client.post(page(developer, "ajak/"), {"subdomain": "sman1"}).status_code == 403
    assert ORGANISATION_ACTIONS["organisation.view"] == set(OrganisationRole)


def test_the_last_manager_stays(developer: Organisation, citra: User, client_at: ClientAt) -> None:
    fajar = manager_of(developer)
    client, path = client_at(None, fajar), page(developer, f"pengelola/{developer.members.get().pk}/keluarkan/")
    assert "Pengelola terakhir" in text_of(client.post(path, follow=True))
    refused = client.post(page(developer, "pengelola/"), {"email": fajar.email, "role": "viewer"})
    assert refused.status_code == 422
    unknown = client.post(page(developer, "pengelola/"), {"email": "siapa@example.test", "role": "viewer"})
    assert "Belum ada akun" in text_of(unknown)
    other = add_manager(organisation=developer, email=citra.email, role="manager")
    assert client.post(path).headers["Location"] == reverse("tenancies", urlconf=PUBLIC)
    assert list(developer.members.all()) == [other]


def test_staff_found_no_organisation(staff: User, client_at: ClientAt) -> None:
    assert client_at(None, staff).get("/organisasi/").status_code == 404
