"""A receipt (kuitansi) as it is printed: who paid how much for what, in words and figures, with its duty stamp."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from billing.documents.facts import PaperFacts
from billing.documents.terbilang import in_words_en, terbilang
from billing.documents.view import letterhead
from billing.documents.words import Words, language_of, words_in
from plans.rules.catalogue import Issuer
from plans.rules.money import format_rupiah
from plans.rules.spelling import spell_day


@dataclass(frozen=True, slots=True)
class ReceiptView:
    """A receipt in one language; `duty` is the text in the box of the duty stamp, empty where none is due."""

    template: ClassVar[str] = "documents/receipt.html"
    language: str
    words: Words
    title: str
    number: str
    slug: str
    issued_date: date
    brand: str
    issuer_name: str
    issuer_lines: tuple[str, ...]
    received_from: str
    in_words: str
    paying: str
    paid_by: str
    received_on: str
    amount: str
    place_and_day: str
    signatory: str
    duty: str
    void: bool
    void_text: str


def receipt_view(document: PaperFacts, language: str) -> ReceiptView:
    """Make a receipt up for print. 750.000 → "Tujuh ratus lima puluh ribu rupiah"; above 5.000.000 a stamp of 10.000.

    Its `customer` also holds what was paid for ("paying") and how ("paid_by"; older receipts have none).
    """
    words, language = words_in(language), language_of(language)
    issuer = Issuer.model_validate(document.issuer)
    spelled = in_words_en(document.total) if language == "en" else terbilang(document.total)
    duty = issuer.stamp_duty
    void = document.status == "void"
    return ReceiptView(
        language=language,
        words=words,
        title=words.receipt,
        number=document.number,
        slug=document.slug,
        issued_date=document.issued_on,
        brand=issuer.brand,
        issuer_name=issuer.legal_name,
        issuer_lines=letterhead(issuer),
        received_from=str(document.customer["name"]),
        in_words=words.in_words.format(spelled[:1].upper() + spelled[1:]),
        paying=str(document.customer.get("paying", {}).get(language, "")),
        paid_by=str(document.customer.get("paid_by", {}).get(language, "")),
        received_on=spell_day(document.paid_on, language) if document.paid_on else "",
        amount=format_rupiah(document.total),
        place_and_day=f"{issuer.city}, {spell_day(document.issued_on, language)}",
        signatory=issuer.signatory,
        duty=words.duty_stamp.format(format_rupiah(duty.amount)) if duty and document.total > duty.above else "",
        void=void,
        void_text=words.void_reason.format(document.void_reason) if void else "",
    )
