"""How streams, costs and what they come to are called, and why a figure cannot be told."""

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backoffice.figures.words import rupiah, times
from billing.documents.numbers import percent
from reports.rules.claim_parts import PartKind
from reports.rules.economics import BESIDE, GATEWAY, LOSS, Lacking, Stream, Told

STREAMS = {
    Stream.MAIN: gettext_lazy("langganan"),
    Stream.SIDE: gettext_lazy("biaya berkala lain"),
    Stream.ADDON: gettext_lazy("tambahan"),
    Stream.SETUP: gettext_lazy("biaya awal"),
    Stream.PURCHASE: gettext_lazy("pembelian"),
    Stream.ONE_OFF: gettext_lazy("tagihan sekali"),
    Stream.USAGE: gettext_lazy("pemakaian"),
    Stream.LATE_FEE: gettext_lazy("denda"),
    Stream.FEES: gettext_lazy("biaya cara bayar dari pembayar"),
}
BOOKED_NAMES = {
    GATEWAY: gettext_lazy("biaya gateway, dari pembukuan"),
    LOSS: gettext_lazy("piutang yang dihapusbukukan, dari pembukuan"),
}
PARTS = {
    **{PartKind(code): STREAMS[code] for code in BESIDE},
    PartKind.LOSS: gettext_lazy("piutang yang dihapusbukukan"),
}
LACKING = {
    Lacking.NO_COSTS: gettext_lazy("belum ada biaya untuk memperoleh pelanggan"),
    Lacking.NOBODY_WON: gettext_lazy("belum ada pelanggan baru yang membayar"),
    Lacking.NO_REVENUE: gettext_lazy("belum ada pendapatan"),
    Lacking.NO_CUSTOMERS: gettext_lazy("belum ada pelanggan yang membayar berkala"),
    Lacking.NONE_BEFORE: gettext_lazy("belum ada pelanggan sebelum hari pertama"),
    Lacking.NOBODY_LEFT: gettext_lazy("belum ada yang berhenti, masa hidup belum diketahui"),
    Lacking.NO_MARGIN: gettext_lazy("melayani lebih mahal daripada pendapatan"),
    Lacking.NOT_DIVIDED: gettext_lazy("biaya hanya dicatat menurut produk dan asal"),
}


def why(told: Told) -> str:
    """ "belum dapat dihitung: …"; empty where there is a figure."""
    return "" if told.lacking is None else _("belum dapat dihitung: %(why)s") % {"why": LACKING[told.lacking]}


def whys_of(figures: Iterable[tuple[str, str]]) -> list[str]:
    """Why some of the figures of a table are missing, each reason once."""
    return list(dict.fromkeys(reason for _figure, reason in figures if reason))


def money(told: Told) -> str:
    """ "Rp 2.400.000", or a dash."""
    return rupiah(told.rupiah)


def months(told: Told) -> str:
    """ "5 bulan", or a dash."""
    return "–" if told.value is None else _("%(count)s bulan") % {"count": times(told.value)}


def ratio(told: Told) -> str:
    """ "4 : 1", or a dash."""
    return "–" if told.value is None else f"{times(told.value)} : 1"


def part(told: Told) -> str:
    """ "80 %", or a dash."""
    return percent(told.value)
