"""Parts of claims drawn with the facts they are parts of."""

from collections.abc import Collection, Iterable, Sequence
from uuid import UUID, uuid5

from reports.models import CashMove, ClaimPart
from reports.rules.cash import CashFact
from reports.rules.claim_parts import parts_of

PARTS = UUID("b2a5d0f4-61c7-5b38-9e0a-7c4f1d8e2a95")


def part_rows(move: CashMove, fact: CashFact) -> list[ClaimPart]:
    """The parts of a fact as they are stored."""
    shared = {name: getattr(move, name) for name in ("on", "product", "province", "is_test")}
    return [
        ClaimPart(id=uuid5(PARTS, f"{move.pk}:{kind}"), move_id=move.pk, kind=kind.value, amount=amount, **shared)
        for kind, amount in parts_of(fact.net).items()
    ]


def nets_of(moves: Collection[UUID]) -> dict[UUID, tuple[tuple[str, int], ...]]:
    """What is stored of the parts of some claims; no query for none."""
    found: dict[UUID, tuple[tuple[str, int], ...]] = {}
    rows: Iterable[tuple[UUID, str, int]] = (
        ClaimPart.objects.filter(move__in=moves).values_list("move", "kind", "amount") if moves else ()
    )
    for move, kind, amount in rows:
        found[move] = (*found.get(move, ()), (kind, amount))
    return found


def keep_parts(rows: Sequence[ClaimPart]) -> None:
    """Write parts; those that are there stay as they are."""
    ClaimPart.objects.bulk_create(rows, ignore_conflicts=True)
