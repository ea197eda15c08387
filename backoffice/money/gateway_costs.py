"""Gateway fees by way to pay: what payers paid on top, what the gateway kept, and what that left us to bear (K8)."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backoffice.figures.page import Asked, Table, report_page
from backoffice.money.cash import way_of
from billing.documents.sheets import Cell
from reports.selectors.gateway_costs import UNKNOWN, GatewayCost, Ways, gateway_costs

HEADS = ("channel", "method", "payments", "on_top", "kept", "borne")


@report_page("gateway_costs.html", gettext_lazy("Biaya gateway"))
def show_gateway_costs(asked: Asked) -> Table | dict[str, Any]:
    """The dearest first, with the sum of all."""
    scope = asked.scope
    found, whole = gateway_costs(scope), GatewayCost()
    if asked.file:
        return Table(f"biaya-gateway-{scope.first}-{scope.last}", HEADS, _lines(found))
    for cost in found.values():
        whole.add(cost)
    return {"rows": [(_name(*way), cost) for way, cost in _dearest(found)], "whole": whole, "back": asked.link}


def _name(channel: str, method: str) -> str:
    """ "Midtrans (QRIS)", or "Midtrans (cara tidak diketahui)"."""
    unknown = _("%(channel)s (cara tidak diketahui)") % {"channel": way_of(channel, "")}
    return unknown if method == UNKNOWN else way_of(channel, method)


def _dearest(found: Ways) -> list[tuple[tuple[str, str], GatewayCost]]:
    return sorted(found.items(), key=lambda item: (-item[1].kept, -item[1].on_top, item[0]))


def _lines(found: Ways) -> Iterator[tuple[Cell, ...]]:
    for (channel, method), cost in _dearest(found):
        yield channel, method, cost.payments, cost.on_top, cost.kept, cost.borne
