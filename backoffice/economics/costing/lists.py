"""The costs of some months, by whom each was entered, and the same as a file that can be imported again."""

from typing import Any

from django.db.models import Sum
from django.utils.translation import gettext_lazy

from backoffice.economics.costing.forms import CostFilter
from backoffice.economics.costing.words import ROLES, lines
from backoffice.figures.page import Asked, Table, report_page
from billing.documents.sheets import Cell
from reports.models import Cost
from reports.rules.cost_file import COLUMNS
from reports.rules.costs import Entry, Planned
from reports.selectors.costs import cost_kinds, costs_in
from tenants.permissions import staff_may

MONTHS = 12


@report_page("costs.html", gettext_lazy("Biaya"), CostFilter, MONTHS)
def show_costs(asked: Asked) -> Table | dict[str, Any]:
    """Newest month first; as a file what can be imported again."""
    scope, kind = asked.scope, asked.form.cleaned_data["kind"]
    found = costs_in(scope.first, scope.last, **scope.where, **({"kind": kind} if kind else {}))
    if asked.file:
        return Table(f"biaya-{scope.first:%Y-%m}-{scope.last:%Y-%m}", COLUMNS, map(_line, found.iterator(2000)))
    paged = asked.page_of(found.select_related("changed_by"))
    rows = list(paged.object_list)
    return {
        "rows": list(zip(rows, lines(map(_stored, rows), asked.form.names), map(_role, rows), strict=True)),
        "total": found.order_by().aggregate(total=Sum("amount"))["total"] or 0,
        "paged": paged,
        "may_enter": staff_may(asked.request.user, "enter_costs"),
    }


def _stored(row: Cost) -> Planned:
    return Planned(Entry(row.key, row.amount), row.amount)


def _role(row: Cost) -> str:
    return str(ROLES[cost_kinds().counted_as(row.kind, row.month)])


def _line(row: Cost) -> tuple[Cell, ...]:
    return f"{row.month:%Y-%m}", row.product, row.channel, row.kind, row.amount
