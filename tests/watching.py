"""Every statement of the suite, watched: none touches two tenants, no transaction does, and what is written together is known.

What must hold before tenants can live in several databases, or behind a Citus coordinator. The daily jobs' batches send their
statements past Django's cursors; they are held to it by a rule of their own (one database a batch, schema-qualified).

Nor does any change or delete what is append-only: the journal, payments, allocations, credit, lines, gateway fees, events. Two
exceptions: fields that are no part of the fact (`MAY_CHANGE`), and the events of a tenant that is itself deleted in the end. A
tenant's schema that is dropped or moved takes its rows with it, which no statement of theirs says.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection, models

from tenants.models import Event
from tenants.models.append_only import AppendOnly
from tenants.selectors.coordinator import public_tables

_UPDATE = re.compile(r'\s*UPDATE (?:"\w+"\.)?("\w+") SET (.*?)(?: WHERE |$)', re.DOTALL)
_DELETE = re.compile(r'\s*DELETE FROM (?:"\w+"\.)?("\w+")')
_INSERTED_OVER = re.compile(r'\s*INSERT INTO (?:"\w+"\.)?("\w+").* ON CONFLICT.* DO UPDATE', re.DOTALL)
Execute = Callable[[str, Any, bool, dict[str, Any]], Any]
_WRITES = re.compile(r'\s*(?:INSERT INTO|UPDATE|DELETE FROM) (?:"\w+"\.)?("\w+")')
_SCHEMA = re.compile(r'"((?:t|sim)_\w+)"\."')


def _tables(labels: list[str]) -> "re.Pattern[str]":
    models = [model for label in labels for model in apps.get_app_config(label.rpartition(".")[2]).get_models()]
    return re.compile("|".join(f'"{model._meta.db_table}"' for model in models))


TENANT_TABLE = _tables(settings.TENANT_APPS)
REGISTERED = public_tables()
PUBLIC_TABLE = _tables(["tenants", "plans", "billing.gateways", "billing.gateways.statements", "partners", "reports"])
# What of an append-only table may change.
LASTING = {
    f'"{model._meta.db_table}"': model.MAY_CHANGE for model in apps.get_models() if issubclass(model, AppendOnly)
}
EVENTS, TENANTS = f'"{Event._meta.db_table}"', f'"{apps.get_model("tenants.Tenant")._meta.db_table}"'
_tampering: ContextVar[bool] = ContextVar("tampering", default=False)


@contextmanager
def behind(model: type[models.Model]) -> Iterator["models.QuerySet[Any]"]:
    """The rows of an append-only table for a test that plays somebody with the database's own tools, or makes a past."""
    token = _tampering.set(True)
    try:
        yield models.QuerySet(model)
    finally:
        _tampering.reset(token)


@dataclass
class Watch:
    """What was seen on this thread's connection during a test."""

    faults: list[str] = field(default_factory=list)
    outer: int = field(default_factory=lambda: len(connection.atomic_blocks))
    block: Any = None
    met: set[str] = field(default_factory=set)
    wrote: set[str] = field(default_factory=set)
    orphaned: list[str] = field(default_factory=list)

    def __call__(self, execute: Execute, sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        """Look, then let it pass."""
        if TENANT_TABLE.search(sql):
            self._look(sql)
        if found := _WRITES.match(sql):
            self._written(found[1])
            self._changed(sql)
        return execute(sql, params, many, context)

    def _look(self, sql: str) -> None:
        named = set(_SCHEMA.findall(sql))
        schemas = named or {str(connection.schema_name)}  # type: ignore[attr-defined]
        if len(schemas) > 1:
            self.faults.append(f"two tenants in one statement: {sql[:200]}")
        if PUBLIC_TABLE.search(sql) and not sql.startswith(("CREATE", "ALTER")):
            self.faults.append(f"a tenant's table beside a public one: {sql[:200]}")
        self._in_transaction(schemas, sql)

    def _in_transaction(self, schemas: set[str], sql: str) -> None:
        if self._inside():
            self.met |= schemas
            if len(self.met) > 1:
                self.faults.append(f"two tenants in one transaction, {sorted(self.met)}: {sql[:200]}")

    def _written(self, table: str) -> None:
        """A public table written together with a tenant's is one that `prepare_coordinator` registers."""
        if not self._inside():
            return
        self.wrote.add(table)
        others = {name for name in self.wrote if not TENANT_TABLE.fullmatch(name)}
        unknown = {name.strip('"') for name in others} - REGISTERED
        if unknown and others != self.wrote:
            self.faults.append(
                f"written together with a tenant's tables, but unknown to a coordinator: {sorted(unknown)}"
            )

    def _changed(self, sql: str) -> None:
        """What is append-only is neither changed nor deleted."""
        found = _UPDATE.match(sql) or _DELETE.match(sql) or _INSERTED_OVER.match(sql)
        if found is None or _tampering.get():
            return
        if found.re is _DELETE and found[1] == TENANTS:
            self.orphaned.clear()
        if found[1] not in LASTING:
            return
        if found.re is _DELETE and found[1] == EVENTS:
            self.orphaned.append(f"events deleted, and not their tenant: {sql[:200]}")
        elif found.re is not _UPDATE or set(re.findall(r'"(\w+)" = ', found[2])) - LASTING[found[1]]:
            self.faults.append(f"append-only: {sql[:200]}")

    @property
    def seen(self) -> list[str]:
        """All faults, at the end of the test."""
        return self.faults + self.orphaned

    def _inside(self) -> bool:
        """Whether a transaction is open; that of a test itself, which is rolled back, does not count."""
        inner = connection.atomic_blocks[self.outer :]
        if not inner or inner[0] is not self.block:
            self.block, self.met, self.wrote = (inner[0] if inner else None), set(), set()
        return bool(inner)
