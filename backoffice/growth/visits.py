"""Who came to the public pages, opened the sign-up and sent it: by product and day by day (N13)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext_lazy

from backoffice.figures.form import RevenueForm
from backoffice.figures.page import Asked, Table, query_of, report_page
from billing.documents.numbers import percent
from billing.documents.sheets import Cell
from plans.models import VisitDay
from reports.rules.growth import Visits
from reports.selectors.visits import visit_days, visits_in

LIST = "operator_visits"
HEADS = ("on", "product", "landings", "checkouts", "signups")


@dataclass(frozen=True, slots=True)
class VisitRow:
    """Visits of a product, or of all (`is_whole`), and the days behind them."""

    name: str
    url: str
    visits: Visits
    is_whole: bool = False

    @property
    def to_checkout(self) -> str:
        """Landing → checkout."""
        return percent(self.visits.to_checkout)

    @property
    def to_signup(self) -> str:
        """Landing → sign-up."""
        return percent(self.visits.to_signup)


class VisitsForm(RevenueForm):
    """Days and product: nothing else is known of a visitor, and there is no test tenant yet whom a visit could belong to."""

    province = plan = channel = variant = cohort = tests = None  # type: ignore[assignment]  # Django's way to leave fields out


@report_page("visits.html", gettext_lazy("Kunjungan"), VisitsForm)
def show_visits(asked: Asked) -> Table | dict[str, Any]:
    """The sums of each day and product, newest first."""
    days = visit_days(asked.scope)
    if asked.file:
        return Table(f"kunjungan-{asked.scope.last}", HEADS, map(_line, days))
    paged = asked.page_of(days)
    return {"visits": _products(asked), "rows": _rows(paged.object_list, asked.form.names), "paged": paged}


def _products(asked: Asked) -> list[VisitRow]:
    """Each product, most visits first; of several, all of them in the last row."""
    names, found = asked.form.names, visits_in(asked.scope)
    ranked = sorted(found.items(), key=lambda item: (-item[1].landed, item[0]))
    rows = [VisitRow(names.get(product, product), _days(asked, product), visits) for product, visits in ranked]
    if len(rows) > 1:
        rows.append(VisitRow("", _days(asked), sum(found.values(), Visits()), is_whole=True))
    return rows


def _days(asked: Asked, product: str = "") -> str:
    of = {"product": product} if product else {}
    return f"{reverse(LIST)}?{urlencode(query_of(asked.form) | of)}"


def _rows(days: Iterable[VisitDay], names: Mapping[str, str]) -> list[tuple[VisitDay, VisitRow]]:
    visits = ((day, Visits(day.landings, day.checkouts, day.signups)) for day in days)
    return [(day, VisitRow(names.get(day.product, day.product), "", sums)) for day, sums in visits]


def _line(day: VisitDay) -> tuple[Cell, ...]:
    return day.on, day.product, day.landings, day.checkouts, day.signups
