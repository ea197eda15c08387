"""What is asked of public tables all day long: by what the clock runs, by pages and programs, by what comes in."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.test import Client
from django.urls import get_resolver
from django.utils import timezone
from django.utils.module_loading import import_string

from billing.gateways.models import Checkout
from billing.services.books.checking import tenants_to_check
from billing.services.gateway.notices import receive_notice
from config.schedule import SCHEDULE
from notifications.services import delivering
from reports.selectors.receivables import owed_on
from tenants.api.tenancy import _named_tenant
from tenants.models import ApiKey, Membership, Tenant, User
from tenants.models.jobs import Job
from tenants.selectors.history import history_of
from tenants.services.agenda import batches_due, due_tenants
from tenants.services.hosts import tenant_at
from tenants.services.idempotency import Claim, claim_request
from tenants.services.keys import find_key, note_use
from tests.api.conftest import Api
from tests.dashboard.test_access import addresses, patterns
from tests.tenants.crowd import SECRET
from trials.services.daily import sweep
from trials.services.provisioning import pending_tenants

Action = Callable[[], Any]
NOW = datetime(2026, 3, 1, 5, tzinfo=UTC)
AGENDA = {
    "billing": Job.BILLING,
    "suspensions": Job.SUSPENSIONS,
    "reminders": Job.REMINDERS,
    "recognition": Job.RECOGNITION,
}


def jobs() -> dict[str, Action]:
    """Every entry of the schedule: the task itself, or its first question where what follows opens a tenant's schema."""
    asked: dict[str, Action] = {name: import_string(entry["task"]) for name, entry in SCHEDULE.items()}
    for name, job in AGENDA.items():
        asked[name] = (
            lambda job=job: (  # type: ignore[misc]
                batches_due(job=job, now=NOW, most=2),
                list(due_tenants(job=job, now=NOW, on=None)[:50]),
            )
        )
    asked["deliver"] = lambda: delivering._claim_tenant(NOW)
    asked["provision"] = pending_tenants
    asked["books"] = tenants_to_check
    asked["sweep"] = lambda: sweep(now=NOW, part=-1)
    return asked


def lookups(tenant: Tenant) -> dict[str, Action]:
    """Whose a request is, on the way in, what one of many tenants is asked for alone, and what is owed today."""
    return {
        "host": lambda: tenant_at(f"penuh77.{settings.BASE_DOMAIN}"),
        "key": lambda: find_key(SECRET),
        "key used": lambda: note_use(key=ApiKey.objects.get(tenant=tenant), now=NOW),
        "tenant of a product's key": lambda: _named_tenant("penuh77", ApiKey(product_code="xclass")),
        "notice": lambda: receive_notice(body=b'{"order_id": "O77"}', source="", now=NOW),
        "attempt by order": lambda: Checkout.objects.filter(order_id="O77").first(),
        "idempotency": lambda: claim_request(claim=Claim("s", "k77new", "f"), now=NOW),
        "history": lambda: history_of(tenant),
        "membership": lambda: Membership.objects.filter(user=User(pk=1), tenant=tenant).first(),
        "what is owed": lambda: owed_on(timezone.localdate(), "tenant"),
    }


def pages(client: Client, api: Api, invoice: str) -> dict[str, Action]:
    """Every address of a tenant that a member or a program can open as it is, and an invoice's; prints are left out."""
    paths = [*_of_members(), f"/tagihan/{invoice}/"]
    found: dict[str, Action] = {path: lambda path=path: client.get(path) for path in paths}  # type: ignore[misc]
    return found | {f"API {path}": lambda path=path: api.get(path) for path in _of_programs()}


def _of_members() -> Iterator[str]:
    return (path for path in addresses().values() if "pdf" not in path)


def _of_programs() -> Iterator[str]:
    for route, _item in patterns(get_resolver("config.urls_tenant").url_patterns):
        path = route.removeprefix("api/v1/")
        if path not in {route, ""} and "<" not in path and "pdf" not in path:
            yield path
