"""Events as billing writes them, and workers that run at once."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

from django.db import connection

from tenants.models import Event, Tenant
from tenants.services.events import record_event

WORKERS = 3


def tell(tenant: Tenant, name: str = "payment.received", **data: Any) -> Event:
    """An event as billing writes it."""
    event = record_event(tenant=tenant, name=name, on=date(2025, 2, 3), data={"amount": 5000, "balance": 0, **data})
    assert event is not None
    return event


def at_once(work: Callable[[], int]) -> None:
    """Three workers, each on a connection of its own, until each finds nothing left to do."""
    barrier = threading.Barrier(WORKERS)

    def worker() -> None:
        try:
            barrier.wait(60)
            while work():
                pass
        finally:
            connection.close()

    with ThreadPoolExecutor(WORKERS) as pool:
        for running in [pool.submit(worker) for _ in range(WORKERS)]:
            running.result(timeout=120)
