"""Members come by invitation, have a role, and leave; a tenant always keeps an owner."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from tenants.models import Event, Invitation, Membership, Role, Tenant, User
from tenants.services.members import token_of

ClientAt = Callable[..., Client]


def invited(client: Client, tenant: Tenant, email: str = "eko@example.test", role: str = "finance") -> str:
    """Invite somebody; the path of the link in the letter."""
    assert client.post("/anggota/undang/", {"email": email, "role": role}).status_code == 302
    made = Invitation.objects.get(tenant=tenant, email=email, revoked_at__isnull=True)
    return f"/undangan/{token_of(made)}/"


def test_a_new_person_is_invited_makes_a_login_and_is_in(client_at: ClientAt, school: Tenant, ayu: User) -> None:
    link = invited(client_at(school, ayu), school)
    event = Event.objects.get(name="member.invited")
    assert event.data["link"] == link
    browser = client_at(school)
    assert "SMAN 1" in browser.get(link).content.decode()
    answer = browser.post(link, {"name": "Eko", "password": "sandi-eko-panjang"})
    assert answer["Location"] == "/"
    assert Membership.objects.get(user__email="eko@example.test").role == Role.FINANCE
    assert browser.get("/anggota/").status_code == 200
    # The link is used up.
    assert client_at(school).get(link).status_code == 404


def test_a_person_with_a_login_logs_in_and_accepts(client_at: ClientAt, school: Tenant, ayu: User, citra: User) -> None:
    link = invited(client_at(school, ayu), school, "citra@example.test", "viewer")
    assert "Masuk dulu" in client_at(school).get(link).content.decode()
    refused = client_at(school).post(link, {"name": "Bukan Citra", "password": "sandi-orang-lain"})
    assert refused.status_code == 422
    browser = client_at(school)
    said = {"login": "citra@example.test", "password": "rahasia-sekali", "next": link}
    assert browser.post("/accounts/login/", said)["Location"] == link
    assert "Terima undangan" in browser.get(link).content.decode()
    assert browser.post(link)["Location"] == "/"
    assert citra.memberships.get(tenant=school).role == Role.VIEWER


def test_invited_twice_at_once_one_letter_goes_out_and_its_link_works(
    client_at: ClientAt, school: Tenant, ayu: User
) -> None:
    """Pressed twice; later, or as something else, it is a new invitation in place of the old one."""
    client = client_at(school, ayu)
    with time_machine.travel("2026-03-01T03:00:00Z", tick=False) as clock:
        link = invited(client, school)
        assert invited(client, school) == link
        assert invited(client, school, role="viewer") != link
        later = invited(client, school, role="viewer")
        clock.shift(timedelta(minutes=2))
        assert invited(client, school, role="viewer") != later
    assert Event.objects.filter(name="member.invited").count() == 3


def test_a_forwarded_link_does_not_open_the_door(client_at: ClientAt, school: Tenant, ayu: User, citra: User) -> None:
    link = invited(client_at(school, ayu), school)
    assert client_at(school, citra).post(link).status_code == 422
    assert not citra.memberships.filter(tenant=school).exists()


def test_a_link_holds_at_its_own_tenant_alone(client_at: ClientAt, school: Tenant, complex_: Tenant, ayu: User) -> None:
    link = invited(client_at(school, ayu), school)
    assert client_at(complex_).get(link).status_code == 404
    assert client_at(school).get("/undangan/salah/").status_code == 404


def test_an_invitation_ends_after_seven_days_or_when_taken_back(client_at: ClientAt, school: Tenant, ayu: User) -> None:
    owner = client_at(school, ayu)
    link = invited(owner, school)
    Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert client_at(school).get(link).status_code == 404
    newer = invited(owner, school)
    assert newer != link
    pk = Invitation.objects.get(revoked_at__isnull=True).pk
    owner.post(f"/anggota/undangan/{pk}/batal/")
    assert client_at(school).get(newer).status_code == 404


@pytest.mark.parametrize(
    ("email", "role", "field"),
    [
        ("", "viewer", "email"),
        ("eko", "viewer", "email"),
        ("budi@example.test", "viewer", "email"),
        ("e@e.test", "raja", "role"),
    ],
)
def test_an_invitation_that_cannot_be_is_explained(
    client_at: ClientAt, school: Tenant, ayu: User, budi: User, email: str, role: str, field: str
) -> None:
    answer = client_at(school, ayu).post("/anggota/undang/", {"email": email, "role": role})
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert not Invitation.objects.exists()


def test_the_last_owner_stays_owner(client_at: ClientAt, school: Tenant, ayu: User, budi: User) -> None:
    owner = client_at(school, ayu)
    mine, his = ayu.memberships.get(tenant=school), budi.memberships.get(tenant=school)
    refused = owner.post(f"/anggota/{mine.pk}/", {"role": "viewer"})
    assert "Pemilik terakhir" in refused.content.decode()
    owner.post(f"/anggota/{mine.pk}/keluarkan/")
    assert Membership.objects.get(pk=mine.pk).role == Role.OWNER
    # With a second owner the first may go.
    owner.post(f"/anggota/{his.pk}/", {"role": "owner"})
    assert owner.post(f"/anggota/{mine.pk}/keluarkan/")["Location"] == "/accounts/login/"
    assert not Membership.objects.filter(pk=mine.pk).exists()


def test_a_removed_member_is_out_at_once(client_at: ClientAt, school: Tenant, ayu: User, budi: User) -> None:
    browser = client_at(school, budi)
    assert browser.get("/riwayat/").status_code == 200
    his = budi.memberships.get(tenant=school)
    client_at(school, ayu).post(f"/anggota/{his.pk}/keluarkan/")
    assert browser.get("/riwayat/").status_code == 404


def test_a_member_of_another_tenant_cannot_be_touched(
    client_at: ClientAt, school: Tenant, ayu: User, citra: User
) -> None:
    hers = citra.memberships.get()
    assert client_at(school, ayu).post(f"/anggota/{hers.pk}/", {"role": "owner"}).status_code == 404
    assert client_at(school, ayu).post(f"/anggota/{hers.pk}/keluarkan/").status_code == 404


def test_each_change_is_an_event_and_the_history_says_it_in_words(
    client_at: ClientAt, school: Tenant, ayu: User, budi: User
) -> None:
    owner = client_at(school, ayu)
    link = invited(owner, school)
    owner.post(f"/anggota/{budi.memberships.get().pk}/", {"role": "finance"})
    owner.post(f"/anggota/{budi.memberships.get().pk}/keluarkan/")
    names = set(Event.objects.filter(tenant=school).values_list("name", flat=True))
    assert {"member.invited", "member.role_changed", "member.removed"} <= names
    shown = owner.get("/riwayat/").content.decode()
    assert "eko@example.test diundang" in shown
    assert "Peran budi@example.test diubah" in shown
    assert "Masa percobaan dimulai" in shown
    assert "Ayu" in shown
    # The secret of the link is nobody's to read here.
    assert link not in shown
    assert "Masa percobaan dimulai" not in owner.get("/riwayat/?tentang=orang").content.decode()


def test_the_history_goes_on_by_pages(client_at: ClientAt, school: Tenant, ayu: User) -> None:
    """Counts that are no part of an event's number, by which the next page begins."""
    for number in range(35):
        Event.objects.create(
            tenant=school,
            name="quantity.reported",
            occurred_on="2025-02-02",
            data={"quantity": str(8_001_000 + number)},
        )
    browser = client_at(school, ayu)
    first = browser.get("/riwayat/")
    assert "8001034" in first.content.decode()
    assert "8001001" not in first.content.decode()
    following = first.context["next_url"]
    assert "8001001" in browser.get(following).content.decode()
    assert browser.get("/riwayat/?sebelum=abc").status_code == 200
