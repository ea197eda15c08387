"""The cast and the stage of all tests: two tenants that always exist, Ayu, Budi and Citra, and days that pass."""

import gc
import os
import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test import Client
from pytest_django import DjangoDbBlocker

from tenants.context import enter
from tenants.models import Domain, Event, Membership, Role, Tenant, User
from tenants.services.schema_sql import latest_version
from tenants.services.schemas import create_schema
from tests.cast import CAST
from tests.databases import furnish, schema_exists
from tests.watching import Watch
from trials.selectors.quotes import Wish
from trials.services.daily import is_due, live_day
from trials.services.trials import begin_subscription

# Django makes and drops many small objects, none of them in a circle: looking for circles costs a twentieth of the time.
gc.set_threshold(50_000, 20, 50)
# How fast a machine is says nothing about a law, and the examples are always the same: `LIVES=100 pytest …` looks for others.
hypothesis.settings.register_profile(
    "here",
    deadline=None,
    derandomize="LIVES" not in os.environ,
    database=None,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("here")
# Files that take longest, longest first: they are begun first, so that no worker is left alone with one at the end.
LONGEST = (
    "benchmarks/test_smoke.py",
    "billing/test_random_lives.py",
    "trials/test_batches.py",
    "script/test_embedded_services.py",
    "tenants/test_plans.py",
    "api/test_schemathesis.py",
    "tenants/test_pool.py",
)


# The marks of a whole file: pytestmark = [pytest.mark.slow, pytest.mark.django_db]
_WHOLE, _MARK = re.compile(r"^pytestmark = .*", re.MULTILINE), re.compile(r"mark\.(\w+)")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave files unread that have no test of the mark a step asks for, or only tests of marks that it leaves out.

    Reading all takes longer than some steps need. Where a step asks for one mark or another, all are read.
    """
    words = str(config.option.markexpr).split()
    if not words or "or" in words or not collection_path.match("test_*.py"):
        return None
    text, unwanted = collection_path.read_text(), {name for no, name in pairwise(words) if no == "not"}
    whole = {name for line in _WHOLE.findall(text) for name in _MARK.findall(line)}
    lacks = words[0] in {"slow", "browser"} and f"mark.{words[0]}" not in text
    return True if lacks or whole & unwanted else None


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest files first; the others stay in their order."""
    places = {name: at for at, name in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get("/".join(item.path.parts[-2:]), len(places)))


def pytest_collection_finish() -> None:
    """What is there before the first test stays to the end: looking for garbage need not go through it."""
    gc.freeze()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """The catalogue is loaded once, and the cast's schemas are made once, empty; tests roll back to that."""
    with django_db_blocker.unblock():
        furnish()


@pytest.fixture(scope="session", autouse=True)
def _own_files(tmp_path_factory: pytest.TempPathFactory) -> None:
    """What tests store is this process' own: neither another worker's nor the demo's, and gone after a few runs."""
    settings.MEDIA_ROOT = tmp_path_factory.mktemp("media")


@pytest.fixture(autouse=True)
def _public_schema() -> Iterator[None]:
    """Each test begins and ends on the public schema, with nothing cached."""
    cache.clear()
    yield
    if connection.connection is not None and not connection.needs_rollback:
        enter(None)


@pytest.fixture(autouse=True)
def _no_two_tenants_together(request: pytest.FixtureRequest) -> Iterator[None]:
    """No statement touches two tenants or changes what is append-only, whatever a test does (see `tests.watching`)."""
    if not {"db", "transactional_db"} & set(request.fixturenames):
        yield
        return
    request.getfixturevalue("transactional_db" if "transactional_db" in request.fixturenames else "db")
    watch = Watch()
    with connection.execute_wrapper(watch), CAST.staged(request):
        yield
    assert watch.seen == []


def make_tenant(
    subdomain: str, name: str, product: str, quantity: int, signup: date, *, timezone: str = "Asia/Jakarta", **wish: Any
) -> Tenant:
    """A ready tenant with its schema, host and subscription, without a person."""
    tenant = Tenant.objects.create(
        schema_name=f"t_{subdomain.replace('-', '_')}",
        name=name,
        product_code=product,
        timezone=timezone,
        contact_name="Ayu Lestari",
        contact_email=f"tagihan@{subdomain}.test",
        contact_phone="+6281200000001",
        registration={"npsn": "20100001"} if product == "xclass" else {"city": "Bekasi"},
    )
    Domain.objects.create(domain=f"{subdomain}.{settings.BASE_DOMAIN}", tenant=tenant, is_primary=True)
    if schema_exists(tenant.schema_name):
        Tenant.objects.filter(pk=tenant.pk).update(schema_version=latest_version())
    else:
        create_schema(tenant=tenant)
    Tenant.objects.filter(pk=tenant.pk).update(provisioning=Tenant.ProvisioningState.READY)
    begin_subscription(tenant=tenant, wish=Wish(product, Decimal(quantity), signup, **wish))
    tenant.refresh_from_db()
    return tenant


@pytest.fixture
def school(db: None) -> Tenant:
    """SMAN 1: 150 students, signed up on 2025-02-01, on trial until 2025-03-01 (X5–X7)."""
    return CAST.play("sman1", partial(make_tenant, "sman1", "SMAN 1", "xclass", 150, date(2025, 2, 1)))


@pytest.fixture
def complex_(db: None) -> Tenant:
    """Griya Asri: 200 units, signed up on 2026-01-30, on trial until 2026-03-01 (K3, K6)."""
    return CAST.play("griya", partial(make_tenant, "griya", "Griya Asri", "klustera", 200, date(2026, 1, 30)))


def make_user(email: str, name: str, **extra: Any) -> User:
    """A login whose password is `rahasia-sekali`."""
    return User.objects.create_user(email, "rahasia-sekali", first_name=name, **extra)


@pytest.fixture
def ayu(school: Tenant, complex_: Tenant) -> User:
    """Owner of both tenants."""
    user = make_user("ayu@example.test", "Ayu")
    for tenant in (school, complex_):
        Membership.objects.create(user=user, tenant=tenant, role=Role.OWNER)
    return user


@pytest.fixture
def budi(school: Tenant) -> User:
    """A viewer of the school."""
    user = make_user("budi@example.test", "Budi")
    Membership.objects.create(user=user, tenant=school, role=Role.VIEWER)
    return user


@pytest.fixture
def citra(db: None) -> User:
    """An outsider: owner of a tenant of her own."""
    user = make_user("citra@example.test", "Citra")
    other = CAST.play("lain", partial(make_tenant, "lain", "Sekolah Lain", "xclass", 60, date(2025, 2, 1)))
    Membership.objects.create(user=user, tenant=other, role=Role.OWNER)
    return user


@pytest.fixture
def staff(db: None) -> User:
    """A superuser of the operator."""
    return make_user("dewi@example.test", "Dewi", is_staff=True, is_superuser=True)


def live_days(tenant: Tenant, first: date, last: date) -> None:
    """The daily jobs of each day, both ends included, on the production code path.

    `live_day` leaves the row in hand as the database has it, and nobody else writes between two days that pass here: where
    that row says that nothing is due, a look at the database would say the same.
    """
    for day in (first + timedelta(days=after) for after in range((last - first).days + 1)):
        if day == first or is_due(tenant, day):
            live_day(tenant, day)
    tenant.refresh_from_db()


@pytest.fixture
def pass_days() -> Callable[[Tenant, date, date], None]:
    """`pass_days(tenant, first, last)`: see `live_days`."""
    return live_days


@pytest.fixture
def client_at() -> Callable[..., Client]:
    """A browser at a tenant's host (or the public one), logged in as somebody if named."""

    def made(tenant: Tenant | None = None, user: User | None = None) -> Client:
        host = settings.BASE_DOMAIN if tenant is None else f"{tenant.subdomain}.{settings.BASE_DOMAIN}"
        client = Client(headers={"host": host})
        if user is not None:
            client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return made


def told(tenant: Tenant, *names: str) -> list[tuple[str, str]]:
    """(day, event) pairs of a tenant in order, of these names or all."""
    events = Event.objects.filter(tenant=tenant).order_by("id")
    return [(event.occurred_on.isoformat(), event.name) for event in events if not names or event.name in names]
