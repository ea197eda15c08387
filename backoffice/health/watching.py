"""Customers to watch: who is late, quiet, shrinking or leaving, what is new of it, and whose turn it is (B2)."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from backoffice.figures.form import choose, product_names
from backoffice.frame.base import page, require
from backoffice.health.page import colour_figures
from backoffice.queues.rows import waiting_transfers
from billing.documents.sheets import Cell
from billing.templatetags.langganan import tanggal
from billing.views.sheets import KINDS as FILES
from billing.views.sheets import sheet
from reports.models import HealthStand
from reports.rules.figures import monthly
from reports.rules.watching import Signal, Turn, is_new
from reports.selectors.health import Of
from reports.selectors.watching import Standing, Watched, standings, watched

ROWS = 50
HEADS = (
    "tenant",
    "name",
    "product",
    "leaving_since",
    "late_since",
    "shrinking_since",
    "quiet_since",
    "monthly",
    "overdue",
)
SIGNALS = {
    Signal.LEAVING: gettext_lazy("akan berhenti"),
    Signal.LATE: gettext_lazy("terlambat bayar"),
    Signal.SHRINKING: gettext_lazy("menyusut"),
    Signal.QUIET: gettext_lazy("sepi"),
}
MEANINGS = {
    Signal.LEAVING: gettext_lazy("penghentian sudah disepakati"),
    Signal.LATE: gettext_lazy("ada tagihan lewat jatuh tempo"),
    Signal.SHRINKING: gettext_lazy("jumlahnya turun dalam 30 hari"),
    Signal.QUIET: gettext_lazy("30 hari tanpa yang masuk, memanggil API, atau memakai"),
}


class WatchForm(forms.Form):
    """Which signal, which product, whether only what is new, and whether with test tenants."""

    signal = forms.ChoiceField(label=gettext_lazy("Tanda"), required=False)
    product = forms.ChoiceField(label=gettext_lazy("Produk"), required=False)
    new = forms.BooleanField(label=gettext_lazy("hanya yang baru sejak minggu lalu"), required=False)
    tests = forms.BooleanField(label=gettext_lazy("termasuk tenant uji"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.products = product_names()
        for name, choices in (("signal", SIGNALS), ("product", self.products)):
            choose(self.fields[name], [(str(code), str(words)) for code, words in choices.items()])


@dataclass(frozen=True, slots=True)
class Count:
    """A signal: how many customers have it, how many of them since a week, and the list of them."""

    label: str
    meaning: str
    count: int
    new: int
    url: str


@dataclass(frozen=True, slots=True)
class Row:
    """A customer, its signals in words with the day since when and whether that is new, and whose turn it is."""

    item: Watched
    product: str
    signals: list[tuple[str, date, bool]]
    turn: str
    because: str
    health: HealthStand | None

    @property
    def monthly(self) -> int:
        """What it brings a month, in rupiah."""
        return monthly(self.item.yearly)


@require_safe
def show_watched(request: HttpRequest) -> HttpResponseBase:
    """Whoever may read the admin may read it; `berkas` gives the list as a file."""
    require(request, "view")
    form = WatchForm({"tests": "on"} if settings.DEMO and not request.GET else request.GET)
    if not form.is_valid():
        return page(request, "watching.html", _("Kesehatan"), 422, form=form)
    today, given = timezone.localdate(), form.cleaned_data
    everybody = watched(today, given["product"], tests=given["tests"])
    found = _asked_for(everybody, given["signal"], only_new=given["new"], on=today)
    if request.GET.get("berkas") in FILES:
        return sheet(f"kesehatan-{today}", request.GET["berkas"], HEADS, map(_line, found))
    paged = Paginator(found, ROWS).get_page(request.GET.get("hal"))
    return page(
        request,
        "watching.html",
        _("Kesehatan"),
        form=form,
        figures=list(colour_figures(Of(given["product"], tests=given["tests"]))),
        counts=list(_counts(everybody, _narrowed(given), today)),
        rows=_rows(list(paged.object_list), form.products, today),
        paged=paged,
        link=urlencode({name: "on" if value is True else value for name, value in given.items() if value}),
    )


def _asked_for(everybody: list[Watched], signal: str, *, only_new: bool, on: date) -> list[Watched]:
    """Those with this signal, or with any; with a signal asked for, it is this one that must be new."""
    if not signal and not only_new:
        return everybody
    return [
        item
        for item in everybody
        if any(signal in ("", code.value) and (not only_new or is_new(day, on)) for code, day in item.signals)
    ]


def _narrowed(given: dict[str, Any]) -> dict[str, str]:
    """What a figure's list is narrowed by as well."""
    return {"product": given["product"]} | ({"tests": "on"} if given["tests"] else {})


def _counts(everybody: Sequence[Watched], narrowed: dict[str, str], on: date) -> Iterator[Count]:
    found = Counter((code, is_new(day, on)) for item in everybody for code, day in item.signals)
    for signal, label in SIGNALS.items():
        query = urlencode({"signal": signal.value, **{name: value for name, value in narrowed.items() if value}})
        new = found[signal, True]
        yield Count(str(label), str(MEANINGS[signal]), found[signal, False] + new, new, f"?{query}")


def _rows(found: list[Watched], names: dict[str, str], on: date) -> list[Row]:
    keys = [item.tenant for item in found]
    waiting = set(waiting_transfers().filter(tenant__in=keys).values_list("tenant_id", flat=True))
    turns, scores = standings(keys, waiting, on), HealthStand.objects.in_bulk(keys)
    return [
        Row(
            item,
            names.get(item.product, item.product),
            [(str(SIGNALS[code]), day, is_new(day, on)) for code, day in item.signals],
            *_turn(turns[item.tenant]),
            scores.get(item.tenant),
        )
        for item in found
    ]


def _turn(standing: Standing) -> tuple[str, str]:
    """Who acts next, and why."""
    steps = standing.steps
    if steps.task_due is not None:
        return _("kita"), _("tugas terbuka, batas %(day)s") % {"day": tanggal(steps.task_due)}
    if standing.turn is Turn.OURS:
        return _("kita"), _("transfer menunggu persetujuan")
    last = (
        _("terakhir dihubungi %(day)s") % {"day": tanggal(steps.acted)} if steps.acted else _("belum pernah dihubungi")
    )
    return (_("pelanggan") if standing.turn is Turn.THEIRS else _("kita, belum ditindak")), last


def _line(item: Watched) -> tuple[Cell, ...]:
    since = dict(item.signals)
    days = (since.get(code, "") for code in Signal)
    return str(item.tenant), item.name, item.product, *days, monthly(item.yearly), item.overdue
