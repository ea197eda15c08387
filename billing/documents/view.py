"""A document as it is shown: every text made up, nothing left to decide for page or PDF."""

import re
from collections.abc import Iterable, Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

from billing.documents.explain import explain, format_price, price_note
from billing.documents.facts import DocumentFacts, LineFacts, Settlement
from billing.documents.qr import qr_svg
from billing.documents.shown import BankAccount, InvoiceView, LineView, Party, Stamp, TotalRow
from billing.documents.terbilang import in_words_en, terbilang
from billing.documents.words import Words, language_of, words_in
from plans.rules.catalogue import Issuer
from plans.rules.money import format_number, format_rupiah
from plans.rules.spelling import spell_day

_TOGETHER = re.compile(r"Rp \d|\d{1,2} [A-Z][a-z]+ \d{4}")


def invoice_view(
    document: DocumentFacts,
    lines: Iterable[LineFacts],
    language: str,
    pay_url: str,
    settlement: Settlement | None = None,
) -> InvoiceView:
    """Make a document up for print in a language ("id" or "en").

    `settlement` says how much of it was settled by money and by credit; left out, all that was paid counts as money.
    """
    words, language = words_in(language), language_of(language)
    issuer = Issuer.model_validate(document.issuer)
    settled = settlement or Settlement(paid=document.paid, credited=document.credited)
    listed, credit_note = list(lines), document.kind == "credit"
    void, payable = document.status == "void", document.status == "open"
    outstanding = 0 if void else document.total - settled.paid - settled.credit - settled.credited
    headline = _headline(document, words, outstanding)
    return InvoiceView(
        language=language,
        words=words,
        kind=document.kind,
        title=_title(document, words),
        number=document.number,
        slug=document.slug,
        issuer=_issuer(issuer),
        brand=issuer.brand,
        customer=_customer(document.customer, words),
        product=str(document.customer.get("product", "")),
        issued_on=spell_day(document.issued_on, language),
        issued_date=document.issued_on,
        due_on="" if credit_note else spell_day(document.due_on, language),
        period=_period(document, language),
        reference=_reference(listed, words) if credit_note else "",
        lines=tuple(_line(line, language) for line in listed),
        totals=_totals(document, issuer, settled, outstanding, words),
        subtotal=document.subtotal,
        tax=document.tax,
        total=document.total,
        paid=settled.paid,
        credit=settled.credit,
        outstanding=outstanding,
        headline=headline,
        in_words=_in_words(headline.amount, language, words),
        due_by="" if credit_note else words.due_by.format(spell_day(document.due_on, language)),
        transfer_note=words.transfer_note.format(document.number),
        banks=_banks(issuer, words) if payable else (),
        pay_url=pay_url if payable else "",
        qr=qr_svg(pay_url) if payable and pay_url else "",
        stamp=_stamp(document, words, language),
        note=document.note,
        place_and_day=f"{issuer.city}, {spell_day(document.issued_on, language)}",
        signatory=issuer.signatory,
        duty=_duty(document, issuer, words),
    )


def _title(document: DocumentFacts, words: Words) -> str:
    return {"late_fee": words.late_fee, "credit": words.credit_note}.get(document.kind, words.invoice)


def _reference(lines: Iterable[LineFacts], words: Words) -> str:
    """The invoice that a credit note takes back, as each of its lines names it."""
    number = next((str(line.explanation.get("invoice", "")) for line in lines), "")
    return words.of_invoice.format(number) if number else ""


def spell_npwp(npwp: str) -> str:
    """A tax number in groups of four: "0013 4567 8901 2000"; one of the old 15 digits gets its leading zero."""
    digits = npwp.zfill(16) if npwp else ""
    return " ".join(digits[at : at + 4] for at in range(0, len(digits), 4))


def letterhead(issuer: Issuer) -> tuple[str, ...]:
    """What stands under the issuer's name on every paper: address, contact, tax number."""
    party = _issuer(issuer)
    return (*party.lines, f"NPWP {party.npwp}") if party.npwp else party.lines


def _issuer(issuer: Issuer) -> Party:
    contact = " · ".join(filter(None, (issuer.email, issuer.phone, issuer.website)))
    return Party(issuer.legal_name, (issuer.address, contact), spell_npwp(issuer.npwp))


def _customer(customer: Mapping[str, Any], words: Words) -> Party:
    contact = customer.get("contact") or ""
    lines = (customer.get("address") or "", words.attention.format(contact) if contact else "", customer.get("email"))
    return Party(
        str(customer["name"]), tuple(str(line) for line in lines if line), spell_npwp(customer.get("npwp", ""))
    )


def _banks(issuer: Issuer, words: Words) -> tuple[BankAccount, ...]:
    accounts = issuer.bank_accounts
    return tuple(BankAccount(at.bank, at.number, at.holder, words.account_holder.format(at.holder)) for at in accounts)


def _period(document: DocumentFacts, language: str) -> str:
    """The days a person counts, the last one included; a single day is one day."""
    if document.period_from is None or document.period_to is None:
        return ""
    first, last = document.period_from, document.period_to - timedelta(days=1)
    if last <= first:
        return spell_day(first, language)
    return f"{spell_day(first, language)} – {spell_day(last, language)}"


def _line(line: LineFacts, language: str) -> LineView:
    explained = explain(line.explanation, language)
    per_unit = line.explanation.get("unit_price") is not None
    unit = (line.explanation.get("unit") or {}).get(language, "") if per_unit else ""
    return LineView(
        description=_unbroken(line.description_en if language == "en" else line.description),
        quantity=f"{format_number(line.quantity)} {unit}".strip(),
        unit_price=format_price(line.unit_price),
        price_note=price_note(line.explanation, language),
        amount=line.amount,
        explanation=explained.rows,
        reasons=_unbroken(explained.brief),
        rule=explained.rule,
    )


def _unbroken(text: str) -> str:
    """Amounts and days are not torn apart at the end of a line."""
    return _TOGETHER.sub(lambda match: match[0].replace(" ", "\N{NO-BREAK SPACE}"), text)


def _headline(document: DocumentFacts, words: Words, outstanding: int) -> TotalRow:
    if document.kind == "credit":
        return TotalRow(words.amount_credited, document.total)
    if document.status in {"void", "closed"}:
        return TotalRow(words.amount_billed, document.total)
    if document.status == "paid":
        return TotalRow(words.amount_paid, document.total - document.credited)
    return TotalRow(words.amount_due, outstanding)


def _totals(
    document: DocumentFacts, issuer: Issuer, settled: Settlement, outstanding: int, words: Words
) -> tuple[TotalRow, ...]:
    parts = [
        TotalRow(words.credited, -settled.credited),
        TotalRow(words.credit_used, -settled.credit),
        TotalRow(words.already_paid, -settled.paid),
    ]
    owed = document.status != "void" and document.kind != "credit"
    taken_off = [part for part in parts if part.amount and owed]
    rows = [*_tax_rows(document, issuer, words), TotalRow(words.total, document.total, total=not taken_off), *taken_off]
    if taken_off:
        rows.append(TotalRow(words.left_to_pay, outstanding, total=True))
    return tuple(rows)


def _duty(document: DocumentFacts, issuer: Issuer, words: Words) -> str:
    """The box for the duty stamp on an invoice above the limit, where the issuer's policy is to have one."""
    duty = issuer.stamp_duty
    wanted = duty is not None and duty.on_invoices and document.kind == "invoice" and document.total > duty.above
    return words.duty_stamp.format(format_rupiah(duty.amount)) if duty is not None and wanted else ""


def _tax_rows(document: DocumentFacts, issuer: Issuer, words: Words) -> list[TotalRow]:
    """Only a PKP charges PPN: without one there is no tax line and no subtotal that would repeat the total.

    2 × 100.000: subtotal 200.000, DPP nilai lain 183.334, PPN 12 % 22.000. What a collector pays to the state is taken off
    again: it is shown, and not part of the total.
    """
    told = document.taxation
    if told is None:
        tax = [TotalRow(words.subtotal, document.subtotal), TotalRow(words.tax, document.tax)]
        return tax if issuer.is_pkp and document.tax else []
    percent = format_number(Decimal(told["percent"]))
    rows = [TotalRow(words.subtotal, document.subtotal), TotalRow(words.other_base, told["other_base"])]
    rows = rows if told["other_base"] != told["base"] else rows[:1]
    rows.append(TotalRow(words.tax_rate.format(percent), told["amount"]))
    if told["charged"] != told["amount"]:
        language = "en" if words is words_in("en") else "id"
        rows.append(TotalRow(told["words"][language], told["charged"] - told["amount"]))
    return rows


def _in_words(amount: int, language: str, words: Words) -> str:
    spelled = in_words_en(amount) if language == "en" else terbilang(amount)
    return words.in_words.format(spelled[:1].upper() + spelled[1:])


def _stamp(document: DocumentFacts, words: Words, language: str) -> Stamp | None:
    if document.status == "void":
        on = spell_day(document.voided_on, language) if document.voided_on else ""
        reason = words.void_reason.format(document.void_reason) if document.void_reason else ""
        return Stamp("void", words.void_stamp, on, words.void_note, reason)
    if document.kind == "credit":
        return None
    if document.status == "closed":
        return Stamp("closed", words.closed_stamp, "")
    if document.status == "paid":
        return Stamp("paid", words.paid_stamp, spell_day(document.paid_on, language) if document.paid_on else "")
    return None
