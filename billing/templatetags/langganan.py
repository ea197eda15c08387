"""How amounts, dates and the line of time are written on pages."""

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import template
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from billing.documents import numbers
from billing.documents.ways import spell_channel
from billing.models import Payment
from plans.rules.money import format_rupiah

register = template.Library()

DAYS_BEFORE_MONTHS = 60
MONTHS_BEFORE_YEARS = 24
NUMBER = re.compile(r"\w[\w.-]*(?:/[\w.-]+){2,}")
MONEY = re.compile(r"-?Rp \d[\d.]*")


@register.filter
def rupiah(amount: int | str | None) -> str:
    """750000 as "Rp 750.000"; nothing at all for a missing amount, so that an empty cell stays empty."""
    return "" if amount in (None, "") else format_rupiah(int(amount or 0))


@register.filter
def number(value: Decimal | int | None) -> str:
    """1250 as "1.250", in English "1,250"; nothing at all for a missing one (billing/documents/numbers.py)."""
    return "" if value is None else numbers.number(value)


@register.filter
def way(payment: Payment) -> str:
    """How a payment came: "Transfer bank (BCA)", "Midtrans (QRIS)"."""
    return spell_channel(payment.channel, payment.method, get_language() or "id")


@register.filter
def unsplit(text: str) -> SafeString:
    """A text as HTML in which no line ends within a document's number: "KL/INV/" on one, "2026/03/00001" on the next."""
    numbered = NUMBER.sub(r'<span class="nowrap">\g<0></span>', conditional_escape(text))
    return mark_safe(numbered)  # noqa: S308 (escaped above)


@register.filter
def unbroken(text: str) -> SafeString:
    """A text as HTML in which no line ends between "Rp" and its digits; "Rp 750.000 per bulan" may end one after the amount."""
    return mark_safe(MONEY.sub(r'<span class="money">\g<0></span>', conditional_escape(text)))  # noqa: S308 (escaped above)


def _as_date(value: dt.date | dt.datetime) -> dt.date:
    if not isinstance(value, dt.datetime):
        return value
    return (timezone.localtime(value) if timezone.is_aware(value) else value).date()


@register.filter
def tanggal(value: dt.date | dt.datetime | None) -> str:
    """A day as "1 Maret 2025", in English "1 March 2025"; an instant as its day in the active time zone."""
    return date_format(_as_date(value), "j F Y") if value else ""


@register.filter
def iso(value: dt.date | dt.datetime | None) -> str:
    """A day as "2025-03-01", for the `datetime` attribute of `<time>`."""
    return _as_date(value).isoformat() if value else ""


def _describe_distance(days: int) -> str:
    """A distance in whole days as words: 12 "12 hari", 90 "sekitar 3 bulan", 730 "sekitar 2 tahun"."""
    if days < DAYS_BEFORE_MONTHS:
        return ngettext("%(count)d hari", "%(count)d hari", days) % {"count": days}
    months = (days * 12 + 182) // 365
    if months < MONTHS_BEFORE_YEARS:
        return ngettext("sekitar %(count)d bulan", "sekitar %(count)d bulan", months) % {"count": months}
    years = (days + 182) // 365
    return ngettext("sekitar %(count)d tahun", "sekitar %(count)d tahun", years) % {"count": years}


@register.filter
def relative_day(day: dt.date | dt.datetime | None, today: dt.date | None) -> str:
    """The day as seen from `today`: "besok", "3 hari lagi", "kemarin", "16 hari lalu"; empty when either is missing."""
    if not day or not today:
        return ""
    distance = (_as_date(day) - today).days
    near = {-1: _("kemarin"), 0: _("hari ini"), 1: _("besok")}
    if distance in near:
        return near[distance]
    words = _describe_distance(abs(distance))
    return (
        _("%(distance)s lagi") % {"distance": words} if distance > 0 else _("%(distance)s lalu") % {"distance": words}
    )


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One point on the line of time; `state` is "past", "today" or "future"; `kind` "grace" or "stop" shapes it."""

    label: str
    on: dt.date
    kind: str
    state: str
    note: str = ""


def arrange_timeline(milestones: Iterable[Mapping[str, Any]], today: dt.date) -> list[TimelineEntry]:
    """Sort the milestones by day and put today among them.

    Example: due on the 17th, suspended on the 31st, today the 20th gives past, today, future. A milestone that falls on
    today is itself "today" and no further point is added.
    """
    entries = [
        TimelineEntry(
            str(item["label"]),
            _as_date(item["on"]),
            str(item.get("kind", "")),
            _state(_as_date(item["on"]), today),
            str(item.get("note", "")),
        )
        for item in milestones
    ]
    if not any(entry.state == "today" for entry in entries):
        entries.append(TimelineEntry(_("Hari ini"), today, "", "today"))
    return sorted(entries, key=lambda entry: entry.on)


def _state(day: dt.date, today: dt.date) -> str:
    return "today" if day == today else "past" if day < today else "future"


@register.inclusion_tag("components/timeline.html")
def timeline(milestones: Iterable[Mapping[str, Any]], today: dt.date) -> dict[str, Any]:
    """The line of time. A milestone is a mapping with `label`, `on`, optionally `kind` ("grace", "stop") and `note`."""
    return {"entries": arrange_timeline(milestones, today), "today": today}


@register.simple_tag
def theme_url(accent: str) -> str:
    """The address of the stylesheet that carries a product's accent ("#1d5c96" or "1d5c96")."""
    return reverse("theme", kwargs={"accent": accent.removeprefix("#").lower()})


@register.filter
def describe_errors(form: Any) -> list[dict[str, str]]:
    """A form's errors in the order of its fields as `{"text", "target"}`; `target` is the id of the control to jump to.

    Each names its field: "NPSN: Isian ini tidak boleh kosong."; one that already says the label is left as it is.
    A group of radio buttons has no control of its own: its first is the target. An error of the whole form has none.
    """
    found = [{"text": str(text), "target": ""} for text in form.non_field_errors()]
    for field in form:
        target = f"{field.auto_id}_0" if field.use_fieldset else field.id_for_label or field.auto_id
        found.extend({"text": _name_field(str(field.label), str(text)), "target": target} for text in field.errors)
    return found


def _name_field(label: str, text: str) -> str:
    said = re.search(rf"\b{re.escape(label)}\b", text, re.IGNORECASE)  # whole: "Isi" is not said by "harus diisi"
    return text if said else f"{label}: {text}"
