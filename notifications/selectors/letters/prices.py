"""Letters about a price list to come (X4)."""

from datetime import timedelta

from django.utils.translation import gettext as _

from notifications.rules.links import SUBSCRIPTION
from notifications.selectors.facts import Facts
from notifications.selectors.letters import words
from notifications.selectors.letters.letter import Letter

ONE_DAY = timedelta(days=1)


def rise(facts: Facts) -> Letter:
    """What the renewal will cost and has cost, from when on, and until when the old price can be locked."""
    values = _values(facts)
    return Letter(
        subject=_("Harga %(product)s naik mulai %(day)s") % values,
        lead=_(
            "Mulai %(day)s berlaku daftar harga baru. Untuk %(tenant)s harga baru berlaku sejak perpanjangan %(renews)s."
        )
        % values,
        paragraphs=(*_lock(facts), _("Sampai %(renews)s tidak ada yang berubah.") % values),
        rows=(
            (_("Sampai sekarang"), words.per_period(facts, facts.amount("amount_before"))),
            (_("Sejak %(renews)s") % values, words.per_period(facts, facts.amount())),
        ),
        button=_("Lihat langganan"),
        path=SUBSCRIPTION,
    )


def kept(facts: Facts) -> Letter:
    """Others will pay more; the reader will not."""
    values = _values(facts)
    return Letter(
        subject=_("Harga %(product)s Anda tetap") % values,
        lead=_("Mulai %(day)s pelanggan baru membayar lebih. Harga %(tenant)s tetap: %(price)s.") % values,
        paragraphs=(_("Anda tidak perlu berbuat apa-apa. Harga ini berlaku selama Anda berlangganan tanpa terputus."),),
        button=_("Lihat langganan"),
        path=SUBSCRIPTION,
    )


def _lock(facts: Facts) -> tuple[str, ...]:
    """Within which days the price can be locked; nothing where it cannot."""
    if not facts.text("lock_before"):
        return ()
    values = {"last": words.day(facts.day("lock_before") - ONE_DAY), "first": words.day(facts.day("lock_from"))}
    if facts.day("lock_from") <= facts.on:
        return (_("Perpanjang paling lambat %(last)s untuk mengunci harga sekarang bagi masa berikutnya.") % values,)
    return (_("Perpanjang antara %(first)s dan %(last)s untuk mengunci harga sekarang bagi masa berikutnya.") % values,)


def _values(facts: Facts) -> dict[str, str]:
    return {
        "product": facts.account.product,
        "tenant": facts.account.tenant,
        "day": words.day(facts.day("effective")),
        "renews": words.day(facts.day("renews")),
        "price": words.per_period(facts, facts.amount("amount_before")),
    }
