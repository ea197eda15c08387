"""A customer's health again, from what was reported and what our books say: what the scoring is held against (C12)."""

from collections.abc import Iterator, Sequence
from copy import copy

from reports.models import HealthMove, HealthStand
from reports.services.health_scoring import draw, score_tenant
from tenants.models import Tenant

Health = HealthStand | HealthMove


def health_stored(tenant: Tenant) -> list[Health]:
    """Its stand, locked, and each move; nothing of who waits to be scored: there is news that its stand does not know."""
    stands = HealthStand.objects.select_for_update(no_key=True).filter(pk=tenant.pk, changed=False)
    found: list[Health] = list(stands)
    return [*found, *HealthMove.objects.filter(tenant=tenant).order_by("on", "pk")] if found else []


def health_expected(tenant: Tenant, stored: Sequence[Health]) -> list[Health]:
    """The same drawn again, as of the stand's own day. A day of use that is older than the reports kept is taken as said.

    Of the moves each begins where the one before ended, and the last ends where the stand is; what scores were between
    them nobody knows any more.
    """
    if not stored:
        return []
    [stand] = [copy(fact) for fact in stored if isinstance(fact, HealthStand)]
    used_on, stand.tenant = stand.used_on, tenant
    draw([stand], {stand.pk: stand.on or tenant.created_at.date()})
    stand.used_on = stand.used_on or used_on
    return [stand, *_moves(stand, [copy(fact) for fact in stored if isinstance(fact, HealthMove)])]


def _moves(stand: HealthStand, moves: list[HealthMove]) -> Iterator[HealthMove]:
    ends = (moves[-1].score, moves[-1].colour) if moves else (None, "")
    day = stand.on or (moves[-1].on if moves else None)
    if day and ends != (stand.score, stand.colour):
        if not moves or moves[-1].on != day:
            moves.append(HealthMove(tenant_id=stand.pk, on=day))
        moves[-1].score, moves[-1].colour = stand.score, stand.colour
    score: int | None = None
    colour = ""
    for move in moves:
        move.score_before, move.colour_before = score, colour
        score, colour = move.score, move.colour
        yield move


def keep_health(tenant: Tenant, expected: Sequence[Health]) -> None:
    """Score it anew, with the task that may follow, and write the moves as they should be."""
    [stand] = [fact for fact in expected if isinstance(fact, HealthStand)]
    score_tenant(tenant=tenant, on=stand.on or tenant.created_at.date())
    HealthMove.objects.bulk_create(
        [fact for fact in expected if isinstance(fact, HealthMove)],
        update_conflicts=True,
        unique_fields=["tenant", "on"],
        update_fields=["score", "colour", "score_before", "colour_before"],
    )
