"""Sending: claims, retries with backoff, giving up, two workers at once."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest
from django.core import mail
from pytest_django import Settings

from notifications.models import Message, MessageState
from notifications.selectors.messages import unsent_of
from notifications.services.consuming import notify
from notifications.services.delivering import CLAIM, deliver, retry_message
from tenants.context import inside
from tenants.models import Membership, Tenant, User

pytestmark = pytest.mark.django_db
NOW = datetime(2025, 2, 1, 2, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
# A port that no system gives to whoever asks for a free one: nobody comes to listen there meanwhile.
NOBODY = 1


@pytest.fixture
def queued(school: Tenant, ayu: User) -> Tenant:
    """A school with one e-mail to send: Ayu's welcome."""
    Tenant.objects.update(contact_email="")
    Membership.objects.exclude(tenant=school).delete()
    notify(now=NOW)
    school.refresh_from_db()
    return school


def only(tenant: Tenant) -> Message:
    """The one e-mail."""
    with inside(tenant):
        return Message.objects.get(channel="email")


def due_at(tenant: Tenant) -> datetime | None:
    """When delivery visits the tenant next."""
    return Tenant.objects.values_list("messages_due_at", flat=True).get(pk=tenant.pk)


def test_a_message_is_sent_once(queued: Tenant) -> None:
    """With its own Message-ID, from the product, answers to the issuer, text and HTML; then nothing is due."""
    assert deliver(now=NOW).sent == 1
    assert deliver(now=NOW + CLAIM).tried == 0
    message = only(queued)
    [letter] = mail.outbox
    assert (message.state, message.attempts, message.sent_at, due_at(queued)) == ("sent", 1, NOW, None)
    assert letter.to == ["Ayu <ayu@example.test>"]
    assert letter.from_email.startswith("XClass <")
    assert letter.reply_to == ["tagihan@xclass.test"]
    assert str(message.pk) in letter.extra_headers["Message-ID"]
    assert letter.body == message.body_text
    assert letter.alternatives[0][0] == message.body_html  # type: ignore[attr-defined]


def test_a_mail_server_that_is_down_is_tried_again_and_given_up(queued: Tenant, settings: Settings) -> None:
    """After 1, 5, 30 minutes, 2 and 12 hours; the reason stands on the message all the while."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", NOBODY
    now = NOW
    for minutes in (1, 5, 30, 120, 720):
        assert deliver(now=now).failed == 1
        message = only(queued)
        assert (message.state, message.next_try_at) == ("failed", now + minutes * MINUTE)
        assert "ConnectionRefusedError" in message.error
        assert due_at(queued) == message.next_try_at
        assert deliver(now=now + minutes * MINUTE - timedelta(seconds=1)).tried == 0
        now += minutes * MINUTE
    deliver(now=now)
    assert (only(queued).state, only(queued).attempts, due_at(queued)) == ("given_up", 6, None)
    assert [message.state for message in unsent_of(queued)] == ["given_up"]


def test_staff_can_have_it_sent_again(queued: Tenant) -> None:
    """What was given up goes out with a new row of attempts; what was sent does not."""
    with inside(queued):
        Message.objects.filter(channel="email").update(state=MessageState.GIVEN_UP, next_try_at=None, attempts=6)
    assert retry_message(tenant=queued, message_id=only(queued).pk, now=NOW)
    assert deliver(now=NOW).sent == 1
    assert not retry_message(tenant=queued, message_id=only(queued).pk, now=NOW)


class RefusingServer(socketserver.StreamRequestHandler):
    """A mail server that knows no mailbox."""

    def handle(self) -> None:
        """The few words of SMTP that smtplib says before it gives up."""
        answer = cast(Any, self.server).answer
        self.wfile.write(b"220 test\r\n")
        for line in self.rfile:
            word = line[:4].upper()
            if word == b"QUIT":
                self.wfile.write(b"221 bye\r\n")
                return
            self.wfile.write(answer if word == b"RCPT" else b"250 ok\r\n")


@contextmanager
def mail_server(answer: bytes) -> Iterator[int]:
    """The port of a server that answers every recipient so."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), RefusingServer) as server:
        cast(Any, server).answer = answer
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield int(server.server_address[1])
        server.shutdown()


@pytest.mark.parametrize(
    ("answer", "state"), [(b"550 no such user\r\n", "given_up"), (b"450 mailbox busy\r\n", "failed")]
)
def test_a_mailbox_that_is_gone_is_given_up_and_a_busy_one_tried_again(
    queued: Tenant, settings: Settings, answer: bytes, state: str
) -> None:
    """A 5xx answer to the recipient is final, a 4xx is not."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    with mail_server(answer) as port:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
        deliver(now=NOW)
    assert only(queued).state == state
    assert "Alamat ditolak" in only(queued).error


def test_a_worker_that_died_leaves_a_claim_that_ends(queued: Tenant) -> None:
    """Nobody takes the message before, somebody does after."""
    with inside(queued):
        Message.objects.filter(channel="email").update(state=MessageState.SENDING, attempts=1, next_try_at=NOW + CLAIM)
    assert deliver(now=NOW + CLAIM - MINUTE).tried == 0
    assert due_at(queued) == NOW + CLAIM
    assert deliver(now=NOW + CLAIM).sent == 1
    assert only(queued).attempts == 2


def test_whoever_comes_second_finds_nothing_to_send(queued: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    """While one worker sends, another that runs at the same instant sees tenant and message claimed."""
    seen: list[int] = []

    def send(message: object) -> str:
        seen.append(deliver(now=NOW).tried)
        return "1"

    monkeypatch.setattr("notifications.services.delivering.send", send)
    assert deliver(now=NOW).sent == 1
    assert seen == [0]


def test_a_message_nobody_can_send_holds_up_no_other(queued: Tenant, settings: Settings) -> None:
    """WhatsApp without a provider fails with a reason; the e-mail behind it goes out."""
    with inside(queued):
        message = Message.objects.get(channel="email")
        message.pk, message.channel, message.recipient = None, "whatsapp", "6281200000001"
        message._state.adding = True
        message.save(force_insert=True)
    settings.DEMO = False
    outcome = deliver(now=NOW)
    assert (outcome.sent, outcome.failed) == (1, 1)
    assert [item.error for item in unsent_of(queued)] == ["Belum ada penyedia untuk whatsapp."]


def test_at_most_so_many_messages_a_run(queued: Tenant) -> None:
    """What is left stays due, so that no claim can end before its message is sent."""
    with inside(queued):
        for number in range(3):
            message = Message.objects.get(recipient="ayu@example.test", channel="email")
            message.pk, message.recipient = None, f"{number}@example.test"
            message._state.adding = True
            message.save(force_insert=True)
    assert deliver(now=NOW, limit=3).sent == 3
    assert due_at(queued) == NOW
    assert deliver(now=NOW, limit=3).sent == 1
