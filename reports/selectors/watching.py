"""Customers to watch: late, quiet, shrinking, leaving (B2); from public rows alone, whatever the number of tenants."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Max, Sum
from django.db.models.functions import Greatest, TruncDate

from billing.rules.lifecycle import Status
from reports.models import RevenueMove
from reports.rules.revenue import MoveKind
from reports.rules.watching import (
    QUIET_AFTER,
    SHRINKING_FOR,
    Signal,
    Steps,
    Turn,
    is_new,
    late_since,
    quiet_since,
    shrinking_since,
    whose_turn,
)
from reports.selectors.cash import overdue_on
from reports.selectors.receivables import said_to
from reports.selectors.revenue import Scope
from tenants.models import ApiKey, Event, StaffTask, Tenant

SERVED = (Status.TRIALING, Status.ACTIVE, Status.PAST_DUE, Status.CANCELLED)
LEAVING = "subscription.cancel_scheduled"
Days = dict[UUID, date]


@dataclass(frozen=True, slots=True)
class Watched:
    """A customer with why it is watched and since when, what it brings in rupiah a year, and what it owes overdue."""

    tenant: UUID
    name: str
    product: str
    signals: tuple[tuple[Signal, date], ...]
    yearly: int
    overdue: int

    def is_new(self, on: date) -> bool:
        """Whether one of its signals came within the last week."""
        return any(is_new(since, on) for _, since in self.signals)


@dataclass(frozen=True, slots=True)
class Standing:
    """Whose turn it is with a customer, and what says so."""

    turn: Turn
    steps: Steps


def watched(on: date, product: str = "", *, tests: bool = False) -> list[Watched]:
    """Everybody with a signal today, who brings most first; test tenants only if asked for. Six queries."""
    late, overdue = _late(on, product, tests=tests)
    found = {Signal.LEAVING: _leaving(), Signal.LATE: late, Signal.SHRINKING: _shrinking(on), Signal.QUIET: _quiet(on)}
    signalled = {key for days in found.values() for key in days}
    rows = [
        Watched(key, name, code, _signals(found, key), max(yearly or 0, 0), overdue.get(key, 0))
        for key, name, code, yearly in _named(product, tests=tests)
        if key in signalled
    ]
    return sorted(rows, key=lambda row: (-row.yearly, -row.overdue, row.name, row.tenant))


def _named(product: str, *, tests: bool) -> Iterable[tuple[UUID, str, str, int | None]]:
    """Everybody, chosen from here: thousands of keys in the question would cost more than the lean rows of all."""
    where: dict[str, Any] = {} if tests else {"is_test": False}
    rows = Tenant.objects.filter(**where, **({"product_code": product} if product else {})).order_by()
    return rows.values_list("pk", "name", "product_code", "revenue__yearly")


def _signals(found: dict[Signal, Days], tenant: UUID) -> tuple[tuple[Signal, date], ...]:
    return tuple((signal, days[tenant]) for signal, days in found.items() if tenant in days)


def _late(on: date, product: str, *, tests: bool) -> tuple[Days, dict[UUID, int]]:
    """Since when each owes past due, and how much."""
    found = overdue_on(on, Scope(on, on, {"product": product} if product else {}, tests))
    late = _told((key, late_since([owed.due_on], on)) for key, owed in found.items())
    return late, {key: owed.amount for key, owed in found.items()}


def _leaving() -> Days:
    """Those whose end is agreed, since the day on which it was said."""
    going = Tenant.objects.filter(status=Status.CANCELLED)
    events = Event.objects.filter(tenant__in=going, name=LEAVING).order_by()
    return dict(events.values_list("tenant_id").annotate(said=Max("occurred_on")))


def _shrinking(on: date) -> Days:
    kinds = (MoveKind.EXPANSION, MoveKind.CONTRACTION)
    rows = RevenueMove.objects.filter(
        on__gt=on - SHRINKING_FOR, on__lte=on, kind__in=kinds, tenant__revenue__yearly__gt=0
    )
    moves: dict[UUID, dict[date, int]] = defaultdict(dict)
    for tenant, day, yearly in rows.order_by().values_list("tenant_id", "on").annotate(total=Sum("yearly")):
        moves[tenant][day] = yearly
    return _told((tenant, shrinking_since(days, on)) for tenant, days in moves.items())


def _quiet(on: date) -> Days:
    """Those of whom nobody logged in, no program called and the product reported no use for thirty days.

    Who never came counts from its sign-up. A day of use is that of its last report of any.
    """
    zone = ZoneInfo(settings.TIME_ZONE)
    limit = datetime.combine(on - QUIET_AFTER, time.max, zone)
    called = ApiKey.objects.filter(tenant__isnull=False, last_used_at__gt=limit)
    rows = Tenant.objects.filter(status__in=SERVED, created_at__lte=limit).exclude(pk__in=called.values("tenant_id"))
    rows = rows.exclude(health__used_on__gt=on - QUIET_AFTER).order_by()
    seen = rows.annotate(seen=Greatest("created_at", Max("memberships__user__last_login")))
    found = seen.filter(seen__lte=limit).values_list("pk", TruncDate("seen", tzinfo=zone), "health__used_on")
    return _told((key, quiet_since(max(day, used or day), on)) for key, day, used in found)


def _day(instant: datetime) -> date:
    return instant.astimezone(ZoneInfo(settings.TIME_ZONE)).date()


def _told(found: Iterable[tuple[UUID, date | None]]) -> Days:
    return {key: day for key, day in found if day is not None}


def standings(tenants: Iterable[UUID], waiting: Collection[UUID], on: date) -> dict[UUID, Standing]:
    """Whose turn it is with each of these: open tasks, reminders and finished tasks; three queries.

    `waiting`: those whose money waits for our approval, which the gateways know.
    """
    keys = list(tenants)
    tasks = StaffTask.objects.filter(tenant__in=keys, done_at__isnull=True).order_by("-due_on")
    due = dict(tasks.values_list("tenant_id", "due_on"))
    acted = _acted(keys, on)
    steps = {key: Steps(due.get(key), key in waiting, acted.get(key)) for key in keys}
    return {key: Standing(whose_turn(found, on), found) for key, found in steps.items()}


def _acted(keys: list[UUID], on: date) -> Days:
    done = StaffTask.objects.filter(tenant__in=keys, done_at__isnull=False).order_by()
    found = {key: _day(instant) for key, instant in done.values_list("tenant_id").annotate(last=Max("done_at"))}
    for key, said in said_to(keys, on).items():
        spoken = [step.on for step in said if step.name in {"reminder.sent", "promise.made"}]
        if spoken:
            found[key] = max(found.get(key, spoken[0]), *spoken)
    return found
