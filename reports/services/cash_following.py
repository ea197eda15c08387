"""Facts of money follow the events, for the tenants that are being followed: a dozen statements for all of them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID, uuid5

from django.db.models import F, Max, Q, Sum

from reports.models import Bill, CashMove, ClaimPart, Payer, Term
from reports.rules.cash import CLAIMED, TOLD_BY, CashFact, claimed_by, paid_by
from reports.rules.revenue import Place
from reports.services import payer_drawing
from reports.services.cash_drawing import CASH, Trail, bill_row, by_tenant, fact_in, facts_of, move_row
from reports.services.claim_parts import keep_parts, nets_of, part_rows
from reports.services.payer_drawing import draw_payer, settle_terms
from tenants.models import Event, ReceivableMove, Tenant

MONEY_BACK = ("payment.reversed", "payment.refunded")
VOID = ("invoice.voided", "late_fee.waived")
STANDS = ("number", "kind", "issued_on", "due_on", "total", "left", "paid_on", "days", "late", "product", "province")
OF_HABIT = ("number", "kind", "issued_on", "paid_on", "days", "late")
KEPT = [field.attname for field in Payer._meta.concrete_fields if not field.primary_key]
# What says something of money, of periods, or that the customer is there.
FOLLOWED = Q(name__in=(*TOLD_BY, *payer_drawing.FOLLOWED)) | Q(actor_kind__in=payer_drawing.HEARD)


def follow_cash(tenants: Sequence[Tenant], places: Mapping[UUID, Place]) -> None:
    """Draw what is new of these tenants; the caller holds their locks. Safe to repeat."""
    payers = Payer.objects.in_bulk([tenant.pk for tenant in tenants])
    news = unseen(tenants)
    moves = [pair for tenant in tenants for pair in _moves(tenant, places[tenant.pk], news[tenant.pk])]
    keep_moves([row for row, _parts in moves])
    keep_parts([part for _row, parts in moves for part in parts])
    touched = _bills(tenants, places, trails_of(tenants))
    keep_bills(touched)
    known = by_tenant(Bill.objects.filter(tenant__in=tenants).only("tenant_id", *OF_HABIT))
    terms, changed = by_tenant(Term.objects.filter(tenant__in=tenants)), list[Term]()
    for tenant in tenants:
        payer = payers.setdefault(tenant.pk, Payer(tenant_id=tenant.pk))
        bills, place = known[tenant.pk], places[tenant.pk]
        ended = draw_payer(tenant, place, payer, news[tenant.pk], bills)
        changed += [*ended, *settle_terms([*terms[tenant.pk], *ended], payer, bills)]
    keep_payers(list(payers.values()))
    keep_terms(changed)


def unseen(tenants: Sequence[Tenant]) -> dict[UUID, list[Event]]:
    """The events of each that are followed and were not yet, oldest first; one query."""
    new = Q(tenant__payer__isnull=True) | Q(id__gt=F("tenant__payer__seen_event"))
    rows = Event.objects.filter(new, FOLLOWED, tenant__in=tenants).order_by("id")
    return by_tenant(rows.only("tenant_id", "name", "occurred_on", "data", "actor_kind"))


def _moves(tenant: Tenant, place: Place, events: Sequence[Event]) -> Iterator[tuple[CashMove, list[ClaimPart]]]:
    for event, fact in facts_of(events, _referred_to(events)):
        row = move_row(tenant, place, fact, event.pk)
        yield row, part_rows(row, fact)


def _referred_to(events: Sequence[Event]) -> dict[str, CashFact]:
    """Payments and claims told of before, which these take back; no query where they take nothing back."""
    back = [paid_by(event.data) for event in events if event.name in MONEY_BACK]
    void = [claimed_by(event.data) for event in events if event.name in VOID]
    keys = [uuid5(CASH, name) for name in (*back, *void)]
    nets = nets_of(keys[len(back) :])
    known = CashMove.objects.filter(pk__in=keys) if keys else ()
    return {fact.name: fact for fact in (fact_in(row, nets.get(row.pk, ())) for row in known)}


def trails_of(tenants: Sequence[Tenant]) -> list[Trail]:
    """Documents of which something was said on or after the day each tenant was last followed; one query.

    Whatever is written of a document is dated the day it is written, so nothing that is new lies before that day.
    """
    new = Q(tenant__payer__seen_on__isnull=True) | Q(on__gte=F("tenant__payer__seen_on"))
    moves = ReceivableMove.objects.filter(tenant__in=tenants).order_by()
    rows = moves.filter(document__in=moves.filter(new).values("document"))
    told = rows.values("tenant", "document", "number", "kind", "on")
    return _gathered(told.annotate(amount=Sum("amount"), due=Max("due_on")))


def _gathered(rows: Iterable[Any]) -> list[Trail]:
    found: dict[UUID, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        found[row["document"]].append(row)
    return [
        Trail(
            key,
            days[0]["tenant"],
            days[0]["number"],
            days[0]["kind"],
            max(day["due"] for day in days),
            tuple((day["on"], day["amount"]) for day in days),
        )
        for key, days in found.items()
    ]


def _bills(tenants: Sequence[Tenant], places: Mapping[UUID, Place], trails: Sequence[Trail]) -> list[Bill]:
    """The bills of these documents; one query for the facts under their numbers."""
    named = {tenant.pk: tenant for tenant in tenants}
    claims = CashMove.objects.filter(tenant__in=tenants, number__in=[trail.number for trail in trails])
    facts: dict[tuple[UUID, str], list[CashMove]] = defaultdict(list)
    for move in claims.filter(kind__in=CLAIMED):
        facts[move.tenant_id, move.number].append(move)
    return [
        bill_row(named[trail.tenant], places[trail.tenant], trail, facts[trail.tenant, trail.number])
        for trail in trails
    ]


def keep_moves(rows: Sequence[CashMove]) -> None:
    """Write facts; those that are there stay as they are."""
    CashMove.objects.bulk_create(rows, ignore_conflicts=True)


def keep_bills(rows: Sequence[Bill]) -> None:
    """Write bills as they stand now."""
    if rows:
        Bill.objects.bulk_create(rows, update_conflicts=True, unique_fields=["id"], update_fields=list(STANDS))


def keep_terms(rows: Sequence[Term]) -> None:
    """Write terms with what became of them."""
    if rows:
        found = {row.pk: row for row in rows}
        Term.objects.bulk_create(found.values(), update_conflicts=True, unique_fields=["id"], update_fields=["state"])


def keep_payers(rows: Sequence[Payer]) -> None:
    """Write how tenants pay."""
    Payer.objects.bulk_create(rows, update_conflicts=True, unique_fields=["tenant"], update_fields=KEPT)
