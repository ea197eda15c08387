"""The lists behind the figures of revenue: customers with what they bring, and movements with their events."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from billing.documents.sheets import Cell
from config.admin.base import page, require
from config.admin.revenue import query_of
from config.admin.revenue_form import asked, product_names
from config.admin.revenue_words import CHARGES, KINDS
from config.admin.sheets import KINDS as FILES
from config.admin.sheets import sheet
from reports.models import RevenueMove
from reports.rules.figures import monthly
from reports.rules.revenue import MoveKind
from reports.selectors.revenue import Customer, Scope, customers_on, moves_in, named
from tenants.selectors.history import SENTENCES

ROWS, AT_ONCE, MOST_PAGES = 50, 1000, 100_000
CUSTOMER_HEADS = ("tenant", "name", "product", "monthly", "yearly", "since")
MOVE_HEADS = ("date", "kind", "tenant", "name", "product", "plan", "province", "charges", "monthly", "yearly", "event")


@require_safe
def show_customers(request: HttpRequest) -> HttpResponseBase:
    """Who brings what on the last day, the largest first."""
    require(request, "view")
    form = asked(request)
    if not form.is_valid():
        return page(request, "revenue_customers.html", _("Pelanggan menurut pendapatan"), 422, form=form)
    scope = form.scope()
    if request.GET.get("berkas") in FILES:
        everybody = _customers(customers_on(scope)[0])
        return sheet(f"pelanggan-{scope.last}", request.GET["berkas"], CUSTOMER_HEADS, everybody)
    found, paged = _page_of(scope, request.GET.get("hal", ""))
    names = product_names()
    shown = named(found)
    rows = [(item, names.get(item.product, item.product), monthly(item.yearly)) for item in shown]
    return page(
        request,
        "revenue_customers.html",
        _("Pelanggan menurut pendapatan"),
        form=form,
        scope=scope,
        rows=rows,
        paged=paged,
        link=urlencode(query_of(form)),
    )


def _page_of(scope: Scope, asked_for: str) -> tuple[list[tuple[UUID, int]], Page[int]]:
    """A page of customers; beyond the last one it is the first."""
    at = int(asked_for) if asked_for.isdecimal() and 0 < int(asked_for) < MOST_PAGES else 1
    found, count = customers_on(scope, (at - 1) * ROWS, ROWS)
    if not found and at > 1:
        return _page_of(scope, "")
    return found, Paginator(range(count), ROWS).get_page(at)


def _customers(found: list[tuple[UUID, int]]) -> Iterator[tuple[Cell, ...]]:
    for at in range(0, len(found), AT_ONCE):
        yield from map(_customer, named(found[at : at + AT_ONCE]))


def _customer(item: Customer) -> tuple[Cell, ...]:
    return str(item.tenant), item.name, item.product, monthly(item.yearly), item.yearly, item.since or ""


@require_safe
def show_moves(request: HttpRequest) -> HttpResponseBase:
    """What changed in these days, each with the event that caused it; `kind` more than once for several kinds."""
    require(request, "view")
    form = asked(request)
    if not form.is_valid():
        return page(request, "revenue_moves.html", _("Gerak pendapatan"), 422, form=form)
    kinds = [kind for kind in request.GET.getlist("kind") if kind in set(MoveKind)]
    found = moves_in(form.scope(), kinds)
    if request.GET.get("berkas") in FILES:
        name = f"gerak-pendapatan-{form.scope().first}-{form.scope().last}"
        return sheet(name, request.GET["berkas"], MOVE_HEADS, (_move(row) for row in found.iterator(2000)))
    paged = Paginator(found, ROWS).get_page(request.GET.get("hal"))
    return page(
        request,
        "revenue_moves.html",
        _("Gerak pendapatan"),
        form=form,
        scope=form.scope(),
        rows=[_shown(row) for row in paged.object_list],
        paged=paged,
        kinds=[(kind.value, name, kind.value in kinds) for kind, name in KINDS.items()],
        link=urlencode([*query_of(form).items(), *(("kind", kind) for kind in kinds)]),
    )


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
