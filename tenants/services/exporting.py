"""Everything a tenant owns, as one archive: the tables of its schema, its public rows, its files.

All rows are read under the tenant's lock, which every service that writes takes first, so the archive shows one moment. Files
do not change once they are stored; they follow after the lock.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import psycopg
from django.apps import apps
from django.conf import settings
from django.core.files.storage import default_storage
from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db.models import Model
from psycopg import sql

from tenants.context import outside, writing
from tenants.errors import Conflict
from tenants.models import Membership, Tenant, User
from tenants.services.archives import Archive, Entry, manifest_of, new_archive
from tenants.services.copying import Table, tables_of
from tenants.services.schema_sql import latest_version
from tenants.services.schemas import build_schema

TABLES, PUBLIC, FILES = "tables", "public", "files"
# Nobody's but the installation's: with them an archive would open doors.
SECRETS = {
    "tenants_apikey": ("secret_hash",),
    "tenants_invitation": ("token_hash",),
    # What the gateway charges a card or an account by, and the page where it is being saved.
    "gateways_mandate": ("token", "unlink", "page_url"),
}
# Of a person only who it is: the login is the person's, who may belong to other tenants as well.
PERSON = ("id", "email", "first_name", "last_name", "phone", "language")
Stored = Callable[[], Iterable[str]]


def export_tenant(*, tenant: Tenant, into: Path, now: datetime, stored: Stored) -> tuple[list[str], list[Entry]]:
    """Write the archive; returns (files that the storage has lost, what is in it).

    `stored` gives the paths of the tenant's files in the storage; it is asked under the lock.

    `Conflict` while the tenant's schema is not there.
    """
    if not tenant.schema_version:
        raise Conflict(f"{tenant.schema_name} has no schema yet.", code="not_ready")
    left_out = {table: list(columns) for table, columns in SECRETS.items()}
    about: dict[str, Any] = {
        "tenant": {"id": str(tenant.pk), "subdomain": tenant.subdomain, "name": tenant.name},
        "exported_at": now.isoformat(),
        "left_out": left_out | {"tenants_user": "everything but " + ", ".join(PERSON)},
    }
    with new_archive(into, about) as archive:
        with writing(tenant) as locked:
            about |= {"schema_name": locked.schema_name, "schema_version": locked.schema_version}
            _add_tables(archive, locked)
            _add_public(archive, locked)
            paths = list(dict.fromkeys(stored()))
        about["missing_files"] = [path for path in paths if not default_storage.exists(path)]
        for path in paths:
            if path not in about["missing_files"]:
                archive.add(f"{FILES}/{path}", _file(path))
    return about["missing_files"], archive.entries


def load_tables(*, path: Path, alias: str = DEFAULT_DB_ALIAS) -> int:
    """Make the archive's schema in a database and fill its tables, or leave nothing behind; returns the number of rows.

    Public rows are left alone. `Conflict` where such a schema is already, or the archive is of another version of the code.
    """
    told = manifest_of(path)
    schema, rows = told["schema_name"], 0
    if told["schema_version"] != latest_version():
        raise Conflict(f"The archive is of {told['schema_version']}, the code of {latest_version()}.", code="behind")
    with transaction.atomic(using=alias), ZipFile(path) as archive:
        if _exists(alias, schema):
            raise Conflict(f"There is a schema {schema} already; rename or drop it first.", code="schema_exists")
        build_schema(schema, using=alias)
        for table in tables_of(_raw(alias), schema):
            with archive.open(f"{TABLES}/{table.name}.csv") as file:
                rows += _load(_raw(alias), table, file)
    return rows


def public_models() -> list[type[Model]]:
    """Every public table with rows of a tenant, by their names."""
    labels = {name.rpartition(".")[2] for name in settings.TENANT_APPS}
    return sorted(
        (model for model in apps.get_models() if model._meta.app_label not in labels and _owner(model) is not None),
        key=lambda model: model._meta.db_table,
    )


def _owner(model: type[Model]) -> Any:
    """The column that names the tenant."""
    return next((field for field in model._meta.concrete_fields if field.related_model is Tenant), None)


def _add_tables(archive: Archive, tenant: Tenant) -> None:
    source = _raw(tenant.database_alias)
    for table in tables_of(source, tenant.schema_name):
        query = sql.SQL("SELECT {} FROM {}").format(table.listed, table.identifier)
        _add(archive, source, f"{TABLES}/{table.name}.csv", query)


def _add_public(archive: Archive, tenant: Tenant) -> None:
    person = User._meta.db_table
    members = sql.SQL("id IN (SELECT user_id FROM {} WHERE tenant_id = {})").format(
        sql.Identifier("public", Membership._meta.db_table), sql.Literal(tenant.pk)
    )
    asked = [
        (Tenant._meta.db_table, _columns(Tenant), _is("id", tenant)),
        (person, PERSON, members),
        *((one._meta.db_table, _columns(one), _is(_owner(one).attname, tenant)) for one in public_models()),
    ]
    for name, columns, where in asked:
        listed = sql.SQL(", ").join(map(sql.Identifier, columns))
        query = sql.SQL("SELECT {} FROM {} WHERE {} ORDER BY 1").format(listed, sql.Identifier("public", name), where)
        _add(archive, _raw(DEFAULT_DB_ALIAS), f"{PUBLIC}/{name}.csv", query)


def _columns(model: type[Model]) -> list[str]:
    secret = SECRETS.get(model._meta.db_table, ())
    return [field.attname for field in model._meta.concrete_fields if field.attname not in secret]


def _is(column: str, tenant: Tenant) -> sql.Composed:
    return sql.SQL("{} = {}").format(sql.Identifier(column), sql.Literal(tenant.pk))


def _add(archive: Archive, source: "psycopg.Connection[Any]", path: str, query: sql.Composed) -> None:
    with source.cursor() as cursor:
        whole = sql.SQL("COPY ({}) TO STDOUT (FORMAT csv, HEADER)").format(query)
        archive.add_table(path, _copied(cursor, whole), lambda: cursor.rowcount)


def _copied(cursor: "psycopg.Cursor[Any]", query: sql.Composed) -> Iterator[bytes]:
    with cursor.copy(query) as blocks:
        for block in blocks:
            yield bytes(block)


def _file(path: str) -> Iterator[bytes]:
    with default_storage.open(path) as file:
        yield from file.chunks()


def _load(target: "psycopg.Connection[Any]", table: Table, file: Any) -> int:
    """The columns come in the order in which the heading names them."""
    heading = file.readline().decode().strip().split(",")
    columns = sql.SQL(", ").join(map(sql.Identifier, heading))
    into = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT csv)").format(table.identifier, columns)
    with target.cursor() as cursor:
        with cursor.copy(into) as copy:
            for block in iter(lambda: file.read(1 << 16), b""):
                copy.write(block)
        return cursor.rowcount


def _exists(alias: str, schema: str) -> bool:
    with outside():
        found = _raw(alias).execute("SELECT 1 FROM pg_namespace WHERE nspname = %s", [schema]).fetchone()
    return found is not None


def _raw(alias: str) -> "psycopg.Connection[Any]":
    connections[alias].ensure_connection()
    raw: psycopg.Connection[Any] = connections[alias].connection
    return raw
