"""Charging the open invoices of tenants with a mandate (K7): announced, charged, and asked about until it is known.

The network is never waited for inside a transaction: an attempt is committed, then sent, then its status is asked. Two charges
of one invoice cannot be in flight: the database refuses the second attempt (`checkout_document_live_once`,
`debit_in_flight_once`), and an attempt that is sent again has the same order id, which the gateway charges once.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

import structlog
from django.db.models import Q, QuerySet

from billing.gateways.mandate_models import Debit, DebitOutcome, Mandate, MandateState
from billing.gateways.midtrans import MidtransClient
from billing.services.gateway.debit_planning import announce_and_plan
from billing.services.gateway.debit_sending import follow_up, send_debit
from plans.selectors.catalogue import auto_debits
from tenants.context import SYSTEM, acting, local_today
from tenants.models import Tenant

log = structlog.get_logger(__name__)
BATCH = 50


@dataclass(slots=True)
class Charged:
    """What a run did: mandates visited, and those that failed and are visited again by the next run."""

    done: int = 0
    failed: int = 0


def due_mandates(now: datetime, on: date | None = None) -> "QuerySet[Mandate]":
    """Active mandates of tenants that owe something soon and were not visited today, and those with a charge in flight.

    Found on public rows alone: no schema is opened of a tenant with nothing to charge. `on` stands in for today of every
    tenant; a test clock that has not passed it goes along. Without it, a tenant with a test clock is left out.
    """
    furthest = on or (now + timedelta(hours=9)).date()
    owing = Q(
        Q(visited_on__isnull=True) | Q(visited_on__lt=furthest),
        state=MandateState.ACTIVE,
        tenant__balance__gt=0,
    )
    soon = Q(pk__in=[])
    for product, rules in auto_debits().items():
        soon |= Q(tenant__product_code=product, tenant__next_due_on__lte=furthest + timedelta(days=rules.notice_days))
    flying = Debit.objects.filter(outcome=DebitOutcome.IN_FLIGHT)
    # Each part by the index of its own few rows; joined by OR every mandate would be read.
    due = Mandate.objects.filter(owing, soon).values("pk").union(flying.values("mandate"))
    clocks = Q(tenant__clock_on__isnull=True) | (Q() if on is None else Q(tenant__clock_on__lte=on))
    ready = Q(clocks, tenant__provisioning=Tenant.ProvisioningState.READY)
    return Mandate.objects.filter(ready, pk__in=due).order_by("pk")


def run_debits(
    *,
    now: datetime,
    gateway: MidtransClient,
    on: date | None = None,
    progress: Callable[[Tenant], None] | None = None,
) -> Charged:
    """Visit every due mandate once, fifty read at a time; several runs may go side by side, each mandate is claimed by one.

    `on` stands in for today of every tenant.
    """
    outcome = Charged()
    for mandate in _batches(now, on):
        today = on or local_today(mandate.tenant, now)
        if progress is not None:
            progress(mandate.tenant)
        try:
            visit_mandate(mandate=mandate, today=today, now=now, gateway=gateway)
        except Exception:
            # Whatever one tenant has wrong, the others are charged.
            log.exception("debit_visit_failed", tenant=mandate.tenant.schema_name)
            outcome.failed += 1
        else:
            outcome.done += 1
    return outcome


def _batches(now: datetime, on: date | None) -> Iterator[Mandate]:
    last: UUID | None = None
    while True:
        due = due_mandates(now, on).select_related("tenant")
        batch = list((due.filter(pk__gt=last) if last else due)[:BATCH])
        yield from batch
        if len(batch) < BATCH:
            return
        last = batch[-1].pk


def charge_today(*, tenant: Tenant, today: date, now: datetime, gateway: MidtransClient, lasting: bool = True) -> None:
    """One day of one tenant, for its test clock: what the job would do. Not `lasting`: in a transaction that is rolled back."""
    mandate = Mandate.objects.select_related("tenant").filter(tenant=tenant).order_by("-agreed_at", "-pk").first()
    if mandate is not None:
        visit_mandate(mandate=mandate, today=today, now=now, gateway=gateway, lasting=lasting)


def visit_mandate(
    *, mandate: Mandate, today: date, now: datetime, gateway: MidtransClient, lasting: bool = True
) -> None:
    """Ask about what is in flight, then, once on a day of the tenant, announce and charge what is due."""
    with acting(SYSTEM):
        for debit in mandate.debits.filter(outcome=DebitOutcome.IN_FLIGHT).select_related("checkout"):
            follow_up(mandate, debit, now, gateway)
        if not _claim(mandate, today):
            return
        try:
            for debit in announce_and_plan(mandate, today, now, lasting=lasting):
                send_debit(mandate, debit, now, gateway)
        except Exception:
            # The next run comes again; what was committed already is not repeated.
            Mandate.objects.filter(pk=mandate.pk, visited_on=today).update(visited_on=None)
            raise


def _claim(mandate: Mandate, today: date) -> bool:
    """Of several workers one has the mandate for this day."""
    fresh = Q(visited_on__isnull=True) | Q(visited_on__lt=today)
    return bool(Mandate.objects.filter(fresh, pk=mandate.pk, state=MandateState.ACTIVE).update(visited_on=today))
