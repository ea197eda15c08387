"""What is settled is closed on the trail, and the age of what is owed is the same on every day as if nothing were."""

from collections import defaultdict
from datetime import date, timedelta
from random import Random
from typing import Any
from uuid import UUID, uuid4

import pytest

from reports.selectors.receivables import owed_on
from reports.services.receivables import close_settled, open_again, wrongly_closed
from tenants.models import ReceivableMove, Tenant

D = date
FIRST = D(2025, 3, 1)


def move(tenant: Tenant, document: UUID, on: date, amount: int, due_on: date, **more: Any) -> ReceivableMove:
    """A row as billing writes it."""
    words = {"number": "1", "kind": "invoice", "product": tenant.product_code, "issuer": "x", **more}
    return ReceivableMove(tenant=tenant, document=document, on=on, amount=amount, due_on=due_on, **words)


@pytest.fixture
def owing(db: None) -> Tenant:
    """A public row is all that is asked for."""
    return Tenant.objects.create(schema_name="t_a", name="A", product_code="xclass", provisioning="ready")


def test_a_document_is_closed_when_it_is_settled_and_what_opens_it_again_is_not(owing: Tenant) -> None:
    """750.000 of 1 March, moved to the 24th, paid on 10 and 20 March, back on 5 April, paid again on the 9th; 60.000 open."""
    paid, late = uuid4(), uuid4()
    days = [(1, 750_000, 17), (5, 0, 24), (10, -250_000, 24), (20, -500_000, 24), (36, 500_000, 24), (40, -500_000, 24)]
    rows = [
        move(owing, paid, FIRST + timedelta(on - 1), amount, FIRST + timedelta(due - 1)) for on, amount, due in days
    ]
    ReceivableMove.objects.bulk_create([*rows[:3], move(owing, late, D(2025, 3, 3), 60_000, D(2025, 3, 3))])

    def closed() -> list[tuple[int, str]]:
        close_settled([owing])
        found = ReceivableMove.objects.filter(document=paid).order_by("on").values_list("amount", "closed_on")
        return [(amount, str(on or "")[5:]) for amount, on in found]

    assert closed() == [(750_000, ""), (0, ""), (-250_000, "")]
    rows[3].save(force_insert=True)
    first = [(750_000, "03-20"), (0, "03-20"), (-250_000, "03-20"), (-500_000, "03-20")]
    assert closed() == first
    rows[4].save(force_insert=True)
    assert closed() == [*first, (500_000, "")]
    rows[5].save(force_insert=True)
    assert closed() == [*first, (500_000, "04-09"), (-500_000, "04-09")]
    assert closed() == [*first, (500_000, "04-09"), (-500_000, "04-09")]
    assert ReceivableMove.objects.get(document=late).closed_on is None
    assert asked(D(2025, 3, 19)) == [(D(2025, 3, 3), 60_000), (D(2025, 3, 24), 500_000)]
    assert asked(D(2025, 3, 20)) == [(D(2025, 3, 3), 60_000)]
    assert asked(D(2025, 4, 6)) == [(D(2025, 3, 3), 60_000), (D(2025, 3, 24), 500_000)]
    assert asked(D(2025, 4, 9)) == [(D(2025, 3, 3), 60_000)]


def asked(on: date) -> list[tuple[date, int]]:
    """What reports say: due days with what is owed."""
    return sorted((owed.due_on, owed.amount) for owed in owed_on(on, "tenant"))


def summed(rows: list[ReceivableMove], on: date) -> list[tuple[date, int]]:
    """What is owed and when it was due, from every row up to a day."""
    known = defaultdict[UUID, list[ReceivableMove]](list)
    for row in rows:
        if row.on <= on:
            known[row.document].append(row)
    found = [(max(row.due_on for row in said), sum(row.amount for row in said)) for said in known.values()]
    return sorted((due, owed) for due, owed in found if owed)


@pytest.mark.parametrize("seed", range(2))
def test_the_age_of_what_is_owed_is_that_of_the_whole_trail_on_every_day(owing: Tenant, seed: int) -> None:
    """Twenty documents at random, settled and opened again, rows of any day in any order; the due day only ever moves back, as
    staff move it. After each round the job comes by, or does not."""
    chance, rows = Random(seed), list[ReceivableMove]()
    stands = {uuid4(): (0, FIRST) for _ in range(20)}
    for _round in range(8):
        new = []
        for document, (owed, due_before) in stands.items():
            due = due_before + timedelta(chance.choice((0, 0, 3)))
            amount = chance.choice((-owed, -owed, 100, -100, 0))
            new.append(move(owing, document, FIRST + timedelta(chance.randrange(30)), amount, due))
            stands[document] = (owed + amount, due)
        rows += ReceivableMove.objects.bulk_create(new)
        if chance.random() < 0.7:
            close_settled([owing])
        for day in range(-1, 31):
            on = FIRST + timedelta(day)
            assert asked(on) == summed(rows, on), on
    assert ReceivableMove.objects.filter(closed_on__isnull=False).exists()
    assert wrongly_closed(owing) == []


@pytest.mark.parametrize(
    ("amounts", "closed_on", "right"),
    [
        ((100, -100), FIRST, True),
        ((100, -60), FIRST, False),
        ((100, -100), FIRST - timedelta(1), False),
    ],
)
def test_a_group_that_is_closed_and_is_not_settled_is_found_and_closed_anew(
    owing: Tenant, amounts: tuple[int, ...], closed_on: date, right: bool
) -> None:
    document = uuid4()
    made = [move(owing, document, FIRST, amount, FIRST, closed_on=closed_on) for amount in amounts]
    ReceivableMove.objects.bulk_create([*made, move(owing, uuid4(), FIRST, 5, FIRST)])
    found = wrongly_closed(owing)
    assert {row.pk for row in found} == (set() if right else {row.pk for row in made})
    open_again(found)
    close_settled([owing])
    assert wrongly_closed(owing) == []
    assert sum(owed for _due, owed in asked(FIRST)) == sum(amounts) + 5
