"""A statement of account made up for page and print."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from billing.documents.view import letterhead, spell_npwp
from billing.documents.ways import spell_way
from billing.documents.words import Words, language_of, words_in
from billing.rules.account_statement import AccountStatement, Movement
from plans.rules.catalogue import Issuer
from plans.rules.money import format_rupiah
from plans.rules.spelling import spell_day

KINDS = {
    "invoice": ("Tagihan", "Invoice"),
    "late_fee": ("Denda", "Late fee"),
    "void": ("Dibatalkan", "Voided"),
    "credit": ("Nota kredit", "Credit note"),
    "write_off": ("Penghapusan", "Write-off"),
    "payment": ("Pembayaran", "Payment"),
    "refund": ("Dana dikembalikan", "Refund"),
    "reversal": ("Pembukuan pembayaran dibatalkan", "Payment taken back"),
    "allowance": ("Saldo diberikan", "Credit given"),
}
MONEY = frozenset({"payment", "refund", "reversal"})  # of these the number is the way it came


@dataclass(frozen=True, slots=True)
class RowView:
    """A row of the statement; an amount that is not there is empty."""

    day: str
    kind: str
    number: str
    charged: str
    settled: str
    balance: str


@dataclass(frozen=True, slots=True)
class StatementView:
    """A statement in one language; amounts are made up ("Rp 750.000", "-Rp 137" where the customer has credit)."""

    template: ClassVar[str] = "documents/account_statement.html"
    language: str
    words: Words
    title: str
    slug: str
    issued_date: date
    days: str
    brand: str
    issuer_name: str
    issuer_lines: tuple[str, ...]
    customer_name: str
    customer_lines: tuple[str, ...]
    opening: str
    rows: tuple[RowView, ...]
    charged: str
    settled: str
    closing: str
    in_credit: bool  # a balance is below zero, which is explained then


def statement_view(
    made: AccountStatement, issuer: Mapping[str, Any], customer: Mapping[str, Any], language: str
) -> StatementView:
    """Make a statement up; `issuer` and `customer` are as documents copy them."""
    words, language = words_in(language), language_of(language)
    seller = Issuer.model_validate(issuer)
    address = (
        customer.get("address") or "",
        words.attention.format(customer["contact"]) if customer.get("contact") else "",
        f"NPWP {spell_npwp(customer['npwp'])}" if customer.get("npwp") else "",
    )
    return StatementView(
        language=language,
        words=words,
        title=words.statement,
        slug=f"{seller.code}-{made.first.isoformat()}-{made.last.isoformat()}",
        issued_date=made.last,
        days=words.statement_days.format(spell_day(made.first, language), spell_day(made.last, language)),
        brand=seller.brand,
        issuer_name=seller.legal_name,
        issuer_lines=letterhead(seller),
        customer_name=str(customer["name"]),
        customer_lines=tuple(filter(None, address)),
        opening=format_rupiah(made.opening),
        rows=tuple(_row(row.movement, row.balance, language) for row in made.rows),
        charged=format_rupiah(made.charged),
        settled=format_rupiah(made.settled),
        closing=format_rupiah(made.closing),
        in_credit=min([made.opening, *(row.balance for row in made.rows)]) < 0,
    )


def _row(movement: Movement, balance: int, language: str) -> RowView:
    return RowView(
        day=spell_day(movement.on, language),
        kind=KINDS[movement.kind][language == "en"],
        number=spell_way(movement.number, language) if movement.kind in MONEY else movement.number,
        charged=format_rupiah(movement.charged) if movement.charged else "",
        settled=format_rupiah(movement.settled) if movement.settled else "",
        balance=format_rupiah(balance),
    )
