"""Amounts in words, as they stand on invoices and receipts (terbilang), for whole rupiah up to 10^15.

Our own because num2words writes 1.001.000 as "satu juta satu ribu" instead of "satu juta seribu".
"""

from collections.abc import Callable

LIMIT = 10**15

_ID_DIGITS = ("", "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan")
_ID_SCALES = ("", "ribu", "juta", "miliar", "triliun", "kuadriliun")
_EN_SMALL = (
    *("", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_EN_TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_EN_SCALES = ("", "thousand", "million", "billion", "trillion", "quadrillion")


def terbilang(amount: int) -> str:
    """The amount in Indonesian words, without the currency; beyond ±10^15 a `ValueError`.

    >>> terbilang(1_001_000)
    'satu juta seribu'
    """
    return _in_words(amount, "nol", _indonesian_group)


def in_words_en(amount: int) -> str:
    """The amount in English words, without the currency; beyond ±10^15 a `ValueError`.

    >>> in_words_en(255_000)
    'two hundred fifty-five thousand'
    """
    return _in_words(amount, "zero", _english_group)


def _in_words(amount: int, zero: str, group_words: Callable[[int, int], str]) -> str:
    if abs(amount) > LIMIT:
        raise ValueError(f"no words for amounts beyond {LIMIT}")
    if amount == 0:
        return zero
    words: list[str] = []
    rest, scale = abs(amount), 0
    while rest:
        rest, group = divmod(rest, 1000)
        if group:
            words.insert(0, group_words(group, scale))
        scale += 1
    return " ".join(["minus", *words] if amount < 0 else words)


def _indonesian_group(group: int, scale: int) -> str:
    if (group, scale) == (1, 1):
        return "seribu"
    return f"{_indonesian_hundreds(group)} {_ID_SCALES[scale]}".strip()


def _indonesian_hundreds(number: int) -> str:
    hundreds, rest = divmod(number, 100)
    if hundreds == 1:
        return f"seratus {_indonesian_tens(rest)}".strip()
    words = f"{_ID_DIGITS[hundreds]} ratus" if hundreds else ""
    return f"{words} {_indonesian_tens(rest)}".strip()


def _indonesian_tens(number: int) -> str:
    tens, units = divmod(number, 10)
    if number in (10, 11):
        return ("sepuluh", "sebelas")[units]
    if tens == 1:
        return f"{_ID_DIGITS[units]} belas"
    return f"{_ID_DIGITS[tens]} puluh {_ID_DIGITS[units]}".strip() if tens else _ID_DIGITS[units]


def _english_group(group: int, scale: int) -> str:
    return f"{_english_hundreds(group)} {_EN_SCALES[scale]}".strip()


def _english_hundreds(number: int) -> str:
    hundreds, rest = divmod(number, 100)
    words = f"{_EN_SMALL[hundreds]} hundred" if hundreds else ""
    return f"{words} {_english_tens(rest)}".strip()


def _english_tens(number: int) -> str:
    if number < 20:
        return _EN_SMALL[number]
    tens, units = divmod(number, 10)
    return f"{_EN_TENS[tens]}-{_EN_SMALL[units]}" if units else _EN_TENS[tens]
