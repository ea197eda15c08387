"""Customers to watch: late, quiet, shrinking, leaving (B2); from public rows alone, whatever the number of tenants."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Max, Q, Sum
from django.db.models.functions import Greatest, TruncDate

from billing.rules.lifecycle import Status
from reports.models import Bill, RevenueMove
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
from tenants.models import ApiKey, Event, Membership, StaffTask, Tenant

SERVED = (Status.TRIALING, Status.ACTIVE, Status.PAST_DUE, Status.CANCELLED)
LEAVING = "subscription.cancel_scheduled"
NAMED = ("pk", "name", "product_code", "revenue__yearly")
Days = dict[UUID, date]
Named = tuple[UUID, str, str, int | None]


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
    whose = ({} if tests else {"is_test": False}) | ({"product_code": product} if product else {})
    late, overdue = _late(on, product, tests=tests)
    quiet, named = _quiet(on, whose)
    found = {Signal.LEAVING: _leaving(), Signal.LATE: late, Signal.SHRINKING: _shrinking(on), Signal.QUIET: quiet}
    names = {row[0]: row for rows in (named, _named(on, whose)) for row in rows}
    rows = [
        Watched(key, name, code, tuple(signals), max(yearly or 0, 0), overdue.get(key, 0))
        for signals, (key, name, code, yearly) in _signalled(found, names)
    ]
    return sorted(rows, key=lambda row: (-row.yearly, -row.overdue, row.name, row.tenant.int))  # numbers compare fast


def _signalled(
    found: Mapping[Signal, Days], names: Mapping[UUID, Named]
) -> Iterable[tuple[list[tuple[Signal, date]], Named]]:
    """The signals of each that is asked for, with its name, in the signals' order."""
    signals: dict[UUID, list[tuple[Signal, date]]] = defaultdict(list)
    for signal, days in found.items():
        for key, day in days.items():
            signals[key].append((signal, day))
    return ((seen, names[key]) for key, seen in signals.items() if key in names)


def _named(on: date, whose: Mapping[str, Any]) -> Iterable[Named]:
    """Everybody who may be leaving, late or shrinking: chosen by the database, which has no thousands of keys to be sent."""
    late = Bill.objects.filter(left__gt=0, due_on__lt=on).values("tenant_id")
    fallen = RevenueMove.objects.filter(on__gt=on - SHRINKING_FOR, kind=MoveKind.CONTRACTION).values("tenant_id")
    may = Q(status=Status.CANCELLED) | Q(pk__in=late) | Q(pk__in=fallen)
    return Tenant.objects.filter(may, **whose).order_by().values_list(*NAMED)


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


def _quiet(on: date, whose: Mapping[str, Any]) -> tuple[Days, list[Named]]:
    """Those of whom nobody logged in, no program called and the product reported no use for thirty days, with their names.

    Who never came counts from its sign-up. A day of use is that of its last report of any.
    """
    zone = ZoneInfo(settings.TIME_ZONE)
    limit = datetime.combine(on - QUIET_AFTER, time.max, zone)
    called = ApiKey.objects.filter(tenant__isnull=False, last_used_at__gt=limit).values("tenant_id")
    came = Membership.objects.filter(user__last_login__gt=limit).values("tenant_id")
    rows = Tenant.objects.filter(status__in=SERVED, created_at__lte=limit, **whose).exclude(pk__in=called)
    rows = rows.exclude(pk__in=came).exclude(health__used_on__gt=on - QUIET_AFTER).order_by()
    seen = rows.annotate(seen=Greatest("created_at", Max("memberships__user__last_login")))
    found = list(seen.values_list(*NAMED, TruncDate("seen", tzinfo=zone), "health__used_on"))
    days = _told((row[0], quiet_since(max(row[4], row[5] or row[4]), on)) for row in found)
    return days, [row[:4] for row in found]


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
