"""Streams of revenue beside costs, by month and by product or channel, and whether winning customers pays (B1, C13)."""

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backoffice.economics.costing.words import kind_names
from backoffice.economics.form import EconomicsForm
from backoffice.economics.words import BOOKED_NAMES, STREAMS, money, months, part, ratio, why, whys_of
from backoffice.figures.behind import moves
from backoffice.figures.drawings import turns
from backoffice.figures.form import RevenueForm
from backoffice.figures.page import Asked, Shown, Table, query_of, report_page
from backoffice.figures.words import CHANNELS, rupiah, times
from backoffice.revenue.lists import CUSTOMERS
from billing.documents.numbers import number, percent
from billing.documents.sheets import Cell
from reports.rules.economics import BESIDE, GATEWAY, LOSS, Statement, Stream, Told
from reports.rules.growth import Funnel
from reports.selectors.economics import Economics, Group, economics_of
from reports.selectors.growth import WON, growth_of
from reports.selectors.streams import DIVIDED

PAGE, PARTS_PAGE, EARNED, MONTHS = "operator_economics", "operator_claim_parts", "operator_earned", 6
WAYS = {"product": gettext_lazy("produk"), "channel": gettext_lazy("asal pelanggan")}
HEADS = ("month", "group", "side", "item", "amount")
GROUP_HEADS = ("group", "revenue", "costs", "result", "gross_margin", "won", "cac", "payback_months", "ltv_to_cac")


@dataclass(frozen=True, slots=True)
class Row:
    """A month, a product or a channel: its statement, and each figure with why it is missing."""

    name: Any
    url: str
    told: Statement
    figures: tuple[tuple[str, str], ...]


@report_page("economics.html", gettext_lazy("Pendapatan dan biaya"), EconomicsForm, MONTHS)
def show_economics(asked: Asked) -> Table | dict[str, Any]:
    """Both sides, months and groups; as a file each stream and cost, with `tabel=kelompok` the groups."""
    by, scope = asked.one_of("by", DIVIDED, "product"), asked.scope
    found = economics_of(scope, by)
    if asked.file and asked.request.GET.get("tabel") == "kelompok":
        return Table(f"pendapatan-biaya-{by}-{scope.last}", GROUP_HEADS, _group_lines(found))
    if asked.file:
        return Table(f"pendapatan-biaya-{scope.first}-{scope.last}", HEADS, _lines(found))
    funnel, _groups = growth_of(scope, by)
    return _shown(found, funnel, by, asked.form)


def _shown(found: Economics, funnel: Funnel, by: str, form: RevenueForm) -> dict[str, Any]:
    link, told, statements = query_of(form), found.whole.told, list(found.months.values())
    link_by = urlencode({**link, "by": by})
    return {
        "figures": list(_figures(found.whole, funnel, link)),
        "streams": list(_streams(told, link)),
        "costs": list(_costs(told, link)),
        "told": told,
        "left_out": found.left_out,
        "months": [Row(month, "", item, _of_month(item)) for month, item in found.months.items()],
        "drawn": turns([item.revenue for item in statements], [-item.spent for item in statements], found.months),
        "by": by,
        "ways": WAYS.items(),
        "groups": list(_rows(found, by, form)),
        "shared": found.groups[""].told.spent if "" in found.groups else 0,
        "whys": whys_of([row for item in found.groups.values() for row in _of_group(item)]),
        "link": link_by,
        "link_groups": f"{link_by}&tabel=kelompok",
    }


def _figures(whole: Group, funnel: Funnel, link: Mapping[str, str]) -> Iterator[Shown]:
    told, costs, growth = whole.told, _costs_url(link), f"{reverse('operator_growth')}?{urlencode(link)}"
    stays = f"{reverse('operator_retention')}?{urlencode(link)}"
    yield Shown(_("Pendapatan"), rupiah(told.revenue), "", _("tanpa pajak, menurut hari"), moves(EARNED)(link))
    yield Shown(_("Biaya"), rupiah(told.spent), "", _("yang dicatat dan dari pembukuan"), "#op-sides")
    yield Shown(_("Hasil"), rupiah(told.result), "", _("pendapatan dikurangi biaya"), "#op-sides")
    yield Shown(_("Margin kotor"), part(told.margin), why(told.margin), _("setelah biaya melayani"), "#op-sides")
    yield Shown(_("Pelanggan baru"), number(told.won), "", _("pertama kali membayar"), _won_url(link))
    yield Shown("CAC", money(told.winning.cac), why(told.winning.cac), _("biaya memperoleh satu pelanggan baru"), costs)
    yield Shown(
        _("Balik modal"), months(whole.payback), why(whole.payback), _("CAC dibagi margin sebulan"), _customers(link)
    )
    yield Shown("LTV : CAC", ratio(whole.ltv_to_cac), why(whole.ltv_to_cac), _("LTV setelah margin kotor"), stays)
    cycle = "–" if funnel.cycle is None else _("%(count)s hari") % {"count": times(funnel.cycle)}
    yield Shown(_("Siklus penjualan"), cycle, "", _("median dari mendaftar sampai bayar"), growth)
    yield Shown(_("Konversi"), percent(funnel.conversion), "", _("dari yang mendaftar, yang membayar"), growth)


def _customers(link: Mapping[str, str]) -> str:
    return f"{reverse(CUSTOMERS)}?{urlencode(link)}"


def _won_url(link: Mapping[str, str]) -> str:
    return f"{reverse('operator_growth_customers')}?{urlencode({**link, 'step': WON})}"


def _costs_url(link: Mapping[str, str], **more: str) -> str:
    return f"{reverse('operator_costs')}?{urlencode({**link, **more})}"


def _streams(told: Statement, link: Mapping[str, str]) -> Iterator[tuple[Any, int, str]]:
    """What recurs and the fees of methods always, what is billed beside it where there is any."""
    for code, name in STREAMS.items():
        if code not in BESIDE or code in told.streams:
            yield name, told.streams.get(code, 0), _stream_url(code, link)


def _stream_url(code: Stream, link: Mapping[str, str]) -> str:
    """What is billed by its documents; what recurs, and the method's fees, by month and product: both add up to the stream."""
    return moves(PARTS_PAGE if code in BESIDE else EARNED, code)(link)


def _costs(told: Statement, link: Mapping[str, str]) -> Iterator[tuple[Any, int, str]]:
    """Each kind that has a cost, in the order of the kinds, what gateways kept, and what was given up."""
    for code, name in kind_names().items():
        if code in told.costs:
            yield name, told.costs[code], _costs_url(link, kind=code)
    kept = f"{reverse('operator_cash')}?{urlencode(link)}#op-kept"
    yield BOOKED_NAMES[GATEWAY], told.costs.get(GATEWAY, 0), "" if "channel" in link else kept
    if LOSS in told.costs:
        yield BOOKED_NAMES[LOSS], told.costs[LOSS], moves(PARTS_PAGE, LOSS)(link)


def _of_month(told: Statement) -> tuple[tuple[str, str], ...]:
    return _with_why(told.margin, part), _with_why(told.winning.cac, money)


def _of_group(group: Group) -> tuple[tuple[str, str], ...]:
    return *_of_month(group.told), _with_why(group.payback, months), _with_why(group.ltv_to_cac, ratio)


def _with_why(told: Told, words: Any) -> tuple[str, str]:
    return words(told), why(told)


def _rows(found: Economics, by: str, form: RevenueForm) -> Iterator[Row]:
    """The largest revenue first, what is of all of them last."""
    link = query_of(form)
    names = form.names if by == "product" else {code: str(name) for code, name in CHANNELS.items()}
    shared = _("semua produk") if by == "product" else _("semua asal")
    for name, group in sorted(found.groups.items(), key=_order):
        url = f"{reverse(PAGE)}?{urlencode({**link, by: str(name), 'by': by})}" if name != "" else ""
        yield Row(names.get(str(name), name) or shared, url, group.told, _of_group(group))


def _order(item: tuple[Hashable, Group]) -> tuple[bool, int, str]:
    name, group = item
    return name == "", -group.told.revenue, str(name)


def _lines(found: Economics) -> Iterator[tuple[Cell, ...]]:
    for item in sorted(found.items, key=lambda item: (item.month, str(item.group), item.role or "", item.what)):
        yield item.month, str(item.group), "revenue" if item.role is None else item.role.value, item.what, item.amount


def _group_lines(found: Economics) -> Iterator[tuple[Cell, ...]]:
    for name, group in sorted(found.groups.items(), key=_order):
        told = group.told
        figures = (told.winning.cac, group.payback, group.ltv_to_cac)
        yield str(name), told.revenue, told.spent, told.result, _number(told.margin), told.won, *map(_number, figures)


def _number(told: Told) -> str:
    return "" if told.value is None else f"{float(told.value):.6f}"
