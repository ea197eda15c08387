"""Whether the services this process needs answer."""

import redis
from django.conf import settings
from django.db import DatabaseError, connection


def readiness() -> dict[str, str]:
    """Faults by service, empty when all is well."""
    faults = {}
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        faults["database"] = str(error).splitlines()[0]
    try:
        redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=2).ping()
    except redis.RedisError as error:
        faults["broker"] = str(error)
    return faults
