"""A tenant's events, as staff read them."""

from dataclasses import dataclass

from backoffice.frame.wording import EVENT_WORDS, Told, tell
from tenants.models import Event, Tenant

HISTORY = 40


@dataclass(frozen=True, slots=True)
class History:
    """A page of a tenant's events, newest first; `older` is the cursor of the next one (None at the end)."""

    events: list[Told]
    older: int | None
    names: list[tuple[str, str]]


def history_of(tenant: Tenant, *, name: str, before: int | None) -> History:
    """Events newest first, of one name or all."""
    events = Event.objects.filter(tenant=tenant)
    told = events.order_by().values_list("name", flat=True).distinct()
    names = sorted(((name, str(EVENT_WORDS.get(name, name))) for name in told), key=lambda pair: pair[1])
    events = events.filter(name=name) if name else events
    events = events.filter(pk__lt=before) if before else events
    found = list(events.order_by("-id")[: HISTORY + 1])
    older = found[HISTORY - 1].pk if len(found) > HISTORY else None
    return History([tell(event) for event in found[:HISTORY]], older, names)


def events_since(tenant: Tenant, since: int) -> list[Told]:
    """What happened after an event, oldest first."""
    return [tell(event) for event in Event.objects.filter(tenant=tenant, pk__gt=since).order_by("id")[:200]]


def last_event(tenant: Tenant) -> int:
    """The number of the latest event; 0 where there is none."""
    return Event.objects.filter(tenant=tenant).order_by("-id").values_list("pk", flat=True).first() or 0
