"""A real pool for tests: the suite itself has one connection a thread."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, connections


@contextmanager
def pooled(size: int, **options: Any) -> Iterator[Any]:
    """Every thread takes its connections from one pool of this size, which is yielded; `options` are psycopg_pool's."""
    settings = connections.settings["default"]
    before = settings["OPTIONS"]
    connections.close_all()
    settings["OPTIONS"] = {"pool": {"min_size": size, "max_size": size, "timeout": 30, **options}}
    try:
        connection.ensure_connection()
        yield connection.pool  # type: ignore[attr-defined]
    finally:
        connections.close_all()
        connection.close_pool()  # type: ignore[attr-defined]
        settings["OPTIONS"] = before
