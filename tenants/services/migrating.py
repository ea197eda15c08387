"""Bringing all tenants' schemas to the code's migrations, while they are in use.

Each tenant is one transaction: its public row is locked as every service locks it, then what it lacks is sent in one round trip
with its new version. A run may be broken off and started again at any time, and two may run side by side: the row says what
is done. Nobody waits long for it: a lock that is not to be had soon is given up and asked for again later.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Event

import structlog
from django.db import DatabaseError, connection, transaction
from psycopg.errors import DeadlockDetected, LockNotAvailable

from tenants.models import Tenant
from tenants.services.pipeline import retire, send
from tenants.services.schema_sql import latest_version, migration_steps, steps_after
from tenants.services.schemas import TENANTS, apply_steps

log = structlog.get_logger(__name__)
Progress = Callable[[str], None]
BUSY = (LockNotAvailable, DeadlockDetected)


@dataclass(frozen=True, slots=True)
class Pace:
    """How hard a run may push.

    `lock_timeout_ms` is how long a request may at most wait behind a migration that itself waits; below PostgreSQL's
    deadlock_timeout of a second, so that it is always the migration that yields. `statement_timeout_ms` bounds each statement.
    A tenant that is busy is tried `tries` times, `pause_seconds` apart. A backend, which grows with each schema it meets,
    serves `per_connection` tenants.
    """

    workers: int = 2
    lock_timeout_ms: int = 800
    statement_timeout_ms: int = 15_000
    tries: int = 5
    pause_seconds: float = 1.0
    per_connection: int = 200


@dataclass(slots=True)
class Migrated:
    """What a run did: how many tenants came along, and which were left behind and why ({"t_sman1": "…"})."""

    done: int = 0
    left: dict[str, str] = field(default_factory=dict)
    stopped: bool = False


def tenants_behind(schema_name: str = "") -> list[Tenant]:
    """Ready tenants whose schema lacks a migration, oldest first, with the columns that a migration needs.

    A tenant of a newer release, met after going back to an older one, is not behind.
    """
    ready = Tenant.objects.filter(provisioning=Tenant.ProvisioningState.READY).exclude(schema_version=latest_version())
    if schema_name:
        ready = ready.filter(schema_name=schema_name)
    rows = ready.order_by("pk").only("schema_name", "schema_version", "database_alias")
    return [tenant for tenant in rows.iterator() if steps_after(tenant.schema_version)]


def versions_of(tenants: Sequence[Tenant]) -> dict[str, int]:
    """How many are at which version."""
    return dict(Counter(tenant.schema_version for tenant in tenants))


def migrate_tenants(
    *, pace: Pace, schema_name: str = "", progress: Progress | None = None, stop: Event | None = None
) -> Migrated:
    """Upgrade every tenant that is behind, those made meanwhile by old code included; a failing one stops no other.

    `progress` is told each schema that is settled, from any thread. `stop` ends the run after the tenants under way.
    """
    outcome, run = Migrated(), _Run(pace, progress or (lambda _: None), stop or Event())
    migration_steps()  # recorded here, once, before any thread asks for them
    while not outcome.stopped:
        waiting = [tenant for tenant in tenants_behind(schema_name) if tenant.schema_name not in outcome.left]
        if not waiting:
            break
        run.through(waiting, outcome)
        outcome.stopped = run.stop.is_set()
    return outcome


@dataclass(slots=True)
class _Part:
    """What became of some tenants."""

    done: int = 0
    busy: list[Tenant] = field(default_factory=list)
    left: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Run:
    pace: Pace
    progress: Progress
    stop: Event

    def through(self, waiting: Sequence[Tenant], outcome: Migrated) -> None:
        """Everybody, then those that were busy, until nobody is any more or the tries are used up."""
        for attempt in range(1, self.pace.tries + 1):
            parts = self._round(waiting, last=attempt == self.pace.tries)
            waiting = [tenant for part in parts for tenant in part.busy]
            for part in parts:
                outcome.done += part.done
                outcome.left |= part.left
            if not waiting or self.stop.wait(self.pace.pause_seconds):
                return

    def _round(self, waiting: Sequence[Tenant], *, last: bool) -> list[_Part]:
        size = self.pace.per_connection
        parts = [waiting[at : at + size] for at in range(0, len(waiting), size)]
        with ThreadPoolExecutor(self.pace.workers, thread_name_prefix="migrate") as pool:
            return list(pool.map(lambda part: self._part(part, last=last), parts))

    def _part(self, tenants: Sequence[Tenant], *, last: bool) -> _Part:
        """One after the other on a connection of this thread, which is then given up."""
        part = _Part()
        try:
            for tenant in tenants:
                if self.stop.is_set():
                    break
                self._one(tenant, part, last=last)
        finally:
            retire(connection)
        return part

    def _one(self, tenant: Tenant, part: _Part, *, last: bool) -> None:
        try:
            part.done += _bring_up(tenant, self.pace)
        except DatabaseError as error:
            if isinstance(error.__cause__, BUSY) and not last:
                part.busy.append(tenant)
                return
            log.warning("tenant_left_behind", tenant=tenant.schema_name, reason=str(error))
            part.left[tenant.schema_name] = f"{type(error).__name__}: {' '.join(str(error).split())}"
        self.progress(tenant.schema_name)


# Read under the lock: what is missing, and where, is decided by what is there now, not by a list made minutes ago.
_LOCKED = f"SELECT schema_version, database_alias FROM {TENANTS} WHERE id = $1 FOR NO KEY UPDATE"  # noqa: S608  # names


def _bring_up(tenant: Tenant, pace: Pace) -> bool:
    """One tenant in one transaction, its row locked first. False if somebody else was faster, or it is gone."""
    settings = [
        f"SET LOCAL lock_timeout = {pace.lock_timeout_ms}",
        f"SET LOCAL statement_timeout = {pace.statement_timeout_ms}",
        # After a crash the last few tenants may be behind again, schema and version together: the next run takes them along.
        "SET LOCAL synchronous_commit = off",
    ]
    with transaction.atomic():
        found = send(connection, [*settings, (_LOCKED, [tenant.pk])]).fetchone()
        if found is None:
            return False
        tenant.schema_version, tenant.database_alias = found
        steps = steps_after(tenant.schema_version)
        apply_steps(tenant, steps, settings)
    return bool(steps)
