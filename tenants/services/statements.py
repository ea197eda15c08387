"""Single SQL statements for rows of a named schema, made from the models: names from them alone, values as parameters."""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from django.db import connection, models

Statement = tuple[str, Sequence[Any]]
Model = type[models.Model]


def quoted(name: str) -> str:
    """An SQL identifier."""
    return str(connection.ops.quote_name(name))


def table(schema: str, model: Model) -> str:
    """`"t_sman1"."billing_document"`."""
    return f"{quoted(schema)}.{quoted(model._meta.db_table)}"


def select(schema: str, model: Model, where: str) -> str:
    """Every column of the rows for which `where` (SQL of ours) holds."""
    return f"SELECT {_columns(model)} FROM {table(schema, model)} WHERE {where}"  # noqa: S608


def select_figure(schema: str, model: Model, expression: str) -> str:
    """One value over all rows of a table; `expression` is SQL of ours."""
    return f"SELECT {expression} FROM {table(schema, model)}"  # noqa: S608


def read_row(model: Model, values: Iterable[Any]) -> models.Model:
    """A selected row as the ORM would have read it."""
    names, converters = _readers(model)
    converted = list(values)
    for at, convert in converters:
        converted[at] = convert(converted[at], None, connection)
    return model.from_db(connection.alias, names, converted)


def insert(schema: str, rows: Sequence[models.Model], conflict: str = "") -> Statement:
    """Some new rows of one table; `conflict` is what follows ON CONFLICT. A key that the database makes is left to it."""
    text, fields, places = _insertion(type(rows[0]))
    values = [field.get_db_prep_save(field.pre_save(row, True), connection) for row in rows for field in fields]
    listed = ", ".join([places] * len(rows))
    ending = f" ON CONFLICT {conflict}" if conflict else ""
    return f"INSERT INTO {table(schema, type(rows[0]))} {text} VALUES {listed}{ending}", values  # noqa: S608


def update(schema: str, row: models.Model, names: Iterable[str]) -> Statement:
    """Named fields of one row."""
    return update_where(schema, type(row), {"id": row.pk}, {name: getattr(row, name) for name in names})


def update_where(schema: str, model: Model, key: Mapping[str, Any], values: Mapping[str, Any]) -> Statement:
    """The rows of a table in which every field of `key` has its value."""
    assignments = ", ".join(f"{_column(model, name)} = %s" for name in values)
    conditions = " AND ".join(f"{_column(model, name)} = %s" for name in key)
    prepared = [*_prepared(model, values), *_prepared(model, key)]
    return f"UPDATE {table(schema, model)} SET {assignments} WHERE {conditions}", prepared  # noqa: S608


def update_many(model: Model, names: Sequence[str], rows: Sequence[tuple[Any, Mapping[str, Any]]]) -> Statement:
    """The same fields of many public rows at once: (key, {name: value}) each."""
    columns = [_column(model, name) for name in names]
    assignments = ", ".join(f"{column} = new.{column}" for column in columns)
    # Without a cast PostgreSQL takes a column of nothing but NULL for text.
    casts = ", ".join(["%s::uuid", *(f"%s::{_type(model, name)}" for name in names)])
    places = ", ".join([f"({casts})"] * len(rows))
    values = [part for key, new in rows for part in (key, *_prepared(model, {name: new[name] for name in names}))]
    listed = ", ".join(["id", *columns])
    text = f"UPDATE {table('public', model)} AS old SET {assignments} FROM (VALUES {places}) AS new ({listed})"  # noqa: S608
    return f"{text} WHERE old.id = new.id", values


def _prepared(model: Model, values: Mapping[str, Any]) -> list[Any]:
    """Values as the driver takes them."""
    return [_field(model, name).get_db_prep_save(value, connection) for name, value in values.items()]


@lru_cache(maxsize=512)
def _field(model: Model, name: str) -> Any:
    return next(field for field in model._meta.concrete_fields if name in {field.name, field.attname})


@lru_cache(maxsize=512)
def _column(model: Model, name: str) -> str:
    return quoted(_field(model, name).column)


@lru_cache(maxsize=512)
def _type(model: Model, name: str) -> str:
    return str(_field(model, name).db_type(connection))


@lru_cache(maxsize=64)
def _columns(model: Model) -> str:
    return ", ".join(quoted(str(field.column)) for field in model._meta.concrete_fields)


@lru_cache(maxsize=64)
def _readers(model: Model) -> tuple[tuple[str, ...], tuple[tuple[int, Any], ...]]:
    """The attributes of a selected row, and converters of those whose stored value is not yet the Python one (JSON)."""
    fields: list[Any] = list(model._meta.concrete_fields)
    converters = tuple((at, field.from_db_value) for at, field in enumerate(fields) if hasattr(field, "from_db_value"))
    return tuple(field.attname for field in fields), converters


@lru_cache(maxsize=64)
def _insertion(model: Model) -> tuple[str, tuple[Any, ...], str]:
    """An insert's list of columns, its fields, and the places of one row."""
    fields = tuple(field for field in model._meta.concrete_fields if not isinstance(field, models.AutoField))
    listed = ", ".join(quoted(str(field.column)) for field in fields)
    return f"({listed})", fields, f"({', '.join(['%s'] * len(fields))})"
