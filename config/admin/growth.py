"""From sign-up by way of a trial to the first payment: the funnel, by what it is made up, and the list behind it."""

from calendar import monthrange
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from billing.documents.sheets import Cell
from config.admin.base import page, require
from config.admin.growth_form import STEPS, GrowthForm
from config.admin.revenue import Shown, name_of, query_of
from config.admin.revenue_form import NONE, RevenueForm, asked, product_names
from config.admin.revenue_words import CHANNELS, percent, times
from config.admin.revenue_words import DIMENSIONS as NAMES
from config.admin.sheets import KINDS as FILES
from config.admin.sheets import sheet
from plans.rules.money import format_number
from reports.models import RevenueStand
from reports.rules.growth import Funnel
from reports.selectors.growth import DIMENSIONS, Signup, growth_of, signup_of, signups_in

PAGE, LIST = "operator_growth", "operator_growth_customers"
ROWS, MOST_GROUPS = 50, 60
WAYS = {name: NAMES.get(name, gettext_lazy("bulan mendaftar")) for name in DIMENSIONS}
HEADS = ("group", "signed_up", "tried", "paid", "paid_after_trial", "median_days")
LIST_HEADS = ("tenant", "name", "product", "province", "channel", "signed_up_on", "tried_on", "paid_on", "days")


@dataclass(frozen=True, slots=True)
class Group:
    """A row of the table by product, province and so on."""

    name: str
    url: str
    funnel: Funnel

    @property
    def shares(self) -> tuple[str, str, str]:
        """To trial, from trial to paid, in all."""
        return percent(self.funnel.to_trial), percent(self.funnel.trial_to_paid), percent(self.funnel.conversion)

    @property
    def cycle(self) -> str:
        """Median days until the first payment."""
        return times(self.funnel.cycle)


@require_safe
def show_growth(request: HttpRequest) -> HttpResponseBase:
    """Whoever may read the admin may read it; `berkas` gives the table as a file."""
    require(request, "view")
    form = asked(request)
    if not form.is_valid():
        return page(request, "growth.html", _("Pertumbuhan"), 422, form=form)
    by = request.GET.get("by", "product")
    by = by if by in DIMENSIONS else "product"
    whole, groups = growth_of(form.scope(), by)
    shown = _groups(groups, by, form)
    if request.GET.get("berkas") in FILES:
        return sheet(f"pertumbuhan-{form.scope().last}", request.GET["berkas"], HEADS, map(_line, shown))
    return page(request, "growth.html", _("Pertumbuhan"), **_shown(form, whole, by, shown[:MOST_GROUPS]))


def _shown(form: RevenueForm, whole: Funnel, by: str, groups: list[Group]) -> dict[str, Any]:
    return {
        "form": form,
        "scope": form.scope(),
        "figures": list(_figures(whole, query_of(form))),
        "by": by,
        "ways": WAYS.items(),
        "groups": groups,
        "link": urlencode(query_of(form)),
    }


def _figures(whole: Funnel, link: Mapping[str, str]) -> Iterator[Shown]:
    everybody, tried, paid, both = (_listed(link, step) for step in STEPS)
    of_all = _("%(share)s dari yang mendaftar")
    to_trial, conversion = (of_all % {"share": percent(part)} for part in (whole.to_trial, whole.conversion))
    meant = _("pernah membayar, sampai sekarang")
    yield Shown(_("Mendaftar"), format_number(whole.signups), "", _("dalam hari-hari ini"), everybody)
    yield Shown(_("Mencoba"), format_number(whole.tried), to_trial, _("mendapat masa percobaan"), tried)
    yield Shown(_("Membayar"), format_number(whole.paid), conversion, meant, paid)
    yield Shown(_("Percobaan → bayar"), percent(whole.trial_to_paid), "", _("yang mencoba lalu membayar"), both)
    yield Shown(_("Siklus penjualan"), _in_days(whole), "", _("median dari mendaftar sampai bayar"), paid)


def _in_days(whole: Funnel) -> str:
    return "–" if whole.cycle is None else _("%(count)s hari") % {"count": times(whole.cycle)}


def _listed(link: Mapping[str, str], step: str) -> str:
    return f"{reverse(LIST)}?{urlencode({**link, **({'step': step} if step else {})})}"


def _groups(groups: Mapping[Any, Funnel], by: str, form: RevenueForm) -> list[Group]:
    """The largest first; months in their order."""
    names = product_names() if by == "product" else {}
    found = sorted(groups.items(), key=lambda item: str(item[0]))
    if by != "month":
        found.sort(key=lambda item: -item[1].signups)
    return [Group(name_of(by, value, names), _narrowed(by, value, form), funnel) for value, funnel in found]


def _narrowed(by: str, value: Any, form: RevenueForm) -> str:
    """The same page for this group alone; nothing where there is no filter for nothing."""
    link = query_of(form)
    if isinstance(value, date):
        end = value.replace(day=monthrange(value.year, value.month)[1])
        link |= {"first": str(max(value, form.scope().first)), "last": str(min(end, form.scope().last))}
        return f"{reverse(PAGE)}?{urlencode(link)}"
    chosen = value or (NONE if by == "province" else "")
    return f"{reverse(PAGE)}?{urlencode({**link, by: chosen, 'by': by})}" if chosen else ""


def _line(group: Group) -> tuple[Cell, ...]:
    found = group.funnel
    days = "" if found.cycle is None else times(found.cycle)
    return group.name, found.signups, found.tried, found.paid, found.paid_after_trial, days


@require_safe
def show_signups(request: HttpRequest) -> HttpResponseBase:
    """Who signed up in these days, and how far each came; newest first."""
    require(request, "view")
    form = asked(request, GrowthForm)
    if not form.is_valid():
        return page(request, "growth_customers.html", _("Pelanggan menurut langkah"), 422, form=form)
    found = signups_in(form.scope(), form.cleaned_data["step"]).select_related("tenant")
    if request.GET.get("berkas") in FILES:
        lines = (_signup(signup_of(row)) for row in found.iterator(2000))
        return sheet(f"pendaftar-{form.scope().last}", request.GET["berkas"], LIST_HEADS, lines)
    paged, link = Paginator(found, ROWS).get_page(request.GET.get("hal")), urlencode(query_of(form))
    shown: dict[str, Any] = {
        "form": form,
        "scope": form.scope(),
        "rows": _rows(paged.object_list),
        "paged": paged,
        "link": link,
    }
    return page(request, "growth_customers.html", _("Pelanggan menurut langkah"), **shown)


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
