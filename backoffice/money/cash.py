"""Money of some days: claimed, come in, gone back, by what way and how fast; and what is expected."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from backoffice.figures.behind import moves, page
from backoffice.figures.drawings import DAY, drawing
from backoffice.figures.form import product_names
from backoffice.figures.page import Asked, Shown, Table, query_of, report_page
from backoffice.figures.words import rupiah
from billing.documents.sheets import Cell
from billing.documents.ways import spell_channel
from reports.rules.cash import CLAIMED, RECEIVED, WITHHELD, CashKind, Paid, Sums
from reports.rules.outlook import Outlook
from reports.selectors.cash import Cash, cash_in, deferred_now, outlook, paid_in

MOVES = "operator_cash_moves"
MONTHS = 6
KINDS: dict[str, Promise] = {
    CashKind.INVOICED: gettext_lazy("ditagih"),
    CashKind.VOIDED: gettext_lazy("dibatalkan"),
    CashKind.CREDITED: gettext_lazy("dikreditkan"),
    CashKind.WRITTEN_OFF: gettext_lazy("dihapusbukukan"),
    CashKind.COLLECTED: gettext_lazy("diterima"),
    CashKind.REVERSED: gettext_lazy("pembukuan dibatalkan"),
    CashKind.REFUNDED: gettext_lazy("dikembalikan"),
    WITHHELD: gettext_lazy("PPh dipotong"),
}
HEADS = ("month", "invoiced", "taken_back", "collected", "refunded", "net", "withheld", "fees_on_top", "payments")
WEEK_HEADS = ("first", "last", "open_bills", "bills_to_come", "total")
TABLES = {"ahead": "minggu", "products": "produk", "ways": "cara"}
SUM_HEADS = ("invoiced", "taken_back", "collected", "refunded", "withheld", "fees_on_top", "payments")
PRODUCT_HEADS, WAY_HEADS = ("product", *SUM_HEADS, "days_to_pay", "days_late"), ("channel", "method", *SUM_HEADS)


@report_page("cash.html", gettext_lazy("Kas"), months=MONTHS)
def show_cash(asked: Asked) -> Table | dict[str, Any]:
    """Figures, months and the weeks ahead; as a file the months, or the table that `tabel` names."""
    today, scope, table = timezone.localdate(), asked.scope, asked.request.GET.get("tabel")
    if asked.file and table == "minggu":
        return Table(f"kas-diharapkan-{today}", WEEK_HEADS, _weeks(outlook(today, scope)))
    found, days = cash_in(scope), f"{scope.first}-{scope.last}"
    if asked.file and table == "produk":
        return Table(f"kas-produk-{days}", PRODUCT_HEADS, _by_product(found, paid_in(scope)[1]))
    if asked.file and table == "cara":
        return Table(f"kas-cara-{days}", WAY_HEADS, _by_way(found))
    if asked.file:
        return Table(f"kas-{days}", HEADS, _lines(found.months))
    return _shown(asked, found, outlook(today, scope))


def _shown(asked: Asked, found: Cash, ahead: Outlook) -> dict[str, Any]:
    link, scope = query_of(asked.form), asked.scope
    paid, by_product = paid_in(scope)
    names, months = product_names(), sorted(found.months.items())
    return {
        "figures": list(_figures(found.total, paid, deferred_now(scope), ahead, link)),
        "months": months,
        "drawn": drawing([sums.net for _month, sums in months], [month for month, _sums in months]),
        "products": [
            (names.get(code, code), sums, _speed(by_product.get(code))) for code, sums in sorted(found.products.items())
        ],
        "ways": [(way_of(*way), sums) for way, sums in sorted(found.ways.items()) if way[0] != WITHHELD],
        "kept": list(_kept(found)),
        "ahead": ahead,
        "drawn_ahead": drawing([week.total for week in ahead.weeks], [week.first for week in ahead.weeks], DAY),
        **{f"link_{name}": urlencode({**link, "tabel": table}) for name, table in TABLES.items()},
    }


def _figures(
    total: Sums, paid: Paid | None, deferred: int | None, ahead: Outlook, link: Mapping[str, str]
) -> Iterator[Shown]:
    claims, money, back = (moves(MOVES, *kinds)(link) for kinds in (CLAIMED, RECEIVED, (CashKind.REFUNDED,)))
    taken = _("setelah %(amount)s ditarik kembali") % {"amount": rupiah(-total.taken_back)}
    yield Shown(_("Ditagih"), rupiah(total.claimed), "", taken, claims)
    yield Shown(_("Diterima"), rupiah(total.collected), "", _("pembayaran yang dibukukan"), money)
    yield Shown(_("Dikembalikan"), rupiah(-total.refunded), "", _("kepada pembayar"), back)
    speed = _("median sejak terbit; %(late)s") % {"late": _late(paid.habit.late if paid else None)}
    days = days_of(paid.habit.days if paid else None)
    yield Shown(_("Lama sampai lunas"), days, "", speed, page("operator_bills_paid")(link))
    checked = _("pembukuan belum diperiksa") if deferred is None else _("menurut pemeriksaan terakhir")
    yield Shown(_("Diterima di muka"), rupiah(deferred), "", checked, page("operator_books")(link))
    yield Shown(_("Diharapkan"), rupiah(ahead.total), "", _("dalam 90 hari ke depan"), "#op-ahead")


def days_of(days: int | None) -> str:
    """ "6 hari", below zero as well; a dash where nothing was paid."""
    return "–" if days is None else ngettext("%(count)d hari", "%(count)d hari", abs(days)) % {"count": days}


def _late(days: int | None) -> str:
    """ "11 hari sebelum jatuh tempo", "2 hari sesudah jatuh tempo"."""
    if not days:
        return _("tepat pada jatuh tempo") if days == 0 else "–"
    words = _("%(days)s sebelum jatuh tempo") if days < 0 else _("%(days)s sesudah jatuh tempo")
    return words % {"days": days_of(abs(days))}


def _speed(paid: Paid | None) -> tuple[str, str]:
    return days_of(paid.habit.days if paid else None), against_due(paid.habit.late if paid else None)


def against_due(days: int | None) -> str:
    """In a column beside others: "6 hari sebelum", "2 hari sesudah", "tepat"; a dash where nothing was paid."""
    if not days:
        return _("tepat") if days == 0 else "–"
    return (_("%(days)s sebelum") if days < 0 else _("%(days)s sesudah")) % {"days": days_of(abs(days))}


def way_of(channel: str, method: str) -> str:
    """ "Midtrans (QRIS)"."""
    return spell_channel(channel, method, get_language() or "id")


def _kept(found: Cash) -> Iterator[tuple[str, int, int, int]]:
    """By channel: what payers paid on top, what the gateway kept, and what that left us to bear."""
    for channel in sorted({*found.kept, *(name for name, sums in found.channels.items() if sums.fees)}):
        on_top, kept = found.channels.get(channel, Sums()).fees, found.kept.get(channel, 0)
        yield way_of(channel, ""), on_top, kept, kept - on_top


def _lines(months: Mapping[date, Sums]) -> Iterator[tuple[Cell, ...]]:
    for month, sums in sorted(months.items()):
        money = (sums.invoiced, sums.taken_back, sums.collected, sums.refunded, sums.net)
        yield month, *money, sums.withheld, sums.fees, sums.payments


def _by_product(found: Cash, speed: Mapping[str, Paid]) -> Iterator[tuple[Cell, ...]]:
    for code, sums in sorted(found.products.items()):
        habit = speed[code].habit if code in speed else None
        yield code, *_sums(sums), "" if habit is None else habit.days, "" if habit is None else habit.late


def _by_way(found: Cash) -> Iterator[tuple[Cell, ...]]:
    for way, sums in sorted(found.ways.items()):
        yield *way, *_sums(sums)


def _sums(sums: Sums) -> tuple[int, ...]:
    claimed = (sums.invoiced, sums.taken_back, sums.collected, sums.refunded)
    return *claimed, sums.withheld, sums.fees, sums.payments


def _weeks(ahead: Outlook) -> Iterator[tuple[Cell, ...]]:
    for week in ahead.weeks:
        yield week.first, week.last, week.owed, week.coming, week.total
