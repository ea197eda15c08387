"""Receivables by age, as of any day."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing.documents.sheets import Cell
from billing.views.sheets import KINDS as FILES
from billing.views.sheets import sheet
from config.admin.actions.base import DateInput
from config.admin.base import page, require
from config.admin.wording import CHANNELS
from plans.models import Issuer, Product
from reports.rules.ageing import BUCKETS, Aged, sum_of
from reports.selectors.receivables import Said, ageing, said_to
from tenants.models import Tenant
from tenants.selectors.history import SENTENCES

ROWS = 50
HEADS = ("group", "name", "documents", "oldest_due", *BUCKETS, "total")
SHOWN = {
    "current": gettext_lazy("belum jatuh tempo"),
    "1-30": gettext_lazy("1–30 hari"),
    "31-60": gettext_lazy("31–60 hari"),
    "61-90": gettext_lazy("61–90 hari"),
    "90+": gettext_lazy("di atas 90 hari"),
}


class AgeingForm(forms.Form):
    """As of which day, by what."""

    per = forms.DateField(label=gettext_lazy("Per tanggal"), required=False, widget=DateInput())
    by = forms.ChoiceField(
        label=gettext_lazy("Menurut"),
        required=False,
        choices=[
            ("tenant", gettext_lazy("pelanggan")),
            ("product", gettext_lazy("produk")),
            ("issuer", gettext_lazy("penerbit")),
        ],
    )
    tests = forms.BooleanField(label=gettext_lazy("termasuk tenant uji"), required=False)


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the table, with the name of its group and what was said to it."""

    name: str
    aged: Aged
    tenant: UUID | None = None
    said: tuple[str, ...] = ()

    @property
    def amounts(self) -> list[tuple[Promise, int]]:
        """By age with the column's name, in the order of the columns."""
        return [(SHOWN[name], self.aged.amounts[name]) for name in BUCKETS]


def show_ageing(request: HttpRequest) -> HttpResponseBase:
    """The table, as a page or a file; whoever may read the admin may read it."""
    require(request, "view")
    form = AgeingForm(request.GET or None)
    given = form.cleaned_data if form.is_bound and form.is_valid() else {}
    on, by = given.get("per") or timezone.localdate(), given.get("by") or "tenant"
    found = ageing(on, by, tests=bool(given.get("tests")))
    kind = request.GET.get("berkas", "")
    if kind in FILES:
        return sheet(f"umur-piutang-{by}-{on}", kind, HEADS, _lines(found, by))
    paged = Paginator(found, ROWS).get_page(request.GET.get("hal"))
    return page(
        request,
        "ageing.html",
        _("Umur piutang"),
        form=form if form.errors else AgeingForm(initial={"per": on, "by": by, "tests": given.get("tests")}),
        on=on,
        columns=[SHOWN[name] for name in BUCKETS],
        rows=_rows(list(paged.object_list), by, on),
        total=Row(_("Semua"), sum_of(found)),
        paged=paged,
        link=urlencode({"per": on, "by": by, **({"tests": "on"} if given.get("tests") else {})}),
    )


def _lines(found: Sequence[Aged], by: str) -> Iterator[tuple[Cell, ...]]:
    names = _customers(item.group for item in found) if by == "tenant" else _names(by)
    for item in found:
        amounts = [item.amounts[name] for name in BUCKETS]
        yield item.group, names.get(item.group, item.group), item.documents, item.oldest or "", *amounts, item.total


def _customers(keys: Iterable[str]) -> dict[str, str]:
    return {str(key): name for key, name in Tenant.objects.filter(pk__in=list(keys)).values_list("pk", "name")}


def _rows(found: list[Aged], by: str, on: date) -> list[Row]:
    if by != "tenant":
        names = _names(by)
        return [Row(names.get(item.group, item.group), item) for item in found]
    keys = [UUID(item.group) for item in found]
    tenants, said = Tenant.objects.in_bulk(keys), said_to(keys, on)
    return [
        Row(tenants[key].name, item, key, tuple(_spelled(step) for step in said.get(key, ())))
        for key, item in zip(keys, found, strict=True)
    ]


def _names(by: str) -> dict[str, str]:
    rows = Product.objects.all() if by == "product" else Issuer.objects.all()
    return {row.code: str(row.data.get("name") or row.data.get("legal_name") or row.code) for row in rows}


def _spelled(step: Said) -> str:
    """ "18/03 Pengingat dikirim (email) XC/INV/2025/03/00001"."""
    words = str(SENTENCES.get(step.name, step.name)).split("%(")[0].strip()
    channel = f"({CHANNELS.get(step.channel, step.channel)})" if step.channel else ""
    return " ".join(part for part in (f"{step.on:%d/%m}", words, channel, step.invoice) if part)
