"""K13 on the public pages: one variant on home, price page, calculator and sign-up, and the invoice that follows."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client

from billing.models import Document, Subscription
from plans.models import Enrolment, Experiment, Exposure
from plans.selectors.experiments import tallies
from plans.services.experiments import switch_off, switch_on
from tenants.context import inside
from tenants.models import Tenant, User
from tests.billing.lives import live_through
from trials.services.provisioning import provision_tenant
from trials.views.visitors import COOKIE

ClientAt = Callable[..., Client]
NOW = datetime(2026, 1, 30, 3, 0, tzinfo=UTC)
TODAY = date(2026, 1, 30)
HIGHER, CURRENT = "Rp 800.000", "Rp 600.000"  # 200 units × 4.000 and × 3.000
FORM = {
    "quantity": "200",
    "plan": "per-unit",
    "period": "1",
    "organisation_name": "Griya Permai",
    "subdomain": "griya-permai",
    "timezone": "Asia/Jakarta",
    "registration_city": "Bekasi",
    "contact_name": "Ayu Lestari",
    "contact_email": "ayu@permai.test",
    "password": "rahasia-sekali-9",
    "accept_terms": "on",
}


@pytest.fixture(autouse=True)
def _on_the_day() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def prices(staff: User) -> Experiment:
    """The experiment on price points, running for thirty days from 30 January 2026."""
    return begin("price-points", staff)


def begin(code: str, staff: User) -> Experiment:
    row = Experiment.objects.get(product__code="klustera", code=code)
    return switch_on(
        experiment=row,
        first_day=TODAY,
        last_day=TODAY + timedelta(days=29),
        reason="Uji harga",
        by=staff,
        now=NOW,
    )


def text(answer: HttpResponse | Any) -> str:
    assert answer.status_code == 200, answer.status_code
    return str(answer.content.decode()).replace("\xa0", " ")


def amount(shown: str) -> str:
    """What the calculator says."""
    return re.search(r'<span class="money">(Rp [\d.]+)</span>', shown.split('class="quote__figure">')[1])[1]  # type: ignore[index]


@pytest.fixture
def visitor_in(client_at: ClientAt, db: None) -> Callable[[str], Client]:
    """`visitor_in("Rp 800.000")`: somebody new whom the price page answers with that amount."""

    def found(wanted: str) -> Client:
        for _try in range(60):
            client = client_at()
            if amount(text(client.get("/harga/klustera/?quantity=200"))) == wanted:
                return client
        raise AssertionError("nobody of sixty")

    return found


def shown_token(client: Client) -> str:
    """What the sign-up page carries along."""
    found = re.search(r'name="shown" value="([^"]+)"', text(client.get("/daftar/klustera/?quantity=200")))
    assert found is not None
    return found[1]


def sign_up(client: Client, **changes: str) -> Tenant:
    answer = client.post("/daftar/klustera/", FORM | changes)
    assert answer.status_code == 302, answer.content.decode()[:2000]
    return Tenant.objects.get(name="Griya Permai")


@pytest.mark.parametrize(("wanted", "lowest"), [(HIGHER, "Rp 2.500"), (CURRENT, "Rp 2.000")])
def test_a_visitor_sees_one_variant_on_every_page(
    prices: Experiment, visitor_in: Callable[[str], Client], wanted: str, lowest: str
) -> None:
    """K13, K19: home, price table, calculator with and without JavaScript, sign-up, ten times over."""
    client = visitor_in(wanted)
    for _again in range(10):
        assert amount(text(client.get("/harga/klustera/?quantity=200"))) == wanted
        assert amount(text(client.get("/harga/klustera/hitung/?quantity=200"))) == wanted
    assert f"Mulai dari {lowest} per unit per bulan." in text(client.get("/"))
    assert f"<b>{lowest}</b>" in text(client.get("/harga/klustera/"))
    token = shown_token(client)
    preview = text(client.get("/daftar/klustera/harga/", {"quantity": "200", "shown": token}))
    # 30 days from 30 January end on 1 March: the first invoice is a whole month's
    assert wanted in preview


@pytest.mark.parametrize(("wanted", "monthly"), [(HIGHER, 800_000), (CURRENT, 600_000)])
def test_who_signs_up_is_billed_by_the_variant_for_as_long_as_they_stay(
    prices: Experiment, visitor_in: Callable[[str], Client], staff: User, wanted: str, monthly: int
) -> None:
    """K13, K1: invoices of March, April and May, long after the experiment was switched off."""
    client = visitor_in(wanted)
    tenant = sign_up(client, shown=shown_token(client))
    switch_off(experiment=prices, reason="Selesai diuji", by=staff, now=NOW)
    tenant = provision_tenant(tenant=tenant, now=NOW)
    live_through(tenant, date(2026, 1, 31), date(2026, 5, 2))
    with inside(tenant):
        issued = [
            (str(item.issued_on), item.total) for item in Document.objects.filter(kind="invoice").order_by("issued_on")
        ]
    assert issued[:2] == [("2026-03-01", monthly), ("2026-04-01", monthly)]
    enrolment = Enrolment.objects.get()
    assert (enrolment.tenant, enrolment.variant) == (tenant, "higher" if wanted == HIGHER else "current")


def test_the_trial_is_as_long_as_the_page_said(staff: User, client_at: ClientAt) -> None:
    """K13, K6: 60 days from 30 January end on 31 March, 30 days on 1 March."""
    begin("trial-length", staff)
    ends = {"31 Maret 2026": date(2026, 3, 31), "1 Maret 2026": date(2026, 3, 1)}
    seen = set()
    for number in range(60):
        client = client_at()
        shown = text(client.get("/harga/klustera/?quantity=200"))
        said = next(day for day in ends if f"<dd>{day}</dd>" in shown)
        if said not in seen:
            seen.add(said)
            names = {
                "organisation_name": "Griya Permai",
                "subdomain": f"griya-{number}-uji",
                "contact_email": f"a{number}@permai.test",
            }
            client.post("/daftar/klustera/", FORM | names | {"shown": shown_token(client)})
            tenant = provision_tenant(tenant=Tenant.objects.get(contact_email=names["contact_email"]), now=NOW)
            with inside(tenant):
                assert Subscription.objects.get().trial_ends_on == ends[said]
        if len(seen) == 2:
            return
    raise AssertionError("one variant never came")


def test_a_page_opened_before_the_switch_is_honoured(
    prices: Experiment, visitor_in: Callable[[str], Client], staff: User
) -> None:
    """K13: the sign-up page showed 4.000; the experiment ends; whoever presses the button pays 4.000."""
    client = visitor_in(HIGHER)
    token = shown_token(client)
    switch_off(experiment=prices, reason="Selesai diuji", by=staff, now=NOW)
    assert amount(text(client.get("/harga/klustera/?quantity=200"))) == CURRENT
    assert HIGHER in text(client.get("/daftar/klustera/harga/", {"quantity": "200", "shown": token}))
    assert sign_up(client, shown=token).signup["variants"][0]["variant"]["code"] == "higher"


def test_a_page_opened_before_the_start_is_honoured_too(
    visitor_in: Callable[[str], Client], client_at: ClientAt, staff: User
) -> None:
    """K13: the list price was shown; nobody is moved to a dearer one between page and button."""
    clients = [client_at() for _ in range(12)]
    tokens = [shown_token(client) for client in clients]
    begin("price-points", staff)
    dearer = next(
        at for at, client in enumerate(clients) if amount(text(client.get("/harga/klustera/?quantity=200"))) == HIGHER
    )
    tenant = sign_up(clients[dearer], shown=tokens[dearer])
    assert "variants" not in tenant.signup
    assert not Enrolment.objects.exists()


@pytest.mark.parametrize("forged", ["", "x", "eyJwcmljZS1wb2ludHMiOlsiaGlnaGVyIl19:1abc:def"])
def test_a_forged_page_counts_for_nothing(prices: Experiment, visitor_in: Callable[[str], Client], forged: str) -> None:
    """K13: then the cookie decides."""
    client = visitor_in(HIGHER)
    assert sign_up(client, shown=forged).signup["variants"][0]["variant"]["code"] == "higher"


def test_a_page_of_the_day_before_yesterday_is_shown_anew(
    prices: Experiment, visitor_in: Callable[[str], Client], staff: User
) -> None:
    """K13: after a day the page's word is old; what holds then is sold."""
    client = visitor_in(HIGHER)
    token = shown_token(client)
    switch_off(experiment=prices, reason="Selesai diuji", by=staff, now=NOW)
    with time_machine.travel(NOW + timedelta(days=2), tick=False):
        assert "variants" not in sign_up(client, shown=token).signup


def test_the_cookie_is_signed_says_nothing_about_a_person_and_belongs_to_the_public_host(
    prices: Experiment, client_at: ClientAt
) -> None:
    """K13: host-only, not readable by scripts, half a year; a changed one is a new visitor."""
    client = client_at()
    client.get("/harga/klustera/")
    cookie = client.cookies[COOKIE]
    assert (cookie["domain"], cookie["path"], cookie["httponly"], cookie["samesite"]) == ("", "/", True, "Lax")
    assert cookie["max-age"] == 180 * 24 * 3600
    before = Exposure.objects.count()
    client.cookies[COOKIE] = cookie.value[:-1] + ("a" if cookie.value[-1] != "a" else "b")
    client.get("/harga/klustera/")
    assert Exposure.objects.count() == before + 1


def test_there_is_no_cookie_while_nothing_is_tried_out(client_at: ClientAt, db: None) -> None:
    """K13."""
    client = client_at()
    for path in ("/", "/harga/klustera/", "/daftar/klustera/"):
        assert COOKIE not in client.get(path).cookies


def test_a_visitor_is_counted_where_prices_are_shown_and_once(prices: Experiment, client_at: ClientAt) -> None:
    """K13: the home page shows no more than a first price; the calculator belongs to the page."""
    client = client_at()
    client.get("/")
    assert Exposure.objects.count() == 0
    for _again in range(3):
        client.get("/harga/klustera/")
        client.get("/harga/klustera/hitung/?quantity=200")
        client.get("/daftar/klustera/")
    assert Exposure.objects.count() == 1
    assert sum(tally.visitors for tally in tallies(prices, with_tests=False)) == 1


def test_machines_see_the_list_price_and_are_not_counted(prices: Experiment, client_at: ClientAt) -> None:
    """K13: a search engine's price is the same every day."""
    for _each in range(8):
        client = client_at()
        shown = client.get(
            "/harga/klustera/?quantity=200", headers={"user-agent": "Mozilla/5.0 (compatible; Googlebot/2.1)"}
        )
        assert amount(text(shown)) == CURRENT
        assert COOKIE not in shown.cookies
    assert not Exposure.objects.exists()


def test_what_a_visitor_sees_is_kept_by_no_shared_cache(prices: Experiment, client_at: ClientAt) -> None:
    """K13."""
    answer = client_at().get("/harga/klustera/")
    assert "private" in answer["Cache-Control"]
    assert "Cookie" in answer["Vary"]


def test_other_products_and_tenants_are_not_touched(prices: Experiment, client_at: ClientAt, complex_: Tenant) -> None:
    """K13: an experiment is of one product, and who signed up before it keeps the price."""
    client = client_at()
    assert "Rp 1.125.000" in text(client.get("/harga/xclass/?quantity=150"))  # 150 × 7.500
    assert COOKIE not in client.cookies
    with inside(complex_):
        assert Subscription.objects.get().terms.variants == ()
