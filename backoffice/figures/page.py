"""What all pages of figures share: who may read them, days and filter, the table as a file, else the page with its lists."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import wraps
from typing import Any, TypeVar
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db.models import Aggregate, Count, QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.functional import Promise
from django.views.decorators.http import require_safe

from backoffice.figures.form import RevenueForm, asked
from backoffice.frame.base import page, require
from billing.documents.sheets import Cell
from billing.views.sheets import KINDS as FILES
from billing.views.sheets import sheet
from reports.selectors.revenue import Scope

Kind = TypeVar("Kind", bound=StrEnum)
ROWS = 50


@dataclass(frozen=True, slots=True)
class Shown:
    """A figure as a page has it: what it means, its change against the days before, and the list behind it."""

    label: str
    value: str
    change: str
    meaning: str
    url: str


@dataclass(frozen=True, slots=True)
class Table:
    """A table to be taken along: the file's name without its ending, the heads, the rows."""

    name: str
    heads: Sequence[str]
    rows: Iterable[Sequence[Cell]]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a page of figures was asked for; its form is valid."""

    request: HttpRequest
    form: RevenueForm
    scope: Scope

    @property
    def file(self) -> str:
        """ "csv" or "xlsx" where the table is asked for as a file; empty where the page is."""
        kind = self.request.GET.get("berkas", "")
        return kind if kind in FILES else ""

    @property
    def link(self) -> str:
        """The filter as the query of an address."""
        return urlencode(query_of(self.form))

    def one_of(self, name: str, choices: Iterable[str], default: str) -> str:
        """What was asked for by this name, or the default where that is none of these."""
        value = self.request.GET.get(name, default)
        return value if value in choices else default

    def chosen(self, kinds: type[Kind]) -> list[Kind]:
        """The kinds asked for, `kind` being given once for each; empty for all."""
        return [kinds(value) for value in self.request.GET.getlist("kind") if value in set(kinds)]

    def page_of(self, found: Any) -> Page[Any]:
        """The rows of the page that was asked for."""
        return Paginator(found, ROWS).get_page(self.request.GET.get("hal"))

    def page_and_sums(self, found: "QuerySet[Any]", *sums: Aggregate) -> tuple[Page[Any], list[int]]:
        """The same with sums and counts over all pages, 0 where nothing is; all in the query that counts the rows."""
        told = found.order_by().aggregate(rows=Count("pk"), **{f"sum{at}": each for at, each in enumerate(sums)})
        pages = Paginator(found, ROWS)
        pages.count = told["rows"]
        return pages.get_page(self.request.GET.get("hal")), [told[f"sum{at}"] or 0 for at in range(len(sums))]


ReportView = Callable[[Asked], Table | dict[str, Any]]


def report_page(
    template: str, title: str | Promise, form: type[RevenueForm] = RevenueForm, months: int = 1
) -> Callable[[ReportView], Callable[[HttpRequest], HttpResponseBase]]:
    """Make a page of a view that gives a table where a file is asked for, else what the template shows beside the filter.

    Whoever may read the admin may read it. Without days it is of the last months; with wrong ones it says what is wrong (422).
    """

    def make(view: ReportView) -> Callable[[HttpRequest], HttpResponseBase]:
        @require_safe
        @wraps(view)
        def answer(request: HttpRequest) -> HttpResponseBase:
            require(request, "view")
            given = asked(request, form, months)
            if not given.is_valid():
                return page(request, template, str(title), 422, form=given)
            asked_for = Asked(request, given, given.scope())
            found = view(asked_for)
            if isinstance(found, Table):
                return sheet(found.name, asked_for.file, found.heads, found.rows)
            shared = {"form": given, "scope": asked_for.scope, "link": asked_for.link}
            return page(request, template, str(title), **{**shared, **found})

        return answer

    return make


def query_of(form: RevenueForm) -> dict[str, str]:
    """The filter as it goes into a link."""
    given = form.cleaned_data
    return {name: "on" if value is True else str(value) for name, value in given.items() if value}
