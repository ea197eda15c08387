"""The page of a province's officials: its own totals, and no other address of the whole system (C14)."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.core import mail
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from reports.models import ProvinceBasis, ProvinceEdition, RevenueStand
from reports.selectors.provinces import wrong_editions
from reports.services.provinces import publish_provinces
from tenants.errors import DomainError
from tenants.models import ProvinceViewer, Tenant, User
from tenants.permissions import PROVINCE_ACTIONS
from tenants.services.province_viewers import Official, give_view, take_view
from tests.admin.conftest import member_of_staff, staff_as
from tests.conftest import make_user
from tests.dashboard.stages import text_of

__all__ = ["member_of_staff", "staff_as"]
ClientAt = Callable[..., Client]
NOW = datetime(2026, 11, 1, 2, 0, tzinfo=UTC)
SECRET = "Rahasia"
# Whatever an address asks for; none of it is there.
VALUES = {"uuid": "0" * 8 + "-0000-7000-8000-" + "0" * 12, "int": "1", "str": "tidak-ada", "slug": "tidak-ada"}
# What an official reaches beyond a visitor: the page itself, an empty list of tenants, and the account of one's own.
OWN = {
    "province",
    "tenancies",
    "organisation_new",
    "account_change_password",
    "account_reauthenticate",
    "account_logout",
}


def customers(first: int, last: int, province: str = "Jawa Barat", status: str = "active") -> None:
    """Public rows of customers with 100 members each; their schemas are never asked."""
    for number in range(first, last + 1):
        name = f"{province}-{number}".lower().replace(" ", "-")
        tenant = Tenant.objects.create(
            schema_name=f"t_{name.replace('-', '_')}",
            name=f"{SECRET} {name}",
            product_code="koperasi",
            status=status,
            quantity=Decimal(100),
        )
        RevenueStand.objects.create(tenant=tenant, product="koperasi", province=province)


@pytest.fixture
def official(db: None, staff: User) -> User:
    """Pak Eko of the office of West Java."""
    return give_view(
        official=Official("Eko@jabarprov.test", "Eko", "Dinas Koperasi", "Jawa Barat"),
        reason="MoU 7",
        staff=staff,
        now=NOW,
    ).user


def routes(of: "list[URLPattern | URLResolver]", before: str = "", space: str = "") -> Iterator[tuple[str, str]]:
    """(name, an address) of everything below a list, values filled in."""
    for item in of:
        here = before + str(item.pattern)
        if isinstance(item, URLResolver):
            yield from routes(item.url_patterns, here, space or str(item.namespace or ""))
        else:
            yield f"{space}:{item.name}" if space else str(item.name), filled(here)


def filled(route: str) -> str:
    """A path of a route, in either way of writing one."""
    path = re.sub(r"\(\?P<\w+>[^)]*\)", "1", route)
    path = re.sub(r"<(?:(\w+):)?\w+>", lambda found: VALUES.get(found[1] or "str", VALUES["str"]), path)
    return "/" + re.sub(r"\\Z|[\^$?]", "", path).replace("\\", "")


def test_an_official_reads_the_totals_of_one_province(official: User, client_at: ClientAt) -> None:
    """C14: 12 in October; two come, and November says nothing; four more, and December says 18."""
    customers(1, 12)
    customers(1, 7, "jateng")
    customers(13, 13, status="ended")
    page = client_at(None, official)
    assert "Belum ada angka yang dapat ditampilkan" in text_of(page.get("/provinsi/"))
    assert publish_provinces(today=date(2026, 10, 3)) == 2
    assert publish_provinces(today=date(2026, 10, 4)) == 0
    customers(14, 15)
    assert publish_provinces(today=date(2026, 11, 1)) == 0
    said = text_of(page.get("/provinsi/"))
    for words in ("Jawa Barat", "per 3 Oktober 2026", "12 pelanggan", "1.200 anggota"):
        assert words in said, words
    customers(16, 19)
    assert publish_provinces(today=date(2026, 12, 1)) == 1
    answer = page.get("/provinsi/")
    said = text_of(answer)
    assert [column.value for column in answer.context["chart"].columns] == [12, 12, 18]
    assert "18 pelanggan" in said
    assert "+6" in said
    assert SECRET not in page.get("/provinsi/").content.decode()
    assert ProvinceBasis.objects.count() == 3
    assert wrong_editions() == []
    ProvinceEdition.objects.filter(total=18).update(total=17)
    ProvinceBasis.objects.filter(edition__total=7).delete()
    assert [told.split(" Edition")[0] for told in wrong_editions()] == [
        "Jawa Barat 2026-12-01",
        "Jawa Tengah 2026-10-01",
    ]


def test_nothing_a_request_says_changes_what_is_shown(official: User, client_at: ClientAt) -> None:
    """Another province, another day, a product: the page has nothing to filter by, and the files say what the page says."""
    customers(1, 6)
    customers(1, 8, "Jawa Timur")
    publish_provinces(today=date(2026, 10, 1))
    page = client_at(None, official)
    asked = {
        "province": "Jawa Timur",
        "provinsi": "Jawa Timur",
        "first": "2026-10-02",
        "product": "koperasi",
        "by": "plan",
    }
    asked_for, plainly = (text_of(page.get("/provinsi/", given)).partition("<footer")[0] for given in (asked, {}))
    assert asked_for == plainly
    plain = b"".join(page.get("/provinsi/", {"berkas": "csv"}).streaming_content)  # type: ignore[attr-defined]
    other = b"".join(page.get("/provinsi/", {**asked, "berkas": "csv"}).streaming_content)  # type: ignore[attr-defined]
    assert plain == other
    assert plain.decode("utf-8-sig").split() == [
        "date,breakdown,name,customers,units",
        "2026-10-01,total,,6,",
        "2026-10-01,products,koperasi,6,600",
        "2026-10-01,standings,using,6,",
    ]
    assert page.get("/provinsi/", {"berkas": "xlsx"}).status_code == 200


@pytest.mark.parametrize("urlconf", ["config.urls_public", "config.urls_tenant"])
def test_an_official_reaches_no_address_that_a_visitor_does_not(
    urlconf: str, official: User, school: Tenant, client_at: ClientAt
) -> None:
    """Every page, export and call of every host: refused, not there, or the same as for anybody; no customer's name in it."""
    customers(1, 6)
    RevenueStand.objects.update_or_create(tenant=school, defaults={"product": "xclass", "province": "Jawa Barat"})
    Tenant.objects.filter(pk=school.pk).update(name=f"{SECRET} sekolah")
    host = school if urlconf == "config.urls_tenant" else None
    visitor, eko = client_at(host), client_at(host, official)
    for name, path in routes(get_resolver(urlconf).url_patterns):
        if name in OWN or name.startswith("mfa_"):
            continue
        answer = eko.get(path)
        ask = "get" if answer.status_code != 405 else "post"
        answer = answer if ask == "get" else eko.post(path)
        if answer.status_code < 300:
            assert getattr(visitor, ask)(path).status_code == answer.status_code, (name, path)
            assert host is not None or SECRET.encode() not in answer.getvalue(), (name, path)


def test_the_admin_and_other_people_s_pages_stay_closed(
    official: User, staff: User, ayu: User, client_at: ClientAt
) -> None:
    eko = client_at(None, official)
    assert eko.get("/admin/").status_code in {302, 403}
    assert eko.get("/admin/pendapatan/", follow=True).status_code == 403
    assert SECRET not in eko.get("/lembaga/").content.decode()
    User.objects.filter(pk=official.pk).update(is_staff=True)  # since then; the row is still there
    for somebody in (staff, ayu, User.objects.get(pk=official.pk)):
        assert client_at(None, somebody).get("/provinsi/").status_code == 404
    assert "/login/" in client_at(None).get("/provinsi/").headers["Location"]
    assert {"province.view"} == PROVINCE_ACTIONS


@pytest.mark.parametrize("role", ["bizops", "support", "finance", "read-only"])
def test_staff_give_and_take_a_province_and_the_trail_stays(
    role: str, staff_as: Callable[[str], Client], client_at: ClientAt
) -> None:
    client = staff_as(role)
    given = {
        "email": "Eko@jabarprov.test",
        "name": "Eko",
        "office": "Dinas Koperasi",
        "province": "Jawa Barat",
        "reason": "MoU 7",
    }
    answer = client.post("/admin/pemantau/baru/", given)
    if role != "bizops":
        assert answer.status_code == 403
        return
    viewer = ProvinceViewer.objects.get()
    assert (viewer.user.email, viewer.user.has_usable_password(), viewer.province) == (
        "eko@jabarprov.test",
        False,
        "Jawa Barat",
    )
    assert [letter.to for letter in mail.outbox] == [["eko@jabarprov.test"]]
    assert "Jawa Barat" in mail.outbox[0].body
    assert client.post("/admin/pemantau/baru/", given).status_code == 422
    assert client_at(None).post("/accounts/password/reset/", {"email": viewer.user.email}).status_code == 302
    assert len(mail.outbox) == 2
    eko = client_at(None, viewer.user)
    assert eko.get("/provinsi/").status_code == 200
    assert client.post(f"/admin/pemantau/{viewer.pk}/", {}).status_code == 422
    client.post(f"/admin/pemantau/{viewer.pk}/", {"reason": "Pindah tugas"})
    viewer.refresh_from_db()
    assert (str(viewer.given_by), viewer.reason, viewer.ended_reason) == ("Rina bizops", "MoU 7", "Pindah tugas")
    assert eko.get("/provinsi/").status_code == 404
    assert "Pindah tugas" in text_of(client.get(f"/admin/pemantau/{viewer.pk}/"))


def test_who_signed_up_with_an_official_s_address_sees_nothing(staff: User, client_at: ClientAt) -> None:
    """An address is not proved at sign-up: what was chosen there, and who is logged in by it, ends with the giving."""
    squatter = make_user("eko@jabarprov.test", "Bukan Eko")
    page = client_at(None, squatter)
    assert page.get("/provinsi/").status_code == 404
    given = Official("eko@jabarprov.test", "Eko", "Dinas Koperasi", "Jawa Barat")
    assert give_view(official=given, reason="MoU 7", staff=staff, now=NOW).user == squatter
    assert "/login/" in page.get("/provinsi/").headers["Location"]
    assert not client_at(None).login(username="eko@jabarprov.test", password="rahasia-sekali")


def test_what_cannot_be_given_is_refused_by_its_field(official: User, staff: User) -> None:
    def refused(email: str, province: str = "Bali", reason: str = "MoU") -> str:
        with pytest.raises(DomainError) as raised:
            give_view(official=Official(email, "X", "Y", province), reason=reason, staff=staff, now=NOW)
        return str(raised.value.field)

    assert refused("dewi@example.test") == "email"  # staff see names
    assert refused("eko@jabarprov.test") == "email"  # has a province
    assert refused("x@y.test", "Atlantis") == "province"
    assert refused("x@y.test", reason=" ") == "reason"
    assert refused("x@") == "email"
    viewer = ProvinceViewer.objects.get()
    take_view(viewer_id=viewer.pk, reason="selesai", staff=staff, now=NOW)
    with pytest.raises(DomainError):
        take_view(viewer_id=viewer.pk, reason="lagi", staff=staff, now=NOW)
