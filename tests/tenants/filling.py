"""Tables filled with tens of thousands of rows by the database itself."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.db import connection, models

MANY = 20_000


def fill(model: type[models.Model], given: Mapping[str, str], count: int = MANY, *, schema: str = "public") -> None:
    """Insert `count` rows numbered n = 1, 2, …; `given` are SQL expressions of n for columns, others get something plain."""
    fields = [field for field in model._meta.concrete_fields if not isinstance(field, models.AutoField)]
    names = ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)
    values = ", ".join(given.get(str(field.column)) or _plain(model, field) for field in fields)
    with connection.cursor() as cursor:
        cursor.execute(
            f'INSERT INTO "{schema}".{model._meta.db_table} ({names}) SELECT {values} FROM generate_series(1, {count}) AS n'
        )
        cursor.execute(f'ANALYZE "{schema}".{model._meta.db_table}')


@contextmanager
def loosely() -> Iterator[None]:
    """Inside a transaction foreign keys are not looked after, where the role may say so: two thirds of the time of filling."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        may = bool(cursor.fetchone()[0])
        if may:
            cursor.execute("SET LOCAL session_replication_role = replica")
        yield
        if may:
            cursor.execute("SET LOCAL session_replication_role = origin")


def key(model: type[models.Model], number: str = "n") -> str:
    """The UUID of row n of a filled table, as SQL."""
    return f"md5('{model._meta.db_table}' || ({number})::text)::uuid"


def _plain(model: type[models.Model], field: Any) -> str:
    if field.primary_key and isinstance(field, models.UUIDField):
        return key(model)
    if field.null:
        return "NULL"
    if isinstance(field, models.ForeignKey) and isinstance(field.target_field, models.AutoField):
        return f"(SELECT min(id) FROM public.{field.related_model._meta.db_table})"
    if isinstance(field, models.ForeignKey):
        return f"md5('{field.related_model._meta.db_table}' || n::text)::uuid"
    if field.blank and isinstance(field, (models.CharField, models.TextField, models.FileField)):
        return "''"
    if isinstance(field.default, int) and not isinstance(field.default, bool):
        return str(field.default)
    kinds: list[tuple[Any, str]] = [
        (models.DateTimeField, "now() - interval '2 days'"),
        (models.DateField, "current_date"),
        (models.JSONField, "'{}'"),
        (models.BooleanField, "false"),
        (models.UUIDField, "gen_random_uuid()"),
        ((models.CharField, models.TextField), f"left('f' || n::text, {field.max_length or 40})"),
    ]
    return next((text for kind, text in kinds if isinstance(field, kind)), "1")
