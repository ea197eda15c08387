"""The same through a Citus coordinator: provisioning, migration, the daily run.

Runs where the tests' database has the extension: point DATABASE_URL at a coordinator whose template1 has
`CREATE EXTENSION citus` and whose databases have `citus.enable_schema_based_sharding = on`.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import connection

from billing.services.payments import Received, record_payment
from tenants.models import Tenant
from tenants.models.jobs import Job
from tenants.services import schemas
from tenants.services.schema_sql import Step
from tests.billing.committed import committed
from tests.billing.lives import books_balance, spans, standing
from trials.services.daily import run_job

pytestmark = [pytest.mark.citus, pytest.mark.slow]
D = date


def asked(sql: str) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return list(cursor.fetchall())


@pytest.fixture
def school(transactional_db: None) -> Iterator[Tenant]:
    """A school of 150 that signed up on 1 February 2025, provisioned through the coordinator."""
    if not asked("SELECT 1 FROM pg_extension WHERE extname = 'citus'"):
        pytest.skip("the tests' database has no extension citus")
    with committed(("lewat", "xclass", 150, D(2025, 2, 1))) as (made,):
        yield made


def test_a_tenants_tables_are_shards_of_its_schema(school: Tenant) -> None:
    """Not local tables of the coordinator, which Citus makes silently where DDL runs inside a function."""
    tables = asked("SELECT count(*) FROM pg_tables WHERE schemaname = 't_lewat'")
    assert asked("SELECT count(*) FROM citus_tables WHERE table_name::text LIKE 't_lewat.%'") == tables


def test_an_additive_migration_reaches_the_shards(school: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    later = Step("trials", 999, "0999_later", ('ALTER TABLE "billing_payment" ADD COLUMN "later" integer NULL',))
    monkeypatch.setattr(schemas, "steps_after", lambda _version: (later,))
    monkeypatch.setattr(schemas, "version_after", lambda version, _steps: version)
    assert schemas.upgrade_schema(tenant=school) == 1
    assert asked("SELECT later FROM t_lewat.billing_payment") == []


def test_the_daily_run_bills_and_a_payment_settles(school: Tenant) -> None:
    """In a batch, with numbers, events and standing on the coordinator."""
    assert run_job(job=Job.BILLING, now=datetime(2025, 3, 1, 5, tzinfo=UTC)).failed == 0
    assert spans(school) == [("2025-03-01", "2026-03-01", 750_000)]
    record_payment(tenant=school, received=Received(750_000, "transfer", "t-1", D(2025, 3, 2)))
    assert standing(school) == ("active", True, 0)
    books_balance(school, D(2025, 3, 2))
