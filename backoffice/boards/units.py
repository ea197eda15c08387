"""How the value of a figure is written, and its change."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from django.utils.translation import gettext as _

from backoffice.figures.words import change, points, rupiah, times
from billing.documents.numbers import number, percent
from plans.rules.money import round_half_up

Value = int | Fraction | None
MILLION = 1_000_000


class Unit(StrEnum):
    """What a figure is counted in."""

    COUNT = "count"
    RUPIAH = "rupiah"
    SHARE = "share"
    TIMES = "times"
    DAYS = "days"
    MONTHS = "months"


@dataclass(frozen=True, slots=True)
class _Way:
    write: Callable[[Value], str]
    compare: Callable[[Value, Value], str]


def written(value: Value, unit: Unit) -> str:
    """ "Rp 2.450.000", "106,7 %", "31 hari"; a dash where there is none."""
    return "–" if value is None else _WAYS[unit].write(value)


def compared(now: Value, then: Value, unit: Unit) -> str:
    """Against the period before: "+Rp 670.000 (+37,6 %)", "-2,1 poin"; empty where there is nothing to compare."""
    if now is None or then is None:
        return ""
    return _("tidak berubah") if now == then else _WAYS[unit].compare(now, then)


def plain(value: Value) -> str | int | Decimal:
    """As a file has it: whole numbers as they are, shares with six decimals (1 is 100 %), nothing as an empty cell."""
    if isinstance(value, Fraction):
        return Decimal(round_half_up(value * MILLION)).scaleb(-6)
    return "" if value is None else value


def height(value: Value) -> int:
    """As a chart draws it: shares by the ten thousandth."""
    return round_half_up(value * 10_000) if isinstance(value, Fraction) else value or 0


def _whole(value: Value) -> int:
    return round_half_up(Fraction(value or 0))


def _further(now: Value, then: Value) -> str:
    """Days, months and multiples: "+3", "-0,5"."""
    difference = Fraction(now or 0) - Fraction(then or 0)
    return f"{'+' if difference > 0 else ''}{times(difference)}"


_WAYS = {
    Unit.COUNT: _Way(lambda value: number(_whole(value)), lambda now, then: change(_whole(now), _whole(then))),
    Unit.RUPIAH: _Way(
        lambda value: rupiah(_whole(value)), lambda now, then: change(_whole(now), _whole(then), money=True)
    ),
    Unit.SHARE: _Way(
        lambda value: percent(Fraction(value or 0)), lambda now, then: points(Fraction(now or 0), Fraction(then or 0))
    ),
    Unit.TIMES: _Way(lambda value: times(Fraction(value or 0)), _further),
    Unit.DAYS: _Way(lambda value: _("%(count)s hari") % {"count": times(Fraction(value or 0))}, _further),
    Unit.MONTHS: _Way(lambda value: _("%(count)s bulan") % {"count": times(Fraction(value or 0))}, _further),
}
