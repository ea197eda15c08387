"""Single SQL statements for rows of a named schema, made from the models: names from them alone, values as parameters.

A statement grows a list of values beside its text and names them $1, $2 …, as PostgreSQL itself does: a text that is new for
every schema is not worth translating from another notation.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from types import NoneType
from typing import Any
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connections, models

from tenants.models.append_only import refuse_change

Model = type[models.Model]
# Exactly these types: an enum is a string, too, and is stored as its value.
PLAIN = frozenset({str, int, bool, Decimal, UUID, date, datetime, NoneType})


def quoted(name: str) -> str:
    """An SQL identifier."""
    return str(connections[DEFAULT_DB_ALIAS].ops.quote_name(name))


def table(schema: str, model: Model) -> str:
    """`"t_sman1"."billing_document"`."""
    return f"{_quoted(schema)}.{_quoted(model._meta.db_table)}"


def select(schema: str, model: Model, where: str, figures: Sequence[tuple[str, Model | None]], place: int) -> str:
    """`place`, every column of the rows for which `where` holds, then figures: (expression, table) each, 0 without a table.
    All SQL of ours."""
    counted = (
        "0" if other is None else f"(SELECT {expression} FROM {table(schema, other)})"  # noqa: S608
        for expression, other in figures
    )
    listed = ", ".join([str(place), _columns(model), *counted])
    return f"SELECT {listed} FROM {table(schema, model)} WHERE {where}"  # noqa: S608


def read_row(model: Model, values: Sequence[Any]) -> models.Model:
    """A selected row as the ORM would have read it."""
    names, converters = _readers(model)
    converted = list(values[: len(names)])
    for at, convert in converters:
        converted[at] = convert(converted[at], None, None)
    return model.from_db(DEFAULT_DB_ALIAS, names, converted)


def insert(schema: str, rows: Sequence[models.Model], values: list[Any], conflict: str = "") -> str:
    """Some new rows of one table; `conflict` is what follows ON CONFLICT. A key that the database makes is left to it."""
    text, columns = _insertion(type(rows[0]))
    connection = connections[DEFAULT_DB_ALIAS]
    listed = []
    for row in rows:
        first = len(values) + 1
        values += [column.value(row, connection) for column in columns]
        listed.append(f"({_places(first, len(columns))})")
    ending = f" ON CONFLICT {conflict}" if conflict else ""
    return f"INSERT INTO {table(schema, type(rows[0]))} {text} VALUES {', '.join(listed)}{ending}"  # noqa: S608


def update(schema: str, row: models.Model, names: Iterable[str], values: list[Any]) -> str:
    """Named fields of one row."""
    return update_where(schema, type(row), {"id": row.pk}, {name: getattr(row, name) for name in names}, values)


def update_where(schema: str, model: Model, key: Mapping[str, Any], new: Mapping[str, Any], values: list[Any]) -> str:
    """The rows of a table in which every field of `key` has its value get the `new` ones. ChangeRefused where those stay."""
    refuse_change(model, new)
    assignments = ", ".join(_equal(model, new, values))
    conditions = " AND ".join(_equal(model, key, values))
    return f"UPDATE {table(schema, model)} SET {assignments} WHERE {conditions}"  # noqa: S608


def update_many(
    model: Model, names: Sequence[str], rows: Sequence[tuple[Any, Mapping[str, Any]]], values: list[Any]
) -> str:
    """The same fields of many public rows at once: (key, {name: value}) each."""
    columns = [_column(model, name) for name in names]
    # Without a cast PostgreSQL takes a column of nothing but NULL for text.
    types = ["uuid", *(_type(model, name) for name in names)]
    listed = []
    for key, new in rows:
        first = len(values) + 1
        values += [key, *(_prepared(model, name, new[name]) for name in names)]
        listed.append(f"({', '.join(f'${first + at}::{kind}' for at, kind in enumerate(types))})")
    assignments = ", ".join(f"{column} = new.{column}" for column in columns)
    source = f"(VALUES {', '.join(listed)}) AS new ({', '.join(['id', *columns])})"
    return f"UPDATE {table('public', model)} AS old SET {assignments} FROM {source} WHERE old.id = new.id"  # noqa: S608


def together(parts: Sequence[str]) -> str:
    """Several writes as one statement. Each sees the rows as they were before it: no part may touch another's rows."""
    first = ", ".join(f"part{at} AS ({part})" for at, part in enumerate(parts[:-1]))
    return f"WITH {first} {parts[-1]}" if first else parts[0]


def _equal(model: Model, pairs: Mapping[str, Any], values: list[Any]) -> list[str]:
    texts = []
    for name, value in pairs.items():
        values.append(_prepared(model, name, value))
        texts.append(f"{_column(model, name)} = ${len(values)}")
    return texts


def _prepared(model: Model, name: str, value: Any) -> Any:
    """A value as the driver takes it."""
    return _parameter(_field(model, name), value, connections[DEFAULT_DB_ALIAS])


def _parameter(field: Any, value: Any, connection: Any) -> Any:
    """What the driver knows by itself goes as it is: the ORM's preparation of seventy values costs more than a draft."""
    if type(value) in PLAIN and not _is_json(field):
        return value
    return field.get_db_prep_save(value, connection)


@lru_cache(maxsize=1024)
def _places(first: int, count: int) -> str:
    return ", ".join([f"${first + at}" for at in range(count)])


@lru_cache(maxsize=2048)
def _quoted(name: str) -> str:
    return quoted(name)


@lru_cache(maxsize=512)
def _field(model: Model, name: str) -> Any:
    return next(field for field in model._meta.concrete_fields if name in {field.name, field.attname})


@lru_cache(maxsize=512)
def _column(model: Model, name: str) -> str:
    return quoted(_field(model, name).column)


@lru_cache(maxsize=512)
def _type(model: Model, name: str) -> str:
    return str(_field(model, name).db_type(connections[DEFAULT_DB_ALIAS]))


@lru_cache(maxsize=64)
def _columns(model: Model) -> str:
    return ", ".join(quoted(str(field.column)) for field in model._meta.concrete_fields)


@lru_cache(maxsize=64)
def _readers(model: Model) -> tuple[tuple[str, ...], tuple[tuple[int, Any], ...]]:
    """The attributes of a selected row, and converters of those whose stored value is not yet the Python one (JSON)."""
    fields: list[Any] = list(model._meta.concrete_fields)
    converters = tuple((at, field.from_db_value) for at, field in enumerate(fields) if hasattr(field, "from_db_value"))
    return tuple(field.attname for field in fields), converters


@dataclass(frozen=True, slots=True)
class Column:
    """A field of a new row. What can be known of it beforehand is: a batch of invoices writes five thousand values."""

    field: Any
    name: str
    stamped: bool
    plain: bool

    def value(self, row: models.Model, connection: Any) -> Any:
        """As the driver takes it; the instant of `auto_now_add` is that of storing."""
        value = self.field.pre_save(row, True) if self.stamped else getattr(row, self.name)
        if self.plain and type(value) in PLAIN:
            return value
        return self.field.get_db_prep_save(value, connection)


@lru_cache(maxsize=64)
def _insertion(model: Model) -> tuple[str, tuple[Column, ...]]:
    """An insert's list of columns, and how their values are found."""
    fields: list[Any] = [field for field in model._meta.concrete_fields if not isinstance(field, models.AutoField)]
    columns = tuple(Column(field, field.attname, _is_stamped(field), not _is_json(field)) for field in fields)
    return f"({', '.join(quoted(str(field.column)) for field in fields)})", columns


def _is_stamped(field: Any) -> bool:
    return isinstance(field, models.DateField) and (field.auto_now or field.auto_now_add)


def _is_json(field: Any) -> bool:
    return isinstance(field, models.JSONField)
