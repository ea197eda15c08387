"""A batch of visits: loaded in one trip, written in one trip, all in the transaction that holds the tenants' locks.

Every statement names its schema and is a single one, sent through psycopg's pipeline: while a visit is computed here, the
server already writes the visits before it. Public rows (events, tasks, the tenants' own) go out for many tenants at once.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import psycopg
import structlog
from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db import Error as DatabaseFault

from tenants.models import Tenant
from tenants.rows import Batch, Figure, Load, Visit, visiting
from tenants.services.pipeline import Queue, pipelined
from tenants.services.statements import insert, read_row, select, together, update, update_many, update_where

log = structlog.get_logger(__name__)
Work = Callable[[Tenant, date], None]
Statement = tuple[str, Sequence[Any]]
# Foreign keys are checked while the next visit is computed; at the commit, where Django leaves them, nobody has other work.
CHECK_AT_ONCE = "SET CONSTRAINTS ALL IMMEDIATE"
# Visits whose public rows go out in one statement: those of the first half are written while the second is computed.
TOGETHER = 25
SERIES = "UPDATE public.tenants_numberseries SET last = $1 WHERE series = $2 AND kind = $3 AND year = $4"


@dataclass(frozen=True, slots=True)
class Needs:
    """What the visits of a job read: rows and figures of the tenant's own tables."""

    loads: tuple[Load, ...] = ()
    figures: tuple[Figure, ...] = ()
    # Visits that number documents in one series stand together, in an order that holds for every batch: no two of them can
    # wait for each other's series.
    series: Callable[[Visit], str] | None = None


@dataclass(slots=True)
class Worked:
    """What became of a batch: visits that are written, and tenants to be visited alone."""

    done: list[Visit] = field(default_factory=list)
    failed: list[Tenant] = field(default_factory=list)


def work_batch(tenants: Sequence[Tenant], needs: Needs, work: Work, day_of: Callable[[Tenant], date]) -> Worked:
    """Load, visit and write these tenants, whose rows the caller has locked in an open transaction; all live in one database.

    Where that is a cell, it takes part in the caller's transaction (`tenants.backend.twophase`).

    A visit that raises writes nothing and gives its numbers back; its tenant is among the failed. An error of the database
    is raised: the caller's transaction is lost then, with all that the batch wrote.
    """
    worked, batch, home = Worked(), Batch(tenants=tuple(tenant.pk for tenant in tenants)), _home_of(tenants)
    visits = _load(tenants, needs, batch, home)
    if needs.series is not None:
        visits.sort(key=needs.series)
    # One pipeline where tenants and public rows are in one database.
    with pipelined(home) as own, nullcontext(own) if home is _default() else pipelined(_default()) as public:
        own(CHECK_AT_ONCE)
        for at in range(0, len(visits), TOGETHER):
            done = list(_visited(visits[at : at + TOGETHER], work, day_of, own, worked))
            for statement in _public_rows(done):
                public(statement)
        for statement in _series(batch):
            public(statement)
    return worked


def _visited(
    visits: Sequence[Visit], work: Work, day_of: Callable[[Tenant], date], own: Queue, worked: Worked
) -> Iterator[Visit]:
    """Make these visits and send what each writes in its tenant's schema; those that are done."""
    for visit in visits:
        if not _made(visit, work, day_of(visit.tenant)):
            worked.failed.append(visit.tenant)
            continue
        if statement := _own_statement(visit):
            own(statement)
        worked.done.append(visit)
        yield visit


def _default() -> Any:
    """Django's own connection of this thread, where the public rows are."""
    return connections[DEFAULT_DB_ALIAS]


def _home_of(tenants: Sequence[Tenant]) -> Any:
    """The connection to where these tenants live; a cell's joins the open transaction."""
    (alias,) = {tenant.database_alias for tenant in tenants}
    if alias != DEFAULT_DB_ALIAS:
        _default().take_in(connections[alias])
    return connections[alias]


def _made(visit: Visit, work: Work, today: date) -> bool:
    taken = {key: counter.given for key, counter in visit.batch.numbers.items()}
    try:
        with visiting(visit):
            work(visit.tenant, today)
    except (psycopg.Error, DatabaseFault):
        raise
    except Exception as error:  # noqa: BLE001 - met again alone, where it is logged with its trace and parked
        log.info("visit_failed_in_batch", tenant=visit.tenant.schema_name, error=f"{type(error).__name__}: {error}")
        for key, counter in visit.batch.numbers.items():
            counter.given = taken.get(key, 0)
        return False
    return True


# --- loading ---------------------------------------------------------------------------------------------------------
def _load(tenants: Sequence[Tenant], needs: Needs, batch: Batch, home: Any) -> list[Visit]:
    visits = [Visit(tenant, {load.model: [] for load in needs.loads}, {}, batch) for tenant in tenants]
    with pipelined(home) as ask:
        asked = [(load, ask(question)) for load in needs.loads if (question := _question(load, tenants, needs))]
    home.note_met(tenant.schema_name for tenant in tenants)
    for load, cursor in asked:
        for at, *values in cursor.fetchall():
            _take(visits[at], load, needs, values)
    for visit in visits:
        visit.remember()
    return visits


def _question(load: Load, tenants: Sequence[Tenant], needs: Needs) -> str:
    """One statement for a table of all these tenants, each row led by its tenant's place; empty where nobody is to be asked.

    One answer instead of fifty: the driver prepares to read thirty-five columns once. The figures come with the first table.
    """
    counted = needs.figures if load is needs.loads[0] else ()

    def asked(at: int, tenant: Tenant) -> str:
        figures = [(figure.expression, figure.table_for(tenant)) for figure in counted]
        return select(tenant.schema_name, load.model, load.where, figures, at)

    return " UNION ALL ".join(asked(at, each) for at, each in enumerate(tenants) if not load.is_known_empty(each))


def _take(visit: Visit, load: Load, needs: Needs, values: Sequence[Any]) -> None:
    visit.loaded[load.model].append(read_row(load.model, values))
    if load is needs.loads[0] and needs.figures:
        counted = values[-len(needs.figures) :]
        visit.figures = dict(zip((figure.name for figure in needs.figures), counted, strict=True))


# --- writing ---------------------------------------------------------------------------------------------------------
def _own_statement(visit: Visit) -> Statement | None:
    """What a visit writes in its tenant's schema, as one statement: new rows, and what changed of the loaded ones."""
    schema, values = visit.tenant.schema_name, list[Any]()
    parts = [insert(schema, rows, values) for rows in _by_table(visit.inserts)]
    for row, names in visit.updates.values():
        if changed := visit.changed(row, names):
            parts.append(update(schema, row, changed, values))
    parts += [update_where(schema, item.model, item.key, item.values, values) for item in visit.changes]
    return (together(parts), values) if parts else None


def _by_table(rows: Iterable[models.Model]) -> list[list[models.Model]]:
    grouped: dict[type[models.Model], list[models.Model]] = {}
    for row in rows:
        grouped.setdefault(type(row), []).append(row)
    return list(grouped.values())


def _public_rows(visits: Sequence[Visit]) -> Iterator[Statement]:
    once: list[models.Model] = [row for visit in visits for row in (*visit.events, *visit.tasks)]
    kept = (row for visit in visits for row in visit.public)
    for conflict, several in (("(tenant_id, key) DO NOTHING", once), ("(id) DO NOTHING", kept)):
        for rows in _by_table(several):
            values = list[Any]()
            yield insert("public", rows, values, conflict=conflict), values
    standing = [visit for visit in visits if visit.standing]
    names = sorted({name for visit in standing for name, value in visit.standing.items() if visit.differs(name, value)})
    if names:
        values = []
        yield update_many(Tenant, names, [(visit.tenant.pk, visit.now(names)) for visit in standing], values), values


def _series(batch: Batch) -> Iterator[Statement]:
    for (series, kind, year), counter in sorted(batch.numbers.items()):
        yield SERIES, (counter.before + counter.given, series, kind, year)
