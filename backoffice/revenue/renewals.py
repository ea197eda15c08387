"""Renewals: how many of the terms that ended were renewed, and which of the next ones are at risk."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backoffice.figures.form import product_names
from backoffice.figures.page import Asked, Table, query_of, report_page
from backoffice.figures.words import rupiah
from billing.documents.numbers import percent
from billing.documents.sheets import Cell
from reports.models import Term
from reports.rules.renewals import SEMESTER, Risk, TermState, by_length, by_semester, together
from reports.selectors.renewals import AtRisk, at_risk, ended_in, terms_in
from reports.selectors.revenue import Scope

MONTHS = 12
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


@report_page("renewals.html", gettext_lazy("Perpanjangan"), months=MONTHS)
def show_renewals(asked: Asked) -> Table | dict[str, Any]:
    """What became of the terms that ended, and those at risk; as a file those at risk."""
    today = timezone.localdate()
    found = at_risk(today, asked.scope)
    if asked.file:
        return Table(f"perpanjangan-berisiko-{today}", RISK_HEADS, map(_line, found))
    paged = asked.page_of(found)
    return {**_shown(asked.scope), "paged": paged, "rows": _rows(paged.object_list)}


def _shown(scope: Scope) -> dict[str, Any]:
    ended = ended_in(scope)
    lengths = [(_length(months), row, percent(row.rate)) for months, row in by_length(ended).items()]
    halves = [(_half(first), row, percent(row.rate)) for first, row in by_semester(ended).items()]
    return {
        "rate": percent(together(ended).rate),
        "tables": [(_("Menurut lama masa"), lengths), (_("Menurut semester"), halves)],
        "states": [(state.value, name) for state, name in STATES.items()],
    }


def _rows(found: Any) -> list[tuple[AtRisk, str, str, list[str]]]:
    names = product_names()
    return [
        (item, names.get(item.product, item.product), _length(item.months), list(reasons_at_risk(item)))
        for item in found
    ]


def _length(months: int) -> str:
    """ "12 bulan", "4 bulan (semester)" (N5)."""
    return (
        _("%(count)d bulan (semester)") % {"count": months} if months == 4 else _("%(count)s bulan") % {"count": months}
    )


def _half(first: date) -> str:
    """ "Jan–Jun 2026"."""
    last = first.replace(month=first.month + SEMESTER - 1)
    return f"{formats.date_format(first, 'M')}–{formats.date_format(last, 'M Y')}"


def reasons_at_risk(item: AtRisk) -> Iterator[str]:
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
        Risk.QUIET: _quiet(seen.heard_on),
    }
    return (said[risk] for risk in item.risks)


def _quiet(heard_on: date | None) -> str:
    if heard_on is None:
        return _("belum pernah ada kegiatan")
    return _("tidak ada kegiatan sejak %(day)s") % {"day": _day(heard_on)}


def _day(day: date | None) -> str:
    return "–" if day is None else formats.date_format(day, "j M Y")


def _line(item: AtRisk) -> tuple[Cell, ...]:
    seen = item.seen
    what = (seen.renews_on, str(item.tenant), item.name, item.product, item.months, item.yearly)
    return (*what, " ".join(item.risks), seen.overdue, "" if seen.late is None else seen.late, seen.shrunk)


@report_page("terms.html", gettext_lazy("Masa yang berakhir"), months=MONTHS)
def show_terms(asked: Asked) -> Table | dict[str, Any]:
    """The terms that ended in these days, of one state or all, each with its event."""
    state, scope = asked.one_of("state", set(TermState), ""), asked.scope
    found = terms_in(scope, state)
    if asked.file:
        name = f"masa-berakhir-{scope.first}-{scope.last}"
        return Table(name, TERM_HEADS, (_term(row) for row in found.iterator(2000)))
    paged = asked.page_of(found)
    return {
        "rows": [(row, _length(row.months), STATES[TermState(row.state)]) for row in paged.object_list],
        "paged": paged,
        "states": [(code.value, name, code == state) for code, name in STATES.items()],
        "back": asked.link,
        "link": urlencode({**query_of(asked.form), "state": state}),
    }


def _term(row: Term) -> tuple[Cell, ...]:
    whose = (str(row.tenant_id), row.tenant.name, row.product, row.province)
    return (row.on, row.months, row.state, *whose, row.billed, f"{row.event_id} {row.event.name}")
