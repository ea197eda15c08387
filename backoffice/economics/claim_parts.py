"""The list behind revenue that does not recur: each part of a claim, and what was taken back of it, with its event."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django.db.models import Sum
from django.utils.translation import gettext_lazy

from backoffice.economics.form import EconomicsForm
from backoffice.economics.page import MONTHS
from backoffice.economics.words import PARTS
from backoffice.figures.page import Asked, Table, query_of, report_page
from backoffice.figures.words import rupiah
from billing.documents.sheets import Cell
from reports.models import ClaimPart
from reports.rules.claim_parts import PartKind
from reports.selectors.streams import parts_in

HEADS = ("date", "kind", "tenant", "name", "product", "number", "amount", "event")


@report_page("claim_parts.html", gettext_lazy("Di luar langganan"), EconomicsForm, MONTHS)
def show_claim_parts(asked: Asked) -> Table | dict[str, Any]:
    """Newest first; `kind` more than once for several kinds."""
    kinds, scope = [kind for kind in asked.chosen(PartKind) if kind in PARTS], asked.scope
    found = parts_in(scope, kinds).select_related("move__event", "move__tenant").order_by("-on", "-id")
    if asked.file:
        return Table(f"di-luar-langganan-{scope.first}-{scope.last}", HEADS, _lines(found.iterator(2000)))
    paged, (total,) = asked.page_and_sums(found, Sum("amount"))
    return {
        "rows": [(row.move, PARTS[PartKind(row.kind)], row.amount) for row in paged.object_list],
        "paged": paged,
        "total": rupiah(total) if kinds else "",
        "kinds": [(kind.value, name, kind in kinds) for kind, name in PARTS.items()],
        "back": asked.link,
        "link": urlencode([*query_of(asked.form).items(), *(("kind", kind.value) for kind in kinds)]),
    }


def _lines(rows: Iterable[ClaimPart]) -> Iterable[tuple[Cell, ...]]:
    for row in rows:
        move = row.move
        event = f"{move.event_id} {move.event.name}" if move.event is not None else ""
        yield row.on, row.kind, str(move.tenant_id), move.tenant.name, row.product, move.number, row.amount, event
