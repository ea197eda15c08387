"""Receivables of all tenants as of any day, from the public trail of what documents are owed: no tenant's schema is opened."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Max, Sum

from reports.rules.ageing import Aged, Owed, aged
from reports.selectors.places import customers_of
from reports.selectors.revenue import Scope
from tenants.models import Event, ReceivableMove

GROUPS = {"tenant": "tenant_id", "product": "product", "issuer": "issuer", "province": "tenant__revenue__province"}
SAID = ("reminder.sent", "promise.made", "promise.broken", "invoice.overdue", "subscription.suspended")
MOST_SAID = 5


@dataclass(frozen=True, slots=True)
class Said:
    """A step of the dunning of a tenant: a reminder, a promise, a suspension."""

    on: date
    name: str
    invoice: str
    channel: str


def ageing(on: date, by: str, scope: Scope | None = None, *, tests: bool = False) -> list[Aged]:
    """What is owed at the end of a day by tenant (the group is its key), product, issuer or province ("": none is known).

    Of everybody, test tenants only if asked for, or of the product and province of a scope, whose days do not matter.
    """
    return aged(owed_on(on, by, scope, tests=tests), on)


def owed_on(on: date, by: str, scope: Scope | None = None, *, tests: bool = False) -> list[Owed]:
    """Each document with something owed on it, and the due day it had then (staff only ever move one back)."""
    whose = Scope(on, on, tests=tests) if scope is None else scope
    moves = ReceivableMove.objects.filter(customers_of(whose, "tenant__"), on__lte=on)
    column = GROUPS[by]
    rows = moves.order_by().values("document", column).annotate(owed=Sum("amount"), due=Max("due_on"))
    return [Owed(str(row[column] or ""), row["due"], row["owed"]) for row in rows.exclude(owed=0)]


def said_to(tenants: Iterable[UUID], on: date) -> dict[UUID, list[Said]]:
    """The latest steps of the dunning of each of these tenants up to a day, newest first."""
    events = Event.objects.filter(tenant__in=list(tenants), name__in=SAID, occurred_on__lte=on).order_by("-id")
    found: dict[UUID, list[Said]] = defaultdict(list)
    for tenant, name, day, data in events.values_list("tenant_id", "name", "occurred_on", "data")[:5000]:
        if len(found[tenant]) < MOST_SAID and not (name == "reminder.sent" and data.get("about") != "due"):
            found[tenant].append(Said(day, name, str(data.get("invoice") or ""), str(data.get("channel") or "")))
    return dict(found)
