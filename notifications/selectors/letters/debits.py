"""Letters about auto-debit (K7): what will be charged, what could not be, and that it was switched on or off."""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notifications.rules.links import AUTO_DEBIT, invoice_path
from notifications.selectors.facts import Facts
from notifications.selectors.letters import words
from notifications.selectors.letters.letter import Letter

# Why a charge did not happen, and what the payer can do: by the reasons of `billing.gateways.declines` and of the job itself.
REASONS: Mapping[str, tuple[object, object]] = {
    "insufficient_funds": (gettext_lazy("saldo tidak cukup"), gettext_lazy("Pastikan saldo cukup.")),
    "over_bank_limit": (
        gettext_lazy("melewati batas dari bank"),
        gettext_lazy("Tanyakan batas transaksi ke bank Anda."),
    ),
    "bank_unavailable": (gettext_lazy("bank tidak dapat dihubungi"), ""),
    "expired_card": (gettext_lazy("kartu kedaluwarsa"), gettext_lazy("Simpan kartu yang baru.")),
    "blocked_card": (gettext_lazy("kartu diblokir"), gettext_lazy("Hubungi bank Anda, atau simpan kartu lain.")),
    "unknown_card": (gettext_lazy("kartu tidak dikenal"), gettext_lazy("Simpan kartu yang lain.")),
    "not_permitted": (
        gettext_lazy("bank tidak mengizinkan"),
        gettext_lazy("Hubungi bank Anda, atau simpan kartu lain."),
    ),
    "unlinked": (gettext_lazy("kartu atau akun tidak lagi tersambung"), gettext_lazy("Aktifkan auto-debit lagi.")),
    "over_limit": (gettext_lazy("melebihi batas yang Anda setujui"), gettext_lazy("Setujui batas yang lebih tinggi.")),
    "amount_out_of_range": (gettext_lazy("jumlahnya tidak dapat ditarik dengan cara ini"), ""),
    "no_answer": (gettext_lazy("bank tidak menjawab"), ""),
}


def reason(facts: Facts) -> str:
    """The reason in words: "saldo tidak cukup"; "ditolak bank" for one that the bank does not explain."""
    return str(REASONS.get(facts.text("reason"), (_("ditolak bank"), ""))[0])


def announced(facts: Facts) -> Letter:
    """The notice before: which day, how much, from what, and how to prevent it."""
    values = _values(facts) | {"day": words.day(facts.day("charged_on"))}
    return Letter(
        subject=_("%(total)s akan ditarik otomatis pada %(day)s") % values,
        lead=_("Tagihan %(number)s sebesar %(total)s akan ditarik dari %(source)s pada %(day)s.") % values,
        paragraphs=(
            _("Anda tidak perlu melakukan apa pun. Auto-debit dapat Anda hentikan kapan saja sebelum hari itu."),
        ),
        button=_("Lihat auto-debit"),
        path=AUTO_DEBIT,
    )


def failed(facts: Facts) -> Letter:
    """What could not be charged and why; the next try, or that it is to be paid by hand."""
    values = _values(facts) | {"reason": reason(facts)}
    if facts.data.get("next"):
        then = _("Kami mencoba lagi pada %(day)s, atau bayar sekarang dengan cara lain.") % {
            "day": words.day(facts.day("next"))
        }
    else:
        then = _("Kami tidak mencoba lagi untuk tagihan ini. Bayarlah dengan cara lain sebelum akses ditutup.")
    hint = str(REASONS.get(facts.text("reason"), ("", ""))[1])
    return Letter(
        subject=_("%(total)s belum dapat ditarik otomatis") % values,
        lead=_("Tagihan %(number)s sebesar %(total)s belum dapat ditarik dari %(source)s: %(reason)s.") % values,
        paragraphs=(hint, then) if hint else (then,),
        button=_("Bayar sekarang"),
        path=invoice_path(facts.text("invoice")),
        outside=facts.pay_path,
    )


def enabled(facts: Facts) -> Letter:
    """Switched on: from what, and up to how much."""
    values = _values(facts)
    return Letter(
        subject=_("Auto-debit aktif"),
        lead=_("Tagihan ditarik otomatis dari %(source)s, paling banyak %(limit)s per tagihan.") % values,
        paragraphs=(_("Sebelum setiap penarikan kami memberi tahu tanggal dan jumlahnya."),),
        button=_("Lihat auto-debit"),
        path=AUTO_DEBIT,
    )


def disabled(facts: Facts) -> Letter:
    """Switched off, by whomever."""
    values = _values(facts)
    return Letter(
        subject=_("Auto-debit dihentikan"),
        lead=_("Tidak ada lagi yang ditarik otomatis dari %(source)s.") % values,
        paragraphs=(_("Tagihan berikutnya Anda bayar sendiri, dengan cara yang Anda pilih."),),
        button=_("Lihat auto-debit"),
        path=AUTO_DEBIT,
    )


def _values(facts: Facts) -> dict[str, str]:
    name = _("GoPay") if facts.text("method") == "gopay_account" else _("kartu")
    return {
        "number": facts.text("invoice"),
        "total": words.money(facts.amount()),
        "limit": words.money(facts.amount("limit")),
        "source": f"{name} {facts.text('hint')}".strip(),
    }
