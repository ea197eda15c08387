"""The demo's page of messages."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.core.mail import send_mail
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from notifications.models import Message
from notifications.services.consuming import notify
from notifications.services.delivering import deliver
from tenants.context import inside
from tenants.models import Tenant, User

NOW = datetime(2025, 2, 1, 2, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db
ClientAt = Callable[..., Client]
PAGE = "/demo/pesan/"


@pytest.fixture
def demo(settings: Settings, tmp_path: Path) -> None:
    """As in the demo: nothing leaves the house."""
    settings.DEMO, settings.MEDIA_ROOT = True, tmp_path
    settings.EMAIL_BACKEND = "notifications.channels.local.LocalEmailBackend"


def welcome(tenant: Tenant) -> Message:
    """Ayu's first e-mail of a tenant, delivered."""
    notify(now=NOW)
    deliver(now=NOW)
    with inside(tenant):
        return Message.objects.get(recipient="ayu@example.test")


def address(name: str, message: Message) -> str:
    """A page of a message of the school."""
    urls = "config.urls_public"
    return reverse(f"demo_messages:{name}", urls, kwargs={"schema": "sman1", "message_id": message.pk})


def test_outside_the_demo_there_is_no_such_page(client_at: ClientAt, settings: Settings) -> None:
    """It shows everybody's messages to anybody."""
    settings.DEMO = False
    assert client_at().get(PAGE).status_code == 404


@pytest.mark.usefixtures("demo")
def test_all_messages_can_be_read_and_filtered(
    client_at: ClientAt, school: Tenant, complex_: Tenant, ayu: User
) -> None:
    """Two tenants, each with a welcome; one tenant alone; one channel alone."""
    welcome(school)
    everything = client_at().get(PAGE).content.decode()
    assert "XClass siap dipakai" in everything
    assert "Klustera siap dipakai" in everything
    assert "Terkirim" in everything
    one = client_at().get(PAGE, {"tenant": "griya"}).content.decode()
    assert "XClass siap dipakai" not in one
    shown = client_at().get(PAGE, {"channel": "in_app"}).context["shown"]
    assert {item.message.channel for item in shown} == {"in_app"}


@pytest.mark.usefixtures("demo")
def test_a_message_shows_its_text_its_state_and_its_mail_in_a_frame(
    client_at: ClientAt, school: Tenant, ayu: User
) -> None:
    """The frame's own policy: no scripts, no origin, styles by hash; only our own page may frame it."""
    message = welcome(school)
    page = client_at().get(address("message", message)).content.decode()
    assert "Tidak perlu kartu." in page
    assert f'src="{address("body", message)}"' in page
    body = client_at().get(address("body", message))
    policy = body["Content-Security-Policy"]
    assert body.content.decode() == message.body_html
    assert "sandbox allow-popups" in policy
    assert "unsafe-inline" not in policy
    assert "frame-ancestors 'self'" in policy
    assert body["X-Frame-Options"] == "SAMEORIGIN"


@pytest.mark.usefixtures("demo")
def test_a_message_that_is_not_there_is_not_found(client_at: ClientAt, school: Tenant, ayu: User) -> None:
    """An unknown tenant, and another tenant's message."""
    message = welcome(school)
    assert client_at().get(address("message", message).replace("sman1", "griya")).status_code == 404
    assert client_at().get(address("message", message).replace("sman1", "tidak-ada")).status_code == 404


@pytest.mark.usefixtures("demo")
def test_other_mail_can_be_read_too(client_at: ClientAt, school: Tenant, ayu: User) -> None:
    """A link for a new password is no message of a tenant; our own mails are not kept twice."""
    welcome(school)
    send_mail("Kata sandi baru", "Buka https://langganan.test/baru/abc", None, ["ayu@example.test"])
    [(name, to, subject)] = client_at().get(PAGE).context["mails"]
    assert (to, subject) == ("ayu@example.test", "Kata sandi baru")
    page = client_at().get(f"{PAGE}surat/{name}/").content.decode()
    assert 'href="https://langganan.test/baru/abc"' in page
    assert client_at().get(f"{PAGE}surat/tidakada/").status_code == 404
