"""Where the rows of a tenant come from and go to: its schema at once, or, on a visit of the daily jobs, a batch.

The same services run on both ways. Alone, `keep` saves a row at once and a selector asks the schema. In a batch the rows that
a visit may need were loaded for many tenants in one trip; a visit changes them in memory, and what it kept is written for all
tenants in one trip (`tenants.services.batches`). So a rule exists once, and a batch is only another way to load and write.

Trap: on a visit the connection looks at the public schema. A query of a tenant's table fails loudly then, the batch is rolled
back and its tenants are visited one by one; it can never read another tenant's rows.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, TypeVar
from uuid import UUID

from django.db import models

from tenants.models import Event, StaffTask, Tenant

Row = TypeVar("Row", bound=models.Model)
Made = TypeVar("Made")
Counted = tuple[str, str, int]


@dataclass(frozen=True, slots=True)
class Load:
    """Rows that a visit may read: those of a tenant's table for which `where` (SQL, no parameters) holds.

    `known_empty` tells from the tenant's locked public row that there are none, so that nobody asks.
    """

    model: type[models.Model]
    where: str
    known_empty: Callable[[Tenant], bool] | None = None

    def is_known_empty(self, tenant: Tenant) -> bool:
        """Whether the question can be spared."""
        return self.known_empty is not None and self.known_empty(tenant)


@dataclass(frozen=True, slots=True)
class Figure:
    """A number that a visit may read: `expression` (SQL) over the rows of a tenant's table.

    `known_zero` tells from the tenant's locked public row that it is 0: a table that is not asked is not opened.
    """

    name: str
    model: type[models.Model]
    expression: str
    known_zero: Callable[[Tenant], bool] | None = None

    def table_for(self, tenant: Tenant) -> type[models.Model] | None:
        """The table to count in; None where the number is 0 without looking."""
        return None if self.known_zero is not None and self.known_zero(tenant) else self.model


@dataclass(slots=True)
class Counter:
    """A number series held by a batch: the last number given before it, and how many the batch has given."""

    before: int
    given: int = 0


@dataclass(slots=True)
class Change:
    """An update of rows that were not loaded: `values` where `key` holds."""

    model: type[models.Model]
    key: Mapping[str, Any]
    values: Mapping[str, Any]


@dataclass(slots=True)
class Batch:
    """What the visits of a batch share: its tenants, what was asked once for all, and the number series it holds."""

    tenants: tuple[UUID, ...]
    remembered: dict[Any, Any] = field(default_factory=dict)
    numbers: dict[Counted, Counter] = field(default_factory=dict)


@dataclass(slots=True)
class Visit:
    """One tenant in a batch: what was loaded of it, and what is to be written, in order."""

    tenant: Tenant
    loaded: dict[type[models.Model], list[Any]]
    figures: dict[str, Any]
    batch: "Batch"
    inserts: list[models.Model] = field(default_factory=list)
    updates: dict[int, tuple[models.Model, set[str] | None]] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    tasks: list[StaffTask] = field(default_factory=list)
    public: list[models.Model] = field(default_factory=list)
    standing: dict[str, Any] = field(default_factory=dict)
    originals: dict[int, dict[str, Any]] = field(default_factory=dict)

    def remember(self) -> None:
        """Keep the rows as they were loaded, to write what changed and nothing else."""
        self.originals = {id(row): dict(row.__dict__) for rows in self.loaded.values() for row in rows}

    def rows(self, model: type[Row]) -> list[Row]:
        """The loaded rows of a table and those made on this visit; KeyError where none were loaded."""
        return self.loaded[model]

    def made(self, model: type[Row]) -> list[Row]:
        """The rows of a table made on this visit."""
        return [row for row in self.inserts if isinstance(row, model)]

    def keep(self, row: models.Model, fields: tuple[str, ...]) -> None:
        """Write the row with the batch, as it is then; `fields` alone, or all that changed."""
        if row._state.adding:
            row._state.adding = False
            self.inserts.append(row)
            if type(row) in self.loaded:
                self.loaded[type(row)].append(row)
        elif not any(made is row for made in self.inserts):
            known = self.updates.get(id(row), (row, set()))[1]
            wanted = None if known is None or not fields else known | set(fields)
            self.updates[id(row)] = (row, wanted)

    def changed(self, row: models.Model, wanted: set[str] | None) -> list[str]:
        """The fields of a loaded row that are other than they were, of those wanted (None: all)."""
        before = self.originals[id(row)]
        names = [item.attname for item in row._meta.concrete_fields if wanted is None or item.name in wanted]
        return [name for name in names if before[name] != getattr(row, name)]

    def differs(self, name: str, value: Any) -> bool:
        """Whether a value of the tenant's public row is another than the one it was claimed with."""
        return bool(getattr(self.tenant, name) != value)

    def now(self, names: Iterable[str]) -> dict[str, Any]:
        """The tenant's public values after this visit."""
        return {name: self.standing.get(name, getattr(self.tenant, name)) for name in names}


_visit: ContextVar[Visit | None] = ContextVar("visit", default=None)


def current_visit() -> Visit | None:
    """The visit of a batch that runs here; None where services read and write at once."""
    return _visit.get()


@contextmanager
def visiting(visit: Visit) -> Iterator[Visit]:
    """What is read and kept inside belongs to this visit."""
    token = _visit.set(visit)
    try:
        yield visit
    finally:
        _visit.reset(token)


def keep(row: models.Model, *fields: str) -> None:
    """Insert a new row, or save a changed one (`fields` alone, if named)."""
    visit = current_visit()
    if visit is not None:
        visit.keep(row, fields)
    elif row._state.adding:
        row.save(force_insert=True)
    else:
        row.save(update_fields=fields or None)


def change(model: type[models.Model], key: Mapping[str, Any], **values: Any) -> None:
    """Update rows of a tenant's table without loading them: `values` where every field of `key` has its value."""
    visit = current_visit()
    if visit is not None:
        visit.changes.append(Change(model, key, values))
    else:
        model._default_manager.filter(**key).update(**values)


def change_tenant(tenant: Tenant, **values: Any) -> None:
    """Update the tenant's public row; the caller holds its lock."""
    visit = current_visit()
    if visit is not None:
        visit.standing.update(values)
    else:
        Tenant.objects.filter(pk=tenant.pk).update(**values)


def keep_once(task: StaffTask) -> None:
    """Write a task unless the tenant has one of the same key."""
    visit = current_visit()
    if visit is not None:
        visit.tasks.append(task)
    else:
        StaffTask.objects.bulk_create([task], ignore_conflicts=True)


def keep_public(row: models.Model) -> None:
    """Write a new row of a public table unless it is there already: its key follows from the fact it tells."""
    visit = current_visit()
    if visit is not None:
        visit.public.append(row)
    else:
        type(row)._default_manager.bulk_create([row], ignore_conflicts=True)


_memory: ContextVar[dict[Any, Any] | None] = ContextVar("memory", default=None)


@contextmanager
def remembering() -> Iterator[None]:
    """What `known` is asked inside, is asked once: the time of one request."""
    token = _memory.set({})
    try:
        yield
    finally:
        _memory.reset(token)


def known(key: Any, make: Callable[[], Made]) -> Made:
    """As `remembered`, and asked once for a request, too. Only for what no tenant and no write of a request changes."""
    memory = _memory.get()
    if memory is None or current_visit() is not None:
        return remembered(key, make)
    if key not in memory:
        memory[key] = make()
    found: Made = memory[key]
    return found


def recalled(key: Any) -> Any | None:
    """What `known` was asked in this request already; None where it was not."""
    return (_memory.get() or {}).get(key)


def remembered(key: Any, make: Callable[[], Made]) -> Made:
    """What `make` gives; asked once for a whole batch, and every time elsewhere."""
    visit = current_visit()
    if visit is None:
        return make()
    if key not in visit.batch.remembered:
        visit.batch.remembered[key] = make()
    found: Made = visit.batch.remembered[key]
    return found
