"""N13, landing → checkout: each browser counts once a day for a product, and nobody is known by it."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client

from plans.models import VisitDay
from plans.services.visits import VisitStep, count_visit
from tenants.models import User
from tests.public.test_experiments import FORM
from trials.views.visits import COOKIE

ClientAt = Callable[..., Client]
# Eleven at night in Jakarta.
LATE = datetime(2026, 1, 30, 16, 0, tzinfo=UTC)
PRICES, SIGN_UP = "/harga/klustera/", "/daftar/klustera/"


@pytest.fixture(autouse=True)
def _late(db: None) -> Iterator[time_machine.Traveller]:
    with time_machine.travel(LATE, tick=False) as clock:
        yield clock


@pytest.fixture
def clock(_late: time_machine.Traveller) -> time_machine.Traveller:
    return _late


def counted() -> dict[tuple[str, date], tuple[int, int, int]]:
    rows = VisitDay.objects.values_list("product", "on", "landings", "checkouts", "signups")
    return {(product, on): (landed, opened, sent) for product, on, landed, opened, sent in rows}


def test_a_visit_counts_once_a_day_for_each_step_and_product_n13(
    client_at: ClientAt, clock: time_machine.Traveller
) -> None:
    """Two look at Klustera, one of them again and on to the sign-up; it looks at XClass too. After midnight it counts anew."""
    one, other, first, second = client_at(), client_at(), date(2026, 1, 30), date(2026, 1, 31)
    for path in (PRICES, f"{PRICES}?quantity=200", "/", SIGN_UP, SIGN_UP, "/harga/xclass/"):
        assert one.get(path).status_code == 200
    other.get(PRICES)
    assert counted() == {("klustera", first): (2, 1, 0), ("xclass", first): (1, 0, 0)}
    clock.shift(3600)
    assert one.post(SIGN_UP, FORM | {"organisation_name": ""}).status_code == 422
    one.get(PRICES)
    assert counted()["klustera", second] == (1, 0, 0)
    assert one.post(SIGN_UP, FORM).status_code == 302
    assert one.post(SIGN_UP, FORM).status_code == 302, "sent twice"
    assert counted() == {
        ("klustera", first): (2, 1, 0),
        ("xclass", first): (1, 0, 0),
        ("klustera", second): (1, 1, 1),
    }


def test_who_opens_the_sign_up_first_has_landed_there(client_at: ClientAt) -> None:
    client_at().get(SIGN_UP)
    assert list(counted().values()) == [(1, 1, 0)]


def test_machines_staff_and_pages_that_were_not_shown_do_not_count(client_at: ClientAt, staff: User) -> None:
    client_at(None, staff).get(PRICES)
    client = client_at()
    client.get(PRICES, headers={"User-Agent": "Googlebot/2.1"})
    client.get(PRICES, headers={"Sec-Purpose": "prefetch;prerender"})
    client.head(PRICES)
    assert client.get("/harga/gone/").status_code == 404
    assert counted() == {}
    assert COOKIE not in client.cookies


def test_the_cookie_tells_nobody_apart_and_a_forged_one_counts_as_none(client_at: ClientAt) -> None:
    one, other = client_at(), client_at()
    one.get(PRICES)
    other.get(PRICES)
    assert one.cookies[COOKIE].value == other.cookies[COOKIE].value
    assert one.cookies[COOKIE]["httponly"]
    for forged in ("nonsense", one.cookies[COOKIE].value + "x"):
        one.cookies[COOKIE] = forged
        one.get(PRICES)
    assert [sums[0] for sums in counted().values()] == [4]


def test_the_database_holds_the_sums_in_their_order() -> None:
    day = date(2026, 1, 30)
    count_visit(product="klustera", on=day, steps=[VisitStep.LANDING])
    with pytest.raises(IntegrityError), transaction.atomic():
        count_visit(product="klustera", on=day, steps=[VisitStep.SIGNUP])
    assert counted() == {("klustera", day): (1, 0, 0)}
