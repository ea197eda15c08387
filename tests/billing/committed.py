"""Tenants that are really there, for tests with several connections at once; dropped again afterwards."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from threading import Barrier, Thread
from typing import Any

from django.db import connection, connections

from tenants.context import outside
from tenants.models import Domain, JobRun, NumberSeries, ParkedJob, StaffTask, Tenant
from tenants.services.schemas import drop_schema
from tests.conftest import make_tenant


@contextmanager
def committed(*wanted: tuple[str, str, int, date], **wish: Any) -> Iterator[list[Tenant]]:
    """Ready tenants (subdomain, product, quantity, sign-up; `wish` of each: plan, …) whose rows other connections see."""
    made: list[Tenant] = []
    try:
        for subdomain, product, quantity, signup in wanted:
            made.append(make_tenant(subdomain, subdomain, product, quantity, signup, **wish))
        yield made
    finally:
        with outside():
            schemas = [f"t_{subdomain}" for subdomain, *_ in wanted]
            for tenant in Tenant.objects.filter(schema_name__in=schemas):
                drop_schema(tenant=tenant)
                for model in (ParkedJob, StaffTask, Domain):
                    model.objects.filter(tenant=tenant).delete()
                Tenant.objects.filter(pk=tenant.pk).delete()
            JobRun.objects.all().delete()
            NumberSeries.objects.all().delete()


def at_once(*actions: Callable[[], Any]) -> list[Any]:
    """Each action in a thread and on a connection of its own, started together: its result, or what it raised."""
    barrier, results = Barrier(len(actions)), [None] * len(actions)

    def act(at: int, action: Callable[[], Any]) -> None:
        try:
            connection.ensure_connection()
            barrier.wait(timeout=60)
            results[at] = action()
        except Exception as error:  # noqa: BLE001 - the test looks at it
            results[at] = error  # type: ignore[call-overload]
        finally:
            connections.close_all()

    threads = [Thread(target=act, args=pair) for pair in enumerate(actions)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    assert not any(thread.is_alive() for thread in threads), "a deadlock, or something very slow"
    return results
