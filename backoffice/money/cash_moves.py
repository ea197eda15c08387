"""The list behind the figures of money: every claim and payment of some days, with its event."""

from typing import Any
from urllib.parse import urlencode

from django.db.models import Sum
from django.utils.translation import gettext_lazy

from backoffice.figures.page import Asked, Table, query_of, report_page
from backoffice.figures.words import rupiah
from backoffice.money.cash import KINDS, MONTHS, way_of
from billing.documents.sheets import Cell
from reports.models import CashMove
from reports.rules.cash import WITHHELD
from reports.selectors.cash import cash_moves

HEADS = (
    "date",
    "kind",
    "tenant",
    "name",
    "product",
    "province",
    "number",
    "channel",
    "method",
    "amount",
    "fee",
    "event",
)


@report_page("cash_moves.html", gettext_lazy("Gerak kas"), months=MONTHS)
def show_cash_moves(asked: Asked) -> Table | dict[str, Any]:
    """Newest first; `kind` more than once for several kinds."""
    kinds, scope = [kind for kind in asked.request.GET.getlist("kind") if kind in KINDS], asked.scope
    found = cash_moves(scope, kinds)
    if asked.file:
        return Table(f"gerak-kas-{scope.first}-{scope.last}", HEADS, (_line(row) for row in found.iterator(2000)))
    paged, (total,) = asked.page_and_sums(found, Sum("amount"))
    return {
        "rows": [(row, KINDS[kind_of(row)], way_of(row.channel, row.method)) for row in paged.object_list],
        "paged": paged,
        "total": rupiah(total) if kinds else "",
        "kinds": [(str(kind), name, kind in kinds) for kind, name in KINDS.items()],
        "back": asked.link,
        "link": urlencode([*query_of(asked.form).items(), *(("kind", kind) for kind in kinds)]),
    }


def kind_of(row: CashMove) -> str:
    """A slip came by a payment's event, and is no money that came in."""
    return WITHHELD if row.channel == WITHHELD else row.kind


def _line(row: CashMove) -> tuple[Cell, ...]:
    event = f"{row.event_id} {row.event.name}" if row.event is not None else ""
    what = (row.on, kind_of(row), str(row.tenant_id), row.tenant.name, row.product, row.province, row.number)
    return (*what, row.channel, row.method, row.amount, row.fee, event)
