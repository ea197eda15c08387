"""A database to fill for one measure: rows are committed and vacuumed in it, as they are in operation, and gone afterwards."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from django.db import connection
from psycopg.sql import SQL, Identifier

from tests.benchmarks.database import let_go


@contextmanager
def scratch() -> Iterator[None]:
    """Django's connections lead to a copy of the fleet's database, which is dropped in the end."""
    home = str(connection.settings_dict["NAME"])
    name = f"{home}_scratch"
    let_go()  # a database somebody is connected to cannot be copied
    _server("DROP DATABASE IF EXISTS {name} WITH (FORCE)", name)
    _server("CREATE DATABASE {name} TEMPLATE {home}", name, home)
    connection.settings_dict["NAME"] = name
    try:
        yield
    finally:
        let_go()
        connection.settings_dict["NAME"] = home
        _server("DROP DATABASE {name} WITH (FORCE)", name)


def _server(statement: str, name: str, home: str = "") -> None:
    options = {**connection.get_connection_params(), "dbname": "postgres"}
    kept = {key: options[key] for key in ("dbname", "host", "port", "user", "password") if options.get(key)}
    with psycopg.connect(autocommit=True, **kept) as session:
        session.execute(SQL(statement).format(name=Identifier(name), home=Identifier(home)))
