"""The public trail of what documents are owed, written with each fact: issue, settlement, void, another due day."""

from datetime import date
from uuid import UUID, uuid5

from billing.models import Allocation, Document, DocumentKind, DocumentStatus
from tenants.context import required_tenant
from tenants.models import ReceivableMove, Tenant
from tenants.rows import keep_public

ANSWERS = (DocumentKind.CREDIT_NOTE, DocumentKind.WRITE_OFF)
MOVES = UUID("3b0f7a04-5a6e-5d0c-8f4c-6f9f0f3f9d21")


def move_issued(document: Document) -> None:
    """All of it is owed from the day of issue on."""
    keep_public(_move(document, "issue", document.total, document.issued_on))


def move_settled(allocation: Allocation) -> None:
    """Less is owed by what was allocated; a negative allocation opens it again."""
    keep_public(_move(allocation.document, f"{allocation.pk}", -allocation.amount, allocation.on))


def move_voided(document: Document, on: date) -> None:
    """Nothing is owed any more; what had been paid was taken out before."""
    keep_public(_move(document, "void", document.credited - document.total, on))


def move_answered(note: Document, claim: Document) -> None:
    """A credit note or a write-off: less is owed on the claim."""
    keep_public(_move(claim, f"{note.pk}", -note.total, note.issued_on))


def move_due(document: Document, on: date) -> None:
    """Staff gave it another due day; it counts from that day on."""
    keep_public(_move(document, f"due:{document.due_on}:{on}", 0, on))


def rebuild_moves(tenant: Tenant) -> None:
    """Write every move of the tenant's documents that is not there yet. Inside the tenant; safe to repeat."""
    moves = []
    for document in Document.objects.prefetch_related("allocations"):
        moves.append(_move(document, "issue", document.total, document.issued_on))
        moves += [_move(document, f"{item.pk}", -item.amount, item.on) for item in document.allocations.all()]
        if document.status == DocumentStatus.VOID and document.voided_on is not None:
            moves.append(_move(document, "void", document.credited - document.total, document.voided_on))
    for note in Document.papers.filter(kind__in=ANSWERS).select_related("parent"):
        if note.parent is not None:
            moves.append(_move(note.parent, f"{note.pk}", -note.total, note.issued_on))
    ReceivableMove.objects.bulk_create([move for move in moves if move.tenant_id == tenant.pk], ignore_conflicts=True)


def _move(document: Document, what: str, amount: int, on: date) -> ReceivableMove:
    tenant = required_tenant()
    return ReceivableMove(
        id=uuid5(MOVES, f"{document.pk}:{what}"),
        tenant_id=tenant.pk,
        document=document.pk,
        number=document.number,
        kind=document.kind,
        product=tenant.product_code,
        issuer=document.issuer["code"],
        due_on=document.due_on,
        on=on,
        amount=amount,
    )
