"""Facts of money drawn from events, and bills from the public trail of what is owed on them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID, uuid5

from reports.models import Bill, CashMove
from reports.rules.cash import CashFact, CashKind, fact_of, settled_on
from reports.rules.revenue import Place
from tenants.models import Event, Tenant

CASH = UUID("7d3c9b1e-4f6a-5e2b-8c0d-2a9e5b7f1c63")
_TAKEN = (CashKind.VOIDED, CashKind.CREDITED, CashKind.WRITTEN_OFF)


@dataclass(frozen=True, slots=True)
class Trail:
    """What the public trail says of a document: what was added and taken off on each day, and its due day."""

    document: UUID
    tenant: UUID
    number: str
    kind: str
    due_on: date
    days: tuple[tuple[date, int], ...]

    @property
    def left(self) -> int:
        """What is owed on it."""
        return sum(amount for _, amount in self.days)

    @property
    def issued_on(self) -> date:
        """Its first day."""
        return min(on for on, _ in self.days)


def move_id(fact: CashFact) -> UUID:
    """The key of a fact's row."""
    return uuid5(CASH, fact.name)


def facts_of(events: Iterable[Event], known: Mapping[str, CashFact]) -> Iterator[tuple[Event, CashFact]]:
    """What these events (oldest first) say of money; `known` are the facts told of before that they refer to."""
    told = dict(known)
    for event in events:
        fact = fact_of(event.name, event.occurred_on, event.data, told)
        if fact is not None:
            told[fact.name] = fact
            yield event, fact


def move_row(tenant: Tenant, place: Place, fact: CashFact, event: int | None) -> CashMove:
    """A fact as it is stored."""
    return CashMove(
        id=move_id(fact),
        tenant_id=tenant.pk,
        event_id=event,
        source=UUID(fact.source),
        on=fact.on,
        kind=fact.kind.value,
        amount=fact.amount,
        fee=fact.fee,
        channel=fact.channel[:20],
        method=fact.method[:40],
        number=fact.number[:60],
        **sold(tenant, place),
    )


def fact_in(row: CashMove, net: tuple[tuple[str, int], ...] = ()) -> CashFact:
    """A stored fact, with the stored parts of a claim."""
    kind, source = CashKind(row.kind), str(row.source)
    return CashFact(kind, source, row.on, row.amount, row.fee, row.channel, row.method, row.number, net)


def bill_row(tenant: Tenant, place: Place, trail: Trail, moves: Sequence[CashMove]) -> Bill:
    """A document as it stands, of its trail and the facts under its number."""
    total = sum(move.amount for move in moves if move.kind == CashKind.INVOICED)
    taken = sum(move.amount for move in moves if move.kind in _TAKEN)
    given_up = any(move.kind == CashKind.WRITTEN_OFF for move in moves)
    paid = total + taken - trail.left
    paid_on = settled_on(trail.days) if paid > 0 and not given_up else None
    return Bill(
        id=trail.document,
        tenant_id=tenant.pk,
        number=trail.number,
        kind=trail.kind,
        issued_on=trail.issued_on,
        due_on=trail.due_on,
        total=total,
        left=trail.left,
        **paid_after(trail.issued_on, trail.due_on, paid_on),
        **sold(tenant, place),
    )


def paid_after(issued_on: date, due_on: date, paid_on: date | None) -> dict[str, Any]:
    """When it was paid, how many days from its issue and after its due day."""
    if paid_on is None:
        return {"paid_on": None, "days": None, "late": None}
    return {"paid_on": paid_on, "days": (paid_on - issued_on).days, "late": (paid_on - due_on).days}


def by_tenant(rows: Iterable[Any]) -> dict[UUID, list[Any]]:
    """Rows of many tenants under each tenant's key."""
    found: dict[UUID, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.tenant_id].append(row)
    return found


def sold(tenant: Tenant, place: Place) -> dict[str, Any]:
    """What its figures can be asked by."""
    return {"product": place.product, "province": place.province, "is_test": tenant.is_test}
