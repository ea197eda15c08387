"""Making tenants."""

import time
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone

from tenants.models import Tenant
from tests.benchmarks import doors
from tests.benchmarks.database import connect, let_go, rows
from tests.benchmarks.drains import per
from tests.benchmarks.fleet import ADDED_FROM, add_rows, product_of, remove, schema_of
from tests.benchmarks.measures.stage import Stage
from tests.benchmarks.moulds import PRODUCTS
from tests.benchmarks.processes import server_cpu
from tests.benchmarks.results import tell


def measure_provisioning(on: Stage) -> None:
    """More tenants, each from its sign-up to its running trial; then the bare tables by hand; all removed again."""
    numbers = range(ADDED_FROM, ADDED_FROM + on.more)
    whole, cpu, floor = [], [], []
    empty: dict[str, float] = {}
    for _ in range(on.repeats):
        seconds, used = _provision(on, numbers)
        whole.append(seconds * 1000 / on.more)
        cpu.append(used)
        seconds, empty = _by_hand(numbers)
        floor.append(seconds * 1000 / on.more)
    facts: dict[str, Any] = {"server_cpu_ms": cpu[0], "floor_pipelined_ms": round(min(floor), 3)}
    facts |= {"relations": _relations(on.fleet[0].schema), "empty": empty}
    tell(on.around, "provision", "ms/tenant", whole, added=on.more, **facts)


def _provision(on: Stage, numbers: Sequence[int]) -> tuple[float, float | None]:
    """(seconds, milliseconds of the server's CPU each) from a reserved sign-up to a tenant that is ready."""
    add_rows(numbers)
    now = timezone.now()
    waiting = [_signed_up(number, now) for number in numbers]
    let_go()
    before, began = server_cpu(on.postmaster), time.monotonic()
    for tenant in waiting:
        made = doors.provision_tenant(tenant=tenant, now=now)
        if made.provisioning != Tenant.ProvisioningState.READY:
            raise RuntimeError(f"{made.schema_name}: {made.provisioning_error}")
    seconds = time.monotonic() - began
    let_go()
    after = server_cpu(on.postmaster)
    remove(numbers)
    return seconds, per((after - before).whole if after and before else None, len(numbers))


def _signed_up(number: int, now: datetime) -> Tenant:
    tenant = Tenant.objects.get(schema_name=schema_of(number))
    product = product_of(number)
    tenant.signup = {"quantity": str(PRODUCTS[product]), "plan": None, "interval_months": None}
    tenant.save(update_fields=["signup"])
    return tenant


def _by_hand(numbers: Sequence[int]) -> tuple[float, dict[str, float]]:
    """(seconds for all, relations of one) with empty tables: the same statements, pipelined, one transaction each."""
    statements = doors.schema_statements()
    let_go()
    with connect() as connection:
        began = time.monotonic()
        for number in numbers:
            with connection.pipeline():
                connection.execute(f'CREATE SCHEMA "{schema_of(number)}"')
                connection.execute(f'SET LOCAL search_path = "{schema_of(number)}"')
                for sql in statements:
                    connection.execute(sql)
            connection.commit()
        seconds = time.monotonic() - began
    empty = _relations(schema_of(numbers[0]))
    for number in numbers:
        doors.drop_schema(tenant=Tenant(schema_name=schema_of(number)))
    return seconds, empty


def _relations(schema: str) -> dict[str, float]:
    """How many relations, and so files, a schema has, those of TOAST among them, and their kilobytes."""
    found = rows(
        """
        WITH own AS (SELECT oid, relkind, reltoastrelid FROM pg_class WHERE relnamespace = %s::regnamespace),
             toast AS (SELECT reltoastrelid AS oid FROM own WHERE reltoastrelid <> 0),
             every AS (SELECT oid FROM own UNION ALL SELECT oid FROM toast
                       UNION ALL SELECT indexrelid FROM pg_index JOIN toast ON indrelid = toast.oid)
        SELECT (SELECT count(*) FROM every), (SELECT count(*) FROM own WHERE relkind = 'r'),
               (SELECT count(*) FROM own WHERE relkind = 'i'), (SELECT count(*) FROM toast),
               (SELECT sum(pg_relation_size(oid))::bigint / 1024 FROM every)
        """,
        [schema],
    )[0]
    return dict(zip(("all", "tables", "indexes", "toast", "kilobytes"), found, strict=True))
