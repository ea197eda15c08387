"""A second database in the same cluster, as a cell of its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from django.db import connection, connections

CELL = "cell2"


def admin() -> "psycopg.Connection[Any]":
    """A connection that can make and drop databases."""
    parameters = {**connection.get_connection_params(), "autocommit": True}
    return psycopg.connect(**parameters)


@contextmanager
def second_database() -> Iterator[str]:
    """An empty one; yields its alias."""
    name = f"{connection.settings_dict['NAME']}_{CELL}"
    with admin() as server:
        if server.execute("SHOW max_prepared_transactions").fetchone() == ("0",):
            pytest.skip("the server allows no prepared transactions (max_prepared_transactions = 0)")
        server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        server.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
    connections.settings[CELL] = {**connections.settings["default"], "NAME": name}
    try:
        yield CELL
    finally:
        connections[CELL].close()
        del connections[CELL], connections.settings[CELL]
        with admin() as server:
            for (gid,) in server.execute("SELECT gid FROM pg_prepared_xacts WHERE database = %s", [name]).fetchall():
                with psycopg.connect(
                    **{**connection.get_connection_params(), "dbname": name, "autocommit": True}
                ) as there:
                    there.execute(f"ROLLBACK PREPARED '{gid}'")
            server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
