"""What time does to the sandbox, called without HTTP so that the clock can be passed in."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from billing.gateways.sandbox import tasks
from billing.gateways.sandbox.models import SandboxNotice, SandboxPage
from billing.gateways.sandbox.moves import expire_overdue_attempt, locked_transaction
from billing.gateways.sandbox.notices import Answer
from billing.gateways.sandbox.pages import open_page, page_state
from billing.gateways.sandbox.payer import Action, Delivery, play
from billing.gateways.sandbox.tasks import send_due_notices

NOW = datetime(2025, 3, 1, 3, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture
def page() -> SandboxPage:
    expiry = {"start_time": "2031-01-01 00:00:00 +0700", "unit": "minute", "duration": 60}
    details = {"order_id": "LGN-1-a", "gross_amount": 150_000}
    return open_page(body={"transaction_details": details, "expiry": expiry}, now=NOW)


def wait_for_payment(page: SandboxPage) -> None:
    play(token=page.token, method="bca_va", action=Action.WAIT, delivery=Delivery.NORMAL, delay_seconds=0, now=NOW)


@pytest.mark.parametrize(("minutes", "state"), [(59, "open"), (60, "expired"), (61, "expired")])
def test_a_page_lives_from_its_opening_whatever_a_demo_tenants_clock_says(
    page: SandboxPage, minutes: int, state: str
) -> None:
    assert page_state(page, NOW + timedelta(minutes=minutes)) == state


def test_a_pending_transaction_expires_with_its_page_and_says_so_once(page: SandboxPage) -> None:
    wait_for_payment(page)
    assert not expire_overdue_attempt(reference="LGN-1-a", now=NOW + timedelta(minutes=59))
    assert expire_overdue_attempt(reference="LGN-1-a", now=NOW + timedelta(minutes=60))
    assert not expire_overdue_attempt(reference="LGN-1-a", now=NOW + timedelta(minutes=61))
    assert locked_transaction("LGN-1-a").status == "expire"
    bodies = [json.loads(notice.body) for notice in SandboxNotice.objects.all()]
    assert [(body["transaction_status"], body["status_code"]) for body in bodies] == [
        ("pending", "201"),
        ("expire", "202"),
    ]


def test_a_503_is_answered_by_four_retries_in_growing_distance(
    page: SandboxPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    wait_for_payment(page)
    monkeypatch.setattr(tasks, "post_notice", lambda _body: Answer(503, "HTTP 503"))
    sent_after = [minutes for minutes in range(600) if send_due_notices(NOW + timedelta(minutes=minutes))]
    # 2, 10, 30 and 90 minutes after one another.
    assert sent_after == [0, 2, 12, 42, 132]
    notice = SandboxNotice.objects.get()
    assert (notice.sent, notice.due_at, notice.finished_at) == (5, None, NOW + timedelta(minutes=132))
