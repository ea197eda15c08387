"""What is wrong with a file of the bank, of the gateway or of costs, as staff read it."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy

from billing.rules.banking.figures import SEN
from billing.rules.banking.values import Fault
from billing.templatetags.langganan import rupiah

FAULTS = {
    "not_text": gettext_lazy("Ini bukan berkas CSV. Unduh mutasi sebagai CSV, bukan PDF atau Excel."),
    "header": gettext_lazy("Judul kolom tidak ditemukan: bentuk berkas lain, atau kolomnya berubah."),
    "quotes": gettext_lazy("Ada tanda kutip yang tidak ditutup."),
    "no_lines": gettext_lazy("Tidak ada baris mutasi."),
    "account": gettext_lazy("Berkas ini milik rekening lain."),
    "columns": gettext_lazy("Kolomnya lebih banyak daripada judulnya; mungkin angka berkoma tanpa tanda kutip."),
    "date": gettext_lazy("Tanggal tidak dapat dibaca."),
    "year": gettext_lazy("Tahunnya tidak diketahui: tidak ada periode di atas tabel."),
    "amount": gettext_lazy("Jumlah tidak dapat dibaca."),
    "no_amount": gettext_lazy("Tidak ada jumlah."),
    "two_amounts": gettext_lazy("Ada lebih dari satu jumlah."),
    "mark": gettext_lazy("Tidak jelas apakah uang masuk atau keluar."),
    "balance": gettext_lazy("Saldo tidak cocok dengan baris sebelumnya; baris ini tidak dibukukan otomatis."),
    "incoming": gettext_lazy("Jumlah uang masuk tidak sama dengan total pada berkas."),
    "outgoing": gettext_lazy("Jumlah uang keluar tidak sama dengan total pada berkas."),
    "kind": gettext_lazy("Jenis baris tidak dikenal: pembayaran, refund, atau chargeback."),
    "net": gettext_lazy("Jumlah bersih bukan jumlah dikurangi biaya dan PPN."),
    "no_order": gettext_lazy("Tidak ada order id atau transaction id."),
    "closing": gettext_lazy("Saldo akhir tidak sama dengan saldo baris terakhir."),
}


IN_SEN = frozenset({"incoming", "outgoing", "closing"})


@dataclass(frozen=True, slots=True)
class Told:
    """A fault for a person: where, what, and what stood there."""

    row: int
    column: str
    words: str
    found: str


def tell_fault(fault: Fault) -> Told:
    """Line 7, column "Jumlah": cannot be read, "75o.137"."""
    said = fault.found
    if said.lstrip("-").isdigit() and (fault.code in IN_SEN or (fault.code == "balance" and not fault.column)):
        said = rupiah_and_sen(int(said))
    return Told(fault.row, fault.column, str(FAULTS[fault.code]), said)


def rupiah_and_sen(sen: int) -> str:
    """1.775.251.467 sen → "Rp 17.752.514,67"; the sen only where there are some."""
    whole = rupiah(abs(sen) // SEN)
    rest = f",{abs(sen) % SEN:02}" if sen % SEN else ""
    return f"{'−' if sen < 0 else ''}{whole}{rest}"
