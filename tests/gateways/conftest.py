"""The production client in front of servers on loopback: a scripted one, and the sandbox over real HTTP."""

import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import import_module
from typing import Any
from uuid import uuid4

import pytest
import requests
from django.conf import settings as django_settings
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.db import connection
from django.test.testcases import LiveServerThread
from pytest_django import Settings

from billing.gateways.midtrans import MidtransClient, MidtransConfig
from billing.gateways.notifications import Notification, parse_notification
from billing.gateways.sandbox import tasks
from billing.gateways.sandbox.models import SandboxPage, SandboxToken
from billing.gateways.values import CheckoutCustomer, CheckoutItem, CheckoutLink, CheckoutRequest
from tests.gateways.servers import Script, scripted_server

SERVER_KEY = "SB-Mid-server-uji"
# Seconds until something is taken for lost. Nothing waits so long unless it is: a busy machine is no fault.
PATIENCE = 60.0


def config_for(url: str, timeout_seconds: float = PATIENCE) -> MidtransConfig:
    """A configuration with the base addresses at one server."""
    return MidtransConfig(
        server_key=SERVER_KEY,
        client_key="SB-Mid-client-uji",
        merchant_id="G000000001",
        signature_key=SERVER_KEY,
        snap_base_url=f"{url}/snap/v1",
        api_base_url=url,
        timeout_seconds=timeout_seconds,
        is_production=False,
    )


def request_for(order_id: str = "LGN-1-a", amount: int = 150_000, **changed: Any) -> CheckoutRequest:
    """A checkout of one line; `changed` replaces fields."""
    fields: dict[str, Any] = {
        "order_id": order_id,
        "amount": amount,
        "items": (CheckoutItem("INV-1", "Tagihan INV-1", amount, 1),),
        "customer": CheckoutCustomer("SMAN 1 Contoh", "bendahara@sman1.example", "+628123456789"),
        "finish_url": "http://sman1.localhost:8000/invoices/INV-1/?from=pay",
        "expiry_start": datetime(2025, 3, 1, 3, 0, tzinfo=UTC),
        "expiry_minutes": 60,
    }
    return CheckoutRequest(**(fields | changed))


@pytest.fixture
def gateway() -> Iterator[Script]:
    """A scripted gateway, for everything Midtrans does wrong."""
    with scripted_server() as script:
        yield script


@pytest.fixture
def webhook() -> Iterator[Script]:
    """A scripted webhook that receives the sandbox's notifications."""
    with scripted_server() as script:
        yield script


@dataclass
class Sandbox:
    """The sandbox in a server of its own, with the production client in front and a webhook behind it."""

    url: str
    client: MidtransClient
    webhook: Script

    def open(self, amount: int = 150_000, **changed: Any) -> tuple[str, CheckoutLink]:
        """A new checkout: its order id and its link."""
        order_id = f"T-{uuid4().hex[:20]}"
        return order_id, self.client.create_checkout(request_for(order_id, amount, **changed))

    def press(self, link: CheckoutLink, action: str, **fields: str) -> requests.Response:
        """What a browser does: open the page, fill the form in, press a button; the answer is not followed."""
        browser = requests.Session()
        fields.setdefault("method", "bca_va")
        return self._post(
            browser, f"{self.url}/pay/{link.token}", f"{self.url}/pay/{link.token}", action=action, **fields
        )

    def page_of(self, order_id: str) -> CheckoutLink:
        """Where a person plays the bank of a charge, which the merchant has no link to."""
        page = SandboxPage.objects.get(order_id=order_id)
        return CheckoutLink(str(page.token), "")

    def set_mood(self, mood: str) -> None:
        """How every saved card and linked account answers from now on, set by a person in the list of them."""
        browser, page = requests.Session(), f"{self.url}/tokens"
        for pk in re.findall(r'action="[^"]*/tokens/([0-9]+)"', browser.get(page, timeout=PATIENCE).text):
            self._post(browser, page, f"{page}/{pk}", mood=mood)

    def agree(self, link: str) -> requests.Response:
        """The owner of a GoPay account agrees on the linking page."""
        return self._post(requests.Session(), link, link, action="agree")

    def button(self, path: str, **fields: str) -> requests.Response:
        """Press a button of the list of transactions."""
        return self._post(requests.Session(), f"{self.url}/", f"{self.url}/{path}", **fields)

    def _post(self, browser: requests.Session, page: str, target: str, **fields: str) -> requests.Response:
        html = browser.get(page, timeout=PATIENCE).text
        found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', html)
        assert found, html[:500]
        data = {"csrfmiddlewaretoken": found[1], **fields}
        return browser.post(target, data=data, headers={"Referer": page}, allow_redirects=False, timeout=PATIENCE)

    def notices(self, count: int) -> list[Notification]:
        """The notifications our webhook has received, once there are as many."""
        return [parse_notification(entry["body"]) for entry in self.webhook.wait_for(count)]


@pytest.fixture(scope="session")
def sandbox_server(django_db_setup: None) -> Iterator[LiveServerThread]:
    """One server for the session; pytest-django's live_server would flush the public tables after each test."""
    # All views are imported here: in the first request it can take longer than the client waits.
    import_module(django_settings.PUBLIC_SCHEMA_URLCONF)
    server = LiveServerThread("127.0.0.1", StaticFilesHandler, port=0)
    server.daemon = True
    server.start()
    server.is_ready.wait()
    if server.error:
        raise server.error
    yield server
    server.terminate()


def end_senders() -> None:
    """Call off what the sandbox would send later, and wait for what it sends: whatever its notices bring about is done then."""
    while senders := [thread for thread in threading.enumerate() if _is_sender(thread)]:
        for thread in senders:
            if isinstance(thread, threading.Timer):
                thread.cancel()
            thread.join(PATIENCE)
            assert not thread.is_alive(), "a notice that is sent for ever"


def _is_sender(thread: threading.Thread) -> bool:
    """An alarm is one, too: it is set by a sender in its last moment, so that waiting for the sender alone would miss it."""
    return thread.name == "midtrans-sandbox" or getattr(thread, "function", None) is tasks._run


def _forget_pages() -> None:
    """Delete what the server committed; from a thread, because this one's transaction is rolled back."""

    def delete() -> None:
        try:
            SandboxPage.objects.all().delete()
            SandboxToken.objects.all().delete()
        finally:
            connection.close()

    thread = threading.Thread(target=delete)
    thread.start()
    thread.join()


@pytest.fixture
def sandbox(db: None, sandbox_server: LiveServerThread, webhook: Script, settings: Settings) -> Iterator[Sandbox]:
    """The sandbox over HTTP; what it stored is deleted afterwards.

    `db` is needed although the server has connections of its own: without a test that asks for it, pytest-django makes
    no test database, and the server would write into the real one.
    """
    url = f"http://127.0.0.1:{sandbox_server.port}/sandbox/midtrans"
    settings.MIDTRANS_SANDBOX = True
    settings.MIDTRANS_SERVER_KEY = settings.MIDTRANS_SIGNATURE_KEY = SERVER_KEY
    settings.MIDTRANS_MERCHANT_ID = "G000000001"
    settings.MIDTRANS_NOTIFICATION_URL = f"{webhook.url}/webhooks/midtrans/"
    settings.MIDTRANS_NOTIFICATION_HOST = "localhost"
    settings.PUBLIC_SCHEME, settings.BASE_DOMAIN, settings.PUBLIC_PORT = "http", "localhost", str(sandbox_server.port)
    yield Sandbox(url, MidtransClient(config_for(url)), webhook)
    end_senders()
    _forget_pages()
