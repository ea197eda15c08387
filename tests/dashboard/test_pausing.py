"""Pausing on the pages: what closes and what is billed is shown first (N2)."""

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client

from tenants.models import Membership, Role, Tenant, User
from tests.billing.lives import pay, spans
from tests.conftest import make_tenant, make_user
from tests.dashboard.stages import at_day, text_of

ClientAt = Callable[..., Client]
SIGNUP = date(2026, 3, 10)
PAUSE, RESUME = "/langganan/jeda/", "/langganan/aktifkan/"


@pytest.fixture
def learner(db: None) -> Tenant:
    """By the month, paid to 10 April 2026, on 20 March."""
    tenant = make_tenant("belajar", "Dewi", "naikkelas", 1, SIGNUP, plan="learner")
    pay(tenant, SIGNUP)
    return at_day(tenant, date(2026, 3, 20), SIGNUP)


@pytest.fixture
def dewi(learner: Tenant) -> User:
    """Herself."""
    user = make_user("dewi@example.test", "Dewi")
    Membership.objects.create(user=user, tenant=learner, role=Role.OWNER)
    return user


@pytest.fixture
def client(learner: Tenant, dewi: User, client_at: ClientAt) -> Client:
    """Her browser."""
    return client_at(learner, dewi)


def test_paused_and_taken_up_again(client: Client, learner: Tenant) -> None:
    """N2: paused from 20 March to 1 June; on 5 May the period from 10 April is billed, 99.000, as shown."""
    assert f'href="{PAUSE}"' in text_of(client.get("/langganan/"))
    page = text_of(client.get(PAUSE))
    assert "18 Juni 2026" in page
    assert "10 April 2026, perkiraan Rp 99.000" in page
    answer = client.post(PAUSE, {"until": "2026-06-01"})
    assert (answer.status_code, answer["Location"]) == (302, "/ditangguhkan/")
    closed = text_of(client.get(answer["Location"]))
    assert "Langganan Anda dijeda sampai 1 Juni 2026" in closed
    at_day(learner, date(2026, 5, 5))
    assert client.get("/tambahan/")["Location"] == "/ditangguhkan/"
    assert "Langganan Anda dijeda" in text_of(client.get("/"))
    shown = text_of(client.get(RESUME))
    assert "Rp 99.000" in shown
    assert client.post(RESUME).status_code == 302
    assert spans(learner)[-1] == ("2026-04-10", "2026-05-10", 99_000)
    assert client.get("/tambahan/").status_code == 200


@pytest.mark.parametrize("until", ["", "besok", "2026-03-20", "2026-06-19", "1900-01-01"])
def test_a_day_that_is_none_or_too_far_is_answered_on_the_page(client: Client, learner: Tenant, until: str) -> None:
    answer = client.post(PAUSE, {"until": until})
    assert answer.status_code == 422
    assert answer.context["form"].errors["until"]
    learner.refresh_from_db()
    assert learner.status == "active"


def test_nothing_to_pause_or_to_take_up_leads_back(
    client: Client, school: Tenant, ayu: User, client_at: ClientAt
) -> None:
    """A school has no pauses; who is not paused has nothing to resume."""
    assert client.get(RESUME)["Location"] == "/langganan/"
    at_day(school, date(2025, 3, 1))
    theirs = client_at(school, ayu)
    assert PAUSE not in text_of(theirs.get("/langganan/"))
    assert theirs.post(PAUSE, {"until": "2025-04-01"})["Location"] == "/langganan/"
    school.refresh_from_db()
    assert school.status == "active"
