"""Renewals: how many of the terms that ended were renewed, and which of the next ones are at risk."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from billing.documents.sheets import Cell
from config.admin.base import page, require
from config.admin.revenue import query_of
from config.admin.revenue_form import RevenueForm, asked, product_names
from config.admin.revenue_words import percent, rupiah
from config.admin.sheets import KINDS as FILES
from config.admin.sheets import sheet
from reports.models import Term
from reports.rules.renewals import SEMESTER, Renewals, Risk, TermState, by_length, by_semester
from reports.selectors.renewals import AtRisk, at_risk, ended_in, terms_in

MONTHS, ROWS = 12, 50
STATES = {
    TermState.RENEWED: gettext_lazy("diperpanjang"),
    TermState.OPEN: gettext_lazy("menunggu pembayaran"),
    TermState.LOST: gettext_lazy("tidak dibayar"),
    TermState.LEFT: gettext_lazy("berhenti"),
}
TERM_HEADS = ("ended", "months", "state", "tenant", "name", "product", "province", "next_bill", "event")
RISK_HEADS = (
    "renews",
    "tenant",
    "name",
    "product",
    "months",
    "yearly",
    "reasons",
    "overdue",
    "usual_days_late",
    "shrunk",
)


@require_safe
def show_renewals(request: HttpRequest) -> HttpResponseBase:
    """Whoever may read the admin may read it; `berkas` gives those at risk as a file."""
    require(request, "view")
    form, today = asked(request, months=MONTHS), timezone.localdate()
    if not form.is_valid():
        return page(request, "renewals.html", _("Perpanjangan"), 422, form=form)
    found = at_risk(today, form.scope())
    if request.GET.get("berkas") in FILES:
        return sheet(f"perpanjangan-berisiko-{today}", request.GET["berkas"], RISK_HEADS, map(_line, found))
    paged = Paginator(found, ROWS).get_page(request.GET.get("hal"))
    return page(request, "renewals.html", _("Perpanjangan"), **_shown(form), paged=paged, rows=_rows(paged.object_list))


def _shown(form: RevenueForm) -> dict[str, Any]:
    ended = ended_in(form.scope())
    lengths = [(_length(months), row, percent(row.rate)) for months, row in by_length(ended).items()]
    halves = [(_half(first), row, percent(row.rate)) for first, row in by_semester(ended).items()]
    total = Renewals()
    for row in ended:
        total.add(row)
    return {
        "form": form,
        "scope": form.scope(),
        "total": total,
        "rate": percent(total.rate),
        "tables": [(_("Menurut lama masa"), lengths), (_("Menurut semester"), halves)],
        "states": [(state.value, name) for state, name in STATES.items()],
        "link": urlencode(query_of(form)),
    }


def _rows(found: Any) -> list[tuple[AtRisk, str, str, list[str]]]:
    names = product_names()
    return [(item, names.get(item.product, item.product), _length(item.months), list(_reasons(item))) for item in found]


def _length(months: int) -> str:
    """ "12 bulan", "4 bulan (semester)" (N5)."""
    return (
        _("%(count)d bulan (semester)") % {"count": months} if months == 4 else _("%(count)s bulan") % {"count": months}
    )


def _half(first: date) -> str:
    """ "Jan–Jun 2026"."""
    last = first.replace(month=first.month + SEMESTER - 1)
    return f"{formats.date_format(first, 'M')}–{formats.date_format(last, 'M Y')}"


def _reasons(item: AtRisk) -> Iterator[str]:
    """Each reason with the figure behind it."""
    seen = item.seen
    said: Mapping[Risk, str] = {
        Risk.LEAVING: _("akan berhenti"),
        Risk.OVERDUE: _("%(amount)s lewat jatuh tempo") % {"amount": rupiah(seen.overdue)},
        Risk.DEBIT_OFF: _("auto-debit dimatikan %(day)s") % {"day": _day(seen.debit_off_on)},
        Risk.RISE: _("harga naik dari %(before)s ke %(after)s")
        % dict(zip(("before", "after"), map(rupiah, item.rise or (0, 0)), strict=True)),
        Risk.SHRINKING: _("berkurang %(amount)s setahun") % {"amount": rupiah(seen.shrunk)},
        Risk.LATE: _("biasanya %(days)s hari lewat tempo") % {"days": seen.late},
        Risk.QUIET: _("tidak ada kegiatan sejak %(day)s") % {"day": _day(seen.heard_on)},
    }
    return (said[risk] for risk in item.risks)


def _day(day: date | None) -> str:
    return "–" if day is None else formats.date_format(day, "j M Y")


def _line(item: AtRisk) -> tuple[Cell, ...]:
    seen = item.seen
    what = (seen.renews_on, str(item.tenant), item.name, item.product, item.months, item.yearly)
    return (*what, " ".join(item.risks), seen.overdue, "" if seen.late is None else seen.late, seen.shrunk)


@require_safe
def show_terms(request: HttpRequest) -> HttpResponseBase:
    """The terms that ended in these days, of one state or all, each with its event."""
    require(request, "view")
    form = asked(request, months=MONTHS)
    if not form.is_valid():
        return page(request, "terms.html", _("Masa yang berakhir"), 422, form=form)
    state = request.GET.get("state", "") if request.GET.get("state") in set(TermState) else ""
    scope = form.scope()
    found = terms_in(scope, state)
    if request.GET.get("berkas") in FILES:
        name = f"masa-berakhir-{scope.first}-{scope.last}"
        return sheet(name, request.GET["berkas"], TERM_HEADS, (_term(row) for row in found.iterator(2000)))
    paged = Paginator(found, ROWS).get_page(request.GET.get("hal"))
    return page(
        request,
        "terms.html",
        _("Masa yang berakhir"),
        form=form,
        scope=scope,
        rows=[(row, _length(row.months), STATES[TermState(row.state)]) for row in paged.object_list],
        paged=paged,
        states=[(code.value, name, code == state) for code, name in STATES.items()],
        back=urlencode(query_of(form)),
        link=urlencode({**query_of(form), "state": state}),
    )


def _term(row: Term) -> tuple[Cell, ...]:
    whose = (str(row.tenant_id), row.tenant.name, row.product, row.province)
    return (row.on, row.months, row.state, *whose, row.billed, f"{row.event_id} {row.event.name}")
