"""Checking the books of tenants, telling staff what does not agree, and taking older facts into them."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

import structlog

from billing.models import Allocation, CreditEntry, Document, DocumentStatus, Entry, Payment
from billing.rules import deferral, ledger
from billing.rules.ledger import Difference, Figures
from billing.selectors.books import figures, kept_fees, seals
from billing.services.books.ledger import (
    begin,
    credit_entry,
    fee_entry,
    gateway_fee_entry,
    post_void,
    recognise,
    settlement_entry,
)
from billing.services.books.receivables import rebuild_moves
from plans.rules.money import format_number
from tenants.context import local_today, rest_session, writing
from tenants.models import Books, StaffTask, Tenant
from tenants.models.jobs import Job
from tenants.rows import change_tenant
from tenants.services.agenda import pull_forward

log = structlog.get_logger(__name__)
# So far the clocks of two machines may be apart: what is posted later has an instant after the seal.
SETTLED = timedelta(minutes=5)


def check_books(*, tenant: Tenant, now: datetime, accept: bool = False) -> tuple[Difference, ...]:
    """Compare a tenant's books with its other tables and with what was there at the last check, and keep what was found for
    the operator; empty: all agrees.

    A difference is logged as an error and opens a task for staff, one a day. `accept`: a journal that was changed is taken
    as it is from now on, which is logged, too.
    """
    with writing(tenant) as locked:
        found, sealed = figures(), _sealed(locked)
        changed = _changed(sealed)
        if accept and changed:
            log.warning("journal_accepted", tenant=tenant.schema_name, changes=[asdict(item) for item in changed])
            changed = ()
        against = ledger.differences(found) + changed
        # What was changed stays named until it is put right or accepted.
        _keep(locked, found, against, sealed if changed else _seal(now), now)
        # An older version that still runs beside this one moves credit without saying so.
        change_tenant(locked, books_changed=False, **({"credited": True} if found.credit else {}))
        if against:
            _tell_staff(locked, against, now)
    return against


def _sealed(tenant: Tenant) -> dict[str, Any]:
    return Books.objects.filter(tenant=tenant).values_list("sealed", flat=True).first() or {}


def _changed(sealed: dict[str, Any]) -> tuple[Difference, ...]:
    """What of the journal is not as it was sealed."""
    if not sealed:
        return ()
    return ledger.changed_months(sealed["months"], seals(datetime.fromisoformat(sealed["until"])))


def _seal(now: datetime) -> dict[str, Any]:
    """The journal as it is, except its last minutes. An entry has the instant by which it was posted."""
    until = now - SETTLED
    return {"until": until.isoformat(), "months": seals(until)}


def _keep(
    tenant: Tenant, found: Figures, against: tuple[Difference, ...], sealed: dict[str, Any], now: datetime
) -> None:
    Books.objects.update_or_create(
        tenant=tenant,
        defaults={
            "balances": dict(found.balances),
            "deferred": dict(found.deferred),
            "differences": [asdict(item) for item in against],
            "agrees": not against,
            "sealed": sealed,
            "checked_at": now,
        },
    )


def _tell_staff(tenant: Tenant, against: tuple[Difference, ...], now: datetime) -> None:
    log.error("books_disagree", tenant=tenant.schema_name, differences=[asdict(item) for item in against])
    today = local_today(tenant, now)
    said = "; ".join(
        f"{item.account}: {format_number(item.booked)}, seharusnya {format_number(item.expected)}" for item in against
    )
    facts = {"kind": "books", "title": f"Pembukuan {tenant.name} tidak cocok"[:200], "note": said[:1000]}
    StaffTask.objects.get_or_create(tenant=tenant, key=f"books:{today}", defaults=facts | {"due_on": today})


def tenants_to_check(names: Iterable[str] = (), *, everybody: bool = False) -> list[Tenant]:
    """Ready tenants by their schemas' names; without names those with something posted since their last check, or all."""
    ready = Tenant.objects.filter(provisioning=Tenant.ProvisioningState.READY).order_by("pk")
    wanted = list(names)
    if wanted:
        return list(ready.filter(schema_name__in=wanted))
    return list(ready if everybody else ready.filter(books_changed=True))


def check_changed(*, now: datetime) -> int:
    """Check every tenant with something posted since its last check; returns how many do not agree.

    One that cannot be checked is logged, stays due, and holds nobody else up.
    """
    wrong = 0
    for tenant in tenants_to_check():
        try:
            wrong += bool(check_books(tenant=tenant, now=now))
        except Exception:
            log.exception("books_not_checked", tenant=tenant.schema_name)
            wrong += 1
        rest_session()
    return wrong


def rebuild_books(*, tenant: Tenant, now: datetime) -> int:
    """Post what happened before the books were kept, on the days it happened; returns how many entries that took.

    Safe to repeat: an entry's key follows from its fact. Never changes one that is there.
    """
    with writing(tenant) as locked:
        before = Entry.objects.count()
        _post_documents(locked, now)
        _post_movements(locked)
        rebuild_moves(locked)
        change_tenant(locked, books_changed=True)
        return Entry.objects.count() - before


def _post_documents(tenant: Tenant, now: datetime) -> None:
    """Documents that are not in the books: issued, earned up to today or to the day they were voided, and voided."""
    days = []
    for document in (
        Document.objects.filter(deferred__isnull=True).prefetch_related("lines").order_by("created_at", "pk")
    ):
        begin(document)
        if document.status == DocumentStatus.VOID and document.voided_on is not None:
            post_void(document, document.voided_on)
        else:
            recognise(document, local_today(tenant, now))
        document.save(update_fields=["deferred"])
        days.append(deferral.next_day(document.deferred or {}))
    pull_forward(tenant=tenant, job=Job.RECOGNITION, day=min((day for day in days if day is not None), default=None))


def _post_movements(tenant: Tenant) -> None:
    """What settled documents, credit that came from outside of them, the fees paid on top (K8) and those the gateway kept, each
    on the day it was booked; what is there already is left alone.
    """
    settling = Allocation.objects.select_related("payment", "document")
    given = CreditEntry.objects.filter(document__isnull=True).select_related("payment")
    fees = Payment.objects.exclude(fee=0)
    movements: list[Allocation | CreditEntry] = [*settling, *given]
    booked = {movement.payment_id: movement.on for movement in movements}
    entries = [*map(settlement_entry, settling), *map(credit_entry, given)]
    entries += [fee_entry(payment, booked.get(payment.pk, payment.received_on)) for payment in fees]
    entries += [gateway_fee_entry(fee) for fee in kept_fees(tenant) if fee.amount]
    Entry.objects.bulk_create(entries, ignore_conflicts=True)
