"""Price books as an existing agreement meets them: at its renewal (X3), and when one is announced (X4)."""

from datetime import date

from billing.models import Subscription
from billing.rules.agreement import Agreement, agree
from billing.rules.drafting import price_within
from billing.rules.price_notices import BookDays, Rise, first_renewal, lock_window
from plans.errors import CatalogueError
from plans.models import PriceBook
from plans.rules.catalogue import AtRenewal, Catalogue, PriceNotice
from plans.rules.offer import choose_book, make_offer
from plans.rules.periods import Period
from plans.rules.variants import vary
from plans.selectors.catalogue import catalogue_of
from tenants.rows import known


def renewed_agreement(subscription: Subscription, agreement: Agreement, on: date) -> Agreement:
    """The agreement of the next term: the kept book, or the current one where the plan says so (X3)."""
    by_contract = any(plan.by_contract for plan in agreement.plans)
    if agreement.at_renewal is not AtRenewal.CURRENT_BOOK or subscription.period_from is None or by_contract:
        return agreement
    return in_book_of(agreement, subscription, on)


def in_book_of(agreement: Agreement, subscription: Subscription, on: date) -> Agreement:
    """The agreement at the prices of the book in force on a day; its policy and its offers stay."""
    offer = make_offer(
        _catalogue(agreement),
        plan=agreement.plan_for(subscription.quantity).code,
        quantity=subscription.quantity,
        interval_months=agreement.interval_months,
        on=on,
        terms=agreement.terms.code,
    )
    renewed = agree(_catalogue(agreement), offer, agreement.variants)
    return renewed.model_copy(
        update={"at_renewal": agreement.at_renewal, "anchor": agreement.anchor, "discounts": agreement.discounts}
    )


def _catalogue(agreement: Agreement) -> Catalogue:
    """What is on sale, as the customer saw it at sign-up (K13)."""
    return vary(catalogue_of(agreement.product), agreement.variants)


def book_days(product: str) -> BookDays:
    """When the product's books begin and are announced, in one query, asked once for a batch."""

    def asked() -> BookDays:
        books = PriceBook.objects.filter(product__code=product)
        found = list(books.values_list("effective_from", "product__data__price_notice__months"))
        return BookDays(found[0][1] if found else None, tuple(day for day, _months in found))

    return known(("books", product), asked)


def notice_of(product: str) -> PriceNotice:
    """How the product announces prices."""
    return catalogue_of(product).product.price_notice or PriceNotice()


def rise_of(subscription: Subscription, effective: date) -> Rise | None:
    """What a book that begins on a day changes for a billed customer; None where its prices are not higher, or where another
    book begins before the customer meets it, or where it does not sell what the customer has."""
    agreement, starts = subscription.terms, subscription.billing_starts_on
    if starts is None:
        return None
    unbilled, anchor = subscription.next_period_on or effective, subscription.anchor_day
    renewal = first_renewal(agreement, starts, anchor, unbilled, effective)
    if any(plan.by_contract for plan in agreement.plans):
        return None  # its price is in no book
    kept = agreement.at_renewal is not AtRenewal.CURRENT_BOOK
    if not kept and choose_book(_catalogue(agreement), renewal.start).effective_from != effective:
        return None
    try:
        later = in_book_of(agreement, subscription, effective)
    except CatalogueError:
        return None  # no longer sold: there is no price to compare
    before, after = (_price(item, subscription, renewal) for item in (agreement, later))
    if after <= before:
        return None
    if kept:
        return Rise(later.book, effective, kept, before, after)
    lock = lock_window(agreement, starts, anchor, renewal, effective)
    return Rise(later.book, effective, kept, before, after, renewal, lock)


def coming_rise(subscription: Subscription, today: date) -> Rise | None:
    """The announced rise that the customer will meet next and has not met yet, for its pages."""
    days = book_days(subscription.product_code)
    coming = [day for day in days.untold(days.begun(today)) if days.notice_day(day) <= today]
    found = (rise_of(subscription, day) for day in coming)
    return next((rise for rise in found if rise is not None), None)


def _price(agreement: Agreement, subscription: Subscription, period: Period) -> int:
    return price_within(agreement, subscription.quantity, period, agreement.lock(subscription.quantity))[0]
