"""Whether the services this process needs answer, and the database is reached as it must be."""

from functools import lru_cache
from time import monotonic

import psycopg
import redis
import structlog
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connections

from tenants.selectors.coordinator import refuse_unfit_node
from tenants.selectors.pooling import refuse_shared_sessions

log = structlog.get_logger(__name__)
# A pooler or another node may be put in between later; looking costs three connections, so not at every probe.
LOOK_AGAIN_SECONDS = 60


def readiness() -> dict[str, str]:
    """Faults by service, empty when all is well."""
    faults = {}
    for alias in connections:
        fault = _database_fault(alias)
        if fault:
            faults["database" if alias == "default" else alias] = fault
    try:
        redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=2).ping()
    except redis.RedisError as error:
        faults["broker"] = str(error)
    return faults


def refuse_unfit_databases() -> None:
    """At the start of a process: raise `ImproperlyConfigured` where tenants would be mixed up, or cannot be served.

    A database that does not answer yet is none of this: the process starts, and the readiness probe says what is wrong.
    """
    for alias in connections:
        try:
            _refuse_unfit(alias)
        except psycopg.OperationalError as error:
            log.warning("database_does_not_answer", alias=alias, error=str(error))


def forget_sessions() -> None:
    """Let the next probe look for a pooler and at the node again."""
    _unfit.cache_clear()


def _database_fault(alias: str) -> str:
    try:
        with connections[alias].cursor() as cursor:
            cursor.execute("SELECT 1")
        return _unfit(alias, int(monotonic() // LOOK_AGAIN_SECONDS))
    except (DatabaseError, psycopg.Error) as error:
        return str(error).splitlines()[0]


@lru_cache(maxsize=8)
def _unfit(alias: str, _minute: int) -> str:
    try:
        _refuse_unfit(alias)
    except ImproperlyConfigured as error:
        return str(error)
    return ""


def _refuse_unfit(alias: str) -> None:
    refuse_shared_sessions(connections[alias])
    refuse_unfit_node(connections[alias])
