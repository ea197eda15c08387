"""Letters about the beginning, the end and the loss of access."""

from django.utils.translation import gettext as _

from notifications.rules.links import INVOICES, OVERVIEW, SUBSCRIPTION
from notifications.selectors.facts import Facts
from notifications.selectors.letters import words
from notifications.selectors.letters.letter import Letter


def trial_started(facts: Facts) -> Letter:
    """Welcome, with the day the trial ends and the price after it (X5, X11)."""
    values = _values(facts) | {
        "ends": words.day(facts.day("trial_ends")),
        "price": words.usual_price(facts),
    }
    return Letter(
        subject=_("%(product)s siap dipakai, gratis sampai %(ends)s") % values,
        lead=_("%(tenant)s dapat memakai %(product)s tanpa biaya sampai %(ends)s. Tidak perlu kartu.") % values,
        paragraphs=(
            _("Sesudah itu: %(price)s.") % values,
            _("Kami mengingatkan Anda sebelum masa percobaan berakhir."),
        ),
        button=_("Buka %(product)s") % values,
        path=OVERVIEW,
    )


def welcome_free(facts: Facts) -> Letter:
    """Welcome to the free plan (X1)."""
    values = _values(facts)
    return Letter(
        subject=_("%(product)s siap dipakai, gratis") % values,
        lead=_("%(tenant)s memakai paket gratis %(product)s. Tidak ada yang perlu dibayar.") % values,
        button=_("Buka %(product)s") % values,
        path=OVERVIEW,
    )


def turned_free(facts: Facts) -> Letter:
    """The quantity fell into the free plan (X9)."""
    values = _values(facts)
    return Letter(
        subject=_("Langganan %(product)s Anda sekarang gratis") % values,
        lead=_("Dengan %(quantity)s %(unit)s, %(tenant)s memakai paket gratis %(product)s.") % values,
        paragraphs=(_("Tidak ada tagihan baru selama jumlahnya tetap dalam paket gratis."),),
        button=_("Lihat langganan"),
        path=SUBSCRIPTION,
    )


def trial_extended(facts: Facts) -> Letter:
    """Staff gave the trial a later end."""
    values = _values(facts) | {"ends": words.day(facts.day("to"))}
    return Letter(
        subject=_("Masa percobaan %(product)s diperpanjang sampai %(ends)s") % values,
        lead=_("%(tenant)s dapat memakai %(product)s tanpa biaya sampai %(ends)s.") % values,
        button=_("Buka %(product)s") % values,
        path=OVERVIEW,
    )


def kept(facts: Facts) -> Letter:
    """A cancellation was taken back."""
    values = _values(facts)
    return Letter(
        subject=_("Langganan %(product)s dilanjutkan") % values,
        lead=_("Penghentian dibatalkan. Langganan %(product)s untuk %(tenant)s berjalan seperti semula.") % values,
        button=_("Lihat langganan"),
        path=SUBSCRIPTION,
    )


def suspended(facts: Facts) -> Letter:
    """Access closed (X10): what is closed, what still works, how it opens again."""
    values = _values(facts)
    return Letter(
        subject=_("Akses %(product)s ditutup sampai tagihan dibayar") % values,
        lead=_("Akses %(tenant)s ke %(product)s ditutup karena tagihan %(balance)s belum dibayar.") % values,
        paragraphs=(
            _("Tidak ada data yang dihapus. Halaman tagihan, pembayaran, dan ekspor data tetap terbuka."),
            _("Akses terbuka kembali begitu pembayaran kami terima."),
        ),
        button=_("Bayar sekarang"),
        path=INVOICES,
    )


def reactivated(facts: Facts) -> Letter:
    """Access again (X10)."""
    values = _values(facts)
    return Letter(
        subject=_("Akses %(product)s terbuka kembali") % values,
        lead=_("Terima kasih. Akses %(tenant)s ke %(product)s terbuka kembali.") % values,
        button=_("Buka %(product)s") % values,
        path=OVERVIEW,
    )


def paused(facts: Facts) -> Letter:
    """Paused: what is closed, nothing is billed, and when it goes on by itself."""
    values = _values(facts) | {"until": words.day(facts.day("until"))}
    return Letter(
        subject=_("Langganan %(product)s dijeda sampai %(until)s") % values,
        lead=_("Langganan %(product)s untuk %(tenant)s dijeda. Selama itu akses ditutup dan tidak ada tagihan.")
        % values,
        paragraphs=(
            _("Pada %(until)s langganan berjalan lagi dengan sendirinya; Anda dapat mengaktifkannya lebih awal.")
            % values,
        ),
        button=_("Lihat langganan"),
        path=SUBSCRIPTION,
    )


def resumed(facts: Facts) -> Letter:
    """The pause is over; what is billed says an invoice of its own."""
    values = _values(facts)
    return Letter(
        subject=_("Langganan %(product)s berjalan lagi") % values,
        lead=_("Jeda berakhir. Akses %(tenant)s ke %(product)s terbuka kembali.") % values,
        button=_("Buka %(product)s") % values,
        path=OVERVIEW,
    )


def cancel_scheduled(facts: Facts) -> Letter:
    """The customer cancelled: it runs until its end (K15), and the decision can be taken back until then."""
    values = _values(facts) | {"ends": words.day(facts.day("ends"))}
    return Letter(
        subject=_("Langganan %(product)s berhenti pada %(ends)s") % values,
        lead=_("Langganan %(product)s untuk %(tenant)s berhenti pada %(ends)s.") % values,
        paragraphs=(
            *_exit_fee(facts),
            _("Sampai hari itu semuanya tetap terbuka, dan Anda masih dapat membatalkan penghentian."),
        ),
        button=_("Lihat langganan"),
        path=SUBSCRIPTION,
    )


def _exit_fee(facts: Facts) -> tuple[str, ...]:
    """What leaving before the contract ends costs, or that it costs nothing after all (C8)."""
    if fee := facts.amount("exit_fee"):
        said = _("Berhenti sebelum kontrak berakhir berbiaya %(amount)s; tagihannya terbit pada hari itu.")
    elif fee := facts.amount("waived_fee"):
        said = _("Biaya %(amount)s untuk berhenti sebelum kontrak berakhir tidak kami tagih.")
    else:
        return ()
    return (said % {"amount": words.money(fee)},)


def ended(facts: Facts) -> Letter:
    """The subscription is over; what is open stays owed."""
    values = _values(facts)
    owed = _("Tagihan terbuka %(balance)s tetap perlu dibayar.") % values
    return Letter(
        subject=_("Langganan %(product)s sudah berakhir") % values,
        lead=_("Langganan %(product)s untuk %(tenant)s sudah berakhir. Data Anda masih dapat diekspor.") % values,
        paragraphs=(owed,) if facts.amount("balance") else (),
        button=_("Lihat langganan"),
        path=SUBSCRIPTION,
    )


def _values(facts: Facts) -> dict[str, str]:
    return {
        "product": facts.account.product,
        "tenant": facts.account.tenant,
        "balance": words.money(facts.amount("balance")),
        "quantity": words.number(facts.quantity),
        "unit": words.unit(facts),
    }
