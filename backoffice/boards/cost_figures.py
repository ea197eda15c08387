"""What was spent, what is left, and whether winning customers pays. Of months and quarters: costs are kept by the month."""

from collections.abc import Callable

from django.utils.translation import gettext_lazy as _

from backoffice.boards.figure import Figure, Read
from backoffice.boards.units import Unit, Value
from backoffice.figures.behind import page
from reports.selectors.economics import Group

ECONOMICS = "operator_economics"


def _told(of: Callable[[Group], Value]) -> Read:
    return lambda on: [None if found is None else of(found) for found in reversed(on.economics)]


COSTS: dict[str, Figure] = {
    "costs": Figure(
        _("Biaya"),
        _("yang dicatat dan dari pembukuan"),
        Unit.RUPIAH,
        _told(lambda found: found.told.spent),
        page(ECONOMICS, "#op-sides"),
    ),
    "result": Figure(
        _("Hasil"),
        _("pendapatan dikurangi biaya"),
        Unit.RUPIAH,
        _told(lambda found: found.told.result),
        page(ECONOMICS),
    ),
    "gross_margin": Figure(
        _("Margin kotor"),
        _("setelah biaya melayani"),
        Unit.SHARE,
        _told(lambda found: found.told.margin.value),
        page(ECONOMICS),
    ),
    "cac": Figure(
        "CAC",
        _("biaya memperoleh satu pelanggan baru"),
        Unit.RUPIAH,
        _told(lambda found: found.told.winning.cac.value),
        page(ECONOMICS),
    ),
    "payback": Figure(
        _("Balik modal"),
        _("CAC dibagi margin sebulan"),
        Unit.MONTHS,
        _told(lambda found: found.payback.value),
        page(ECONOMICS),
    ),
    "ltv_to_cac": Figure(
        "LTV : CAC",
        _("LTV setelah margin kotor"),
        Unit.TIMES,
        _told(lambda found: found.ltv_to_cac.value),
        page(ECONOMICS),
    ),
}
