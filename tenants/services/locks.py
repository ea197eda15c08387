"""Locks on names, for what has no row that could be locked: a series of numbers, a school's registration number."""

from django.db import connection

# Trap: Citus takes all who wait outside its transactions for one, which may then wait for somebody whom it keeps waiting: a
# deadlock that is none, and it cancels one that is well (its issue 1803). A statement that names a table it knows is in its
# transactions before it waits. The table is not read.
_HOLD = """
    SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))
    FROM (SELECT count(*) FROM public.tenants_numberseries WHERE false) AS known
"""


def hold(name: str) -> None:
    """Wait until nobody else holds `name`, and hold it until the transaction ends; whoever asks for another name goes on."""
    with connection.cursor() as cursor:
        cursor.execute(_HOLD, [name])
