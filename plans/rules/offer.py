"""Choosing from a catalogue: which plan, book, charges, terms and trial hold for somebody who signs up.

Everything here is data of the catalogue file; no product is named. What is chosen is frozen into the agreement.
"""

from datetime import date
from decimal import Decimal

from pydantic import BaseModel, ConfigDict

from plans.errors import CatalogueError
from plans.rules.catalogue import (
    Anchor,
    Catalogue,
    Charge,
    Issuer,
    PaymentTerms,
    Plan,
    PriceBook,
    Product,
    ReminderPlan,
    Text,
    Trial,
    When,
)
from plans.rules.charges import ONE
from plans.rules.money import format_number
from plans.rules.quantities import check_quantity, check_range
from plans.rules.refusals import refusal, unknown
from plans.rules.spelling import spell_day


class Book(BaseModel):
    """Which price book it was; its prices are in the offer's `charges`. `illustrative` prices are nobody's promise."""

    model_config = ConfigDict(frozen=True)

    code: str
    effective_from: date
    illustrative: bool


class Offer(BaseModel):
    """All that an agreement needs to know, as values; `charges` are those of the plan and the interval alone."""

    model_config = ConfigDict(frozen=True)

    issuer: Issuer
    product: Product
    plan: Plan
    book: Book
    charges: tuple[Charge, ...]
    interval_months: int
    anchor: Anchor = Anchor.ANNIVERSARY
    terms: PaymentTerms
    reminders: ReminderPlan
    trial: Trial | None


def make_offer(
    catalogue: Catalogue,
    *,
    plan: str | None,
    quantity: Decimal,
    interval_months: int | None,
    on: date,
    book: str | None = None,
    terms: str | None = None,
    anchor: str | None = None,
) -> Offer:
    """What the catalogue offers for this quantity to somebody who signs up `on` a day.

    X1, X2: 150 students, 1 February 2025 → plan `standard`, book `xclass-2025`, yearly, terms `thirty-days`, a trial of
    one month. With `book` that book is taken whatever the day (X3: the kept book). A `CatalogueError` names the field.
    """
    chosen = choose_plan(catalogue, plan, quantity)
    prices = choose_book(catalogue, on) if book is None else named_book(catalogue, book)
    interval = choose_interval(prices, chosen, interval_months)
    return Offer(
        issuer=catalogue.issuer,
        product=catalogue.product,
        plan=chosen,
        book=Book(code=prices.code, effective_from=prices.effective_from, illustrative=prices.illustrative),
        charges=choose_charges(prices, chosen, interval),
        interval_months=interval,
        anchor=choose_anchor(catalogue.product, interval, anchor),
        terms=choose_terms(catalogue, chosen, terms),
        reminders=next(item for item in catalogue.reminders if item.code == chosen.reminders),
        trial=chosen.trial,
    )


def make_contract(
    catalogue: Catalogue, *, plan: str, quantity: Decimal, interval_months: int, price: int, book: str
) -> Offer:
    """An offer of a plan that is sold by contract, at the price agreed on for a period, whatever the quantity (C1).

    Enterprise at 3.500.000 a month. What the book bills such a plan beside its periods (usage, add-ons) goes along. A
    `CatalogueError` names the field.
    """
    chosen, prices = named_plan(catalogue, plan), named_book(catalogue, book)
    check_range(chosen.quantity, quantity, chosen.name, chosen.unit or catalogue.product.unit)
    if not chosen.by_contract:
        raise refusal(
            "plan_not_by_contract",
            "plan",
            f"Paket {chosen.name.id} memiliki harga daftar.",
            f"Plan {chosen.name.en} has a list price.",
        )
    agreed = Charge(
        code=f"{chosen.code}-contract",
        plans=(chosen.code,),
        interval_months=interval_months,
        description=Text(id=f"Paket {chosen.name.id}, harga kontrak", en=f"{chosen.name.en} plan, contract price"),
        quantity=ONE,
        pricing={"model": "flat", "amount": str(price)},
    )
    beside = [
        item
        for item in choose_charges(prices, chosen, interval_months)
        if item.when is not When.ADVANCE or not item.counts_the_tenant
    ]
    return Offer(
        issuer=catalogue.issuer,
        product=catalogue.product,
        plan=chosen,
        book=Book(code=prices.code, effective_from=prices.effective_from, illustrative=prices.illustrative),
        charges=(agreed, *beside),
        interval_months=interval_months,
        anchor=choose_anchor(catalogue.product, interval_months, None),
        terms=choose_terms(catalogue, chosen, None),
        reminders=next(item for item in catalogue.reminders if item.code == chosen.reminders),
        trial=None,
    )


def choose_plan(catalogue: Catalogue, plan: str | None, quantity: Decimal) -> Plan:
    """The plan for a quantity: where the product chooses by quantity that decides, else the named or the default one.

    X1: 49 students → `free-forever`, 50 → `standard`, 501 → `enterprise`, even when `standard` was named.
    K1: nothing named → `per-unit`.
    """
    check_quantity(quantity)
    named = None if plan is None else named_plan(catalogue, plan)
    if catalogue.product.plan_choice == "by_quantity":
        fitting = [item for item in catalogue.plans if quantity in item.quantity]
    else:
        wanted = named or next(item for item in catalogue.plans if item.default)
        return _checked_plan(wanted, quantity, catalogue.product)
    if not fitting:
        amount, unit = format_number(quantity), catalogue.product.unit
        raise refusal(
            "quantity_without_plan",
            "quantity",
            f"Tidak ada paket untuk {amount} {unit.id}.",
            f"There is no plan for {amount} {unit.en}.",
        )
    return fitting[0]


def _checked_plan(plan: Plan, quantity: Decimal, product: Product) -> Plan:
    """The plan itself, unless it is sold by contract alone (C1) or not for so many (N7: 30–50, 25 is refused)."""
    if plan.by_contract:
        raise refusal(
            "plan_by_contract",
            "plan",
            f"Paket {plan.name.id} dijual dengan kontrak. Hubungi kami untuk harganya.",
            f"Plan {plan.name.en} is sold by contract. Contact us for its price.",
        )
    check_range(plan.quantity, quantity, plan.name, plan.unit or product.unit)
    return plan


def named_plan(catalogue: Catalogue, code: str) -> Plan:
    """A plan by its code; an unknown one is a `CatalogueError` on field "plan" that lists the choices."""
    for item in catalogue.plans:
        if item.code == code:
            return item
    choices = [item.code for item in catalogue.plans]
    raise unknown("plan", code, choices, "Paket", "plan")


def choose_book(catalogue: Catalogue, on: date) -> PriceBook:
    """The book for sign-ups on a day: the latest that has begun.

    X2: 31 December 2025 → `xclass-2025`, 1 January 2026 → `xclass-2026`.
    """
    begun = [item for item in catalogue.price_books if item.effective_from <= on]
    if begun:
        return max(begun, key=lambda item: item.effective_from)
    first = min(item.effective_from for item in catalogue.price_books)
    name = catalogue.product.name
    raise CatalogueError(
        f"{name} belum dijual pada {spell_day(on, 'id')}. Penjualan dimulai {spell_day(first, 'id')}.",
        field="signup",
        code="not_on_sale",
        data={
            "en": f"{name} was not on sale on {spell_day(on, 'en')}. Sales begin on {spell_day(first, 'en')}.",
            "from": first.isoformat(),
        },
    )


def named_book(catalogue: Catalogue, code: str) -> PriceBook:
    """A book by its code, whatever the day: an agreement keeps the book of its sign-up (X3)."""
    for item in catalogue.price_books:
        if item.code == code:
            return item
    raise unknown("book", code, [item.code for item in catalogue.price_books], "Daftar harga", "price book")


def intervals_of(book: PriceBook, plan: Plan) -> tuple[int, ...]:
    """How often a plan can be billed under a book, in months, shortest first; Klustera: (1, 12)."""
    return tuple(sorted({months for charge in book.charges if plan.code in charge.plans for months in charge.rhythms}))


def choose_interval(book: PriceBook, plan: Plan, interval_months: int | None) -> int:
    """The rhythm asked for; none named means the shortest one there is."""
    offered = intervals_of(book, plan)
    if not offered:
        raise refusal(
            "plan_without_price",
            "plan",
            f"Paket {plan.code} tidak ada harganya dalam daftar harga {book.code}.",
            f"Plan {plan.code} has no price in price book {book.code}.",
        )
    interval = offered[0] if interval_months is None else interval_months
    if interval not in offered:
        shown = ", ".join(str(months) for months in offered)
        raise refusal(
            "unknown_interval",
            "interval_months",
            f"Paket {plan.code} tidak ditagih setiap {interval} bulan. Pilihannya (dalam bulan): {shown}.",
            f"Plan {plan.code} is not billed every {interval} months. There is (in months): {shown}.",
            offered,
        )
    return interval


def choose_anchor(product: Product, interval_months: int, anchor: str | None) -> Anchor:
    """Where periods begin: as asked for, if the product leaves a choice for this rhythm, else its default.

    K5: by the year `anniversary` or `calendar_year`; a complex by the month always the first of the month, whatever was chosen
    for the year. What the product has for no rhythm is refused.
    """
    allowed = product.anchors(interval_months)
    if anchor is None or anchor in allowed:
        return Anchor(anchor or allowed[0])
    if not any(anchor in product.anchors(months) for months in product.anchor):
        raise unknown("anchor", anchor, allowed, "Awal masa tagihan", "start of billing periods")
    return allowed[0]


def choose_charges(book: PriceBook, plan: Plan, interval_months: int) -> tuple[Charge, ...]:
    """All charges of a plan for a subscription of this rhythm, in the book's order."""
    return tuple(item for item in book.charges if plan.code in item.plans and item.belongs_to(interval_months))


def choose_terms(catalogue: Catalogue, plan: Plan, terms: str | None) -> PaymentTerms:
    """The plan's own payment terms, or others that the plan allows (K3: `net-30`)."""
    allowed = (plan.terms, *plan.other_terms)
    code = plan.terms if terms is None else terms
    if code not in allowed:
        raise unknown("terms", code, allowed, "Syarat pembayaran", "payment terms")
    return next(item for item in catalogue.terms if item.code == code)
