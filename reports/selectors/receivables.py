"""Receivables of all tenants as of any day, from the public trail of what documents are owed: no tenant's schema is opened."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import starmap
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BigIntegerField, Max, OuterRef, Q, Sum, TextField, Value
from django.db.models.functions import Cast, Coalesce, JSONObject

from reports.rules.ageing import Ageing, Owed
from reports.selectors.places import customers_of
from reports.selectors.revenue import Scope
from tenants.models import Event, ReceivableMove, Tenant

GROUPS = {"tenant": "tenant_id", "product": "product", "issuer": "issuer", "province": "tenant__revenue__province"}
SAID = ("reminder.sent", "promise.made", "promise.broken", "invoice.overdue", "subscription.suspended")
MOST_SAID = 5
OF_STEP = ("invoice", "channel")


@dataclass(frozen=True, slots=True)
class Said:
    """A step of the dunning of a tenant: a reminder, a promise, a suspension."""

    on: date
    name: str
    invoice: str
    channel: str


def ageing(on: date, by: str, scope: Scope | None = None, *, tests: bool = False) -> Ageing:
    """What is owed at the end of a day by tenant (the group is its key), product, issuer or province ("": none is known).

    Of everybody, test tenants only if asked for, or of the product and province of a scope, whose days do not matter.
    """
    return Ageing(on, owed_on(on, by, scope, tests=tests))


def owed_on(on: date, by: str, scope: Scope | None = None, *, tests: bool = False) -> list[Owed]:
    """Each document with something owed on it, and the due day it had then (staff only ever move one back).

    Rows that add up to zero by then are not read: what was settled long ago is nearly all of the trail.
    """
    whose = Scope(on, on, tests=tests) if scope is None else scope
    unsettled = Q(closed_on__isnull=True) | Q(closed_on__gt=on)
    moves = ReceivableMove.objects.filter(unsettled, customers_of(whose, "tenant__"), on__lte=on)
    # As text and as a whole number already by the database: most of the time would be that of making objects of them.
    group = Coalesce(Cast(GROUPS[by], TextField()), Value("", TextField()))
    owed, due = Cast(Sum("amount"), BigIntegerField()), Max("due_on")
    rows = moves.order_by().values("document", group=group).annotate(due=due, owed=owed).exclude(owed=0)
    return list(starmap(Owed, rows.values_list("group", "due", "owed")))


def said_to(tenants: Iterable[UUID], on: date) -> dict[UUID, list[Said]]:
    """The latest steps of the dunning of each of these tenants up to a day, newest first; of reminders those of a due day."""
    about_due = ~Q(name="reminder.sent") | Q(data__about="due")
    steps = Event.objects.filter(about_due, tenant=OuterRef("pk"), name__in=SAID, occurred_on__lte=on).order_by("-id")
    told = steps.values(told=JSONObject(on="occurred_on", name="name", **{key: f"data__{key}" for key in OF_STEP}))
    # Each tenant's events are read from the newest on, until there are enough.
    found = Tenant.objects.filter(pk__in=list(tenants)).annotate(steps=ArraySubquery(told[:MOST_SAID]))
    return {key: [_said(step) for step in steps] for key, steps in found.values_list("pk", "steps") if steps}


def _said(step: dict[str, Any]) -> Said:
    invoice, channel = (str(step[key] or "") for key in OF_STEP)
    return Said(date.fromisoformat(step["on"]), step["name"], invoice, channel)
