"""Buying something once: a course, a certificate, places in a bootcamp, a kit, a bundle (N1, N3, N8, N11)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from billing.errors import StalePreview, WrongState
from billing.models import Document, DocumentKind, DocumentLine, LineKind, Subscription
from billing.rules.drafting import Draft
from billing.rules.lifecycle import Status
from billing.rules.purchases import batches_of, draft_purchase, no_place_left
from billing.rules.schedules import Scheduled, first_part, in_instalments
from billing.selectors.accounts import living_subscription
from billing.selectors.shop import included_in, item_of, sold_to
from billing.selectors.taxing import taxed
from billing.services.charges.schedules import add_parts, drop_parts, schedule_key
from billing.services.documents.invoicing import Dates, issue_document
from billing.services.standing import record, refresh
from plans.errors import CatalogueError
from plans.rules.catalogue import Catalogue, Item
from plans.rules.money import plain
from tenants.context import inside, writing
from tenants.models import Tenant
from tenants.services.places import give_back_places, places_series, places_taken, take_places


@dataclass(frozen=True, slots=True)
class Purchase:
    """So many of an item. `key` makes a repetition harmless; `cause` is the reason where staff buy for the tenant.

    `agreed` is the `essence` of the preview somebody said yes to; empty where nobody looked at one. `instalments`: in the parts
    that the item offers (N3).
    """

    item: str
    quantity: Decimal
    key: str
    cause: str = ""
    agreed: str = ""
    instalments: bool = False


@dataclass(frozen=True, slots=True)
class Offered:
    """What buying costs: `draft` is invoiced today, `later` are the parts that follow on their days."""

    draft: Draft
    later: tuple[Scheduled, ...] = ()


def essence_of(offered: Offered) -> str:
    """What a person agrees to: "12000000:2026-11-05", the amount and its due day; of instalments the later ones, too."""
    later = [f"{part.amount}@{part.on}" for part in offered.later]
    return ":".join([str(offered.draft.total), offered.draft.due_on.isoformat(), *later])


def preview_purchase(
    *, tenant: Tenant, item: str, quantity: Decimal, today: date, instalments: bool = False
) -> Offered:
    """The invoice that buying would cause and the parts after it, written nowhere; a `CatalogueError` says why it cannot be
    bought."""
    catalogue = sold_to(tenant)
    wanted = item_of(catalogue, item)
    included = included_in(catalogue, wanted)
    with inside(tenant):
        subscription = living_subscription()
    offered = _offer(subscription, catalogue, wanted, included, quantity, today, instalments)
    for sold in batches_of(wanted, included):
        taken = places_taken([places_series(tenant, sold.code)])
        _check_places(sold, sum(taken.values()) + int(quantity), int(quantity))
    return offered


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
    offered = _offer(subscription, catalogue, item, included, purchase.quantity, today, purchase.instalments)
    if purchase.agreed and purchase.agreed != essence_of(offered):
        raise StalePreview(_("Keadaan berubah sejak pratinjau. Periksa sekali lagi."), field="quantity")
    taken = _take_places(tenant, batches_of(item, included), int(purchase.quantity))
    bought = {"item": item.code, "count": plain(purchase.quantity)}
    whole = offered.draft.total + sum(part.amount for part in offered.later)
    record(tenant, subscription, "purchase.made", today, cause=purchase.cause, **bought, amount=whole)
    if not offered.draft.total:
        return None
    kept: dict[str, object] = {"key": purchase.key, "places": taken}
    if offered.later:
        kept["schedule"] = offered.later[0].key
        add_parts(subscription, offered.later)
    return _bill(tenant, subscription, offered.draft, kept, today, purchase.cause)


def _take_places(tenant: Tenant, batches: Iterable[Item], count: int) -> dict[str, int]:
    """Places in each batch, by its series: {"places:…:bootcamp-2027-01": 6}; refused where one has no more."""
    taken = {}
    for sold in batches:
        series = places_series(tenant, sold.code)
        _check_places(sold, take_places(series=series, count=count), count)
        taken[series] = count
    return taken


def _bill(
    tenant: Tenant, subscription: Subscription, draft: Draft, kept: Mapping[str, object], today: date, cause: str
) -> Document:
    """The invoice; its lines say what it took, so that voiding it can give that back."""
    lines = [replace(line, explanation={**line.explanation, **kept}) for line in draft.lines]
    # No period: a purchase belongs to no term of the subscription.
    dates = Dates(issued_on=today, due_on=draft.due_on, suspend_on=draft.suspend_on)
    return issue_document(tenant, subscription, DocumentKind.INVOICE, lines, dates, cause=cause)


def give_back(document: Document, subscription: Subscription | None = None) -> None:
    """Free the places that a voided invoice had taken, and let go the instalments that would have followed it."""
    for line in document.lines.filter(kind=LineKind.ITEM):
        if line.explanation.get("schedule") and subscription is not None:
            drop_parts(subscription, str(line.explanation["schedule"]))
        for series, count in line.explanation.get("places", {}).items():
            give_back_places(series=series, count=count)


def _offer(
    subscription: Subscription,
    catalogue: Catalogue,
    item: Item,
    included: Sequence[Item],
    quantity: Decimal,
    today: date,
    instalments: bool,
) -> Offered:
    _check_sold(item, instalments=instalments)
    terms = next(found for found in catalogue.terms if found.code == item.terms)
    draft = draft_purchase(item, included, terms, catalogue.product.unit, quantity, today)
    if not instalments or not draft.total:
        return Offered(taxed(draft, subscription.terms))
    divided = in_instalments(item, draft.lines[0].description, draft.total, terms, schedule_key(), today)
    return Offered(taxed(first_part(draft, divided, item), subscription.terms), divided.later)


def _check_sold(item: Item, *, instalments: bool) -> None:
    if item.milestones:
        raise CatalogueError(
            f"{item.name.id} dijual dengan kontrak. Hubungi kami.",
            field="item",
            code="item_by_contract",
            data={"en": f"{item.name.en} is sold by contract. Contact us."},
        )
    if instalments and not item.instalments:
        raise CatalogueError(
            f"{item.name.id} tidak dijual dengan angsuran.",
            field="instalments",
            code="no_instalments",
            data={"en": f"{item.name.en} is not sold by instalments."},
        )


def _check_places(item: Item, taken: int, wanted: int) -> None:
    capacity = item.batch.capacity if item.batch else taken
    if taken > capacity:
        raise no_place_left(item, max(0, capacity - (taken - wanted)))
