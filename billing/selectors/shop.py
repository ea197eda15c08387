"""What a tenant may buy beside its plan: items on sale with their places, add-ons with what is held."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from billing.models import Subscription
from billing.rules import sides
from billing.rules.agreement import Agreement
from plans.errors import CatalogueError
from plans.rules.catalogue import Addon, Catalogue, Charge, Item
from plans.rules.experiments import Assigned
from plans.rules.variants import vary
from plans.selectors.catalogue import catalogue_of
from tenants.models import Tenant
from tenants.services.places import places_series, places_taken


@dataclass(frozen=True, slots=True)
class OnSale:
    """An item, what a bundle of it includes, and how many places are left (None where there is no end)."""

    item: Item
    included: tuple[Item, ...]
    left: int | None


@dataclass(frozen=True, slots=True)
class HeldAddon:
    """An add-on, how many are held, and the charges it is billed by."""

    addon: Addon
    quantity: Decimal
    charges: tuple[Charge, ...]


def sold_to(tenant: Tenant) -> Catalogue:
    """The catalogue as the tenant saw it at sign-up: without what its variant of an experiment does not offer (N12)."""
    seen = (Assigned.model_validate(variant) for variant in tenant.signup.get("variants", ()))
    return vary(catalogue_of(tenant.product_code), seen)


def items_on_sale(tenant: Tenant, catalogue: Catalogue, today: date) -> tuple[OnSale, ...]:
    """The items that can be bought today, in the catalogue's order; a batch that has begun is gone. One query."""
    found = []
    taken = places_taken(places_series(tenant, item.code) for item in catalogue.items if item.batch)
    for item in catalogue.items:
        if item.milestones:
            continue  # by contract alone
        included = included_in(catalogue, item)
        batches = [sold for sold in (item, *included) if sold.batch]
        if any(sold.batch.first_day < today for sold in batches if sold.batch):
            continue
        left = [sold.batch.capacity - taken.get(places_series(tenant, sold.code), 0) for sold in batches if sold.batch]
        found.append(OnSale(item, included, max(0, min(left)) if left else None))
    return tuple(found)


def sells_extras(agreement: Agreement) -> bool:
    """Whether there is anything to hold or buy beside the plan: an add-on of the agreement, an item of the product."""
    if agreement.addons:
        return True
    items = vary(catalogue_of(agreement.product), agreement.variants).items
    return any(not item.milestones for item in items)


def item_of(catalogue: Catalogue, code: str) -> Item:
    """The item of a code; a `CatalogueError` on field "item" lists those there are."""
    found = next((item for item in catalogue.items if item.code == code), None)
    if found is not None:
        return found
    choices = [item.code for item in catalogue.items]
    shown = ", ".join(choices) or "–"
    raise CatalogueError(
        f"“{code[:60]}” tidak dijual. Pilihannya: {shown}.",
        field="item",
        code="unknown_item",
        data={"en": f"“{code[:60]}” is not sold. There is: {shown}.", "choices": choices},
    )


def included_in(catalogue: Catalogue, item: Item) -> tuple[Item, ...]:
    """The items of a bundle (N11); none for anything else."""
    by_code = {other.code: other for other in catalogue.items}
    return tuple(by_code[code] for code in item.includes)


def addons_of(subscription: Subscription, agreement: Agreement) -> tuple[HeldAddon, ...]:
    """Every add-on the agreement offers, held or not."""
    held = {code: Decimal(count) for code, count in subscription.addons.items()}
    return tuple(
        HeldAddon(
            addon,
            held.get(addon.code, sides.ZERO),
            tuple(charge for charge in agreement.charges if charge.quantity == addon.code),
        )
        for addon in agreement.addons
    )
