"""The tenants that are measured: made where they are missing, kept between runs."""

import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from tqdm import tqdm

from tenants.models import Domain, Tenant
from tests.benchmarks import doors
from tests.benchmarks.database import PREFIX, rows, unsynced

# A backend that has made many schemas gets slower with each.
SCHEMAS_PER_CONNECTION = 100
STREAMS = 2
# Tenants that provisioning makes and removes again have numbers from here on.
ADDED_FROM = 900_001


class TooMany(Exception):
    """More tenants are there than are to be measured."""


@dataclass(frozen=True, slots=True)
class Member:
    """A tenant of the fleet: its number from 1, its id, its product."""

    number: int
    id: UUID
    product: str

    @property
    def schema(self) -> str:
        return schema_of(self.number)

    @property
    def host(self) -> str:
        return f"{subdomain_of(self.number)}.{settings.BASE_DOMAIN}"


def schema_of(number: int) -> str:
    """t_bench_000001"""
    return f"{PREFIX}{number:06}"


def subdomain_of(number: int) -> str:
    """bench-000001"""
    return f"bench-{number:06}"


def product_of(number: int) -> str:
    """Half of them complexes billed by the month, half schools billed by the year."""
    return "klustera" if number % 2 else "xclass"


def members() -> list[Member]:
    """Everybody whose schema is there, in order."""
    found = rows(
        "SELECT schema_name, id, product_code FROM tenants_tenant"
        " WHERE starts_with(schema_name, %s) AND schema_name < %s AND schema_version <> '' ORDER BY schema_name",
        [PREFIX, schema_of(ADDED_FROM)],
    )
    return [Member(int(name.removeprefix(PREFIX)), key, product) for name, key, product in found]


def ensure(count: int) -> list[Member]:
    """Exactly so many tenants; those of earlier runs are kept, the missing ones made."""
    there = members()
    if len(there) > count:
        raise TooMany(f"{len(there)} tenants are there, more than {count}; --fresh removes them first.")
    known = {member.number for member in there}
    missing = [number for number in range(1, count + 1) if number not in known]
    if missing:
        add_rows(missing)
        with unsynced():
            _in_streams(_make, missing, f"making {len(missing)} tenants")
    return members()


def mark_ready() -> None:
    """Whoever has a schema is ready: otherwise `migrate_tenants` passes those by that a broken run made and never staged."""
    made = Tenant.objects.filter(schema_name__startswith=PREFIX).exclude(schema_version="")
    made.update(provisioning=Tenant.ProvisioningState.READY)


def add_rows(numbers: Sequence[int]) -> None:
    """Public rows and hosts of tenants whose schemas come next; safe to repeat."""
    tenants = [
        Tenant(
            schema_name=schema_of(number),
            name=f"Tolok Ukur {number}",
            product_code=product_of(number),
            contact_name="Ayu Lestari",
            contact_email=f"tagihan@{subdomain_of(number)}.test",
            contact_phone="+6281200000001",
        )
        for number in numbers
    ]
    with transaction.atomic():
        Tenant.objects.bulk_create(tenants, batch_size=1000, ignore_conflicts=True)
        wanted = [tenant.schema_name for tenant in tenants]
        made = Tenant.objects.filter(schema_name__in=wanted, domains__isnull=True)
        hosts = [Domain(domain=f"{one.subdomain}.{settings.BASE_DOMAIN}", tenant=one, is_primary=True) for one in made]
        Domain.objects.bulk_create(hosts, batch_size=1000)


def remove(numbers: Sequence[int]) -> None:
    """Schemas first, then everything public that belongs to them."""
    _in_streams(_drop, numbers, f"removing {len(numbers)} tenants")
    Tenant.objects.filter(schema_name__in=[schema_of(number) for number in numbers]).delete()


def remove_added() -> None:
    """What a run that was ended in the middle of provisioning has left."""
    found = rows(
        "SELECT name FROM (SELECT nspname AS name FROM pg_namespace UNION SELECT schema_name FROM tenants_tenant) AS found"
        " WHERE starts_with(name, %s) AND name >= %s",
        [PREFIX, schema_of(ADDED_FROM)],
    )
    remove([int(name.removeprefix(PREFIX)) for (name,) in found])


def _make(number: int) -> None:
    doors.create_schema(tenant=Tenant.objects.get(schema_name=schema_of(number)))


def _drop(number: int) -> None:
    doors.drop_schema(tenant=Tenant(schema_name=schema_of(number)))


def _in_streams(work: Callable[[int], None], numbers: Sequence[int], title: str) -> None:
    """Work on several connections at once, each replaced after a hundred schemas."""
    chunks = [numbers[at : at + SCHEMAS_PER_CONNECTION] for at in range(0, len(numbers), SCHEMAS_PER_CONNECTION)]
    bar: Any = tqdm(total=len(numbers), desc=title, unit="tenant", disable=None, file=sys.stderr)

    def work_off(chunk: Sequence[int]) -> None:
        with doors.fresh_connection():
            for number in chunk:
                work(number)
                bar.update()

    with bar, ThreadPoolExecutor(STREAMS) as pool:
        list(pool.map(work_off, chunks))
    connection.close()
