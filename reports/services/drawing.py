"""Facts of revenue, drawn from events: the same for what is new and for a whole life again."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from uuid import UUID, uuid5

from reports.models import RevenueMove, RevenueStand
from reports.rules.growth import Steps
from reports.rules.revenue import Brought, Charges, Move, Place, Stand, by_kind, moves
from reports.selectors.places import plan_of
from tenants.models import Event, Tenant

MOVES = UUID("0f6a2b54-9f0e-5d64-9a3b-6f0f4c1c7a11")


@dataclass(slots=True)
class Drawn:
    """A tenant's stand and the movements found on the way to it."""

    tenant: Tenant
    place: Place
    stand: Stand
    seen_event: int = 0
    steps: Steps = field(default_factory=Steps)
    moves: list[RevenueMove] = field(default_factory=list)
    channel: str | None = None

    @property
    def came_otherwise(self) -> bool:
        """Whether it turned out that the tenant came another way than was stored: by a partner whom it named later."""
        return self.channel not in (None, self.stand.place.channel)

    def follow(self, events: Iterable[Event]) -> None:
        """Take these events in, in their order; what was seen is passed over, a step is taken once."""
        for event in events:
            self.steps = self.steps.after(event.name, event.occurred_on)
            if event.pk > self.seen_event and event.recurring is not None:
                self.take(event, read_charges(event.recurring))
                self.seen_event = event.pk

    def take(self, event: Event, charges: Charges, again: str = "") -> None:
        """What the tenant brings from the day of an event on. `again` keeps a correction apart from the event's own."""
        place = replace(self.place, plan=plan_of(event))
        found = moves(self.stand, place, charges)
        self.stand = self.stand.after(place, charges, event.occurred_on)
        self.moves += [self._row(event, move, again) for move in found]

    def _row(self, event: Event, move: Move, again: str) -> RevenueMove:
        name = f"{event.pk}:{move.kind}:{move.charges}:{move.place}:{again}"
        return RevenueMove(
            id=uuid5(MOVES, name),
            tenant_id=self.tenant.pk,
            event_id=event.pk,
            on=event.occurred_on,
            kind=move.kind.value,
            charges=move.charges,
            yearly=move.yearly,
            **self._placed(move.place),
        )

    def row(self) -> RevenueStand:
        """The stand as it is stored."""
        stored = {name: [item.yearly, item.counted] for name, item in self.stand.charges.items()}
        return RevenueStand(
            tenant_id=self.tenant.pk,
            seen_event=self.seen_event,
            charges=stored,
            yearly=self.stand.yearly,
            first_on=self.stand.first_on,
            signed_up_on=self.steps.signed_up_on,
            tried_on=self.steps.tried_on,
            paid_on=self.steps.paid_on,
            **self._placed(self.stand.place),
        )

    def _placed(self, place: Place) -> dict[str, Any]:
        return {
            "product": place.product,
            "plan": place.plan,
            "province": place.province,
            "channel": place.channel,
            "variant": place.variant,
            "cohort": cohort_of(self.stand.first_on),
            "is_test": self.tenant.is_test,
        }


def cohort_of(first_on: date | None) -> date | None:
    """The month of the first rupiah: 2025-03-17 → 2025-03-01."""
    return None if first_on is None else first_on.replace(day=1)


def read_charges(recurring: dict[str, Any]) -> Charges:
    """As an event keeps them, by kind."""
    return by_kind({code: (str(kind), int(yearly), str(n)) for code, (kind, yearly, n) in recurring.items()})


def begin(tenant: Tenant, place: Place) -> Drawn:
    """A tenant of whom nothing was seen yet."""
    return Drawn(tenant, place, Stand(place, {}))


def go_on(tenant: Tenant, place: Place, row: RevenueStand) -> Drawn:
    """A tenant as it was left."""
    kept = Place(row.product, row.plan, row.province, row.channel, row.variant)
    charges = {name: Brought(int(yearly), str(counted)) for name, (yearly, counted) in row.charges.items()}
    steps = Steps(row.signed_up_on, row.tried_on, row.paid_on)
    return Drawn(tenant, place, Stand(kept, charges, row.first_on), row.seen_event, steps, channel=row.channel)
