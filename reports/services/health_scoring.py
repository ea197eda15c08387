"""Work the health scores out anew of the customers of whom something is new, or whose day has come (C12)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

import structlog
from django.db import DatabaseError, transaction
from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from reports.models import HealthMove, HealthReport, HealthStand
from reports.rules.health import LOOKED_AFTER, NOTHING_KNOWN, Health, next_look, score
from reports.rules.health_reports import OLDEST
from reports.selectors.health_facts import Known, health_of, known_of, last_use, stored
from reports.selectors.health_table import health_table
from reports.selectors.places import province_of
from reports.services.health_tasks import Asked, Turn, asked_of, open_tasks
from tenants.models import Tenant

log = structlog.get_logger(__name__)
AT_ONCE = 500
WRITTEN = ["product", "province", "is_test", "on", "score", "colour", "parts", "used_on", "changed", "look_on"]


@dataclass(frozen=True, slots=True)
class Found:
    """A customer's stand, and how it does on its day."""

    stand: HealthStand
    on: date
    health: Health


def score_health(*, today: date, on: date | None = None) -> int:
    """Score who is due, and open the tasks that follow; how many were looked at. Safe to repeat and to run twice at once.

    Days that were missed are caught up: what is due by `today` (a tenant with a test clock by its own; `on` stands in for
    both) is looked at. One that cannot be scored is logged, is tried by the next run, and holds nobody up.
    """
    _begin_stands()
    done, failed = 0, set[UUID]()
    while looked_at := _score_some(_due(today, on).exclude(pk__in=failed), failed, today, on):
        done += looked_at
    _forget(today)
    return done


def _forget(today: date) -> None:
    """What is too old to be corrected, on the customer's own day: a test clock may stand still for years."""
    last = today - OLDEST - timedelta(days=1)
    runs = Q(tenant__clock_on=None) | Q(tenant__clock_on__gte=today)
    HealthReport.objects.filter(runs, on__lt=last).delete()


def score_tenant(*, tenant: Tenant, on: date) -> None:
    """Score one customer as of a day, whatever its mark says."""
    _begin_stands()
    _score(HealthStand.objects.filter(pk=tenant.pk), on, on)


def _begin_stands() -> None:
    """A stand for everybody who has none yet."""
    new = Tenant.objects.filter(status__in=LOOKED_AFTER, health__isnull=True).values_list(
        "pk", "product_code", "is_test"
    )
    rows = [HealthStand(tenant_id=key, product=product, is_test=test) for key, product, test in new]
    HealthStand.objects.bulk_create(rows, ignore_conflicts=True, batch_size=2000)


def _due(today: date, on: date | None) -> QuerySet[HealthStand]:
    day = Value(on) if on else Coalesce(F("tenant__clock_on"), Value(today))
    return HealthStand.objects.filter(Q(changed=True) | Q(look_on__lte=day)).order_by("pk")


def _score_some(due: QuerySet[HealthStand], failed: set[UUID], today: date, on: date | None) -> int:
    """The next of them together; where that fails, each alone. Returns how many were looked at."""
    try:
        return _score(due, today, on)
    except DatabaseError:
        raise
    except Exception:  # noqa: BLE001 - met again alone, where it is logged
        keys = list(due.values_list("pk", flat=True)[:AT_ONCE])
    for key in keys:
        try:
            _score(HealthStand.objects.filter(pk=key), today, on)
        except Exception:
            log.exception("health_not_scored", tenant=str(key))
            failed.add(key)
    return len(keys)


@transaction.atomic
def _score(due: QuerySet[HealthStand], today: date, on: date | None) -> int:
    """One batch. Its stands are locked: what is reported meanwhile waits, and is met by the next batch."""
    stands = list(due.select_related("tenant").select_for_update(skip_locked=True, of=("self",))[:AT_ONCE])
    days = {stand.pk: on or stand.tenant.clock_on or today for stand in stands}
    turns, asked = draw(stands, days)
    _keep_moves([turn.move for turn in turns if _has_moved(turn.move)])
    HealthStand.objects.bulk_create(stands, update_conflicts=True, unique_fields=["tenant"], update_fields=WRITTEN)
    open_tasks(turns, asked)
    return len(stands)


def draw(stands: Sequence[HealthStand], days: Mapping[UUID, date]) -> tuple[list[Turn], Asked]:
    """Have each stand, read with its tenant, say how its customer does on its day; nothing is written."""
    known, used = known_of(days), last_use(days)
    found = [_found(stand, known[stand.pk], days[stand.pk]) for stand in stands]
    turns = [_turn(item) for item in found]
    asked = asked_of(turns)
    for item, turn in zip(found, turns, strict=True):
        _tell(item, known[item.stand.pk], used.get(item.stand.pk), asked.look_on(turn))
    return turns, asked


def _found(stand: HealthStand, known: Known, on: date) -> Found:
    rules = health_table().on(stand.tenant.product_code, on)
    looked_after = rules is not None and stand.tenant.status in LOOKED_AFTER
    return Found(stand, on, score(rules, known, on) if rules and looked_after else NOTHING_KNOWN)


def _turn(item: Found) -> Turn:
    stand, health = item.stand, item.health
    move = HealthMove(
        tenant_id=stand.pk,
        on=item.on,
        score=health.score,
        colour=health.colour or "",
        score_before=stand.score,
        colour_before=stand.colour,
    )
    return Turn(stand.tenant, move, health, health_of(stand))


def _has_moved(move: HealthMove) -> bool:
    return (move.score, move.colour) != (move.score_before, move.colour_before)


def _tell(item: Found, known: Known, used_on: date | None, again_on: date | None) -> None:
    """`again_on`: when staff are asked again about it, if it stays as it is."""
    stand, tenant = item.stand, item.stand.tenant
    looked_after = tenant.status in LOOKED_AFTER
    stand.product, stand.is_test, stand.province = tenant.product_code, tenant.is_test, province_of(tenant.registration)
    stand.on, stand.score, stand.colour = (
        (item.on if looked_after else None),
        item.health.score,
        item.health.colour or "",
    )
    stand.parts = {part.measure.value: stored(part) for part in item.health.parts}
    stand.used_on, stand.changed = used_on, False
    days = (next_look(health_table(), tenant.product_code, known, item.on), again_on) if looked_after else ()
    stand.look_on = min((day for day in days if day is not None and day > item.on), default=None)


def _keep_moves(moves: Sequence[HealthMove]) -> None:
    """Of several changes of a day the first says what was before it, the last what came of it."""
    HealthMove.objects.bulk_create(
        moves, update_conflicts=True, unique_fields=["tenant", "on"], update_fields=["score", "colour"]
    )
