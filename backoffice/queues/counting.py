"""Who needs somebody now: each queue as one cheap query on public tables."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any

from django.db.models import Count, Min, Value
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backoffice.frame.base import age
from backoffice.queues.tables import DUE, WAITING, Due, Since
from backoffice.queues.tenants import stuck_messages
from billing.templatetags.langganan import tanggal


@dataclass(frozen=True, slots=True)
class Queue:
    """A row of the home page; `note` says how old the oldest is, or what comes next. `urgent`: it waits for us."""

    label: str
    count: int
    note: str
    url: str
    urgent: bool = True


def queues(today: date, now: datetime) -> list[Queue]:
    """All queues, those that wait for a person first."""
    return [*_by_instants([*WAITING, _stuck(now)], now), *(_by_day(item, today) for item in DUE)]


def _stuck(now: datetime) -> Since:
    """Apart, because what is stuck depends on the instant."""
    return Since(
        gettext_lazy("Pesan tertahan lebih dari sejam"),
        partial(stuck_messages, now),
        "messages_due_at",
        "admin:tenants_tenant_changelist?antrean=pesan",
    )


def _by_instants(waiting: Sequence[Since], now: datetime) -> list[Queue]:
    """One query for all of them: each is a row of a UNION."""
    asked = [
        item.rows()
        .order_by()
        .annotate(place=Value(place))
        .values("place")
        .annotate(count=Count("pk"), oldest=Min(item.field))
        for place, item in enumerate(waiting)
    ]
    found = {row["place"]: row for row in asked[0].union(*asked[1:], all=True)}
    return [_since(item, found.get(place), now) for place, item in enumerate(waiting)]


def _since(item: Since, row: dict[str, Any] | None, now: datetime) -> Queue:
    label, url = str(item.label), _address(item.place)
    if row is None or not row["count"]:
        return Queue(label, 0, "", url)
    return Queue(label, row["count"], _("terlama %(age)s") % {"age": age(row["oldest"], now)}, url)


def _by_day(item: Due, today: date) -> Queue:
    found = item.rows(today).aggregate(count=Count("pk"), first=Min(item.field))
    note = str(item.words) % {"day": tanggal(found["first"])} if found["first"] else ""
    return Queue(str(item.label), found["count"], note, _address(item.place), item.urgent)


def _address(place: str) -> str:
    name, mark, query = place.partition("?")
    return reverse(name) + mark + query
