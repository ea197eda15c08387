"""The list behind the figures of money: every claim and payment of some days, with its event."""

from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from billing.documents.sheets import Cell
from config.admin.base import page, require
from config.admin.cash import KINDS, MONTHS, way_of
from config.admin.revenue import query_of
from config.admin.revenue_form import asked
from config.admin.sheets import KINDS as FILES
from config.admin.sheets import sheet
from reports.models import CashMove
from reports.rules.cash import CashKind
from reports.selectors.cash import cash_moves

ROWS = 50
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


@require_safe
def show_cash_moves(request: HttpRequest) -> HttpResponseBase:
    """Newest first; `kind` more than once for several kinds."""
    require(request, "view")
    form = asked(request, months=MONTHS)
    if not form.is_valid():
        return page(request, "cash_moves.html", _("Gerak kas"), 422, form=form)
    kinds = [kind for kind in request.GET.getlist("kind") if kind in set(CashKind)]
    scope = form.scope()
    found = cash_moves(scope, kinds)
    if request.GET.get("berkas") in FILES:
        name = f"gerak-kas-{scope.first}-{scope.last}"
        return sheet(name, request.GET["berkas"], HEADS, (_line(row) for row in found.iterator(2000)))
    paged = Paginator(found, ROWS).get_page(request.GET.get("hal"))
    return page(
        request,
        "cash_moves.html",
        _("Gerak kas"),
        form=form,
        scope=scope,
        rows=[(row, KINDS[CashKind(row.kind)], way_of(row.channel, row.method)) for row in paged.object_list],
        paged=paged,
        kinds=[(kind.value, name, kind.value in kinds) for kind, name in KINDS.items()],
        back=urlencode(query_of(form)),
        link=urlencode([*query_of(form).items(), *(("kind", kind) for kind in kinds)]),
    )


def _line(row: CashMove) -> tuple[Cell, ...]:
    event = f"{row.event_id} {row.event.name}" if row.event is not None else ""
    what = (row.on, row.kind, str(row.tenant_id), row.tenant.name, row.product, row.province, row.number)
    return (*what, row.channel, row.method, row.amount, row.fee, event)
