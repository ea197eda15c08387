"""Facts follow the events: a few hundred tenants at a time, each from the last event that was seen of it."""

from collections import defaultdict
from collections.abc import Mapping
from uuid import UUID

import structlog
from django.db import DatabaseError, transaction
from django.db.models import F, Q, QuerySet

from reports.models import HealthStand, RevenueMove, RevenueStand
from reports.rules.growth import STEPS
from reports.rules.revenue import Place
from reports.selectors.places import places_of
from reports.services.cash_following import follow_cash
from reports.services.day_sums import merge_days, sum_up, take_out
from reports.services.drawing import Drawn, begin, go_on
from reports.services.places import follow_places
from reports.services.receivables import close_settled
from tenants.models import Event, Tenant

log = structlog.get_logger(__name__)
AT_ONCE = 200
STORED = ("seen_event", "charges", "yearly", "first_on", "product", "plan", "province", "channel", "variant", "cohort")
STORED_STEPS = ("signed_up_on", "tried_on", "paid_on")


def follow_events() -> int:
    """Draw the facts of every tenant with news; returns how many tenants. Safe to repeat and to run twice at once.

    One whose events cannot be read is logged and keeps its mark; it holds nobody else up.
    """
    done, failed = 0, set[UUID]()
    while followed := _follow_some(failed):
        done += followed
    if done:
        merge_days()
    return done


def _follow_some(failed: set[UUID]) -> int:
    """The next tenants together; where that fails, each of them alone. Returns how many were looked at."""
    changed = Tenant.objects.filter(facts_changed=True).exclude(pk__in=failed).order_by("pk")
    try:
        return _follow(changed)
    except DatabaseError:
        raise
    except Exception:  # noqa: BLE001 - met again alone, where it is logged
        keys = list(changed.values_list("pk", flat=True)[:AT_ONCE])
    for key in keys:
        try:
            _follow(Tenant.objects.filter(pk=key))
        except Exception:
            log.exception("facts_not_drawn", tenant=str(key))
            failed.add(key)
    return len(keys)


def _follow(changed: QuerySet[Tenant]) -> int:
    """One batch in one transaction. Its tenants are locked, so that no event of theirs becomes visible meanwhile.

    Events of a tenant are written under its lock: their numbers are in order, and none is passed over. Who is locked by
    somebody else keeps the mark, and is met the next time.
    """
    with transaction.atomic():
        tenants = list(changed.select_for_update(skip_locked=True, of=("self",), no_key=True)[:AT_ONCE])
        if tenants:
            places = places_of(tenants)
            drawn = _drawn(tenants, places)
            take_out([item.tenant for item in drawn if item.came_otherwise])
            keep_drawn(drawn)
            follow_cash(tenants, places)
            sum_up(tenants)
            close_settled(tenants)
            HealthStand.objects.filter(tenant__in=tenants, changed=False).update(changed=True)
            Tenant.objects.filter(pk__in=[tenant.pk for tenant in tenants]).update(facts_changed=False)
    return len(tenants)


def _drawn(tenants: list[Tenant], places: Mapping[UUID, Place]) -> list[Drawn]:
    stands = RevenueStand.objects.in_bulk([tenant.pk for tenant in tenants])
    follow_places(stands.values(), places)
    news = _news(tenants)
    found = []
    for tenant in tenants:
        place, row = places[tenant.pk], stands.get(tenant.pk)
        drawn = begin(tenant, place) if row is None else go_on(tenant, place, row)
        drawn.follow(news[tenant.pk])
        found.append(drawn)
    return found


def _news(tenants: list[Tenant]) -> dict[UUID, list[Event]]:
    """The events of each that say something of revenue or are a step, and were not seen yet, oldest first; one query."""
    unseen = Q(tenant__revenue__isnull=True) | Q(id__gt=F("tenant__revenue__seen_event"))
    telling = Q(recurring__isnull=False) | Q(name__in=STEPS)
    rows = Event.objects.filter(unseen, telling, tenant__in=tenants).order_by("id")
    news: dict[UUID, list[Event]] = defaultdict(list)
    for event in rows.only("tenant_id", "name", "occurred_on", "data", "recurring"):
        news[event.tenant_id].append(event)
    return news


def keep_drawn(drawn: list[Drawn]) -> None:
    """Write movements and stands of many tenants, two statements for all."""
    RevenueMove.objects.bulk_create([row for item in drawn for row in item.moves], ignore_conflicts=True)
    rows = [item.row() for item in drawn]
    RevenueStand.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["tenant"], update_fields=[*STORED, *STORED_STEPS]
    )
