"""The lists behind the figures of revenue: customers with what they bring, and movements with their events."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import Count, Sum
from django.utils.translation import gettext_lazy

from backoffice.figures.form import product_names
from backoffice.figures.page import ROWS, Asked, Table, query_of, report_page
from backoffice.figures.words import CHARGES, KINDS, rupiah
from billing.documents.sheets import Cell
from reports.models import RevenueMove
from reports.rules.figures import monthly
from reports.rules.revenue import MoveKind
from reports.selectors.revenue import Customer, Scope, customers_on, moves_in, named
from tenants.selectors.history import SENTENCES

CUSTOMERS, MOVES = "operator_revenue_customers", "operator_revenue_moves"
AT_ONCE, MOST_PAGES = 1000, 100_000
CUSTOMER_HEADS = ("tenant", "name", "product", "monthly", "yearly", "since")
MOVE_HEADS = ("date", "kind", "tenant", "name", "product", "plan", "province", "charges", "monthly", "yearly", "event")


@report_page("revenue_customers.html", gettext_lazy("Pelanggan menurut pendapatan"))
def show_customers(asked: Asked) -> Table | dict[str, Any]:
    """Who brings what on the last day, the largest first."""
    scope = asked.scope
    if asked.file:
        return Table(f"pelanggan-{scope.last}", CUSTOMER_HEADS, _customers(customers_on(scope)[0]))
    found, paged, yearly = _page_of(scope, asked.request.GET.get("hal", ""))
    names = product_names()
    rows = [(item, names.get(item.product, item.product), monthly(item.yearly)) for item in named(found)]
    return {"rows": rows, "paged": paged, "monthly": rupiah(monthly(yearly)), "yearly": rupiah(yearly)}


def _page_of(scope: Scope, asked_for: str) -> tuple[list[tuple[UUID, int]], Page[int], int]:
    """A page of customers, and what all bring in a year; beyond the last page it is the first."""
    at = int(asked_for) if asked_for.isdecimal() and 0 < int(asked_for) < MOST_PAGES else 1
    found, count, yearly = customers_on(scope, (at - 1) * ROWS, ROWS)
    if not found and at > 1:
        return _page_of(scope, "")
    return found, Paginator(range(count), ROWS).get_page(at), yearly


def _customers(found: list[tuple[UUID, int]]) -> Iterator[tuple[Cell, ...]]:
    for at in range(0, len(found), AT_ONCE):
        yield from map(_customer, named(found[at : at + AT_ONCE]))


def _customer(item: Customer) -> tuple[Cell, ...]:
    return str(item.tenant), item.name, item.product, monthly(item.yearly), item.yearly, item.since or ""


@report_page("revenue_moves.html", gettext_lazy("Gerak pendapatan"))
def show_moves(asked: Asked) -> Table | dict[str, Any]:
    """What changed in these days, each with the event that caused it; `kind` more than once for several kinds."""
    kinds, scope = asked.chosen(MoveKind), asked.scope
    found = moves_in(scope, kinds)
    if asked.file:
        name = f"gerak-pendapatan-{scope.first}-{scope.last}"
        return Table(name, MOVE_HEADS, (_move(row) for row in found.iterator(2000)))
    paged, (yearly, tenants) = asked.page_and_sums(found, Sum("yearly"), Count("tenant", distinct=True))
    return {
        "total": rupiah(monthly(yearly)) if kinds else "",
        "tenants": tenants,
        "rows": [_shown(row) for row in paged.object_list],
        "paged": paged,
        "kinds": [(kind.value, name, kind in kinds) for kind, name in KINDS.items()],
        "link": urlencode([*query_of(asked.form).items(), *(("kind", kind.value) for kind in kinds)]),
    }


def _shown(row: RevenueMove) -> dict[str, Any]:
    return {
        "row": row,
        "kind": KINDS[MoveKind(row.kind)],
        "charges": CHARGES.get(row.charges, row.charges),
        "monthly": monthly(row.yearly),
        "event": str(SENTENCES.get(row.event.name, row.event.name)).split("%(")[0].strip(),
    }


def _move(row: RevenueMove) -> tuple[Cell, ...]:
    event = f"{row.event_id} {row.event.name}"
    what = (row.on, row.kind, str(row.tenant_id), row.tenant.name, row.product, row.plan, row.province, row.charges)
    return (*what, monthly(row.yearly), row.yearly, event)
