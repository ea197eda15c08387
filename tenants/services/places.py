"""Places of which there are only so many: taken and given back by tenants of one or many schemas at once."""

from collections.abc import Iterable
from hashlib import sha256

from django.db import connection
from django.db.models import F

from tenants.models import Tenant
from tenants.models.jobs import NumberSeries

KIND = "places"
_LONGEST = 80
_TAKE = """
    INSERT INTO public.tenants_numberseries (series, kind, year, last) VALUES (%s, %s, 0, %s)
    ON CONFLICT (series, kind, year) DO UPDATE SET last = tenants_numberseries.last + EXCLUDED.last
    RETURNING last
"""


def places_series(tenant: Tenant, name: str) -> str:
    """Where the places of a name are counted. Test tenants and simulations count for themselves and fill nobody's class."""
    text = f"{tenant.product_code}:{name}" + (f":{tenant.schema_name}" if tenant.is_test else "")
    return text if len(text) <= _LONGEST else sha256(text.encode()).hexdigest()


def take_places(*, series: str, count: int) -> int:
    """Take so many places; returns how many are taken altogether, for the caller to refuse what is too many.

    The row stays locked until the transaction ends, so two buyers can never both have the last place; a refusal rolls back.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("A place may be taken only inside the transaction that sells it.")
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [series, KIND, count])
        row = cursor.fetchone()
    return int(row[0])


def give_back_places(*, series: str, count: int) -> None:
    """Give places back that were sold and are not wanted any more."""
    NumberSeries.objects.filter(series=series, kind=KIND, year=0).update(last=F("last") - count)


def places_taken(series: Iterable[str]) -> dict[str, int]:
    """How many places of each series are taken; one query."""
    rows = NumberSeries.objects.filter(series__in=list(series), kind=KIND, year=0)
    return dict(rows.values_list("series", "last"))
