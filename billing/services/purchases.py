"""Buying something once: a course, a certificate, places in a bootcamp, a kit, a bundle (N1, N3, N8, N11)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from billing.errors import StalePreview, WrongState
from billing.models import Document, DocumentKind, DocumentLine, LineKind, Subscription
from billing.rules.drafting import Draft
from billing.rules.lifecycle import Status
from billing.rules.purchases import batches_of, draft_purchase, no_place_left
from billing.selectors.accounts import living_subscription
from billing.selectors.shop import included_in, item_of, sold_to
from billing.selectors.taxing import taxed
from billing.services.invoicing import Dates, issue_document
from billing.services.standing import record, refresh
from plans.rules.catalogue import Catalogue, Item
from plans.rules.money import plain
from tenants.context import writing
from tenants.models import Tenant
from tenants.services.places import give_back_places, places_series, places_taken, take_places


@dataclass(frozen=True, slots=True)
class Purchase:
    """So many of an item. `key` makes a repetition harmless; `cause` is the reason where staff buy for the tenant.

    `agreed` is the `essence` of the preview somebody said yes to; empty where nobody looked at one.
    """

    item: str
    quantity: Decimal
    key: str
    cause: str = ""
    agreed: str = ""


def essence_of(draft: Draft) -> str:
    """What a person agrees to: "12000000:2026-11-05", the amount and its due day."""
    return f"{draft.total}:{draft.due_on.isoformat()}"


def preview_purchase(*, tenant: Tenant, item: str, quantity: Decimal, today: date) -> Draft:
    """The invoice that buying would cause, written nowhere; a `CatalogueError` says why it cannot be bought."""
    catalogue = sold_to(tenant)
    wanted = item_of(catalogue, item)
    included = included_in(catalogue, wanted)
    draft = _draft(living_subscription(), catalogue, wanted, included, quantity, today)
    for sold in batches_of(wanted, included):
        taken = places_taken([places_series(tenant, sold.code)])
        _check_places(sold, sum(taken.values()) + int(quantity), int(quantity))
    return draft


def buy_item(*, tenant: Tenant, purchase: Purchase, today: date) -> Document | None:
    """Sell an item to the tenant: its places are taken and its invoice issued in one transaction; None where it is free.

    The subscription is not changed, and an unpaid purchase closes nothing. Safe to repeat by `key`. Two buyers of the last
    place queue up on its counter: the second is refused and nothing of his is written.
    """
    with writing(tenant) as locked:
        known = DocumentLine.objects.filter(kind=LineKind.ITEM, explanation__key=purchase.key).first()
        if known is not None:
            return known.document
        subscription = living_subscription()
        if subscription.status == Status.SUSPENDED:
            raise WrongState(_("Bayar dahulu tagihan yang lewat jatuh tempo."), code="pay_first")
        if subscription.status == Status.PAUSED:
            raise WrongState(_("Langganan ini sedang dijeda. Aktifkan dahulu."), code="resume_first")
        document = _sell(locked, subscription, purchase, today)
        refresh(locked, subscription, today)
    return document


def _sell(tenant: Tenant, subscription: Subscription, purchase: Purchase, today: date) -> Document | None:
    catalogue = sold_to(tenant)
    item = item_of(catalogue, purchase.item)
    included = included_in(catalogue, item)
    draft = _draft(subscription, catalogue, item, included, purchase.quantity, today)
    if purchase.agreed and purchase.agreed != essence_of(draft):
        raise StalePreview(_("Keadaan berubah sejak pratinjau. Periksa sekali lagi."), field="quantity")
    count = int(purchase.quantity)
    taken = {}
    for sold in batches_of(item, included):
        series = places_series(tenant, sold.code)
        _check_places(sold, take_places(series=series, count=count), count)
        taken[series] = count
    bought = {"item": item.code, "count": plain(purchase.quantity)}
    record(tenant, subscription, "purchase.made", today, cause=purchase.cause, **bought, amount=draft.total)
    if not draft.total:
        return None
    kept = {"key": purchase.key, "places": taken}
    lines = [replace(line, explanation={**line.explanation, **kept}) for line in draft.lines]
    # No period: a purchase belongs to no term of the subscription.
    dates = Dates(issued_on=today, due_on=draft.due_on, suspend_on=draft.suspend_on)
    return issue_document(tenant, subscription, DocumentKind.INVOICE, lines, dates, cause=purchase.cause)


def give_back(document: Document) -> None:
    """Free the places that a voided invoice had taken."""
    for line in document.lines.filter(kind=LineKind.ITEM):
        for series, count in line.explanation.get("places", {}).items():
            give_back_places(series=series, count=count)


def _draft(
    subscription: Subscription,
    catalogue: Catalogue,
    item: Item,
    included: Sequence[Item],
    quantity: Decimal,
    today: date,
) -> Draft:
    terms = next(found for found in catalogue.terms if found.code == item.terms)
    draft = draft_purchase(item, included, terms, catalogue.product.unit, quantity, today)
    return taxed(draft, subscription.terms)


def _check_places(item: Item, taken: int, wanted: int) -> None:
    capacity = item.batch.capacity if item.batch else taken
    if taken > capacity:
        raise no_place_left(item, max(0, capacity - (taken - wanted)))
