"""Words for what the rules answer in codes: intervals, plans, outcomes of a report, lines with their explanation."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Protocol

from django.utils.formats import date_format
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from billing.documents.explain import explain, format_price, price_note
from billing.rules.agreement import Agreement
from billing.rules.discounts import Granted, last_day
from billing.rules.drafting import Draft, Line
from billing.rules.seats import Outcome
from plans.rules.catalogue import Text
from plans.rules.money import format_number

# What became of a reported quantity, as the history says it.
OUTCOMES = {
    Outcome.RECORDED: gettext_lazy("Dicatat, dihitung mulai tagihan berikutnya"),
    Outcome.BELOW_THRESHOLD: gettext_lazy("Dicatat, kenaikan terlalu kecil untuk ditagih"),
    Outcome.PRO_RATA: gettext_lazy("Tambahan ditagih untuk sisa masa langganan"),
    Outcome.GATHERED: gettext_lazy("Tambahan untuk sisa masa ada pada tagihan berikutnya"),
    Outcome.IN_FULL: gettext_lazy("Tambahan ditagih penuh"),
    Outcome.NEW_TERM: gettext_lazy("Masa berbayar baru dimulai"),
    Outcome.FREE_NOW: gettext_lazy("Menjadi gratis saat itu juga"),
    Outcome.FREE_AT_RENEWAL: gettext_lazy("Menjadi gratis pada perpanjangan"),
}
SOURCES = {
    "dashboard": gettext_lazy("halaman ini"),
    "file": gettext_lazy("berkas"),
    "api": gettext_lazy("aplikasi"),
    "staff": gettext_lazy("staf kami"),
    "reactivation": gettext_lazy("saat akses dibuka kembali"),
}


def language() -> str:
    """The language of the page."""
    return get_language() or "id"


def said(text: Text) -> str:
    """A text of the catalogue in the language of the page."""
    return text.of(language())


def spelled(day: date) -> str:
    """ "1 Maret 2025"."""
    return date_format(day, "j F Y")


def counted(agreement: Agreement, quantity: Decimal) -> str:
    """ "150 siswa"."""
    return f"{format_number(quantity)} {said(agreement.unit)}"


def per_interval(agreement: Agreement) -> str:
    """ "per tahun", "per bulan", "per 6 bulan"."""
    return per_months(agreement.interval_months)


def per_months(months: int) -> str:
    """The same of a number of months."""
    if months == 12:
        return _("per tahun")
    return ngettext("per bulan", "per %(count)d bulan", months) % {"count": months}


def offer_rows(granted: Iterable[Granted]) -> list[dict[str, str]]:
    """Each offer with its days: "Pelanggan awal", "1 Maret 2026 sampai 31 Agustus 2026" (K9)."""
    return [{"label": said(item.discount.name), "value": _offer_days(item)} for item in granted]


def _offer_days(granted: Granted) -> str:
    end = last_day(granted)
    if granted.from_ is None:
        return _("mulai tagihan pertama")
    if end is None:
        return _("mulai %(since)s") % {"since": spelled(granted.from_)}
    return _("%(since)s sampai %(until)s") % {"since": spelled(granted.from_), "until": spelled(end)}


def draft_lines(draft: Draft) -> list[dict[str, Any]]:
    """A draft's lines as `components/invoice_lines.html` takes them, each with its explanation."""
    return [_line(line) for line in draft.lines]


def _line(line: Line) -> dict[str, Any]:
    explained = explain(line.explanation, language())
    return {
        "description": said(line.description),
        "quantity": format_number(line.quantity),
        "unit_price": format_price(line.unit_price),
        "price_note": price_note(line.explanation, language()),
        "amount": line.amount,
        "explanation": explained.rows,
        "rule": explained.rule,
    }


class Explained(Protocol):
    """A line of a draft or of a document: both carry their explanation."""

    @property
    def explanation(self) -> Mapping[str, object]: ...


def reasons(lines: Iterable[Explained]) -> tuple[list[Any], str]:
    """How an amount comes about, rows of all its lines, and the rules they follow."""
    explained = [explain(line.explanation, language()) for line in lines]
    rules = dict.fromkeys(item.rule for item in explained if item.rule)
    return [row for item in explained for row in item.rows], ", ".join(rules)
