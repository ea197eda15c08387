"""From sign-up by way of a trial to the first payment: the funnel, by what it is made up, and the list behind it."""

from calendar import monthrange
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backoffice.boards.revenue import name_of
from backoffice.economics.words import money, why
from backoffice.figures.form import NONE, product_names
from backoffice.figures.page import Asked, Shown, Table, query_of, report_page
from backoffice.figures.words import CHANNELS, times
from backoffice.figures.words import DIMENSIONS as NAMES
from backoffice.growth.form import STEPS, GrowthForm
from billing.documents.numbers import number, percent
from billing.documents.sheets import Cell
from reports.models import RevenueStand
from reports.rules.economics import Told, Winning
from reports.rules.growth import Funnel
from reports.selectors.growth import DIMENSIONS, Signup, growth_of, signup_of, signups_in
from reports.selectors.spending import cac_of, winning_of

PAGE, LIST = "operator_growth", "operator_growth_customers"
MOST_GROUPS = 60
WAYS = {name: NAMES.get(name, gettext_lazy("bulan mendaftar")) for name in DIMENSIONS}
HEADS = ("group", "signed_up", "tried", "paid", "paid_after_trial", "median_days", "cac")
LIST_HEADS = ("tenant", "name", "product", "province", "channel", "signed_up_on", "tried_on", "paid_on", "days")


@dataclass(frozen=True, slots=True)
class Group:
    """A row of the table by product, province and so on."""

    name: str
    url: str
    funnel: Funnel
    cac: Told

    @property
    def shares(self) -> tuple[str, str, str]:
        """To trial, from trial to paid, in all."""
        return percent(self.funnel.to_trial), percent(self.funnel.trial_to_paid), percent(self.funnel.conversion)

    @property
    def cycle(self) -> str:
        """Median days until the first payment."""
        return times(self.funnel.cycle)

    @property
    def winning(self) -> tuple[str, str]:
        """What one that paid first in these days cost to win, or why that cannot be told."""
        return money(self.cac), why(self.cac)


@report_page("growth.html", gettext_lazy("Pertumbuhan"))
def show_growth(asked: Asked) -> Table | dict[str, Any]:
    """The funnel and its groups; as a file the groups."""
    by = asked.one_of("by", DIMENSIONS, "product")
    (whole, groups), (winning, won) = growth_of(asked.scope, by), winning_of(asked.scope, by)
    shown = _groups(groups, won, by, asked)
    if asked.file:
        return Table(f"pertumbuhan-{asked.scope.last}", HEADS, map(_line, shown))
    figures = list(_figures(whole, cac_of(asked.scope, winning), query_of(asked.form)))
    return {
        "figures": figures,
        "by": by,
        "ways": WAYS.items(),
        "groups": shown[:MOST_GROUPS],
        "smaller": max(0, len(shown) - MOST_GROUPS),
    }


def _figures(whole: Funnel, cac: Told, link: Mapping[str, str]) -> Iterator[Shown]:
    everybody, tried, paid, both, won = (_listed(link, step) for step in STEPS)
    of_all = _("%(share)s dari yang mendaftar")
    to_trial, conversion = (of_all % {"share": percent(part)} for part in (whole.to_trial, whole.conversion))
    meant = _("pernah membayar, sampai sekarang")
    yield Shown(_("Mendaftar"), number(whole.signups), "", _("dalam hari-hari ini"), everybody)
    yield Shown(_("Mencoba"), number(whole.tried), to_trial, _("mendapat masa percobaan"), tried)
    yield Shown(_("Membayar"), number(whole.paid), conversion, meant, paid)
    yield Shown(_("Percobaan → bayar"), percent(whole.trial_to_paid), "", _("yang mencoba lalu membayar"), both)
    yield Shown(_("Siklus penjualan"), _in_days(whole), "", _("median dari mendaftar sampai bayar"), paid)
    yield Shown("CAC", money(cac), why(cac), _("biaya memperoleh satu pelanggan baru"), won)


def _in_days(whole: Funnel) -> str:
    return "–" if whole.cycle is None else _("%(count)s hari") % {"count": times(whole.cycle)}


def _listed(link: Mapping[str, str], step: str) -> str:
    return f"{reverse(LIST)}?{urlencode({**link, **({'step': step} if step else {})})}"


def _groups(groups: Mapping[Any, Funnel], won: Mapping[Any, Winning], by: str, asked: Asked) -> list[Group]:
    """The largest first; months in their order."""
    names = asked.form.names if by == "product" else {}
    found = sorted(groups.items(), key=lambda item: str(item[0]))
    if by != "month":
        found.sort(key=lambda item: -item[1].signups)
    cac = {value: cac_of(asked.scope, won.get(value, Winning()), by) for value in groups}
    return [
        Group(name_of(by, value, names), _narrowed(by, value, asked), funnel, cac[value]) for value, funnel in found
    ]


def _narrowed(by: str, value: Any, asked: Asked) -> str:
    """The same page for this group alone; nothing where there is no filter for nothing."""
    link, scope = query_of(asked.form), asked.scope
    if isinstance(value, date):
        end = value.replace(day=monthrange(value.year, value.month)[1])
        link |= {"first": str(max(value, scope.first)), "last": str(min(end, scope.last))}
        return f"{reverse(PAGE)}?{urlencode(link)}"
    chosen = value or (NONE if by == "province" else "")
    return f"{reverse(PAGE)}?{urlencode({**link, by: chosen, 'by': by})}" if chosen else ""


def _line(group: Group) -> tuple[Cell, ...]:
    found = group.funnel
    days = "" if found.cycle is None else times(found.cycle)
    cac = "" if group.cac.rupiah is None else group.cac.rupiah
    return group.name, found.signups, found.tried, found.paid, found.paid_after_trial, days, cac


@report_page("growth_customers.html", gettext_lazy("Pelanggan menurut langkah"), GrowthForm)
def show_signups(asked: Asked) -> Table | dict[str, Any]:
    """Who signed up in these days, and how far each came; newest first."""
    found = signups_in(asked.scope, asked.form.cleaned_data["step"]).select_related("tenant")
    if asked.file:
        lines = (_signup(signup_of(row)) for row in found.iterator(2000))
        return Table(f"pendaftar-{asked.scope.last}", LIST_HEADS, lines)
    paged = asked.page_of(found)
    return {"rows": _rows(paged.object_list), "paged": paged}


def _rows(found: Iterable[RevenueStand]) -> list[tuple[Signup, str, str]]:
    """Each with its product and channel as people call them."""
    names = product_names()
    return [
        (item, names.get(item.product, item.product), str(CHANNELS.get(item.channel, item.channel)))
        for item in map(signup_of, found)
    ]


def _signup(item: Signup) -> tuple[Cell, ...]:
    where = (str(item.tenant), item.name, item.product, item.province, item.channel)
    days: Cell = "" if item.days is None else item.days
    return (*where, item.signed_up_on, item.tried_on or "", item.paid_on or "", days)
