"""Who stays: churn, lifetime, what became of each month's new customers, and why others left."""

from collections.abc import Iterator
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from billing.documents.sheets import Cell as SheetCell
from config.admin.base import page, require
from config.admin.revenue import MOVES, Shown, query_of
from config.admin.revenue_form import RevenueForm, asked
from config.admin.revenue_words import percent, rupiah, times
from config.admin.sheets import KINDS as FILES
from config.admin.sheets import sheet
from reports.rules.retention import Cohort, Lasting
from reports.rules.revenue import MoveKind
from reports.selectors.retention import cohorts_of, lasting_in, reasons_of
from tenants.selectors.history import SENTENCES

SHOWN_COHORTS = 24
HEADS = ("cohort", "age_months", "customers", "mrr")


@require_safe
def show_retention(request: HttpRequest) -> HttpResponseBase:
    """Whoever may read the admin may read it; `berkas` gives the cohorts as a file, a line for each cell."""
    require(request, "view")
    form = asked(request)
    if not form.is_valid():
        return page(request, "retention.html", _("Retensi"), 422, form=form)
    found = cohorts_of(form.scope())
    if request.GET.get("berkas") in FILES:
        return sheet(f"angkatan-{form.scope().last}", request.GET["berkas"], HEADS, _lines(found))
    by = "revenue" if request.GET.get("by") == "revenue" else "customers"
    return page(request, "retention.html", _("Retensi"), **_shown(form, found[-SHOWN_COHORTS:], by))


def _shown(form: RevenueForm, found: list[Cohort], by: str) -> dict[str, Any]:
    link, scope = query_of(form), form.scope()
    gone = f"{reverse(MOVES)}?{urlencode({**link, 'kind': MoveKind.CHURN.value})}"
    ages = range(max((len(cohort.cells) for cohort in found), default=0))
    return {
        "form": form,
        "scope": scope,
        "figures": list(_figures(lasting_in(scope), gone)),
        "ages": ages,
        "cohorts": [_row(cohort, by, len(ages)) for cohort in found],
        "by": by,
        "ways": (("customers", _("pelanggan")), ("revenue", _("pendapatan"))),
        "reasons": [(_happened(item.event), item) for item in reasons_of(scope)],
        "link": urlencode(link),
    }


def _row(cohort: Cohort, by: str, width: int) -> dict[str, Any]:
    """The first cell in numbers, then each month as a part of it; empty where that month is not over yet."""
    cells = cohort.cells
    start = rupiah(cells[0].mrr) if by == "revenue" else str(cells[0].customers)
    shares = [percent(cell.of_revenue if by == "revenue" else cell.of_customers) for cell in cells]
    return {"first": cohort.first, "start": start, "shares": [*shares, *[""] * (width - len(shares))]}


def _figures(found: Lasting, gone: str) -> Iterator[Shown]:
    yield Shown(_("Churn pelanggan"), percent(found.logo_churn), "", _("per bulan"), gone)
    yield Shown(_("Churn pendapatan"), percent(found.revenue_churn), "", _("per bulan"), gone)
    yield Shown(
        _("Masa hidup"), _in_months(times(found.lifetime)), "", _("pelanggan lama dibagi yang berhenti per bulan"), gone
    )
    yield Shown("LTV", rupiah(found.ltv), "", _("pendapatan selama masa hidup"), gone)


def _in_months(text: str) -> str:
    return text if text == "–" else _("%(count)s bulan") % {"count": text}


def _happened(event: str) -> str:
    return str(SENTENCES.get(event, event)).split("%(")[0].strip()


def _lines(found: list[Cohort]) -> Iterator[tuple[SheetCell, ...]]:
    for cohort in found:
        for age, cell in enumerate(cohort.cells):
            first: date = cohort.first
            yield first, age, cell.customers, cell.mrr
