"""K6, C3: three months of trial for pilots, and what they promise in return."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
import time_machine
from django.test import Client

from plans.models import PilotDuty
from tenants.models import NumberSeries, Role, Tenant
from tests.api.conftest import host_of, program, tenant_secret
from tests.conftest import make_tenant, told
from tests.dashboard.stages import member
from trials.errors import DutyDone, NoTrial
from trials.services.pilots import finish_duty, remind_of_duties, reopen_duty
from trials.services.trials import grant_pilot


def test_a_pilot_is_tried_for_three_months_from_sign_up(complex_: Tenant) -> None:
    """Signed up 2026-01-30: 30 April instead of 1 March."""
    subscription = grant_pilot(tenant=complex_, reason="Pilot Bekasi", today=date(2026, 2, 10))
    assert subscription.trial_ends_on == date(2026, 4, 30)
    complex_.refresh_from_db()
    assert complex_.billing_due_on == date(2026, 4, 30)
    assert told(complex_, "subscription.changed") == [("2026-02-10", "subscription.changed")]


def test_a_pilot_is_granted_once(complex_: Tenant) -> None:
    grant_pilot(tenant=complex_, reason="Pilot", today=date(2026, 2, 10))
    with pytest.raises(NoTrial) as refused:
        grant_pilot(tenant=complex_, reason="Pilot", today=date(2026, 2, 11))
    assert refused.value.code == "pilot_already"


def test_the_sixth_pilot_is_refused_and_takes_no_place(complex_: Tenant) -> None:
    series = NumberSeries.objects.create(series="pilot:klustera", kind="pilot", year=0, last=5)
    with pytest.raises(NoTrial) as refused:
        grant_pilot(tenant=complex_, reason="Pilot", today=date(2026, 2, 10))
    series.refresh_from_db()
    assert (refused.value.code, series.last) == ("pilot_full", 5)


def test_a_product_without_a_pilot_grants_none(school: Tenant) -> None:
    with pytest.raises(NoTrial) as refused:
        grant_pilot(tenant=school, reason="Pilot", today=date(2025, 2, 10))
    assert refused.value.code == "no_pilot"


@pytest.fixture
def pilot(db: None) -> Tenant:
    """A cooperative that was made a pilot on 12 March 2026."""
    tenant = make_tenant("koperasi", "Koperasi Maju", "koperasi", 80, date(2026, 3, 10), plan="starter")
    grant_pilot(tenant=tenant, reason="Pilot Jawa Barat", today=date(2026, 3, 12))
    return tenant


def test_a_pilots_duties_are_a_checklist_with_days_c3(pilot: Tenant) -> None:
    """Counted from the day it was granted: the case study within 14 days, on 26 March."""
    duties = [(duty.code, str(duty.due_on)) for duty in PilotDuty.objects.all()]
    assert duties[:3] == [("case-study", "2026-03-26"), ("feedback-1", "2026-04-11"), ("feedback-2", "2026-05-11")]
    assert len(duties) == 7
    for day, told_now in ((26, 0), (27, 1), (27, 0)):
        assert remind_of_duties(now=datetime(2026, 3, day, 5, tzinfo=UTC)) == told_now
    done = finish_duty(tenant=pilot, code="case-study", note="Surat ditandatangani", today=date(2026, 3, 28))
    assert done.done_on == date(2026, 3, 28)
    with pytest.raises(DutyDone):
        finish_duty(tenant=pilot, code="case-study", note="Sekali lagi", today=date(2026, 3, 28))
    for _twice in range(2):
        opened = reopen_duty(tenant=pilot, code="case-study", reason="Belum ditandatangani", today=date(2026, 3, 29))
        assert opened.done_on is None
    assert [name for _day, name in told(pilot) if name.startswith("pilot.")] == [
        *("pilot.granted", "pilot.duty_late", "pilot.duty_done", "pilot.duty_reopened")
    ]


def test_a_pilot_works_its_checklist_off_on_its_page_and_by_api_and_nobody_elses_c3(
    pilot: Tenant, school: Tenant, client_at: Callable[..., Client]
) -> None:
    with time_machine.travel(datetime(2026, 3, 27, 5, tzinfo=UTC)):
        owner, viewer = member(pilot, Role.OWNER), member(pilot, Role.VIEWER)
        client = client_at(pilot, owner)
        shown = client.get("/pilot/").content.decode()
        assert shown.count("Terlambat") == 1
        assert "0 dari 7 selesai" in shown
        wrong = client.post("/pilot/case-study/selesai/", {"case-study-note": "ya"})
        assert (wrong.status_code, 'value="ya"' in wrong.content.decode()) == (422, True)
        assert 'href="#id_case-study-note"' in wrong.content.decode(), "the summary on top leads to the field"
        assert client.post("/pilot/case-study/selesai/", {"case-study-note": "Sudah tanda tangan"}).status_code == 302
        assert client_at(pilot, viewer).post("/pilot/demo/selesai/", {"demo-note": "Sudah ikut"}).status_code == 403
        assert client_at(pilot, member(school, Role.OWNER)).get("/pilot/").status_code == 404
        api, other = (program(host_of(item), tenant_secret(item)) for item in (pilot, school))
        answer = api.post("pilot", {"code": "demo", "note": "Ikut demo 20 Maret"}).json()
        assert [item["code"] for item in answer["duties"] if item["done_on"]] == ["case-study", "demo"]
        assert other.get("pilot").json() == {"duties": []}
        assert other.post("pilot", {"code": "demo", "note": "Ikut demo"}).json()["code"] == "duty_not_found"
