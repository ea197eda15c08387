"""The address that the gateway posts to: answers fast, stores raw, follows no slash."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import OperationalError
from django.test import Client
from kombu.exceptions import OperationalError as BrokerError
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from billing import webhooks
from billing.gateways.models import Notice, NoticeState
from billing.services.gateway.notices import prune_notices
from billing.tasks import apply_notice, apply_pending_notices, reconcile_checkouts
from tenants.models import Tenant
from tests.payments.conftest import Till, account


@pytest.fixture
def post(settings: Settings) -> Client:
    return Client(headers={"host": "localhost"}, enforce_csrf_checks=True)


def send(post: Client, body: bytes, path: str = "/webhooks/midtrans/") -> int:
    return post.post(path, data=body, content_type="application/json").status_code


@pytest.mark.parametrize("path", ["/webhooks/midtrans/", "/webhooks/midtrans"])
def test_a_notice_is_stored_word_for_word_with_or_without_the_last_slash(
    till: Till, billed: Tenant, post: Client, path: str
) -> None:
    till.press(till.open(billed), "pay")
    body = till.bodies(2)[1]
    assert send(post, body, path) == 200
    assert Notice.objects.get().body == body.decode()
    assert account(billed).received == 0  # Money moves in the worker only.


def test_the_worker_is_told_once_the_notice_is_committed(
    till: Till,
    billed: Tenant,
    post: Client,
    settings: Settings,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    settings.MIDTRANS_SNAP_BASE_URL, settings.MIDTRANS_API_BASE_URL = f"{till.sandbox.url}/snap/v1", till.sandbox.url
    till.press(till.open(billed), "pay")
    with django_capture_on_commit_callbacks(execute=True):
        assert send(post, till.bodies(2)[1]) == 200
    assert account(billed).open == 0
    apply_pending_notices()
    reconcile_checkouts()
    assert account(billed).received == 750_000


def test_a_lost_message_to_the_worker_loses_no_notice(
    till: Till,
    billed: Tenant,
    post: Client,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    def away(*args: object) -> None:
        raise BrokerError("no broker")

    settings.MIDTRANS_SNAP_BASE_URL, settings.MIDTRANS_API_BASE_URL = f"{till.sandbox.url}/snap/v1", till.sandbox.url
    monkeypatch.setattr(apply_notice, "delay", away)
    till.press(till.open(billed), "pay")
    with django_capture_on_commit_callbacks(execute=True):
        assert send(post, till.bodies(2)[1]) == 200
    assert account(billed).open == 750_000
    apply_pending_notices()
    assert account(billed).open == 0


def test_a_forged_notice_is_refused(till: Till, billed: Tenant, post: Client) -> None:
    till.press(till.open(billed), "pay", delivery="forged")
    assert send(post, till.bodies(2)[1]) == 403
    assert Notice.objects.get().state == "forged"


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b'"x"', b'{"order_id": NaN}', b"\xff\xfe", b'{"order_id": "\\u0000"}']
)
def test_what_is_no_notice_is_refused_and_not_stored(db: None, post: Client, body: bytes) -> None:
    assert send(post, body) == 400
    assert not Notice.objects.exists()


def test_a_body_that_is_too_long_is_not_read(db: None, post: Client) -> None:
    assert send(post, b'{"a": "' + b"x" * 70_000 + b'"}') == 413


def test_a_database_that_is_away_asks_midtrans_to_come_back(
    db: None, post: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(**_facts: object) -> Notice:
        raise OperationalError("down")

    monkeypatch.setattr(webhooks, "receive_notice", away)
    assert send(post, b"{}") == 503


def test_only_posting_is_possible_and_only_on_the_public_host(db: None, post: Client, school: Tenant) -> None:
    assert post.get("/webhooks/midtrans/").status_code == 405
    elsewhere = Client(headers={"host": "sman1.localhost"})
    assert elsewhere.post("/webhooks/midtrans/", data=b"{}", content_type="application/json").status_code == 404


def test_forged_notices_are_forgotten_after_a_week_and_idle_ones_after_ninety_days(db: None) -> None:
    """Anybody can post them, so they must not pile up; what moved money is kept."""
    now = datetime(2026, 6, 1, tzinfo=UTC)
    ages = {NoticeState.FORGED: (6, 8), NoticeState.IGNORED: (89, 91), NoticeState.APPLIED: (8, 400)}
    for state, days in ages.items():
        for age in days:
            made = Notice.objects.create(body="{}", dedupe_key=f"{state}-{age}", state=state)
            Notice.objects.filter(pk=made.pk).update(received_at=now - timedelta(days=age))
    assert prune_notices(now=now) == 2
    left = set(Notice.objects.values_list("dedupe_key", flat=True))
    assert left == {"forged-6", "ignored-89", "applied-8", "applied-400"}
