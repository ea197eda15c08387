"""Who stays: churn, lifetime, what became of each month's new customers, and why others left."""

from collections.abc import Iterator
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from backoffice.figures.behind import moves
from backoffice.figures.page import Asked, Shown, Table, query_of, report_page
from backoffice.figures.words import rupiah, times
from backoffice.revenue.lists import MOVES
from billing.documents.numbers import number, percent
from billing.documents.sheets import Cell as SheetCell
from reports.rules.retention import Cohort, Lasting
from reports.rules.revenue import LESS, MoveKind
from reports.selectors.retention import cohorts_of, lasting_in, reasons_of
from reports.selectors.revenue import Scope
from tenants.selectors.history import SENTENCES

SHOWN_COHORTS = 24
HEADS = ("cohort", "age_months", "customers", "mrr")
REASON_HEADS = ("happened", "reason", "customers", "mrr")


@report_page("retention.html", gettext_lazy("Retensi"))
def show_retention(asked: Asked) -> Table | dict[str, Any]:
    """Churn, lifetime, cohorts and reasons; as a file the cohorts, a line for each cell, or with `tabel=sebab` the reasons."""
    if asked.file and asked.request.GET.get("tabel") == "sebab":
        return Table(f"sebab-berhenti-{asked.scope.first}-{asked.scope.last}", REASON_HEADS, _whys(asked.scope))
    found = cohorts_of(asked.scope)
    if asked.file:
        return Table(f"angkatan-{asked.scope.last}", HEADS, _lines(found))
    return _shown(asked, found[-SHOWN_COHORTS:], asked.one_of("by", ("customers", "revenue"), "customers"))


def _shown(asked: Asked, found: list[Cohort], by: str) -> dict[str, Any]:
    link = query_of(asked.form)
    gone, lost = moves(MOVES, MoveKind.CHURN)(link), moves(MOVES, *LESS)(link)
    ages = range(max((len(cohort.cells) for cohort in found), default=0))
    return {
        "figures": list(_figures(lasting_in(asked.scope), gone, lost)),
        "ages": ages,
        "cohorts": [_row(cohort, by, len(ages)) for cohort in found],
        "by": by,
        "ways": (("customers", pgettext("banyaknya", "pelanggan")), ("revenue", _("pendapatan"))),
        "reasons": [(happened(item.event), item) for item in reasons_of(asked.scope)],
        "link_reasons": urlencode({**link, "tabel": "sebab"}),
    }


def _row(cohort: Cohort, by: str, width: int) -> dict[str, Any]:
    """The first cell in numbers, then each month as a part of it; empty where that month is not over yet."""
    cells = cohort.cells
    start = rupiah(cells[0].mrr) if by == "revenue" else number(cells[0].customers)
    shares = [percent(cell.of_revenue if by == "revenue" else cell.of_customers) for cell in cells]
    return {"first": cohort.first, "start": start, "shares": [*shares, *[""] * (width - len(shares))]}


def _figures(found: Lasting, gone: str, lost: str) -> Iterator[Shown]:
    yield Shown(_("Churn pelanggan"), percent(found.logo_churn), "", _("per bulan"), gone)
    yield Shown(_("Churn pendapatan"), percent(found.revenue_churn), "", _("per bulan"), lost)
    yield Shown(
        _("Masa hidup"), _in_months(times(found.lifetime)), "", _("pelanggan lama dibagi yang berhenti per bulan"), gone
    )
    yield Shown("LTV", rupiah(found.ltv), "", _("pendapatan selama masa hidup"), gone)


def _in_months(text: str) -> str:
    return text if text == "–" else _("%(count)s bulan") % {"count": text}


def happened(event: str) -> str:
    """What an event of the name says, without its numbers: "Langganan berakhir"."""
    return str(SENTENCES.get(event, event)).split("%(")[0].strip()


def _whys(scope: Scope) -> Iterator[tuple[SheetCell, ...]]:
    for item in reasons_of(scope):
        yield happened(item.event), item.words, item.customers, item.mrr


def _lines(found: list[Cohort]) -> Iterator[tuple[SheetCell, ...]]:
    for cohort in found:
        for age, cell in enumerate(cohort.cells):
            first: date = cohort.first
            yield first, age, cell.customers, cell.mrr
