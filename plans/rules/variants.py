"""A catalogue as somebody in an experiment sees it. Pages, quotes, sign-up and agreement are made from it as from any other."""

from collections.abc import Iterable, Sequence

from plans.rules.catalogue import Catalogue, Charge, Plan, PriceBook
from plans.rules.experiments import Assigned, ChargeOverride, Variant


def vary(catalogue: Catalogue, assigned: Iterable[Assigned]) -> Catalogue:
    """The catalogue with the variants put in; the same one where there are none.

    K13: variant `higher` of `klustera-2025`: 200 units at 4.000 a month = 800.000 instead of 600.000. Prices of other books
    stay: who moves on to a later book pays what that book says.
    """
    for taken in assigned:
        catalogue = _put_in(catalogue, taken)
    return catalogue


def _put_in(catalogue: Catalogue, taken: Assigned) -> Catalogue:
    variant, hidden = taken.variant, taken.variant.hides
    plans = tuple(_plan(plan, variant) for plan in catalogue.plans if plan.code not in hidden.plans)
    books = tuple(
        _book(
            _without(book, hidden.addons),
            variant.charges if book.code == taken.price_book else (),
            {plan.code for plan in plans},
        )
        for book in catalogue.price_books
    )
    if catalogue.product.plan_choice == "default":
        plans = _with_default(plans, variant)
    addons = tuple(addon for addon in catalogue.addons if addon.code not in hidden.addons)
    items = tuple(item for item in catalogue.items if not {item.code, *item.includes} & {*hidden.items})
    return catalogue.model_copy(update={"plans": plans, "price_books": books, "addons": addons, "items": items})


def _without(book: PriceBook, addons: Sequence[str]) -> PriceBook:
    """The book without what is billed by the count of these add-ons."""
    kept = tuple(charge for charge in book.charges if charge.quantity not in addons)
    return book if kept == book.charges else book.model_copy(update={"charges": kept})


def _plan(plan: Plan, variant: Variant) -> Plan:
    if variant.trial is None or plan.trial is None:
        return plan
    return plan.model_copy(update={"trial": variant.trial})


def _with_default(plans: tuple[Plan, ...], variant: Variant) -> tuple[Plan, ...]:
    """The named plan is the default; where the default was hidden and none is named, the first that is left."""
    if variant.default_plan is None and any(plan.default for plan in plans):
        return plans
    default = variant.default_plan or plans[0].code
    return tuple(plan.model_copy(update={"default": plan.code == default}) for plan in plans)


def _book(book: PriceBook, overrides: Sequence[ChargeOverride], plans: set[str]) -> PriceBook:
    charges = [_charge(charge, overrides, plans) for charge in book.charges]
    kept = tuple(charge for charge in charges if charge.plans)
    # a book of which nothing is left stays as it was: it belongs to plans that nobody is offered
    return book.model_copy(update={"charges": kept or book.charges})


def _charge(charge: Charge, overrides: Sequence[ChargeOverride], plans: set[str]) -> Charge:
    left = tuple(code for code in charge.plans if code in plans)
    for override in overrides:
        if (override.code, override.interval_months) == (charge.code, charge.interval_months):
            description = override.description or charge.description
            return _with(charge, plans=left, pricing=override.pricing, description=description)
    return charge if left == charge.plans else _with(charge, plans=left)


def _with(charge: Charge, **changes: object) -> Charge:
    """A copy that parses its price anew: `model_copy` would take the parsed one along."""
    fields = {name: getattr(charge, name) for name in type(charge).model_fields}
    return charge.model_construct(**{**fields, **changes})
