"""A real browser in front of a real server: Debian's Chromium, the session's test database, everything committed."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.contrib.sessions.models import Session
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.cache import cache
from django.db import connections
from django.test import override_settings
from django.test.testcases import LiveServerThread
from playwright.sync_api import Browser, Page, Playwright, ViewportSize, sync_playwright
from pytest_django import DjangoDbBlocker

from billing.gateways.models import Checkout, Notice
from billing.gateways.sandbox.models import SandboxPage
from plans.models import VisitDay
from tenants.models import Domain, NumberSeries, Tenant, User
from tenants.services.schemas import drop_schema
from tests.browser.stage import TODAY, committed, it_is
from tests.browser.walk import Walk
from tests.gateways.conftest import end_senders
from tests.tenants.pools import pooled

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text(encoding="utf-8")
PHONE: ViewportSize = {"width": 360, "height": 740}
DESKTOP: ViewportSize = {"width": 1280, "height": 900}


def chromium() -> str:
    """The browser's program: CHROMIUM, or Debian's; a missing one is an error, never a skip."""
    found = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if not found:
        pytest.fail("The browser tests need Chromium: apt-get install chromium, or set CHROMIUM.")
    return found


@pytest.fixture(scope="session")
def server(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """The public address of a server for the whole session (pytest-django's own flushes the public tables)."""
    # As in production: else each request begins with a connection, which costs the database more than its statements do.
    with django_db_blocker.unblock(), pooled(4, max_size=16):
        thread = LiveServerThread("127.0.0.1", StaticFilesHandler, port=0)
        thread.daemon = True
        thread.start()
        thread.is_ready.wait()
        if thread.error:
            raise thread.error
        base = f"http://127.0.0.1:{thread.port}"
        with override_settings(
            DEMO=True,
            PUBLIC_PORT=str(thread.port),
            MIDTRANS_SANDBOX=True,
            MIDTRANS_SNAP_BASE_URL=f"{base}/sandbox/midtrans/snap/v1",
            MIDTRANS_API_BASE_URL=f"{base}/sandbox/midtrans",
            MIDTRANS_NOTIFICATION_URL=f"{base}/webhooks/midtrans/",
            MIDTRANS_NOTIFICATION_HOST="localhost",
        ):
            yield f"http://localhost:{thread.port}"
        thread.terminate()


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """Playwright's driver; it brings no browser of its own."""
    # Its synchronous interface keeps an event loop in this thread, which Django would otherwise refuse to work beside.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    # Django looks its connections up by that loop, too: what is open on either side of its life is out of reach on the other,
    # and the test database could not be dropped.
    connections.close_all()
    with sync_playwright() as driver:
        yield driver
        connections.close_all()


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """One Chromium for the session."""
    found = playwright.chromium.launch(
        executable_path=chromium(),
        args=["--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking"],
    )
    yield found
    found.close()


@pytest.fixture
def one_day() -> Iterator[None]:
    """It is noon of always the same day: neither midnight nor the length of a month changes what a walk meets."""
    with it_is(TODAY):
        yield


@pytest.fixture
def walk(db: None, server: str, browser: Browser) -> Iterator[Callable[..., Walk]]:
    """`walk()` or `walk(phone=True)`: somebody with a browser of their own, whose console must stay clean."""
    walks: list[Walk] = []

    def begin(*, phone: bool = False) -> Walk:
        context = browser.new_context(viewport=PHONE if phone else DESKTOP, locale="id-ID", timezone_id="Asia/Jakarta")
        page: Page = context.new_page()
        walks.append(Walk(page, server, AXE))
        return walks[-1]

    yield begin
    for each in walks:
        each.page.context.close()
    end_senders()  # a notice that comes in now would find half of what it is about
    committed(_forget)
    for each in walks:
        assert each.complaints == []


def _forget() -> None:
    """Remove what the walks left in the database."""
    for tenant in Tenant.objects.all():
        drop_schema(tenant=tenant)
    for model in (Notice, Checkout, SandboxPage, Domain, NumberSeries, VisitDay, Session):
        model.objects.all().delete()
    Tenant.objects.all().delete()
    User.objects.all().delete()
    cache.clear()
