"""How figures of revenue are called and written."""

from fractions import Fraction

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing.documents.numbers import number, rounded
from plans.rules.money import format_rupiah
from reports.rules.revenue import MoveKind

KINDS = {
    MoveKind.NEW: gettext_lazy("baru"),
    MoveKind.REACTIVATION: gettext_lazy("kembali"),
    MoveKind.EXPANSION: gettext_lazy("bertambah"),
    MoveKind.PRICE: gettext_lazy("harga"),
    MoveKind.CONTRACTION: gettext_lazy("berkurang"),
    MoveKind.CHURN: gettext_lazy("berhenti"),
    MoveKind.MOVED: gettext_lazy("pindah paket"),
}
CHARGES = {
    "main": gettext_lazy("langganan"),
    "side": gettext_lazy("biaya lain"),
    "addon": gettext_lazy("tambahan"),
}
DIMENSIONS = {
    "product": gettext_lazy("produk"),
    "plan": gettext_lazy("paket"),
    "province": gettext_lazy("provinsi"),
    "cohort": gettext_lazy("angkatan (bulan pertama)"),
    "channel": gettext_lazy("asal pelanggan"),
    "variant": gettext_lazy("varian eksperimen"),
}
CHANNELS = {
    "direct": gettext_lazy("langsung"),
    "customer": gettext_lazy("diajak pelanggan"),
    "developer": gettext_lazy("pengembang"),
    "agent": gettext_lazy("agen"),
    "local_agent": gettext_lazy("agen lokal"),
    "consultant": gettext_lazy("konsultan"),
    "mentor": gettext_lazy("mentor"),
}


def times(value: Fraction | None) -> str:
    """ "2,5"; a dash where there is none."""
    return "–" if value is None else rounded(value, 2)


def rupiah(value: int | None) -> str:
    """ "Rp 6.900.000"; a dash where there is none."""
    return "–" if value is None else format_rupiah(value)


def change(now: int | None, before: int | None, *, money: bool = False) -> str:
    """Against the days before: "+Rp 300.000 (+15,2 %)", "+2", "tidak berubah"; empty where there is nothing to compare."""
    if now is None or before is None:
        return ""
    if now == before:
        return _("tidak berubah")
    difference = now - before
    sign = "+" if difference > 0 else ""
    text = f"{sign}{format_rupiah(difference) if money else number(difference)}"
    return f"{text} ({sign}{rounded(Fraction(difference * 100, abs(before)), 1)} %)" if before else text


def points(now: Fraction | None, before: Fraction | None) -> str:
    """Between two shares: "-2,1 poin"; empty where there is nothing to compare."""
    if now is None or before is None:
        return ""
    sign = "+" if now > before else ""
    return _("%(points)s poin") % {"points": f"{sign}{rounded((now - before) * 100, 1)}"}
