"""Logging in on either host, with a password and with a second factor, in our own pages."""

from collections.abc import Callable

import pytest
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.core import mail
from django.test import Client, RequestFactory
from pytest_django.fixtures import Settings

from tenants.accounts import AccountAdapter
from tenants.models import Tenant, User

ClientAt = Callable[..., Client]
GOOD = {"login": "ayu@example.test", "password": "rahasia-sekali"}


def test_on_a_tenants_host_a_member_comes_to_the_overview(client_at: ClientAt, school: Tenant, ayu: User) -> None:
    assert client_at(school).post("/accounts/login/", GOOD)["Location"] == "/"


def test_on_the_public_host_people_come_to_their_tenants_and_staff_to_their_desk(
    client_at: ClientAt, ayu: User, staff: User
) -> None:
    assert client_at().post("/accounts/login/", GOOD)["Location"] == "/lembaga/"
    assert client_at().post("/accounts/login/", GOOD | {"login": "dewi@example.test"})["Location"] == "/admin/"


def test_a_stranger_is_told_at_the_door(client_at: ClientAt, school: Tenant, citra: User) -> None:
    answer = client_at(school).post("/accounts/login/", GOOD | {"login": "citra@example.test"})
    assert "bukan anggota SMAN 1" in answer.content.decode()


def test_a_wrong_password_says_no_more_than_that(client_at: ClientAt, school: Tenant, ayu: User) -> None:
    wrong = client_at(school).post("/accounts/login/", GOOD | {"password": "salah"}).content.decode()
    unknown = client_at(school).post("/accounts/login/", GOOD | {"login": "x@example.test"}).content.decode()
    for shown in (wrong, unknown):
        assert "Email atau kata sandi tidak cocok." in shown


@pytest.mark.parametrize("path", ["login", "password/reset", "password/reset/done"])
def test_the_pages_before_login_are_ours_on_both_hosts(client_at: ClientAt, school: Tenant, path: str) -> None:
    for browser in (client_at(), client_at(school)):
        shown = browser.get(f"/accounts/{path}/").content.decode()
        assert '<main id="main"' in shown
        assert "Sign" not in shown


@pytest.mark.parametrize("path", ["logout", "password/change", "2fa", "reauthenticate"])
def test_the_pages_after_login_are_ours_on_both_hosts(
    client_at: ClientAt, school: Tenant, ayu: User, path: str
) -> None:
    for browser in (client_at(None, ayu), client_at(school, ayu)):
        assert '<main id="main"' in browser.get(f"/accounts/{path}/").content.decode()


@pytest.mark.parametrize("path", ["email", "signup", "password/set", "confirm-email"])
def test_addresses_that_are_not_used_are_closed(client_at: ClientAt, db: None, path: str) -> None:
    assert client_at().get(f"/accounts/{path}/")["Location"] == "/accounts/login/"


def test_a_forgotten_password_is_chosen_anew_by_mail(client_at: ClientAt, school: Tenant, ayu: User) -> None:
    browser = client_at(school)
    browser.post("/accounts/password/reset/", {"email": "ayu@example.test"})
    text = str(mail.outbox[0].body)
    assert mail.outbox[0].subject == "Pilih kata sandi baru"
    path = "/accounts/" + text.partition("/accounts/")[2].split()[0]
    form = browser.get(path, follow=True)
    assert "Kata sandi baru" in form.content.decode()
    new = {"password1": "sandi-yang-baru-1", "password2": "sandi-yang-baru-1"}
    browser.post(form.redirect_chain[-1][0], new)
    assert client_at(school).post("/accounts/login/", GOOD | {"password": "sandi-yang-baru-1"}).status_code == 302


def test_nobody_learns_whether_an_address_is_known(client_at: ClientAt, db: None) -> None:
    assert client_at().post("/accounts/password/reset/", {"email": "siapa@example.test"}).status_code == 302
    assert mail.outbox == []


def test_a_second_factor_is_asked_for_after_the_password(client_at: ClientAt, school: Tenant, ayu: User) -> None:
    secret = generate_totp_secret()
    TOTP.activate(ayu, secret)
    browser = client_at(school)
    assert browser.post("/accounts/login/", GOOD)["Location"].startswith("/accounts/2fa/authenticate/")
    # Half-way in is not in.
    assert browser.get("/anggota/").status_code == 302
    assert browser.post("/accounts/2fa/authenticate/", {"code": "000000"}).status_code == 200
    code = format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))
    assert browser.post("/accounts/2fa/authenticate/", {"code": code})["Location"] == "/"
    assert browser.get("/anggota/").status_code == 200


def test_a_chosen_language_stays_with_the_login(client_at: ClientAt, school: Tenant, ayu: User) -> None:
    client_at(school, ayu).post("/i18n/setlang/", {"language": "en", "next": "/profil/"})
    ayu.refresh_from_db()
    assert ayu.language == "en"
    # Another browser, without the cookie.
    assert '<html lang="en">' in client_at(school, ayu).get("/profil/").content.decode()


def test_the_reset_link_names_the_address_of_our_settings_whatever_the_request_says(
    client_at: ClientAt, school: Tenant, ayu: User
) -> None:
    for host, begins in (
        ("sman1.localhost:6666", "http://sman1.localhost:8000/accounts/password/reset/key/"),
        ("127.0.0.1", "http://localhost:8000/accounts/password/reset/key/"),
    ):
        client_at().post("/accounts/password/reset/", {"email": "ayu@example.test"}, headers={"host": host})
        assert begins in str(mail.outbox[-1].body)


def test_logins_are_limited_by_the_visitors_address_not_the_proxys(settings: Settings) -> None:
    """Behind one proxy everybody has the same peer; what a visitor writes into the header himself is not believed."""
    assert settings.ALLAUTH_TRUSTED_PROXY_COUNT == settings.TRUSTED_PROXIES
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    request = RequestFactory().get("/", headers={"X-Forwarded-For": "6.6.6.6, 203.0.113.7"}, REMOTE_ADDR="10.0.0.1")
    assert AccountAdapter(request).get_client_ip(request) == "203.0.113.7"
