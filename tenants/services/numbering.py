"""Gapless numbers."""

from django.db import connection

from tenants.rows import Counter, Visit, current_visit
from tenants.services.locks import hold

_NEXT = """
    INSERT INTO public.tenants_numberseries (series, kind, year, last) VALUES (%s, %s, %s, 1)
    ON CONFLICT (series, kind, year) DO UPDATE SET last = tenants_numberseries.last + 1
    RETURNING last
"""

_HOLD = """
    INSERT INTO public.tenants_numberseries (series, kind, year, last) VALUES (%s, %s, %s, 0)
    ON CONFLICT (series, kind, year) DO UPDATE SET last = tenants_numberseries.last
    RETURNING last
"""


def take_number(*, series: str, kind: str, year: int) -> int:
    """The next number of a series; must be called inside the transaction that issues the document.

    The series stays locked until that transaction ends: a rollback gives the number back, and two workers can never hold
    the same one. `series` is the issuer's code, with its own namespace for test tenants and simulations. A batch asks once,
    counts by itself while it holds the series, and writes the last number at its end (`tenants.services.batches`).
    """
    if not connection.in_atomic_block:
        raise RuntimeError("A number may be taken only inside the transaction that issues the document.")
    visit = current_visit()
    if visit is not None:
        return _counted(visit, series, kind, year)
    return _asked(_NEXT, series, kind, year)


def _counted(visit: Visit, series: str, kind: str, year: int) -> int:
    numbers = visit.batch.numbers
    if (series, kind, year) not in numbers:
        numbers[series, kind, year] = Counter(before=_asked(_HOLD, series, kind, year))
    counter = numbers[series, kind, year]
    counter.given += 1
    return counter.before + counter.given


def _asked(sql: str, series: str, kind: str, year: int) -> int:
    # One lock for a series, whatever is numbered in it and in which order, until the transaction ends: one that numbers an
    # invoice and then a fee, and one that does it the other way round, would otherwise wait for each other. Trap: the rows are
    # no such lock. The first papers of a series have none yet, and who waits for a row does not see one that is made meanwhile.
    hold(f"number series {series}")
    with connection.cursor() as cursor:
        cursor.execute(sql, [series, kind, year])
        row = cursor.fetchone()
    return int(row[0])
