"""How costs are called, and what is wrong with a file of them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from backoffice.figures.words import CHANNELS, rupiah
from backoffice.frame.faults import Told
from billing.rules.banking.values import Fault
from reports.rules.costs import Key, Planned, Role
from reports.selectors.costs import cost_kinds

ROLES = {
    Role.WINNING: gettext_lazy("memperoleh pelanggan"),
    Role.SERVING: gettext_lazy("melayani pelanggan"),
    Role.RUNNING: gettext_lazy("menjalankan usaha"),
}
FAULTS = {
    "no_lines": gettext_lazy("Di bawah judul kolom belum ada baris."),
    "header": gettext_lazy("Kolom ini tidak ada. Pakai judul dari templat."),
    "too_many": gettext_lazy("Terlalu banyak baris; bagi menjadi beberapa berkas."),
    "month": gettext_lazy("Bulan tidak dapat dibaca. Tulis seperti 2026-10."),
    "later": gettext_lazy("Bulan ini terlalu jauh di depan."),
    "product": gettext_lazy("Produk tidak dikenal. Kosongkan untuk semua produk."),
    "channel": gettext_lazy("Asal pelanggan tidak dikenal. Kosongkan untuk semua asal."),
    "kind": gettext_lazy("Jenis biaya tidak dikenal."),
    "not_then": gettext_lazy("Jenis ini tidak dipakai pada bulan itu."),
    "amount": gettext_lazy("Jumlah harus rupiah bulat, misalnya 1.500.000."),
    "twice": gettext_lazy("Bulan, produk, asal, dan jenis yang sama sudah ada di baris"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """A cost as people read it; `before` is what stood there, a dash for nothing."""

    key: Key
    product: str
    channel: str
    kind: str
    amount: str
    before: str


def tell_fault(fault: Fault) -> Told:
    """Line 7, column "month": cannot be read, "Okt"."""
    return Told(fault.row, fault.column, str(FAULTS[fault.code]), fault.found)


def kind_names() -> dict[str, str]:
    """Each kind's code and name in the reader's language."""
    return {kind.code: kind.name.of(get_language() or "id") for kind in cost_kinds().kinds}


def lines(shown: Iterable[Planned], names: Mapping[str, str]) -> list[Line]:
    """Costs by the names of their product (`names`), channel and kind."""
    kinds = kind_names()
    return [
        Line(
            item.entry.key,
            names.get(item.entry.key.product, item.entry.key.product) or _("semua produk"),
            str(CHANNELS.get(item.entry.key.channel, item.entry.key.channel)) or _("semua asal"),
            kinds.get(item.entry.key.kind, item.entry.key.kind),
            rupiah(item.entry.amount),
            rupiah(item.before),
        )
        for item in shown
    ]
