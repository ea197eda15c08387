"""A person's own data, the tenant's contact, and the messages in the dashboard."""

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client
from django.utils import timezone

from notifications.models import ChannelName, Message, MessageState
from tenants.context import inside
from tenants.forms.people import NpwpField
from tenants.models import Event, Membership, Tenant, User

ClientAt = Callable[..., Client]
CONTACT = {
    "name": "SMAN 1 Bandung",
    "address": "Jl. Ir. H. Juanda 93",
    "npwp": "0013456789012000",
    "contact_name": "Bendahara",
    "contact_email": "bendahara@sman1.test",
    "contact_phone": "",
}


def test_everybody_keeps_their_own_name_number_and_language(client_at: ClientAt, school: Tenant, budi: User) -> None:
    client_at(school, budi).post("/profil/diri/", {"first_name": "Budi S.", "phone": "+62812", "language": "en"})
    budi.refresh_from_db()
    assert (budi.first_name, budi.phone, budi.language) == ("Budi S.", "+62812", "en")


def test_channels_are_chosen_per_tenant_and_chat_needs_a_number(client_at: ClientAt, school: Tenant, ayu: User) -> None:
    browser = client_at(school, ayu)
    refused = browser.post("/profil/pesan/", {"by_email": "on", "by_whatsapp": "on"})
    assert refused.status_code == 422
    assert "Isi nomor telepon" in refused.content.decode()
    User.objects.filter(pk=ayu.pk).update(phone="+6281200000009")
    browser.post("/profil/pesan/", {"by_whatsapp": "on"})
    mine = ayu.memberships.get(tenant=school)
    assert (mine.by_email, mine.by_in_app, mine.by_whatsapp) == (False, False, True)
    assert Membership.objects.get(user=ayu, tenant__product_code="klustera").by_email


def test_the_owner_writes_what_stands_on_the_next_invoices(client_at: ClientAt, school: Tenant, ayu: User) -> None:
    owner = client_at(school, ayu)
    assert owner.post("/profil/lembaga/", CONTACT | {"address": "Jl. Riau 93, Bandung, Jabar"}).status_code == 302
    school.refresh_from_db()
    assert (school.name, school.npwp) == ("SMAN 1 Bandung", "0013456789012000")
    assert Event.objects.get(name="tenant.contact_changed").data["changed"]
    assert "province" not in school.registration, "nobody said it"
    assert owner.get("/profil/").context["contact"]["province"].value() == "Jawa Barat", "filled in from the address"
    for _ in range(2):
        owner.post("/profil/lembaga/", CONTACT | {"province": "Jawa Barat"})
    school.refresh_from_db()
    assert (school.registration["province"], school.registration["npsn"]) == ("Jawa Barat", "20100001")
    assert Event.objects.get(name="tenant.province_changed").data["after"] == "Jawa Barat"
    assert "Provinsi: Jawa Barat" in owner.get("/riwayat/").content.decode()
    assert owner.post("/profil/lembaga/", CONTACT).status_code == 422, "known, it can be changed and not taken away"


@pytest.mark.parametrize("typed", ["0013456789012000", "00.134.567.8-901.2000", " 0013 4567 8901 2000 "])
def test_a_tax_number_is_read_as_it_is_printed(typed: str) -> None:
    assert NpwpField(required=False).clean(typed) == "0013456789012000"


@pytest.mark.parametrize(("field", "typed"), [("npwp", "12.345"), ("contact_email", "bukan"), ("name", "")])
def test_wrong_contact_data_is_named_and_nothing_is_written(
    client_at: ClientAt, school: Tenant, ayu: User, field: str, typed: str
) -> None:
    answer = client_at(school, ayu).post("/profil/lembaga/", CONTACT | {field: typed})
    assert answer.status_code == 422
    assert field in answer.context["contact"].errors
    school.refresh_from_db()
    assert school.name == "SMAN 1"
    # The page's head still says the name that holds.
    assert "SMAN 1" in answer.content.decode()


def test_the_password_is_changed_with_the_old_one(client_at: ClientAt, school: Tenant, ayu: User) -> None:
    browser = client_at(school, ayu)
    new = {"password1": "sandi-yang-baru-1", "password2": "sandi-yang-baru-1"}
    assert browser.post("/accounts/password/change/", new | {"oldpassword": "salah"}).status_code == 200
    assert browser.post("/accounts/password/change/", new | {"oldpassword": "rahasia-sekali"}).status_code == 302
    ayu.refresh_from_db()
    assert ayu.check_password("sandi-yang-baru-1")


def tell(tenant: Tenant, user: User, subject: str, number: int = 1) -> Message:
    with inside(tenant):
        return Message.objects.create(
            event_id=number,
            event_name="invoice.issued",
            occurred_on=date(2025, 3, 1),
            channel=ChannelName.IN_APP,
            user_id=user.pk,
            recipient=f"user:{user.pk}",
            subject=subject,
            body_text="Tagihan Rp 750.000.",
            link="/tagihan/",
            state=MessageState.SENT,
            sent_at=timezone.now(),
        )


def test_messages_are_read_by_whom_they_are_for(client_at: ClientAt, school: Tenant, ayu: User, budi: User) -> None:
    message = tell(school, ayu, "Tagihan baru")
    owner, viewer = client_at(school, ayu), client_at(school, budi)
    assert "Tagihan baru" in owner.get("/pesan/").content.decode()
    assert "Tagihan baru" not in viewer.get("/pesan/").content.decode()
    assert viewer.get(f"/pesan/{message.pk}/").status_code == 404
    assert "Rp 750.000" in owner.get(f"/pesan/{message.pk}/").content.decode()
    with inside(school):
        message.refresh_from_db()
    assert message.read_at is not None


def test_all_can_be_marked_as_read(client_at: ClientAt, school: Tenant, ayu: User) -> None:
    tell(school, ayu, "Satu"), tell(school, ayu, "Dua", 2)
    owner = client_at(school, ayu)
    assert owner.get("/pesan/").context["unread"] == 2
    owner.post("/pesan/dibaca/")
    assert owner.get("/pesan/").context["unread"] == 0


def test_another_tenants_messages_are_not_there(
    client_at: ClientAt, school: Tenant, complex_: Tenant, ayu: User
) -> None:
    message = tell(complex_, ayu, "Iuran bulan ini")
    owner = client_at(school, ayu)
    assert "Iuran bulan ini" not in owner.get("/pesan/").content.decode()
    assert owner.get(f"/pesan/{message.pk}/").status_code == 404
