"""Coming from one host to another, and staff acting as a member."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.test import Client

from tenants.errors import NotAllowed
from tenants.middleware import SESSION_IMPERSONATION
from tenants.models import Event, Tenant, User
from tenants.services.handoff import make_handoff, redeem_handoff
from tests.conftest import make_user

NOW = datetime(2025, 3, 10, 3, 0, tzinfo=UTC)
ClientAt = Callable[..., Client]


@pytest.fixture
def rina(db: None) -> User:
    """Staff of support."""
    user = make_user("rina@example.test", "Rina", is_staff=True)
    user.groups.add(Group.objects.create(name="support"))
    return user


def test_a_token_logs_in_once_within_a_minute(school: Tenant, ayu: User) -> None:
    token = make_handoff(ayu, school, NOW)
    assert redeem_handoff(token, school, NOW + timedelta(seconds=60)).user == ayu
    with pytest.raises(NotAllowed):
        redeem_handoff(token, school, NOW + timedelta(seconds=60))


@pytest.mark.parametrize("age", [timedelta(seconds=-1), timedelta(seconds=61)])
def test_a_token_too_old_or_from_the_future_is_refused(school: Tenant, ayu: User, age: timedelta) -> None:
    with pytest.raises(NotAllowed):
        redeem_handoff(make_handoff(ayu, school, NOW), school, NOW + age)


def test_a_token_of_another_tenant_or_forged_or_of_a_stranger_is_refused(
    school: Tenant, complex_: Tenant, ayu: User, citra: User
) -> None:
    for token in (
        make_handoff(ayu, complex_, NOW),
        make_handoff(citra, school, NOW),
        "x" + make_handoff(ayu, school, NOW),
    ):
        with pytest.raises(NotAllowed):
            redeem_handoff(token, school, NOW)


def test_a_member_of_staff_without_the_role_cannot_come_in_as_somebody_else(
    school: Tenant, ayu: User, budi: User
) -> None:
    with pytest.raises(NotAllowed):
        redeem_handoff(make_handoff(ayu, school, NOW, impersonator=budi), school, NOW)


def test_staff_act_under_both_names_and_stop(school: Tenant, ayu: User, rina: User, client_at: ClientAt) -> None:
    client = client_at(school)
    with time_machine.travel(NOW, tick=False):
        arrived = client.get(f"/masuk-dengan/{make_handoff(ayu, school, NOW, impersonator=rina)}/")
        assert (arrived.status_code, arrived["Location"]) == (302, "/")
        assert client.get("/accounts/password/change/").status_code == 403
        stopped = client.post("/berhenti-mewakili/")
    assert stopped["Location"].endswith(f"/admin/tenants/tenant/{school.pk}/")
    event = Event.objects.get(tenant=school, name="staff.impersonation_ended")
    assert (event.actor_kind, event.actor) == ("staff", "Staf Rina sebagai Ayu")
    assert "_auth_user_id" not in client.session


def test_the_stay_ends_by_itself_after_thirty_minutes(
    school: Tenant, ayu: User, rina: User, client_at: ClientAt
) -> None:
    client = client_at(school)
    with time_machine.travel(NOW, tick=False):
        client.get(f"/masuk-dengan/{make_handoff(ayu, school, NOW, impersonator=rina)}/")
        assert SESSION_IMPERSONATION in client.session
    with time_machine.travel(NOW + timedelta(minutes=30), tick=False):
        client.get("/berhenti-mewakili/")
    assert "_auth_user_id" not in client.session
    assert Event.objects.get(tenant=school, name="staff.impersonation_ended").cause == "Waktu habis"


def test_a_used_token_shows_a_refusal_and_logs_nobody_in(school: Tenant, ayu: User, client_at: ClientAt) -> None:
    client, token = client_at(school), make_handoff(ayu, school, NOW)
    with time_machine.travel(NOW, tick=False):
        client.get(f"/masuk-dengan/{token}/")
        second = client_at(school)
        assert second.get(f"/masuk-dengan/{token}/").status_code == 403
    assert "_auth_user_id" not in second.session


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/anggota/undang/", {"email": "rina@example.test", "role": "owner"}),
        ("/kunci-api/buat/", {"name": "Punya Rina"}),
        ("/profil/diri/", {"first_name": "Rina", "phone": "+628111111111", "language": "id"}),
    ],
)
def test_staff_leave_no_member_no_key_and_no_new_number_behind(
    school: Tenant, ayu: User, rina: User, client_at: ClientAt, path: str, said: dict[str, str]
) -> None:
    client = client_at(school)
    with time_machine.travel(NOW, tick=False):
        client.get(f"/masuk-dengan/{make_handoff(ayu, school, NOW, impersonator=rina)}/")
        assert client.post(path, said).status_code == 403
    ayu.refresh_from_db()
    assert (school.invitations.count(), school.api_keys.count(), ayu.first_name) == (0, 0, "Ayu")


def test_the_stay_ends_at_once_when_the_staff_loses_the_right(
    school: Tenant, ayu: User, rina: User, client_at: ClientAt
) -> None:
    client = client_at(school)
    with time_machine.travel(NOW, tick=False):
        client.get(f"/masuk-dengan/{make_handoff(ayu, school, NOW, impersonator=rina)}/")
        assert client.get("/anggota/").status_code == 200
        rina.groups.clear()
        assert "/accounts/login/" in client.get("/anggota/")["Location"]
    assert Event.objects.get(tenant=school, name="staff.impersonation_ended").cause == "Hak staf dicabut"
