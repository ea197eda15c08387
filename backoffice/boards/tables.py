"""The tables of the dashboards, by name: each a look at a page that shows all of it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from backoffice.figures.words import change, rupiah
from backoffice.money.receivables import SHOWN
from backoffice.revenue.renewals import reasons_at_risk
from backoffice.revenue.retention import happened
from billing.documents.numbers import number, percent
from reports.rules.ageing import BUCKETS
from reports.rules.figures import monthly
from reports.rules.retention import Cohort
from reports.selectors.readings import Readings
from reports.selectors.retention import cohorts_of, reasons_of

MOST, COHORTS, AGES = 10, 12, (1, 3, 6, 9, 12)


@dataclass(frozen=True, slots=True)
class Row:
    """A row: its name with the page behind it (or none), and its cells as texts."""

    name: str
    cells: list[str]
    url: str = ""


@dataclass(frozen=True, slots=True)
class Listing:
    """A table: its title, heads (that of the names first), rows, what to say where there is none, and the page with all.

    The first `words` columns after the name hold words or days, the others amounts.
    """

    title: str
    heads: list[str]
    rows: list[Row]
    empty: str
    url: str
    words: int = 0

    @property
    def columns(self) -> list[tuple[str, str]]:
        """The heads after the name, each with the class of its column."""
        return [(head, "op-text" if at < self.words else "op-num") for at, head in enumerate(self.heads[1:])]

    @property
    def labelled(self) -> list[tuple[Row, list[tuple[str, str, str]]]]:
        """Each row with its cells as (head, class, text)."""
        pairs = [(row, zip(self.columns, row.cells, strict=True)) for row in self.rows]
        return [(row, [(head, kind, text) for (head, kind), text in cells]) for row, cells in pairs]


def _url(name: str, link: Mapping[str, str], anchor: str = "", **more: str) -> str:
    return f"{reverse(name)}?{urlencode({**link, **more})}{anchor}"


def at_risk(on: Readings, link: Mapping[str, str]) -> Listing:
    """The most urgent renewals of the next ninety days, with their reasons."""
    rows = [
        Row(item.name, [_day(item.seen.renews_on), ", ".join(reasons_at_risk(item)), rupiah(item.yearly)], url)
        for item in on.at_risk[:MOST]
        for url in (reverse("operator_tenant", kwargs={"tenant_id": item.tenant}),)
    ]
    heads = [_("Nama"), pgettext("nanti", "Berakhir"), _("Mengapa"), _("Per tahun")]
    behind = _url("operator_renewals", link, "#op-risk")
    return Listing(_("Perpanjangan berisiko"), heads, rows, _("Tidak ada yang berisiko."), behind, words=2)


def reasons(on: Readings, link: Mapping[str, str]) -> Listing:
    """Why those left who left in the period, the dearest first."""
    rows = [
        Row(
            ": ".join(text for text in (happened(item.event), item.words) if text),
            [number(item.customers), rupiah(item.mrr)],
        )
        for item in reasons_of(on.scope, MOST)
    ]
    heads = [_("Sebab"), _("Pelanggan"), _("Per bulan")]
    empty = _("Tidak ada yang berhenti dalam pilihan ini.")
    return Listing(_("Mengapa berhenti"), heads, rows, empty, _url("operator_retention", link))


def ageing(on: Readings, link: Mapping[str, str]) -> Listing:
    """What is owed today, by age."""
    found = on.ageing
    rows = [Row(str(SHOWN[name]), [rupiah(found.amounts[name])]) for name in BUCKETS]
    total = Row(_("Semua"), [rupiah(found.total)])
    heads, empty = [_("Umur"), _("Terutang")], _("Tidak ada piutang.")
    return Listing(
        _("Umur piutang"), heads, [*rows, total] if found.total else [], empty, _url("operator_ageing", link)
    )


def cohorts(on: Readings, link: Mapping[str, str]) -> Listing:
    """Of each month's new customers the part that is still there after some months."""
    rows = [Row(formats.date_format(item.first, "F Y"), list(_cells(item))) for item in cohorts_of(on.scope)[-COHORTS:]]
    heads = [_("Bulan pertama"), _("Awal"), *(_("%(count)d bulan") % {"count": age} for age in AGES)]
    empty = _("Belum ada pendapatan berulang dalam pilihan ini.")
    return Listing(_("Angkatan: yang masih ada"), heads, rows, empty, _url("operator_retention", link))


def _cells(cohort: Cohort) -> Iterator[str]:
    """How many began, and the part of them at each age; empty where that is not reached yet."""
    yield number(cohort.cells[0].customers)
    for age in AGES:
        yield percent(cohort.cells[age].of_customers) if age < len(cohort.cells) else ""


def provinces(on: Readings, link: Mapping[str, str]) -> Listing:
    """Where customers are, those who bring most first."""
    found = sorted(on.revenue.groups.items(), key=lambda item: (-item[1][0].after, str(item[0])))
    rows = [
        Row(
            name or _("tidak diketahui"),
            [
                rupiah(monthly(now.after)),
                change(monthly(now.after), monthly(now.before), money=True) or "–",
                number(now.closed),
            ],
            _url("operator_revenue", link, province=name or "-"),
        )
        for name, (now, _then) in found[:MOST]
        if now.after or now.before
    ]
    heads = [_("Provinsi"), "MRR", _("Perubahan"), _("Pelanggan")]
    empty = _("Belum ada pendapatan berulang dalam pilihan ini.")
    return Listing(
        _("Menurut provinsi"), heads, rows, empty, _url("operator_revenue", link, "#op-groups", by="province")
    )


def _day(day: date) -> str:
    return formats.date_format(day, "d/m/Y")


TABLES: dict[str, Callable[[Readings, Mapping[str, str]], Listing]] = {
    "at_risk": at_risk,
    "reasons": reasons,
    "ageing": ageing,
    "cohorts": cohorts,
    "provinces": provinces,
}
