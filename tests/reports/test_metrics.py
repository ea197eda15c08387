"""`/metrics`: what waits, and for how long."""

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client
from pytest_django import Settings

from tenants.models import Tenant

ClientAt = Callable[..., Client]


def test_metrics_count_tenants_and_waiting_work(school: Tenant, client_at: ClientAt) -> None:
    answer = client_at().get("/metrics")
    assert answer.status_code == 200
    text = answer.content.decode()
    assert 'langganan_tenants{product="xclass",status="trialing"} 1.0' in text
    assert 'langganan_queue_waiting{queue="parked"} 0.0' in text


def test_an_agenda_that_lies_behind_is_counted(school: Tenant, client_at: ClientAt) -> None:
    Tenant.objects.filter(pk=school.pk).update(billing_due_on=date(2025, 3, 1))
    assert "langganan_agenda_overdue 1.0" in client_at().get("/metrics").content.decode()


@pytest.mark.parametrize(("given", "status"), [("", 404), ("Bearer wrong", 404), ("Bearer rahasia", 200)])
def test_metrics_are_closed_to_who_does_not_bear_the_token(
    db: None, settings: Settings, client_at: ClientAt, given: str, status: int
) -> None:
    settings.METRICS_TOKEN = "rahasia"
    assert client_at().get("/metrics", headers={"Authorization": given}).status_code == status


def test_a_tenants_host_has_no_metrics(school: Tenant, client_at: ClientAt) -> None:
    assert client_at(school).get("/metrics").status_code == 404


def test_probes_answer_on_any_host(db: None, client_at: ClientAt) -> None:
    assert client_at().get("/health/live").content == b"ok\n"
