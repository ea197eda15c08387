"""Letters about slips of tax withheld (bukti potong PPh 23) that the customer sent."""

from django.utils.translation import gettext as _

from notifications.rules.links import slip_path
from notifications.selectors.facts import Facts
from notifications.selectors.letters import words
from notifications.selectors.letters.letter import Letter


def submitted(facts: Facts) -> Letter:
    """The file is there and waits for staff; the invoice is as it was."""
    values = _values(facts)
    return Letter(
        subject=_("Bukti potong PPh 23 %(amount)s kami terima") % values,
        lead=_("Bukti potong %(slip)s untuk tagihan %(number)s kami terima dan sedang diperiksa.") % values,
        paragraphs=(_("Sampai selesai, %(amount)s itu tetap terbuka pada tagihan dan tetap kami ingatkan.") % values,),
        button=_("Lihat bukti potong"),
        path=slip_path(facts.text("invoice")),
    )


def refused(facts: Facts) -> Letter:
    """Staff could not accept it, with the reason; another may be sent."""
    values = _values(facts)
    return Letter(
        subject=_("Bukti potong PPh 23 %(amount)s belum dapat diterima") % values,
        lead=_("Bukti potong %(slip)s untuk tagihan %(number)s belum dapat kami terima.") % values,
        paragraphs=(_("Kirim bukti potong yang benar, atau bayar sisanya."),),
        rows=((_("Alasan"), facts.text("reason")),),
        button=_("Kirim bukti potong lain"),
        path=slip_path(facts.text("invoice")),
    )


def _values(facts: Facts) -> dict[str, str]:
    return {"amount": words.money(facts.amount()), "slip": facts.text("slip"), "number": facts.text("invoice")}
