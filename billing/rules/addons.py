"""Which add-ons may be held, and how many."""

from collections.abc import Mapping
from decimal import Decimal

from billing.rules.agreement import Agreement
from plans.errors import CatalogueError
from plans.rules.catalogue import Addon
from plans.rules.quantities import check_quantity, check_range

ZERO = Decimal(0)


def check_addon(agreement: Agreement, code: str, quantity: Decimal) -> Addon:
    """The add-on, if so many of it may be held; zero gives up one that is not required. A `CatalogueError` says why not.

    N8: 600 robot kits → "Sewa perangkat robotik untuk 1 sampai 500 perangkat, bukan 600."
    """
    addon = agreement.addon(code)
    if addon is None:
        raise _unknown(agreement, code)
    try:
        check_quantity(quantity)
        if quantity or addon.required:
            check_range(addon.quantity, quantity, addon.name, addon.unit or agreement.unit)
    except CatalogueError as error:
        error.field = f"addons.{code}"
        raise
    return addon


def chosen_addons(agreement: Agreement, wanted: Mapping[str, Decimal]) -> dict[str, Decimal]:
    """What a new subscription holds: what was asked for, and at least the smallest number of what is required."""
    for code, quantity in wanted.items():
        check_addon(agreement, code, quantity)
    held = {code: quantity for code, quantity in wanted.items() if quantity}
    return {item.code: item.quantity.from_ for item in agreement.addons if item.required} | held


def _unknown(agreement: Agreement, code: str) -> CatalogueError:
    choices = [item.code for item in agreement.addons]
    shown = ", ".join(choices) or "–"
    return CatalogueError(
        f"Tambahan “{code[:60]}” tidak ada pada paket ini. Pilihannya: {shown}.",
        field=f"addons.{code}"[:80],
        code="unknown_addon",
        data={"en": f"There is no add-on “{code[:60]}” on this plan. There is: {shown}.", "choices": choices},
    )
