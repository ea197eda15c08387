"""A tenant's facts of money again, from its own tables: what the following of events is held against."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from uuid import UUID

from billing.models import Document, DocumentStatus
from billing.selectors.money_facts import money_facts
from reports.models import Bill, CashMove, ClaimPart, Payer, Term
from reports.rules.cash import CashFact, CashKind
from reports.rules.revenue import Place
from reports.services.cash_drawing import facts_of, move_id, move_row, paid_after, sold
from reports.services.cash_following import FOLLOWED, keep_bills, keep_moves, keep_payers, keep_terms, unseen
from reports.services.claim_parts import keep_parts, part_rows
from reports.services.payer_drawing import draw_payer, settle_terms
from tenants.models import Event, Tenant

Facts = CashMove | ClaimPart | Bill | Payer | Term


def cash_expected(tenant: Tenant, place: Place) -> list[Facts]:
    """Every fact that should be there. Inside the tenant. A fact names its event where there is one; others are older."""
    events = list(Event.objects.filter(FOLLOWED, tenant=tenant).order_by("id"))
    told = {move_id(fact): event.pk for event, fact in facts_of(events, {})}
    pairs = [(_move(tenant, place, fact, told), fact) for fact in _booked()]
    parts = [part for move, fact in pairs for part in part_rows(move, fact)]
    bills = [_bill(tenant, place, claim) for claim in Document.objects.order_by("number")]
    payer = Payer(tenant_id=tenant.pk)
    terms = draw_payer(tenant, place, payer, events, bills)
    settle_terms(terms, payer, bills)
    return [*(move for move, _fact in pairs), *parts, *bills, payer, *terms]


def _booked() -> Iterable[CashFact]:
    for fact in money_facts():
        values = asdict(fact) | {"kind": CashKind(fact.kind), "source": str(fact.source)}
        yield CashFact(**values)


def _move(tenant: Tenant, place: Place, fact: CashFact, told: dict[UUID, int]) -> CashMove:
    return move_row(tenant, place, fact, told.get(move_id(fact)))


def _bill(tenant: Tenant, place: Place, claim: Document) -> Bill:
    paid_on = claim.paid_on if claim.status == DocumentStatus.PAID else None
    return Bill(
        id=claim.pk,
        tenant_id=tenant.pk,
        number=claim.number,
        kind=claim.kind,
        issued_on=claim.issued_on,
        due_on=claim.due_on,
        total=claim.total,
        left=claim.outstanding,
        **paid_after(claim.issued_on, claim.due_on, paid_on),
        **sold(tenant, place),
    )


def cash_stored(tenant: Tenant, place: Place) -> list[Facts]:
    """Every fact that is there. That somebody was there since is no difference: not each such event has it followed."""
    moves, bills = CashMove.objects.filter(tenant=tenant), list(Bill.objects.filter(tenant=tenant))
    payers = list(Payer.objects.filter(tenant=tenant))
    for payer in payers:
        draw_payer(tenant, place, payer, unseen([tenant])[tenant.pk], bills)
    parts, terms = ClaimPart.objects.filter(move__tenant=tenant), Term.objects.filter(tenant=tenant)
    return [*moves, *parts, *bills, *payers, *terms]


def keep_cash(tenant: Tenant, facts: Sequence[Facts]) -> None:
    """Write all of a tenant's facts anew."""
    CashMove.objects.filter(tenant=tenant).delete()
    Bill.objects.filter(tenant=tenant).delete()
    Term.objects.filter(tenant=tenant).delete()
    keep_moves([fact for fact in facts if isinstance(fact, CashMove)])
    keep_parts([fact for fact in facts if isinstance(fact, ClaimPart)])
    keep_bills([fact for fact in facts if isinstance(fact, Bill)])
    keep_payers([fact for fact in facts if isinstance(fact, Payer)])
    keep_terms([fact for fact in facts if isinstance(fact, Term)])
