"""A batch of visits: loaded in one trip, written in one trip, all in the transaction that holds the tenants' locks.

Every statement names its schema and is a single one, sent through psycopg's pipeline: while a visit is computed here, the
server already writes the visits before it. Public rows (events, tasks, number series, the tenants' own) go out once for all.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import psycopg
import structlog
from django.db import Error as DatabaseFault
from django.db import connection, models

from tenants.models import Tenant
from tenants.rows import Batch, Figure, Load, Visit, visiting
from tenants.services.statements import (
    Statement,
    insert,
    read_row,
    select,
    select_figure,
    update,
    update_many,
    update_where,
)

log = structlog.get_logger(__name__)
Work = Callable[[Tenant, date], None]
SERIES = """
    UPDATE public.tenants_numberseries SET last = %s WHERE series = %s AND kind = %s AND year = %s
"""


@dataclass(frozen=True, slots=True)
class Needs:
    """What the visits of a job read: rows and figures of the tenant's own tables."""

    loads: tuple[Load, ...] = ()
    figures: tuple[Figure, ...] = ()


@dataclass(slots=True)
class Worked:
    """What became of a batch: visits that are written, and tenants to be visited alone."""

    done: list[Visit] = field(default_factory=list)
    failed: list[Tenant] = field(default_factory=list)


def work_batch(tenants: Sequence[Tenant], needs: Needs, work: Work, day_of: Callable[[Tenant], date]) -> Worked:
    """Load, visit and write these tenants, whose rows the caller has locked in an open transaction.

    A visit that raises writes nothing and gives its numbers back; its tenant is among the failed. An error of the database
    is raised: the caller's transaction is lost then, with all that the batch wrote.
    """
    worked, batch = Worked(), Batch(tenants=tuple(tenant.pk for tenant in tenants))
    visits = _load(tenants, needs, batch)
    with _raw().pipeline():
        for visit in visits:
            if _made(visit, work, day_of(visit.tenant)):
                _send(_own_statements(visit))
                worked.done.append(visit)
            else:
                worked.failed.append(visit.tenant)
        _send(_public_statements(worked.done, batch))
    return worked


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
def _load(tenants: Sequence[Tenant], needs: Needs, batch: Batch) -> list[Visit]:
    with _raw().pipeline():
        asked = [[_ask(statement) for statement in _questions(tenant, needs)] for tenant in tenants]
    return [_visit(tenant, needs, batch, cursors) for tenant, cursors in zip(tenants, asked, strict=True)]


def _questions(tenant: Tenant, needs: Needs) -> Iterator[str]:
    for load in needs.loads:
        yield select(tenant.schema_name, load.model, load.where)
    for figure in needs.figures:
        yield select_figure(tenant.schema_name, figure.model, figure.expression)


def _visit(tenant: Tenant, needs: Needs, batch: Batch, cursors: Sequence["psycopg.Cursor[Any]"]) -> Visit:
    answers = iter(cursors)
    loaded: dict[type[models.Model], list[Any]] = {
        load.model: [read_row(load.model, values) for values in next(answers)] for load in needs.loads
    }
    figures = {figure.name: next(answers).fetchone()[0] for figure in needs.figures}  # type: ignore[index]
    return Visit(tenant, loaded, figures, batch)


# --- writing ---------------------------------------------------------------------------------------------------------
def _own_statements(visit: Visit) -> Iterator[Statement]:
    """What a visit writes in its tenant's schema, in its order: new rows of a table together, then what changed."""
    schema = visit.tenant.schema_name
    for rows in _by_table(visit.inserts):
        yield insert(schema, rows)
    for row, names in visit.updates.values():
        changed = visit.changed(row, names)
        if changed:
            yield update(schema, row, changed)
    for item in visit.changes:
        yield update_where(schema, item.model, item.key, item.values)


def _by_table(rows: Iterable[models.Model]) -> list[list[models.Model]]:
    grouped: dict[type[models.Model], list[models.Model]] = {}
    for row in rows:
        grouped.setdefault(type(row), []).append(row)
    return list(grouped.values())


def _public_statements(visits: Sequence[Visit], batch: Batch) -> Iterator[Statement]:
    events = [event for visit in visits for event in visit.events]
    if events:
        yield insert("public", events, conflict="(tenant_id, key) DO NOTHING")
    tasks = [task for visit in visits for task in visit.tasks]
    if tasks:
        yield insert("public", tasks, conflict="(tenant_id, key) DO NOTHING")
    standing = [visit for visit in visits if visit.standing]
    names = sorted({name for visit in standing for name, value in visit.standing.items() if visit.differs(name, value)})
    if names:
        yield update_many(Tenant, names, [(visit.tenant.pk, visit.now(names)) for visit in standing])
    for (series, kind, year), counter in sorted(batch.numbers.items()):
        yield SERIES, (counter.before + counter.given, series, kind, year)


# --- the driver ------------------------------------------------------------------------------------------------------
def _raw() -> Any:
    """The driver's own connection, on which Django's transaction is open."""
    connection.ensure_connection()
    return connection.connection


def _ask(sql: str, values: Sequence[Any] = ()) -> "psycopg.Cursor[Any]":
    """Queue one statement. Django's cursor class puts parameters into the text, which a pipeline has no need of."""
    cursor = psycopg.Cursor(_raw())
    cursor.execute(sql, values)
    return cursor


def _send(statements: Iterable[Statement]) -> None:
    for sql, values in statements:
        _ask(sql, values)
