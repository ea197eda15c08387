"""Numbers on pages of figures: in the language of the page. Rupiah are written one way in every language.

| | Indonesian | English |
|---|---|---|
| `number` | 1.250,5 | 1,250.5 |
| `percent` | 95,5 % | 95.5 % |
| `format_rupiah` (plans) | Rp 1.250.000 | Rp 1.250.000 |

An amount is looked for on bills, transfers and the bank's statement, and there it has points. What explains a bill (its
quantity, its formula) is written as the bill is, by `plans.rules.money`, and not here.
"""

from decimal import Decimal
from fractions import Fraction

from django.utils.translation import get_language

from plans.rules.money import format_number, round_half_up

OTHERWISE = str.maketrans(",.", ".,")


def number(value: Decimal | int) -> str:
    """ "1.250,5"; in English "1,250.5"."""
    return in_language(format_number(value))


def rounded(value: Fraction, digits: int) -> str:
    """To so many digits after the comma, halves away from zero, without needless zeros: 5/2 is "2,5", 2 is "2"."""
    return number(Decimal(round_half_up(value * 10**digits)).scaleb(-digits))


def percent(share: Fraction | None) -> str:
    """A share to a tenth: "95,5 %", in English "95.5 %"; a dash where there is none."""
    return "–" if share is None else f"{rounded(share * 100, 1)} %"


def in_language(written: str) -> str:
    """A number written the Indonesian way, as the language of the page writes it."""
    return written if (get_language() or "id") == "id" else written.translate(OTHERWISE)
