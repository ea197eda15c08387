"""The list behind how long customers take to pay: every invoice that was paid in full in some days."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy

from backoffice.figures.page import Asked, Table, report_page
from backoffice.money.cash import MONTHS, against_due, days_of
from billing.documents.sheets import Cell
from reports.models import Bill
from reports.selectors.cash import bills_paid, paid_in

HEADS = ("number", "tenant", "name", "product", "province", "issued", "due", "paid", "days", "late", "amount")


@report_page("bills_paid.html", gettext_lazy("Tagihan yang lunas"), months=MONTHS)
def show_bills_paid(asked: Asked) -> Table | dict[str, Any]:
    """The slowest first, with the median of all of them."""
    scope = asked.scope
    found = bills_paid(scope).select_related("tenant")
    if asked.file:
        return Table(f"tagihan-lunas-{scope.first}-{scope.last}", HEADS, _lines(found.iterator(2000)))
    paid, paged = paid_in(scope)[0], asked.page_of(found)
    return {
        "rows": [(row, days_of(row.days), against_due(row.late)) for row in paged.object_list],
        "paged": paged,
        "median": days_of(paid.habit.days if paid else None),
        "count": paid.count if paid else 0,
        "back": asked.link,
    }


def _lines(rows: Iterable[Bill]) -> Iterable[tuple[Cell, ...]]:
    for row in rows:
        whose = (row.number, str(row.tenant_id), row.tenant.name, row.product, row.province)
        yield *whose, row.issued_on, row.due_on, row.paid_on or "", _number(row.days), _number(row.late), row.total


def _number(days: int | None) -> Cell:
    return "" if days is None else days
