"""Gapless numbers."""

from django.db import connection

_NEXT = """
    INSERT INTO public.tenants_numberseries (series, kind, year, last) VALUES (%s, %s, %s, 1)
    ON CONFLICT (series, kind, year) DO UPDATE SET last = tenants_numberseries.last + 1
    RETURNING last
"""


def take_number(*, series: str, kind: str, year: int) -> int:
    """The next number of a series; must be called inside the transaction that issues the document.

    The row stays locked until that transaction ends: a rollback gives the number back, and two workers can never hold the
    same one. `series` is the issuer's code, with its own namespace for test tenants and simulations.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("A number may be taken only inside the transaction that issues the document.")
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, [series, kind, year])
        row = cursor.fetchone()
    return int(row[0])
