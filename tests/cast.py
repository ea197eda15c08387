"""The cast's tenants: made once in a process by the services, then put back row by row, as they were made.

Making one takes some thirty statements, and most tests begin with one or two of always the same. What making it wrote is kept
as text; a later test gets the same rows, with keys and instants of its own. Whatever else may have had a hand in it would leak
from one test into another, so a tenant is made anew by the services where the test has written before (anything but people and
the cast), where it may have changed settings or code, and outside of the transaction that is rolled back in the end.
"""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.utils import timezone
from psycopg.sql import SQL, Composed, Identifier, Literal

from tenants.models import Tenant
from tenants.models.ids import new_id
from tests.databases import schema_exists

# Statements that leave a stage bare: whoever logs in or is a member changes nothing of what a new tenant gets.
_HARMLESS = re.compile(
    r'\s*(?:SELECT|SET|SAVEPOINT|RELEASE|SHOW)\b|\s*(?:INSERT INTO|UPDATE) "tenants_(?:user|membership)"'
)
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?\+00:00")
_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_NOW = "now-of-the-test"
Rows = dict[tuple[str, str], set[str]]


@dataclass
class Stage:
    """One test: who of the cast is there, and whether nothing else is. Wraps every statement of the test's connection."""

    changes_code: bool
    bare: bool = True
    making: bool = False
    present: tuple[str, ...] = ()

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        """Look, then let it pass."""
        if self.bare and not self.making and not _HARMLESS.match(sql):
            self.bare = False
        return execute(sql, params, many, context)

    def is_bare(self, schema_name: str) -> bool:
        """Whether a tenant of the cast is the same here as on any other bare stage."""
        return self.bare and not self.changes_code and connection.in_atomic_block and schema_exists(schema_name)


@dataclass(frozen=True)
class Kept:
    """A tenant as rows: `sql` with the ids it had and a word for the instants at which it was made."""

    sql: str
    ids: tuple[str, ...]
    tenant: str

    def put_back(self) -> Tenant:
        """The same rows under new ids, in the order of the old ones."""
        fresh = {old: str(new_id()) for old in self.ids}
        sql = _ID.sub(lambda found: fresh.get(found[0], found[0]), self.sql)
        with connection.connection.cursor() as cursor:  # several statements in one go, past Django's cursor
            cursor.execute(sql.replace(_NOW, timezone.now().isoformat()))
        return Tenant.objects.get(pk=fresh[self.tenant])


@dataclass
class Cast:
    """Who was made in this process, by who was there before: ("sman1", "griya") is Griya beside the school."""

    kept: dict[tuple[str, ...], Kept | None] = field(default_factory=dict)
    stage: Stage | None = None

    @contextmanager
    def staged(self, request: pytest.FixtureRequest) -> Iterator[None]:
        """The time of one test."""
        self.stage = Stage(_changes_code(request))
        try:
            with connection.execute_wrapper(self.stage):
                yield
        finally:
            self.stage = None

    def play(self, name: str, make: Callable[[], Tenant]) -> Tenant:
        """The tenant of this subdomain: put back if it was made on such a stage before, else made."""
        stage, scene = self.stage, (*(self.stage.present if self.stage else ()), name)
        if stage is None or not stage.is_bare(f"t_{name}"):
            return make()
        stage.present, stage.making = scene, True
        kept = self.kept.get(scene)
        tenant = kept.put_back() if kept else make() if scene in self.kept else self._record(scene, make)
        stage.making = False
        return tenant

    def _record(self, scene: tuple[str, ...], make: Callable[[], Tenant]) -> Tenant:
        schemas = ["public", f"t_{scene[-1]}"]
        before, began = rows_of(schemas), timezone.now()
        tenant = make()
        self.kept[scene] = _keep(before, rows_of(schemas), (began, timezone.now()), tenant)
        return tenant


CAST = Cast()


def _changes_code(request: pytest.FixtureRequest) -> bool:
    """Whether the test, or a fixture of this suite that it asks for, may change settings or code."""
    info = request.node._fixtureinfo
    asking = [definitions[-1] for definitions in info.name2fixturedefs.values()]
    asked = {name for one in asking if one.baseid for name in one.argnames}  # a plugin's have none
    return bool({"settings", "monkeypatch"} & {*info.initialnames, *asked})


def rows_of(schemas: list[str]) -> Rows:
    """Every row of every table in these schemas, as JSON."""
    with connection.connection.cursor() as cursor:
        cursor.execute("SELECT schemaname, tablename FROM pg_tables WHERE schemaname = ANY(%s)", [schemas])
        found: Rows = {}
        for table in cursor.fetchall():
            cursor.execute(SQL("SELECT to_jsonb(row)::text FROM {} row").format(Identifier(*table)))
            found[table] = {text for (text,) in cursor.fetchall()}
        return found


def _keep(before: Rows, after: Rows, span: tuple[datetime, datetime], tenant: Tenant) -> Kept | None:
    """What was added; None where that is not all, or where a row could not be told from one of another time or tenant."""
    if any(before[table] - after[table] for table in before):
        return None
    added = {
        table: [_timeless(json.loads(text), span) for text in sorted(after[table] - before[table])] for table in after
    }
    ids = sorted({row["id"] for rows in added.values() for row in rows if _ID.fullmatch(str(row.get("id")))})
    sql = "; ".join(_insertion(table, rows).as_string(connection.connection) for table, rows in added.items() if rows)
    strange = any(UUID(made).version != 7 or made.replace("-", "") in sql for made in ids)
    dated = any(span[0] <= datetime.fromisoformat(instant) <= span[1] for instant in _INSTANT.findall(sql))
    return None if strange or dated else Kept(sql, tuple(ids), str(tenant.pk))


def _timeless(row: dict[str, Any], span: tuple[datetime, datetime]) -> dict[str, Any]:
    return {name: _NOW if _is_now(value, span) else value for name, value in row.items()}


def _is_now(value: Any, span: tuple[datetime, datetime]) -> bool:
    found = _INSTANT.fullmatch(value) if isinstance(value, str) else None
    return found is not None and span[0] <= datetime.fromisoformat(found[0]) <= span[1]


def _insertion(table: tuple[str, str], rows: list[dict[str, Any]]) -> Composed:
    insert = "INSERT INTO {table} ({names}) SELECT {names} FROM jsonb_populate_recordset(NULL::{table}, {rows})"
    names = SQL(", ").join(map(Identifier, rows[0]))
    return SQL(insert).format(table=Identifier(*table), names=names, rows=Literal(json.dumps(rows)))
