"""Days, amounts and prices as letters say them, in the active language."""

from datetime import date
from decimal import Decimal

from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from notifications.selectors.facts import Facts
from plans.rules.money import format_number, format_rupiah

MONTHS_OF_A_YEAR = 12


def day(value: date) -> str:
    """ "1 Maret 2025", "1 March 2025"."""
    return date_format(value, "j F Y")


def days(count: int) -> str:
    """ "7 hari", "7 days"."""
    return ngettext("%(count)d hari", "%(count)d hari", count) % {"count": count}


def distance(count: int) -> str:
    """A day so many days ahead: "hari ini", "besok", "7 hari lagi"."""
    if count == 0:
        return _("hari ini")
    return _("besok") if count == 1 else _("%(days)s lagi") % {"days": days(count)}


def money(amount: int | Decimal) -> str:
    """ "Rp 750.000"; a unit price may have a fraction: "Rp 12,5"."""
    if amount == int(amount):
        return format_rupiah(int(amount))
    return f"Rp {format_number(Decimal(amount))}"


def number(value: Decimal) -> str:
    """ "1.250"."""
    return format_number(value)


def unit(facts: Facts) -> str:
    """ "siswa", "students"."""
    return facts.account.unit.of(get_language() or "id")


def per_period(facts: Facts, amount: int) -> str:
    """An amount a period: "Rp 750.000 per tahun"."""
    if facts.account.months == MONTHS_OF_A_YEAR:
        return _("%(amount)s per tahun") % {"amount": money(amount)}
    if facts.account.months == 1:
        return _("%(amount)s per bulan") % {"amount": money(amount)}
    return _("%(amount)s setiap %(months)d bulan") % {"amount": money(amount), "months": facts.account.months}


def price(facts: Facts, amount: int) -> str:
    """The amount a period with the price of one unit (X6): "Rp 750.000 per tahun (hanya Rp 5.000/siswa)"."""
    one = facts.unit_price()
    if one is None:
        return per_period(facts, amount)
    return _("%(amount)s (hanya %(price)s/%(unit)s)") % {
        "amount": per_period(facts, amount),
        "price": money(one),
        "unit": unit(facts),
    }


def usual_price(facts: Facts) -> str:
    """A whole period's price, and the list price behind it where an offer lowers it (K9)."""
    now, listed = facts.period_price(), facts.list_price()
    if now == listed:
        return price(facts, now)
    said = {"price": price(facts, now), "listed": money(listed)}
    return _("%(price)s selama penawaran berlaku, dari harga daftar %(listed)s") % said
