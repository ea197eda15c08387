"""Amounts and days as Indonesian banks write them."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

SEN = 100
# Digits of whole rupiah: no account holds a quadrillion; what is longer is a number of something else.
LONGEST = 15
INCOMING = frozenset({"cr", "c", "k", "kr", "kredit", "credit"})
OUTGOING = frozenset({"db", "d", "dr", "debet", "debit"})
MONTHS = {
    name: number
    for number, names in enumerate(
        (
            ("jan",), ("feb", "peb"), ("mar",), ("apr",), ("may", "mei"), ("jun",),
            ("jul",), ("aug", "agu", "ags"), ("sep",), ("oct", "okt"), ("nov", "nop"), ("dec", "des"),
        ),
        start=1,
    )
    for name in names
}  # fmt: skip
_AMOUNT = re.compile(
    r"(?P<sign>[+-]?)\(?(?:rp|idr)?\.?\s*(?P<sign2>[+-]?)(?P<digits>\d[\d.,\s]*?)\)?(?P<tail>-?)\s*(?P<mark>[a-z]*)"
)
_DAY = re.compile(r"(?P<a>\d{1,4})[/\-. ](?P<b>\d{1,2}|[a-z]{3,9})(?:[/\-. ,]+(?P<c>\d{4}|\d{2}))?(?:[ t].*)?")
_TIME = re.compile(r"\s+\d{1,2}[:.]\d{2}.*$")


class Unreadable(ValueError):
    """A cell that says nothing we understand; `code` says of what kind it should have been."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Figure:
    """An amount in sen, never negative, and the side its sign or mark puts it on: "in", "out", or "" where it says nothing."""

    sen: int
    side: str = ""


@dataclass(frozen=True, slots=True)
class Span:
    """The days a statement says it covers, both included; the year of a day written without one comes from here."""

    first: date
    last: date


def read_side(text: str) -> str:
    """ "CR", "K" → "in"; "DB", "D" → "out"; an empty cell says nothing."""
    word = text.strip().strip("'").lower().rstrip(".")
    if word in INCOMING:
        return "in"
    if word in OUTGOING:
        return "out"
    if word in {"", "-"}:
        return ""
    raise Unreadable("mark")


def read_amount(text: str, decimal: str = "") -> Figure:
    """An amount with any of the separators in use.

    "750,137.00 CR" and "Rp 750.137,00" → 75.013.700 sen; "750.137" → the same (groups of three are thousands);
    "(1.000)" and "-1,000" go out. `decimal` ("." or ",") ends the guessing where a mapping names it.
    """
    found = _AMOUNT.fullmatch(text.strip().strip("'").lower())
    if found is None:
        raise Unreadable("amount")
    side = read_side(found["mark"])
    negative = "(" in text or "-" in (found["sign"], found["sign2"], found["tail"])
    sen = _sen(re.sub(r"\s", "", found["digits"]), decimal)
    return Figure(sen, side or ("out" if negative else ""))


def _sen(digits: str, decimal: str) -> int:
    mark = decimal or _decimal_mark(digits)
    whole, _, fraction = digits.rpartition(mark) if mark and mark in digits else (digits, "", "")
    groups = re.split(r"[.,]", whole)
    grouped = len(groups) == 1 or (1 <= len(groups[0]) <= 3 and all(len(group) == 3 for group in groups[1:]))
    if len("".join(groups)) > LONGEST or not grouped or (mark and mark in whole) or len(fraction) > 2:
        raise Unreadable("amount")
    return int("".join(groups) or "0") * SEN + int(fraction.ljust(2, "0"))


def _decimal_mark(digits: str) -> str:
    """Of two different separators the last; a single one unless it is followed by a group of three digits."""
    used = [letter for letter in digits if letter in ".,"]
    if not used:
        return ""
    last = used[-1]
    if len(set(used)) == 2:
        return last
    return last if len(used) == 1 and len(digits.rpartition(last)[2]) != 3 else ""


def read_day(text: str, order: str = "dmy", span: Span | None = None) -> date:
    """A day in `order` ("dmy", "mdy", "ymd"), time of day ignored: "'01/03/2025", "1 Mar 25", "2025-03-01 10:22:31".

    "01/03" takes its year from `span`; without one it is Unreadable("year").
    """
    plain = _TIME.sub("", text.strip().strip("'\"").strip().lower())
    found = _DAY.fullmatch(plain)
    if found is None:
        return _packed(plain)
    first, second, third = found["a"], found["b"], found["c"]
    if third is None:
        return _without_year(first, second, order, span)
    if len(first) == 4:
        return _day(first, second, third)
    if second.isdigit() and order == "mdy":
        return _day(third, first, second)
    if order == "ymd" and second.isdigit() and len(first) == 2 and len(third) == 2:
        return _day(first, second, third)
    return _day(third, second, first)


def _packed(plain: str) -> date:
    if not re.fullmatch(r"20\d{6}", plain):
        raise Unreadable("date")
    return _day(plain[:4], plain[4:6], plain[6:])


def _without_year(first: str, second: str, order: str, span: Span | None) -> date:
    if span is None:
        raise Unreadable("year")
    month, day = (first, second) if order == "mdy" and second.isdigit() else (second, first)
    for year in {span.first.year, span.last.year}:
        found = _day(str(year), month, day)
        if span.first <= found <= span.last + timedelta(days=1):
            return found
    raise Unreadable("year")


def _day(year: str, month: str, day: str) -> date:
    number = int(month) if month.isdigit() else MONTHS.get(month[:3], 0)
    try:
        return date(int(year) + (2000 if len(year) == 2 else 0), number, int(day))
    except ValueError as error:
        raise Unreadable("date") from error
