"""Health scores: customers by colour, the parts of each score, and what changed within a week (C12)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from backoffice.figures.page import Shown
from backoffice.figures.words import rupiah
from backoffice.frame.base import page, require
from backoffice.health.form import CHANGES, asked_health
from backoffice.health.words import COLOURS, MEANINGS, MEASURES
from billing.documents.numbers import number
from billing.documents.sheets import Cell
from billing.views.sheets import KINDS as FILES
from billing.views.sheets import sheet
from reports.models import HealthStand
from reports.rules.figures import monthly
from reports.rules.health import Scored, days_past
from reports.rules.health_table import Measure
from reports.selectors.health import UNKNOWN, Before, Of, Turned, by_colour, customers, open_tasks, told, turned
from reports.selectors.health_facts import health_of
from reports.selectors.health_table import health_table
from tenants.models import StaffTask, Tenant
from tenants.permissions import staff_may

PAGE = "operator_health"
ROWS = 50
HEADS = ("tenant", "name", "product", "province", "score", "colour", "score_a_week_ago", "monthly")


@dataclass(frozen=True, slots=True)
class PartRow:
    """A measure in words: its value with its day, if it has one, colour and weight; nothing known: neither."""

    label: str
    value: str
    day: date | None
    colour: str
    weight: int


@dataclass(frozen=True, slots=True)
class Row:
    """A customer with its score, what it is made of, how it stood a week ago, and the task that is open about it."""

    stand: HealthStand
    product: str
    parts: list[PartRow]
    before: Before | None
    task: StaffTask | None

    @property
    def monthly(self) -> str:
        """What it brings a month."""
        return rupiah(_monthly(self.stand))


@require_safe
def show_health(request: HttpRequest) -> HttpResponseBase:
    """Whoever may read the admin may read it; `berkas` gives the list as a file."""
    require(request, "view")
    form, today = asked_health(request), timezone.localdate()
    if not form.is_valid():
        return page(request, "health.html", _("Skor kesehatan"), 422, form=form)
    moved = turned(form.of(), today)
    before = {key: was for group in moved.values() for key, was in group.items()}
    found = customers(form.of(), moved)
    if request.GET.get("berkas") in FILES:
        stands = found.select_related("tenant__revenue").iterator(2000)
        lines = (_line(stand, before.get(stand.pk)) for stand in stands)
        return sheet(f"skor-kesehatan-{today}", request.GET["berkas"], HEADS, lines)
    paged = Paginator(found.values_list("pk", flat=True), ROWS).get_page(request.GET.get("hal"))
    return page(
        request,
        "health.html",
        _("Skor kesehatan"),
        form=form,
        figures=[*colour_figures(form.of()), *_changes(form.of(), moved)],
        rows=_rows(told(list(paged.object_list)), before, form.products, today),
        paged=paged,
        link=urlencode(form.of().link()),
        may_import=staff_may(request.user, "report_health"),
    )


def colour_figures(of: Of) -> Iterator[Shown]:
    """How many customers there are of each colour."""
    counts = by_colour(of)
    for colour, label in COLOURS.items():
        yield _figure(str(label), counts.get(colour, 0), str(MEANINGS[colour]), of, colour=colour.value)
    yield _figure(
        _("belum ada data"), counts.get("", 0), _("belum ada yang dilaporkan atau ditagih"), of, colour=UNKNOWN
    )


def _changes(of: Of, moved: Turned) -> Iterator[Shown]:
    """How many fell and rose, whatever change is asked for."""
    for change, label in CHANGES.items():
        yield _figure(str(label), len(moved[change]), _("dibanding tujuh hari yang lalu"), of, change=change)


def _figure(label: str, count: int, meaning: str, of: Of, **narrowed: str) -> Shown:
    url = f"{reverse(PAGE)}?{urlencode({**of.link(), **narrowed})}"
    return Shown(label, number(count), "", meaning, url)


def _rows(
    stands: Sequence[HealthStand], before: Mapping[UUID, Before], names: Mapping[str, str], today: date
) -> list[Row]:
    tasks = open_tasks(stand.pk for stand in stands)
    return [
        Row(
            stand,
            names.get(stand.product, stand.product),
            part_rows(stand, stand.tenant.clock_on or today),
            before.get(stand.pk),
            tasks.get(stand.pk),
        )
        for stand in stands
    ]


def health_of_tenant(tenant: Tenant, today: date) -> tuple[HealthStand, list[PartRow]] | None:
    """A customer's score and its parts for its page; None before it was ever looked at. The row brings `health` along."""
    stand: HealthStand | None = getattr(tenant, "health", None)
    return (stand, part_rows(stand, today)) if stand is not None and stand.on else None


def part_rows(stand: HealthStand, on: date) -> list[PartRow]:
    """Every measure of the rules; of what is not known it says so."""
    known = {part.measure: part for part in health_of(stand).parts}
    rules = health_table().on(stand.product, on)
    return (
        [_part(measure, known.get(measure), rule.weight, on) for measure, rule in rules.parts.items()] if rules else []
    )


def _part(measure: Measure, part: Scored | None, weight: int, on: date) -> PartRow:
    if part is None:
        return PartRow(str(MEASURES[measure]), _("belum ada data"), None, "", weight)
    day = None if measure is Measure.PAYMENT else part.figure.on
    return PartRow(str(MEASURES[measure]), _value(part, on), day, part.colour.value, part.weight)


def _value(part: Scored, on: date) -> str:
    """ "5 dari 7 hari"; of payment how late the oldest bill is today."""
    if part.measure is Measure.PAYMENT:
        late = days_past(part.figure.on, on)
        return _("terlambat %(days)s hari") % {"days": late} if late else _("lancar")
    words = {
        Measure.USAGE: _("%(value)s dari 7 hari"),
        Measure.ADOPTION: _("%(value)s %%"),
        Measure.TICKETS: _("%(value)s dalam sebulan"),
        Measure.NPS: _("%(value)s dari 10"),
    }
    return words[part.measure] % {"value": number(part.figure.value)}


def _monthly(stand: HealthStand) -> int:
    revenue = getattr(stand.tenant, "revenue", None)
    return monthly(max(revenue.yearly, 0)) if revenue else 0


def _line(stand: HealthStand, before: Before | None) -> tuple[Cell, ...]:
    score = "" if stand.score is None else stand.score
    was = before.score if before else score
    return str(stand.pk), stand.tenant.name, stand.product, stand.province, score, stand.colour, was, _monthly(stand)
