"""Letters about bills and money."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from billing.rules.ledger import WITHHELD
from notifications.rules.links import INVOICES, invoice_path
from notifications.selectors.facts import Facts
from notifications.selectors.letters import words
from notifications.selectors.letters.letter import Letter


def invoice_issued(facts: Facts) -> Letter:
    """A new bill: how much, by when, why, and what follows if it stays unpaid; or that credit has paid it."""
    values = _values(facts)
    if facts.amount("credit_used") >= facts.amount():
        return Letter(
            subject=_("Tagihan %(number)s sudah lunas dengan saldo Anda") % values,
            lead=_("Tagihan %(total)s sudah lunas dengan saldo Anda. Tidak ada yang perlu dibayar.") % values,
            rows=_rows(facts),
            button=_("Lihat tagihan"),
            path=invoice_path(facts.text("invoice")),
        )
    return Letter(
        subject=_("Tagihan %(product)s %(open)s, jatuh tempo %(due)s") % values,
        lead=_("Tagihan %(open)s untuk %(tenant)s jatuh tempo %(due)s.") % values,
        paragraphs=closes(facts),
        rows=_rows(facts),
        button=_("Bayar sekarang"),
        path=invoice_path(facts.text("invoice")),
        outside=facts.pay_path,
    )


def closes(facts: Facts) -> tuple[str, ...]:
    """That auto-debit charges it; what follows if it stays unpaid; nothing where access never closes by itself."""
    charged: tuple[str, ...] = ()
    if facts.debit_on is not None:
        said = _("Auto-debit menariknya pada %(day)s. Anda tidak perlu membayar sendiri.")
        charged = (said % {"day": words.day(facts.debit_on)},)
    if facts.suspend_on is None:
        return charged
    return (
        *charged,
        _("Bila belum dibayar, akses ditutup pada %(day)s. Tidak ada data yang dihapus.")
        % {"day": words.day(facts.suspend_on)},
    )


def dates_changed(facts: Facts) -> Letter:
    """Staff gave an open bill later dates."""
    values = _values(facts)
    return Letter(
        subject=_("Tagihan %(number)s sekarang jatuh tempo %(due)s") % values,
        lead=_("Jatuh tempo tagihan %(number)s diubah menjadi %(due)s.") % values,
        paragraphs=closes(facts),
        button=_("Lihat tagihan"),
        path=invoice_path(facts.text("invoice")),
    )


def late_fee_charged(facts: Facts) -> Letter:
    """A late fee (K3), a document of its own."""
    values = _values(facts)
    return Letter(
        subject=_("Denda keterlambatan %(total)s") % values,
        lead=_("Tagihan Anda lewat jatuh tempo, sehingga ada denda keterlambatan %(total)s.") % values,
        paragraphs=(_("Seluruh tagihan terbuka sekarang %(balance)s.") % values,),
        rows=_rows(facts),
        button=_("Bayar sekarang"),
        path=INVOICES,
    )


def invoice_voided(facts: Facts) -> Letter:
    """BATAL: nothing is to be paid."""
    values = _values(facts)
    rows = [(_("Nomor"), facts.text("invoice"))]
    if facts.data.get("reason"):
        rows.append((_("Alasan"), facts.text("reason")))
    return Letter(
        subject=_("Tagihan %(number)s dibatalkan") % values,
        lead=_("Tagihan %(number)s sebesar %(total)s batal dan tidak perlu dibayar.") % values,
        paragraphs=(_("Bila sudah ada yang dibayar, jumlah itu menjadi saldo Anda untuk tagihan berikutnya."),),
        rows=tuple(rows),
        button=_("Lihat tagihan"),
        path=invoice_path(facts.text("invoice")),
    )


def credit_note_issued(facts: Facts) -> Letter:
    """Part of an invoice is taken back."""
    values = _values(facts)
    rows = [(_("Nota kredit"), facts.text("note")), (pgettext("satu", "Tagihan"), facts.text("invoice"))]
    if facts.data.get("reason"):
        rows.append((_("Alasan"), facts.text("reason")))
    return Letter(
        subject=_("Nota kredit %(total)s atas tagihan %(number)s") % values,
        lead=_("Kami mengurangi tagihan %(number)s sebesar %(total)s.") % values,
        paragraphs=(_("Yang sudah dibayar melebihi sisanya menjadi saldo Anda untuk tagihan berikutnya."),),
        rows=tuple(rows),
        button=_("Lihat tagihan"),
        path=invoice_path(facts.text("invoice")),
    )


def payment_received(facts: Facts) -> Letter:
    """The receipt: one message for a payment, whatever number of bills it settled; of a slip no money came."""
    values = _values(facts)
    left = _("Sisa tagihan Anda %(balance)s.") if facts.amount("balance") else _("Semua tagihan sudah lunas.")
    subject, lead = _("Pembayaran %(total)s diterima"), _("Terima kasih, pembayaran %(total)s sudah kami terima.")
    if facts.text("channel") == WITHHELD:
        subject = _("Bukti potong PPh 23 %(total)s diterima")
        lead = _("Terima kasih, bukti potong PPh 23 sebesar %(total)s sudah kami catat.")
    rows = [(_("Dibayar"), words.money(facts.amount()))]
    if fee := facts.amount("fee"):
        rows += [(_("Biaya layanan pembayaran"), words.money(fee)), (_("Total"), words.money(facts.amount() + fee))]
    rows.append((_("Tanggal"), words.day(facts.on)))
    if facts.data.get("invoices"):
        rows.append((_("Tagihan yang lunas"), ", ".join(facts.data["invoices"])))
    return Letter(
        subject=subject % values,
        lead=lead % values,
        paragraphs=(left % values,),
        rows=tuple(rows),
        button=_("Lihat tagihan"),
        path=INVOICES,
    )


def payment_refunded(facts: Facts) -> Letter:
    """Money given back."""
    values = _values(facts)
    return Letter(
        subject=_("Pengembalian dana %(total)s") % values,
        lead=_("Pembayaran %(total)s dikembalikan kepada Anda.") % values,
        rows=((_("Dikembalikan"), words.money(facts.amount())), (_("Tanggal"), words.day(facts.on))),
        button=_("Lihat tagihan"),
        path=INVOICES,
    )


def transfer_submitted(facts: Facts) -> Letter:
    """A proof of transfer came in and waits for staff."""
    values = _transfer(facts)
    return Letter(
        subject=_("Bukti transfer %(total)s kami terima") % values,
        lead=_("Bukti transfer %(total)s kami terima dan sedang diperiksa.") % values,
        paragraphs=(_("Kami memberi tahu Anda begitu selesai. Anda tidak perlu mengirimnya lagi."),),
        button=_("Lihat tagihan"),
        path=INVOICES,
    )


def transfer_rejected(facts: Facts) -> Letter:
    """Staff could not accept a proof of transfer."""
    values = _transfer(facts)
    rows = ((_("Alasan"), facts.text("reason")),) if facts.data.get("reason") else ()
    return Letter(
        subject=_("Bukti transfer %(total)s belum dapat diterima") % values,
        lead=_("Bukti transfer %(total)s belum dapat kami terima.") % values,
        paragraphs=(_("Kirim bukti yang lain, atau bayar lewat tautan pembayaran."),),
        rows=rows,
        button=_("Lihat tagihan"),
        path=INVOICES,
    )


def _transfer(facts: Facts) -> dict[str, str]:
    """The amount as it was transferred: with the unique code, which the payer sees on the statement."""
    return {"total": words.money(facts.amount("asked") or facts.amount())}


def _values(facts: Facts) -> dict[str, str]:
    return {
        "product": facts.account.product,
        "tenant": facts.account.tenant,
        "number": facts.text("invoice"),
        "total": words.money(facts.amount()),
        "open": words.money(facts.amount() - facts.amount("credit_used")),
        "balance": words.money(facts.amount("balance")),
        "due": words.day(facts.day("due")),
    }


def _rows(facts: Facts) -> tuple[tuple[str, str], ...]:
    """Number, due date, each line with its amount, the tax on them, the sum, and what credit has paid of it."""
    rows, lines = [(_("Nomor"), facts.text("invoice")), (_("Jatuh tempo"), words.day(facts.day("due")))], _lines(facts)
    rows += [(_described(line), words.money(int(line["amount"]))) for line in lines]
    if tax := sum(int(line.get("tax", 0)) for line in lines):
        rows.append((_("PPN"), words.money(tax)))
    rows.append((_("Total"), words.money(facts.amount())))
    if facts.amount("credit_used"):
        rows.append((_("Dipakai dari saldo Anda"), words.money(-facts.amount("credit_used"))))
        rows.append((_("Yang perlu dibayar"), words.money(facts.amount() - facts.amount("credit_used"))))
    return tuple(rows)


def _lines(facts: Facts) -> list[Mapping[str, Any]]:
    return list(facts.data.get("lines", []))


def _described(line: Mapping[str, Any]) -> str:
    english = (get_language() or "").startswith("en")
    return str(line["description_en" if english else "description"])
