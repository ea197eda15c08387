"""Receivables by age, as of any day."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backoffice.figures.page import Asked, Table, report_page
from backoffice.frame.wording import CHANNELS
from backoffice.money.receivables_form import AgeingForm
from billing.documents.sheets import Cell
from plans.models import Issuer, Product
from reports.rules.ageing import BUCKETS, Aged
from reports.selectors.receivables import Said, ageing, said_to
from tenants.models import Tenant
from tenants.selectors.history import SENTENCES

HEADS = ("group", "name", "documents", "oldest_due", *BUCKETS, "total")
SHOWN = {
    "current": gettext_lazy("belum jatuh tempo"),
    "1-30": gettext_lazy("1–30 hari"),
    "31-60": gettext_lazy("31–60 hari"),
    "61-90": gettext_lazy("61–90 hari"),
    "90+": gettext_lazy("di atas 90 hari"),
}


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


@report_page("ageing.html", gettext_lazy("Umur piutang"), AgeingForm)
def show_ageing(asked: Asked) -> Table | dict[str, Any]:
    """What is owed by age; as a file a line for each row of the table."""
    on, by = asked.scope.last, asked.form.cleaned_data["by"]
    found = ageing(on, by, asked.scope)
    groups = found.groups()
    if asked.file:
        return Table(f"umur-piutang-{by}-{on}", HEADS, _lines(found.rows(groups), by))
    paged = asked.page_of(groups)
    return {
        "on": on,
        "columns": [SHOWN[name] for name in BUCKETS],
        "rows": _rows(found.rows(paged.object_list), by, on),
        "total": Row(_("Semua"), found.total()),
        "paged": paged,
    }


def _rows(found: list[Aged], by: str, on: date) -> list[Row]:
    names = _names(found, by)
    if by != "tenant":
        return [Row(names.get(item.group, item.group), item) for item in found]
    said = said_to([UUID(item.group) for item in found], on)
    pairs = ((UUID(item.group), item) for item in found)
    return [
        Row(names[item.group], item, key, tuple(spelled(step) for step in said.get(key, ()))) for key, item in pairs
    ]


def _lines(found: list[Aged], by: str) -> Iterator[tuple[Cell, ...]]:
    names = _names(found, by)
    for item in found:
        amounts = [item.amounts[name] for name in BUCKETS]
        yield item.group, names.get(item.group, item.group), item.documents, item.oldest or "", *amounts, item.total


def _names(found: list[Aged], by: str) -> dict[str, str]:
    """What the groups are called; a province by its own name."""
    if by == "tenant":
        rows = Tenant.objects.filter(pk__in=[item.group for item in found]).values_list("pk", "name")
        return {str(key): name for key, name in rows}
    if by == "province":
        return {"": _("tidak diketahui")}
    kinds: Any = Product.objects.all() if by == "product" else Issuer.objects.all()
    return {row.code: str(row.data.get("name") or row.data.get("legal_name") or row.code) for row in kinds}


def spelled(step: Said) -> str:
    """ "18/03 Pengingat dikirim (email) XC/INV/2025/03/00001", "22/03 Tagihan XC/INV/2025/03/00001 lewat jatuh tempo"."""
    sentence = str(SENTENCES.get(step.name, step.name)).partition(": %(")[0]
    words = sentence.replace("%(invoice)s", step.invoice)
    channel = f"({CHANNELS.get(step.channel, step.channel)})" if step.channel else ""
    number = step.invoice if words == sentence else ""
    return " ".join(part for part in (f"{step.on:%d/%m}", words, channel, number) if part)
