"""Letters that remind (X6, K6); each carries the amount."""

from django.utils.translation import gettext as _

from notifications.rules.links import INVOICES, SUBSCRIPTION, invoice_path
from notifications.selectors.facts import Facts
from notifications.selectors.letters import words
from notifications.selectors.letters.bills import closes
from notifications.selectors.letters.letter import Letter


def trial_end(facts: Facts) -> Letter:
    """Before a trial ends. X6: 150 students → "… Rp 750.000 per tahun (hanya Rp 5.000/siswa)."."""
    values = _values(facts)
    return Letter(
        subject=_("Masa percobaan %(product)s berakhir %(distance)s") % values,
        lead=_("Masa percobaan %(product)s untuk %(tenant)s berakhir %(target)s, %(distance)s.") % values,
        paragraphs=(
            _("Sesudah itu: %(price)s.") % {"price": _first_price(facts)},
            _("Tagihan terbit pada hari itu dan akses Anda tetap terbuka. Tidak perlu kartu."),
        ),
        button=_("Lihat langganan"),
        path=SUBSCRIPTION,
    )


def _first_price(facts: Facts) -> str:
    """The first invoice, and the usual price beside it where the first period is a short one (K3)."""
    amount, usual = facts.amount(), facts.period_price()
    if amount in (0, usual):
        return words.usual_price(facts)
    return _("%(amount)s untuk periode pertama yang lebih pendek, kemudian %(price)s") % {
        "amount": words.money(amount),
        "price": words.usual_price(facts),
    }


def term_end(facts: Facts) -> Letter:
    """Before a paid term ends; it goes on by itself."""
    values = _values(facts)
    if facts.amount():
        price = words.price(facts, facts.amount())
        then = _("Langganan berlanjut dengan sendirinya: %(price)s.") % {"price": price}
    else:
        then = _("Langganan berlanjut dengan sendirinya, tanpa biaya.")
    return Letter(
        subject=_("Masa langganan %(product)s berakhir %(distance)s") % values,
        lead=_("Masa langganan %(product)s untuk %(tenant)s berakhir %(target)s, %(distance)s.") % values,
        paragraphs=(then, *_notice(facts)),
        button=_("Lihat langganan"),
        path=SUBSCRIPTION,
    )


def _notice(facts: Facts) -> tuple[str, ...]:
    """Until when the contract can be left (C8)."""
    if not facts.text("notice_by"):
        return ()
    last = words.day(facts.day("notice_by"))
    return (_("Bila tidak ingin melanjutkan, hentikan langganan paling lambat %(day)s.") % {"day": last},)


def due(facts: Facts) -> Letter:
    """Before an invoice falls due."""
    values = _values(facts)
    return Letter(
        subject=_("Tagihan %(amount)s jatuh tempo %(distance)s") % values,
        lead=_("Tagihan %(number)s sebesar %(amount)s jatuh tempo %(target)s, %(distance)s.") % values,
        paragraphs=closes(facts),
        button=_("Bayar sekarang"),
        path=invoice_path(facts.text("invoice")),
        outside=facts.pay_path,
    )


def overdue(facts: Facts) -> Letter:
    """Every day (or week) of the grace period: since when, and until when access stays."""
    late = _values(facts) | {"late": words.days(-int(facts.data["days"]))}
    return Letter(
        subject=_("Tagihan %(amount)s lewat jatuh tempo %(late)s") % late,
        lead=_("Tagihan %(number)s sebesar %(amount)s lewat jatuh tempo %(late)s, sejak %(target)s.") % late,
        paragraphs=closes(facts),
        button=_("Bayar sekarang"),
        path=invoice_path(facts.text("invoice")),
        outside=facts.pay_path,
    )


def pause_end(facts: Facts) -> Letter:
    """Before a pause ends by itself and billing goes on."""
    values = _values(facts)
    return Letter(
        subject=_("Jeda langganan %(product)s berakhir %(distance)s") % values,
        lead=_("Langganan %(product)s untuk %(tenant)s berjalan lagi %(target)s, %(distance)s.") % values,
        paragraphs=(_("Pada hari itu tagihan masa yang berjalan terbit, kecuali sudah ditagih sebelum jeda."),),
        button=_("Lihat langganan"),
        path=SUBSCRIPTION,
    )


def subscription_end(facts: Facts) -> Letter:
    """Before a suspended subscription ends for good."""
    values = _values(facts) | {"balance": words.money(facts.amount("balance"))}
    return Letter(
        subject=_("Langganan %(product)s berakhir %(distance)s bila belum dibayar") % values,
        lead=_("Langganan %(product)s untuk %(tenant)s berakhir %(target)s, %(distance)s.") % values,
        paragraphs=(_("Bayar tagihan %(balance)s sebelum hari itu, dan akses terbuka kembali seketika.") % values,),
        button=_("Bayar sekarang"),
        path=INVOICES,
    )


def _values(facts: Facts) -> dict[str, str]:
    return {
        "product": facts.account.product,
        "tenant": facts.account.tenant,
        "number": facts.text("invoice"),
        "amount": words.money(facts.amount()),
        "target": words.day(facts.day("target")),
        "distance": words.distance(max(int(facts.data.get("days", 0)), 0)),
    }
