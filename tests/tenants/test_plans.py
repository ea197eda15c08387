"""No hot query reads a table from end to end that grows with the number of tenants."""

import hashlib
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from billing.gateways.models import BankTransfer, Checkout, CheckoutItem, Notice
from billing.services.notices import pending_notices
from billing.services.reconciling import due_attempts
from notifications.services import delivering
from notifications.services.consuming import notify
from tenants.api.tenancy import _named_tenant
from tenants.models import ApiKey, Domain, Event, IdempotentRequest, Membership, ParkedJob, Tenant, User
from tenants.models.jobs import Job
from tenants.selectors.history import history_of
from tenants.services.agenda import COLUMNS, due_tenants
from tenants.services.hosts import tenant_at
from tenants.services.idempotency import Claim, claim_request
from tenants.services.keys import find_key, note_use
from tests.tenants.filling import MANY, fill, key
from trials.services.provisioning import pending_tenants

pytestmark = pytest.mark.slow
NOW = datetime(2026, 3, 1, 5, tzinfo=UTC)
SECRET = "lg_live_abcdefgh" + "x" * 32
_READS = re.compile(r"^\s*(SELECT|UPDATE|DELETE|INSERT)", re.IGNORECASE)
GROWING = [
    model._meta.db_table
    for label in ("tenants", "gateways")
    for model in apps.get_app_config(label).get_models()
    # These grow with issuers, with days, and with what has failed and waits for staff.
    if model.__name__ not in {"NumberSeries", "JobRun", "ParkedJob"}
]


@pytest.fixture
def crowded(db: None) -> Tenant:
    """20.000 tenants of whom one in thirty has something due; their hosts, keys, events, payments. Returns the 77th."""
    due = "CASE WHEN n % 30 = 0 THEN date '2026-03-01' ELSE date '2026-06-01' END"
    agenda = {f"{name}_due_on": due for name in ("billing", "reminder", "suspension")}
    fill(
        Tenant,
        {
            "schema_name": "'t_penuh' || n",
            "provisioning": "'ready'",
            "timezone": "'Asia/Jakarta'",
            "database_alias": "'default'",
            "product_code": "'xclass'",
            "status": "'active'",
            "messages_due_at": "CASE WHEN n % 100 = 0 THEN now() - interval '1 year' END",
            **agenda,
        },
    )
    User.objects.create(pk=1, email="ayu@penuh.example")
    fill(Membership, {"user_id": "1", "tenant_id": key(Tenant), "role": "'owner'"})
    fill(Domain, {"domain": f"'penuh' || n || '.{settings.BASE_DOMAIN}'", "is_primary": "true"})
    hashed = f"CASE WHEN n = 77 THEN '{hashlib.sha256(SECRET.encode()).hexdigest()}' ELSE 'h' || n END"
    fill(ApiKey, {"prefix": "'p' || n", "secret_hash": hashed, "tenant_id": key(Tenant), "product_code": "''"})
    told = {"tenant_id": key(Tenant, f"1 + n % {MANY}"), "key": "'k' || n", "notified_at": "now()", "name": "'x'"}
    fill(Event, told, 4 * MANY)
    fill(Checkout, {"order_id": "'O' || n", "state": "'paid'", "expires_at": "timestamptz '2026-01-01'"})
    fill(CheckoutItem, {"live": "false"})
    fill(Notice, {"state": "'applied'", "order_id": "'O' || n"})
    sums = {"asked": "2", "code": "1", "amount": "1", "account": "'a'"}
    fill(BankTransfer, {"state": "'approved'", "documents": "'[]'", **sums})
    fill(ParkedJob, {"tenant_id": key(Tenant), "job": "'billing'"}, 200)
    fill(IdempotentRequest, {"scope": "'s'", "key": "'k' || n"})
    return Tenant.objects.get(schema_name="t_penuh77")


def work(tenant: Tenant) -> dict[str, Callable[[], Any]]:
    """What is done all day long."""
    found: dict[str, Callable[[], Any]] = {
        "host": lambda: tenant_at(f"penuh77.{settings.BASE_DOMAIN}"),
        "key": lambda: find_key(SECRET),
        "key used": lambda: note_use(key=ApiKey.objects.get(tenant=tenant), now=NOW),
        "tenant of a product's key": lambda: _named_tenant("penuh77", ApiKey(product_code="xclass")),
        "events to notify": lambda: notify(now=NOW),
        "messages due": lambda: delivering._claim_tenant(NOW),
        "notices waiting": lambda: pending_notices(NOW),
        "attempt by order": lambda: Checkout.objects.filter(order_id="O77").first(),
        "attempts to ask about": lambda: list(due_attempts(NOW)[:500]),
        "sign-ups waiting": pending_tenants,
        "idempotency": lambda: claim_request(claim=Claim("s", "k77new", "f"), now=NOW),
        "history": lambda: history_of(tenant),
        "membership": lambda: Membership.objects.filter(user=User(pk=1), tenant=tenant).first(),
    }
    for job in Job:
        found[f"agenda of {job}"] = lambda job=job: list(due_tenants(job=job, now=NOW, on=None)[:50])  # type: ignore[misc]
    return found


def scans(statement: str) -> list[str]:
    """Growing tables that a statement's plan reads from end to end."""
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN " + statement.replace("%", "%%"), [])
        plan = "\n".join(row[0] for row in cursor.fetchall())
    return [name for name in re.findall(r"Seq Scan on (\w+)", plan) if name in GROWING]


def test_every_hot_query_goes_by_an_index(crowded: Tenant) -> None:
    """As Django sends them, on real numbers of rows."""
    slow, asked = {}, 0
    for name, action in work(crowded).items():
        with CaptureQueriesContext(connection) as seen:
            action()
        for statement in [query["sql"] for query in seen if _READS.match(query["sql"])]:
            asked += 1
            if found := scans(statement):
                slow[name] = (found, statement[:400], statement[-500:])
    assert slow == {}
    assert asked > len(work(crowded))
    # The check sees a scan: there is no index on names.
    assert scans("SELECT * FROM tenants_tenant WHERE name = 'x'") == ["tenants_tenant"]


def test_a_claim_takes_the_next_due_without_sorting_them_all(crowded: Tenant) -> None:
    """On the first of a month nearly everybody is due: each batch of fifty would otherwise read twenty thousand rows."""
    Tenant.objects.update(**dict.fromkeys(COLUMNS.values(), NOW.date()))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE tenants_tenant")
    plans = {job: due_tenants(job=job, now=NOW, on=None)[:50].explain() for job in Job}
    assert {job: plan for job, plan in plans.items() if "Sort" in plan} == {}
