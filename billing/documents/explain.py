"""Why an amount is what it is, in words: the explanation that a line carries, made readable in Indonesian and English.

The invoice page, the PDF, the preview of a report and the API all say it with these words.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from billing.documents.words import language_of, words_in
from plans.rules.money import format_number, format_rupiah
from plans.rules.periods import Period
from plans.rules.spelling import spell_day, spell_period


@dataclass(frozen=True, slots=True)
class Row:
    """One fact with its name; `sum` marks the calculation that ends in the amount."""

    label: str
    value: str
    sum: bool = False


@dataclass(frozen=True, slots=True)
class Explained:
    """An explanation as `rows` (for a table that opens), as `sentences`, and the rule ids on their own ("X1, X8").

    `brief` leaves out the quantity, for a table that shows it in a column of its own.
    """

    rows: tuple[Row, ...]
    sentences: tuple[str, ...]
    brief: str
    rule: str

    @property
    def text(self) -> str:
        """All sentences as one paragraph."""
        return " ".join(self.sentences)


@dataclass(frozen=True, slots=True)
class _Phrase:
    """A fact's label and its sentence, Indonesian and English; `{}` takes the value."""

    label: tuple[str, str]
    sentence: tuple[str, str]
    of: Callable[[Mapping[str, object], str], str]
    sum: bool = False
    in_brief: bool = True


def explain(explanation: Mapping[str, object], language: str) -> Explained:
    """Put a line's explanation into words; what it does not hold is left out, so that old lines can always be read.

    150 students in the 2025 book: "Jumlah yang dihitung: 150 siswa." "Tingkat harga: 50–500 siswa." "Harga Rp 5.000
    dikunci selama masa langganan." "Menurut daftar harga xclass-2025." "Perhitungan: 150 × 5.000 = Rp 750.000."
    "Aturan X1."
    """
    at = ("id", "en").index(language_of(language))
    found = [(phrase, value) for phrase in _PHRASES if (value := phrase.of(explanation, language_of(language)))]
    rule = ", ".join(_strings(explanation.get("rules")))
    named = [(f"Aturan {rule}.", f"Rule {rule}.")[at]] if rule else []
    return Explained(
        rows=tuple(Row(phrase.label[at], value, phrase.sum) for phrase, value in found),
        sentences=(*(phrase.sentence[at].format(value) for phrase, value in found), *named),
        brief=" ".join([*(phrase.sentence[at].format(value) for phrase, value in found if phrase.in_brief), *named]),
        rule=rule,
    )


def format_price(price: Decimal) -> str:
    """A unit price as printed: "Rp 5.000"; fractions of a rupiah to two places, "Rp 2.479,45"."""
    whole = price == price.to_integral_value()
    return format_rupiah(int(price)) if whole else f"Rp {format_number(price.quantize(Decimal('0.01')))}"


def price_note(explanation: Mapping[str, object], language: str) -> str:
    """ "termasuk PPN" of a price with the tax in it: 3 × 100.000 stands beside 270.270 then, which has to be said."""
    told = explanation.get("tax")
    return words_in(language).with_tax if isinstance(told, Mapping) and told.get("inclusive") else ""


def _quantity(explanation: Mapping[str, object], language: str) -> str:
    number = _decimal(explanation.get("quantity"))
    return "" if number is None else f"{format_number(number)} {_in(explanation.get('unit'), language)}".strip()


def _tier(explanation: Mapping[str, object], language: str) -> str:
    tier = explanation.get("tier")
    return _in(explanation.get("tier_name"), language) or ("" if tier is None else str(tier))


def _open_price(explanation: Mapping[str, object], _: str) -> str:
    return "" if explanation.get("locked_price") else _price(explanation)


def _locked_price(explanation: Mapping[str, object], _: str) -> str:
    return _price(explanation) if explanation.get("locked_price") else ""


def _price(explanation: Mapping[str, object]) -> str:
    price = _decimal(explanation.get("unit_price"))
    return "" if price is None else format_price(price)


def _days(explanation: Mapping[str, object], language: str) -> str:
    proration = explanation.get("proration")
    if not isinstance(proration, Mapping):
        return ""
    return f"{proration['days']} {'dari' if language == 'id' else 'of'} {proration['of']}"


def _shares(explanation: Mapping[str, object], language: str) -> str:
    """A net amount as a credit and a charge: "Sisa Starter 15 hari −Rp 150.000; Growth 15 hari Rp 300.000" (C11)."""
    shares = explanation.get("shares")
    found = [share for share in shares if isinstance(share, Mapping)] if isinstance(shares, list) else []
    return "; ".join(f"{_in(share['words'], language)} {_signed(share['amount'])}" for share in found)


def _discounts(explanation: Mapping[str, object], language: str) -> str:
    """Each offer with its days: "Pelanggan awal, 1 Maret 2026 – 31 Agustus 2026: 20 % × 600.000 = Rp 120.000" (K9)."""
    given = explanation.get("discounts")
    found = [item for item in given if isinstance(item, Mapping)] if isinstance(given, list) else []
    return "; ".join(f"{_in(item['name'], language)}{_span(item, language)}: {item['formula']}" for item in found)


def _span(item: Mapping[str, object], language: str) -> str:
    """From–to as a person counts days, the last one included."""
    first, end = item.get("from"), item.get("to")
    if not isinstance(first, str):
        return ""
    if not isinstance(end, str):
        since = {"id": "mulai", "en": "from"}[language]
        return f", {since} {spell_day(date.fromisoformat(first), language)}"
    return f", {spell_period(Period(date.fromisoformat(first), date.fromisoformat(end)), language)}"


def _signed(amount: int) -> str:
    return format_rupiah(amount) if amount >= 0 else f"−{format_rupiah(-amount)}"


def _tax(explanation: Mapping[str, object], _: str) -> str:
    told = explanation.get("tax")
    return str(told["formula"]) if isinstance(told, Mapping) else ""


def _text(name: str) -> Callable[[Mapping[str, object], str], str]:
    return lambda explanation, _: str(explanation.get(name) or "")


def _in(text: object, language: str) -> str:
    return str(text.get(language, "")) if isinstance(text, Mapping) else ""


def _decimal(number: object) -> Decimal | None:
    return Decimal(number) if isinstance(number, str) else None


def _strings(items: object) -> Sequence[str]:
    return [str(item) for item in items] if isinstance(items, list | tuple) else []


_PHRASES = (
    _Phrase(("Atas tagihan", "On invoice"), ("Atas tagihan {}.", "On invoice {}."), _text("invoice")),
    _Phrase(("Jumlah", "Quantity"), ("Jumlah yang dihitung: {}.", "Quantity counted: {}."), _quantity, in_brief=False),
    _Phrase(("Tingkat harga", "Price tier"), ("Tingkat harga: {}.", "Price tier: {}."), _tier),
    _Phrase(("Harga satuan", "Unit price"), ("Harga satuan {}.", "Unit price {}."), _open_price),
    _Phrase(
        ("Harga satuan, dikunci", "Unit price, locked"),
        ("Harga {} dikunci selama masa langganan.", "The price of {} is locked for the term of the subscription."),
        _locked_price,
    ),
    _Phrase(("Daftar harga", "Price book"), ("Menurut daftar harga {}.", "According to price book {}."), _text("book")),
    _Phrase(("Hari yang dihitung", "Days charged"), ("Dihitung untuk {} hari.", "Charged for {} days."), _days),
    _Phrase(("Penawaran", "Offers"), ("Penawaran: {}.", "Offers: {}."), _discounts),
    _Phrase(("Dirinci", "In detail"), ("Dirinci: {}.", "In detail: {}."), _shares),
    _Phrase(("Perhitungan", "Calculation"), ("Perhitungan: {}.", "Calculation: {}."), _text("formula"), sum=True),
    _Phrase(("PPN", "VAT (PPN)"), ("PPN: {}.", "VAT (PPN): {}."), _tax),
)
