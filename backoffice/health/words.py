"""How measures and colours of customers' health are called, and what is wrong with a figure."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from plans.rules.money import plain
from reports.rules.health_reports import BOUNDS, OLDEST
from reports.rules.health_table import Colour, Measure

MEASURES = {
    Measure.USAGE: gettext_lazy("pemakaian"),
    Measure.ADOPTION: gettext_lazy("fitur dipakai"),
    Measure.TICKETS: gettext_lazy("tiket bantuan"),
    Measure.PAYMENT: gettext_lazy("pembayaran"),
    Measure.NPS: gettext_lazy("NPS"),
}
COLOURS = {
    Colour.RED: gettext_lazy("berisiko (merah)"),
    Colour.YELLOW: gettext_lazy("perlu perhatian (kuning)"),
    Colour.GREEN: gettext_lazy("sehat (hijau)"),
}
MEANINGS = {
    Colour.RED: gettext_lazy("ditindak dalam 48 jam"),
    Colour.YELLOW: gettext_lazy("dihubungi dalam seminggu"),
    Colour.GREEN: gettext_lazy("skor di atas 70"),
}


def health_fault(code: str, measure: Measure | None = None) -> str:
    """Why a figure cannot be taken (`reports.rules.health_reports.fault_of`)."""
    most, decimals = BOUNDS.get(measure, (0, 0)) if measure else (0, 0)
    said = {
        "date_in_future": _("Tanggal ini belum tiba."),
        "date_too_old": _("Tanggal ini lebih dari %(days)d hari yang lalu.") % {"days": OLDEST.days},
        "out_of_range": _("Nilainya 0 sampai %(most)s.") % {"most": plain(most)},
        "too_precise": _("Paling banyak satu angka desimal.") if decimals else _("Tulis bilangan bulat."),
        "twice": _("Ukuran dan tanggal ini disebut dua kali."),
    }
    return said[code]
