"""Letters about a change of plan or interval (C11)."""

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from notifications.rules.links import SUBSCRIPTION
from notifications.selectors.facts import Facts
from notifications.selectors.letters import words
from notifications.selectors.letters.letter import Letter


def changed(facts: Facts) -> Letter:
    """The new plan holds, and nothing is billed for it today."""
    values = _values(facts)
    return Letter(
        subject=_("Paket %(product)s Anda sekarang %(new)s") % values,
        lead=_("%(tenant)s beralih dari paket %(old)s ke %(new)s, berlaku mulai %(day)s.") % values,
        paragraphs=_prices(facts, values),
        button=_("Lihat langganan"),
        path=SUBSCRIPTION,
    )


def scheduled(facts: Facts) -> Letter:
    """The new plan holds from the next period on, and can be taken back until then."""
    values = _values(facts)
    return Letter(
        subject=_("Paket %(product)s berganti ke %(new)s pada %(day)s") % values,
        lead=_("%(tenant)s tetap di paket %(old)s sampai %(day)s, lalu beralih ke %(new)s.") % values,
        paragraphs=(*_prices(facts, values), _("Sampai hari itu Anda masih dapat membatalkan perubahan ini.")),
        button=_("Lihat langganan"),
        path=SUBSCRIPTION,
    )


def withdrawn(facts: Facts) -> Letter:
    """The change was taken back."""
    values = _values(facts)
    return Letter(
        subject=_("Paket %(product)s Anda tetap %(old)s") % values,
        lead=_("Perubahan ke paket %(new)s yang dijadwalkan untuk %(day)s dibatalkan.") % values,
        button=_("Lihat langganan"),
        path=SUBSCRIPTION,
    )


def _prices(facts: Facts, values: dict[str, str]) -> tuple[str, ...]:
    """What a period costs from then on, and the next invoice where it is known."""
    found = [_("Harganya menjadi %(price)s.") % values]
    if facts.amount("next_amount") and facts.text("next_on"):
        following = {"amount": words.money(facts.amount("next_amount")), "day": words.day(facts.day("next_on"))}
        found.append(_("Tagihan berikutnya terbit %(day)s, perkiraan %(amount)s.") % following)
    return tuple(found)


def _values(facts: Facts) -> dict[str, str]:
    return {
        "product": facts.account.product,
        "tenant": facts.account.tenant,
        "old": _name(facts, "from"),
        "new": _name(facts, "to"),
        "day": words.day(facts.day("effective")),
        "price": _price(facts.amount("price_after"), facts.amount("to_months")),
    }


def _name(facts: Facts, end: str) -> str:
    """The plan's name in the reader's language; its code in an event that lacks it."""
    names = facts.data.get(f"{end}_name")
    language = "en" if (get_language() or "").startswith("en") else "id"
    return str(names[language]) if isinstance(names, dict) else facts.text(end)


def _price(amount: int, months: int) -> str:
    if amount == 0:
        return _("gratis")
    if months == words.MONTHS_OF_A_YEAR:
        return _("%(amount)s per tahun") % {"amount": words.money(amount)}
    if months == 1:
        return _("%(amount)s per bulan") % {"amount": words.money(amount)}
    return _("%(amount)s setiap %(months)d bulan") % {"amount": words.money(amount), "months": months}
