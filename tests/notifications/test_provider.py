"""The WhatsApp and SMS client against a real HTTP server."""

from collections.abc import Iterator
from urllib.parse import parse_qs
from uuid import UUID

import pytest
from pytest_django import Settings

from notifications.channels import Outgoing, send
from notifications.channels.provider import ProviderChannel
from notifications.errors import SendFailed
from tests.gateways.servers import Script, scripted_server

MESSAGE = Outgoing(
    id=UUID("01890000-0000-7000-8000-000000000001"),
    channel="whatsapp",
    recipient="6281200000001",
    subject="Tagihan",
    text="*Tagihan Rp 750.000*\n\nBayar sekarang: http://sman1.localhost/",
)


@pytest.fixture
def provider() -> Iterator[Script]:
    """A provider that takes everything."""
    with scripted_server() as script:
        script.say(200, {"status": True, "id": ["80367170"], "target": ["6281200000001"]})
        yield script


def channel(provider: Script, timeout: float = 5) -> ProviderChannel:
    """The production client, pointed at the test's server."""
    return ProviderChannel(url=provider.url, token="kunci-rahasia", timeout=timeout)


def test_a_message_is_posted_with_target_message_and_country(provider: Script) -> None:
    """The token stands in the header alone."""
    assert channel(provider).send(MESSAGE) == "80367170"
    [request] = provider.received
    assert (request["method"], request["path"]) == ("POST", "/send")
    assert request["headers"]["Authorization"] == "kunci-rahasia"
    assert parse_qs(request["body"].decode()) == {
        "target": ["6281200000001"],
        "message": [MESSAGE.text],
        "countryCode": ["62"],
    }


@pytest.mark.parametrize(
    ("status", "answer", "retryable"),
    [
        (200, {"status": False, "reason": "target invalid"}, False),
        (200, {"status": False, "reason": "input invalid"}, False),
        (200, {"status": False, "reason": "insufficient quota"}, True),
        (200, {"status": False, "reason": "disconnected device"}, True),
        (200, {"status": False, "reason": "token invalid"}, True),
        (200, {"Status": "?"}, True),
        (200, "<html>pemeliharaan</html>", True),
        (200, ["?"], True),
        (400, {"reason": "bad request"}, False),
        (401, {"reason": "unauthorized"}, True),
        (429, {"reason": "slow down"}, True),
        (500, "kaputt", True),
        (503, "", True),
    ],
)
def test_a_refusal_says_why_and_whether_a_later_try_helps(
    provider: Script, status: int, answer: object, retryable: bool
) -> None:
    """What is wrong with the message stays wrong; the rest an operator or time puts right."""
    provider.say(status, answer)
    with pytest.raises(SendFailed) as failed:
        channel(provider).send(MESSAGE)
    assert failed.value.retryable is retryable
    assert failed.value.reason
    assert "kunci-rahasia" not in failed.value.reason


def test_a_provider_that_does_not_answer_in_time_is_tried_again(provider: Script) -> None:
    """Half a second of patience here, ten in production."""
    provider.delay_seconds = 2
    with pytest.raises(SendFailed) as failed:
        channel(provider, timeout=0.3).send(MESSAGE)
    assert failed.value.retryable


def test_a_provider_that_is_not_there_is_tried_again() -> None:
    """Nobody listens at port 1."""
    with pytest.raises(SendFailed) as failed:
        ProviderChannel(url="http://127.0.0.1:1", token="x").send(MESSAGE)
    assert failed.value.retryable


def test_settings_choose_the_channel(provider: Script, settings: Settings) -> None:
    """A provider where one is set; in the demo nobody; elsewhere a failure that says so."""
    settings.WHATSAPP_PROVIDER_URL, settings.DEMO = provider.url, False
    assert send(MESSAGE) == "80367170"
    settings.WHATSAPP_PROVIDER_URL, settings.DEMO = "", True
    assert send(MESSAGE).startswith("local-")
    settings.DEMO = False
    with pytest.raises(SendFailed):
        send(MESSAGE)
