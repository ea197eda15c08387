"""The dashboard of recurring revenue: figures with their change, a trend, and by what it is made up."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backoffice.boards.recurring_figures import OF_DAYS
from backoffice.boards.shown import fill
from backoffice.figures.drawings import drawing, turns
from backoffice.figures.form import NONE, product_names
from backoffice.figures.page import Asked, Table, query_of, report_page
from backoffice.figures.words import CHANNELS, DIMENSIONS, KINDS, change
from billing.documents.numbers import percent
from billing.documents.sheets import Cell
from reports.rules.figures import Kept, Month, monthly, share
from reports.rules.revenue import MoveKind
from reports.selectors.readings import Readings
from reports.selectors.revenue import Groups

MOST_GROUPS = 60
GROUP_HEADS = ("group", "mrr", "yearly", "yearly_before", "customers", "won", "lost", "nrr")


@dataclass(frozen=True, slots=True)
class Group:
    """A row of the table by product, plan and so on."""

    name: str
    url: str
    kept: Kept

    @property
    def mrr(self) -> int:
        """Rupiah a month at the end."""
        return monthly(self.kept.after)

    @property
    def change(self) -> str:
        """Against the day before the first."""
        return change(self.mrr, monthly(self.kept.before), money=True)

    @property
    def nrr(self) -> str:
        """Net revenue retention."""
        return percent(share(self.kept.net, self.kept.before))


@report_page("revenue.html", gettext_lazy("Pendapatan"))
def show_revenue(asked: Asked) -> Table | dict[str, Any]:
    """Figures, trend and groups; as a file the trend, with `tabel=kelompok` the groups, all of them."""
    by = asked.one_of("by", DIMENSIONS, "product")
    on = Readings(asked.scope, (), timezone.localdate(), by)
    if asked.file and asked.request.GET.get("tabel") == "kelompok":
        found = _groups(on.revenue.groups, by, query_of(asked.form))
        return Table(f"pendapatan-{by}-{asked.scope.last}", GROUP_HEADS, map(_line, found))
    if asked.file:
        return Table(f"pendapatan-{asked.scope.last}", _heads(), _lines(on.months))
    return _shown(asked, on, by)


def _shown(asked: Asked, on: Readings, by: str) -> dict[str, Any]:
    link, months = query_of(asked.form), on.months
    firsts, kinds = [month.first for month in months], [kind for kind in KINDS if kind is not MoveKind.MOVED]
    groups = _groups(on.revenue.groups, by, link)
    return {
        "figures": fill(OF_DAYS, on, link),
        "kinds": [(kind, KINDS[kind]) for kind in kinds],
        "rows": [(month, [month.moves.get(kind, 0) for kind in kinds]) for month in months],
        "totals": drawing([month.mrr for month in months], firsts),
        "turns": turns([month.gained for month in months], [month.lost for month in months], firsts),
        "by": by,
        "dimensions": DIMENSIONS.items(),
        "groups": groups[:MOST_GROUPS],
        "smaller": max(0, len(groups) - MOST_GROUPS),
        "link_groups": urlencode({**link, "by": by, "tabel": "kelompok"}),
    }


def _groups(groups: Groups, by: str, link: Mapping[str, str]) -> list[Group]:
    """Those that bring something now or brought it before, the largest first."""
    kept = {value: now for value, (now, _then) in groups.items()}
    found = sorted(kept.items(), key=lambda item: (-item[1].after, str(item[0])))
    names = product_names() if by == "product" else {}
    shown = [item for item in found if item[1].after or item[1].before]
    return [Group(name_of(by, value, names), _narrowed(by, value, link), kept) for value, kept in shown]


def _narrowed(by: str, value: Any, link: Mapping[str, str]) -> str:
    """The same page for this group alone; the list of who belongs to it where there is no filter for nothing."""
    chosen = value or (NONE if by == "province" else "")
    if not chosen:
        return ""
    return f"{reverse('operator_revenue')}?{urlencode({**link, by: str(chosen), 'by': by})}"


def name_of(by: str, value: Any, names: Mapping[str, str]) -> str:
    """A group's name as people call it."""
    if isinstance(value, date):
        return formats.date_format(value, "F Y")
    if by == "channel":
        return str(CHANNELS.get(value, value))
    return names.get(value, value) or _("tidak diketahui")


def _line(group: Group) -> tuple[Cell, ...]:
    kept, nrr = group.kept, share(group.kept.net, group.kept.before)
    counts = (kept.closed, kept.won, kept.lost)
    return group.name, group.mrr, kept.after, kept.before, *counts, "" if nrr is None else f"{float(nrr):.6f}"


def _heads() -> list[str]:
    return ["month", "mrr", *(kind.value for kind in MoveKind)]


def _lines(months: list[Month]) -> Iterator[list[str | int | date]]:
    for month in months:
        yield [month.first, month.mrr, *(month.moves.get(kind, 0) for kind in MoveKind)]
