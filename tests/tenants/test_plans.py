"""No hot query reads a table from end to end that grows with the number of tenants."""

import re
from collections.abc import Callable
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from config.schedule import SCHEDULE
from tenants.models import Role, Tenant
from tenants.models.jobs import Job
from tenants.services.agenda import COLUMNS, due_tenants
from tests.api.conftest import host_of, program, tenant_secret
from tests.dashboard.stages import member, only_invoice
from tests.tenants.crowd import GROWING, ROWS, gather
from tests.tenants.filling import fill
from tests.tenants.hot_paths import NOW, Action, jobs, lookups, pages

pytestmark = pytest.mark.slow
# `iterator()` declares a cursor.
_DECLARED = re.compile(r'^DECLARE "\w+" .*? FOR (?=SELECT)')
_READS = re.compile(r"^\s*(SELECT|UPDATE|DELETE|INSERT)", re.IGNORECASE)
_VALUES = re.compile(r"'[^']*'|\b\d+\b")
_NAMED = re.compile(r'"(\w+)"')
# What is read whole, and why that may be.
READ_WHOLE = {
    "sweep": {"tenants_tenant"},  # once a night, to pick a thirtieth of them
    "forget": {"tenants_idempotentrequest"},  # once a night: two days' answers
    "forget_archives": {"tenants_dataarchive"},  # once a night: a week's archives
    "award_referrers": {"partners_referral"},  # once a night: each referred customer
    "provinces": {"tenants_tenant", "reports_revenuestand"},  # once a month: totals of everybody
    "health": {"tenants_tenant", "reports_healthstand"},  # once an hour: who has no health yet
}
# Of a transaction over two databases, of drafts of files, of visitors: nothing that grows with tenants.
ASK_NOTHING = {"promises", "forget_drafts", "forget_visitors"}


@pytest.fixture
def everything(
    school: Tenant,
    client_at: Callable[..., Client],
    pass_days: Callable[[Tenant, date, date], None],
) -> dict[str, Action]:
    """All that is asked, by name, with a real school that has an invoice among the crowd."""
    pass_days(school, date(2025, 3, 1), date(2025, 3, 1))
    tenant, client = gather(), client_at(school, member(school, Role.OWNER))
    api = program(host_of(school), tenant_secret(school))
    return {**jobs(), **lookups(tenant), **pages(client, api, only_invoice(school).slug)}


def statements(action: Action) -> list[str]:
    """What it asks of growing tables, each shape once."""
    with CaptureQueriesContext(connection) as seen:
        action()
    asked = [_DECLARED.sub("", query["sql"]) for query in seen]
    told = [sql for sql in asked if _READS.match(sql) and GROWING.keys() & set(_NAMED.findall(sql))]
    return list({_VALUES.sub("", sql): sql for sql in told}.values())


def scans(statement: str) -> list[str]:
    """Growing tables that a statement's plan reads from end to end."""
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN " + statement.replace("%", "%%"), [])
        plan = "\n".join(row[0] for row in cursor.fetchall())
    return [name for name in re.findall(r"Seq Scan on (\w+)", plan) if name in GROWING]


def test_every_hot_query_goes_by_an_index(everything: dict[str, Action]) -> None:
    """What the schedule runs, pages and calls as they are, their queries as Django sends them, on true numbers of rows."""
    asked = {name: statements(action) for name, action in everything.items()}
    slow = [
        (name, tables, statement[:400], statement[-500:])
        for name, told in asked.items()
        for statement in told
        if (tables := set(scans(statement)) - READ_WHOLE.get(name, set()))
    ]
    assert slow == []
    assert {name for name in SCHEDULE if not asked[name]} == ASK_NOTHING
    # The check sees a scan: there is no index on names.
    assert scans("SELECT * FROM tenants_tenant WHERE name = 'x'") == ["tenants_tenant"]


def test_a_claim_takes_the_next_due_without_sorting_them_all(db: None) -> None:
    """On the first of a month nearly everybody is due: each batch of fifty would otherwise read twenty thousand rows."""
    everybody = dict.fromkeys(COLUMNS.values(), f"date '{NOW:%Y-%m-%d}'")
    fill(Tenant, {**ROWS["Tenant"], **everybody})
    plans = {job: due_tenants(job=job, now=NOW, on=None)[:50].explain() for job in Job}
    assert {job: plan for job, plan in plans.items() if "Sort" in plan} == {}
