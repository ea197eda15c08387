"""The steps of a price list. A tier holds quantities above the one before it, up to and including `up_to`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from plans.errors import PricingError
from plans.rules.fields import Fields
from plans.rules.money import plain

Row = dict[str, str | None]


@dataclass(frozen=True, kw_only=True)
class Tier:
    """One step: `up_to` is inclusive, None in the last, open one. `unit_price` and `flat_fee` are rupiah.

    `rate` is a share of an amount of money ("0.013" is 1.3 %), only in graduated_percentage. `name` is what the
    catalogue calls the step ("Small", "free-forever").
    """

    up_to: Decimal | None
    unit_price: Decimal = Decimal(0)
    flat_fee: Decimal = Decimal(0)
    rate: Decimal | None = None
    name: str | None = None


# What a tier of each model must have, besides up_to; all others are optional or foreign.
PRICED_BY: dict[str, str] = {
    "volume": "unit_price",
    "graduated": "unit_price",
    "stairstep": "flat_fee",
    "graduated_percentage": "rate",
}


def parse_tiers(rows: Sequence[object], model: str, path: str) -> tuple[Tier, ...]:
    """Read the rows of a price list and check them; errors name the row: ``charge.tiers[1].up_to``."""
    tiers = tuple(_parse_tier(row, model, f"{path}[{at}]") for at, row in enumerate(rows))
    check_tiers(tiers, path)
    return tiers


def _parse_tier(row: object, model: str, path: str) -> Tier:
    price = PRICED_BY[model]
    allowed = {"up_to", "flat_fee", "name", price}
    if model == "stairstep":
        # may stand there, as in the other models, if it is zero
        allowed.add("unit_price")
    fields = Fields(row, path, allowed)
    if isinstance(row, Mapping) and "up_to" not in row:
        raise PricingError("missing", fields.at("up_to"), "needed; null in the last tier")
    if model == "stairstep" and fields.number_or_zero("unit_price"):
        raise PricingError("not_allowed", fields.at("unit_price"), "a stairstep has flat fees only")
    fields.value(price)
    return Tier(
        up_to=fields.optional_number("up_to"),
        unit_price=fields.number_or_zero("unit_price"),
        flat_fee=fields.number_or_zero("flat_fee"),
        rate=fields.optional_number("rate"),
        name=fields.text("name") if fields.has("name") else None,
    )


def check_tiers(tiers: Sequence[Tier], path: str = "tiers") -> None:
    """Refuse a list that leaves a quantity without a price or gives it two."""
    if not tiers:
        raise PricingError("empty", path, "at least one tier is needed")
    below: Decimal | None = None
    for at, tier in enumerate(tiers[:-1]):
        field = f"{path}[{at}].up_to"
        if tier.up_to is None:
            raise PricingError("tier_after_open", field, "only the last tier may be open")
        if below is not None and tier.up_to == below:
            raise PricingError("tiers_overlap", field, f"{plain(below)} is already in the tier before")
        if below is not None and tier.up_to < below:
            raise PricingError("tiers_out_of_order", field, f"must be more than {plain(below)}")
        below = tier.up_to
    if tiers[-1].up_to is not None:
        raise PricingError("last_tier_not_open", f"{path}[{len(tiers) - 1}].up_to", "the last tier must be open")


def tier_for(tiers: Sequence[Tier], quantity: Decimal) -> tuple[int, Tier]:
    """The tier a quantity falls in and its index from 0; X1: 49 → 0, 50 → 1, 500 → 1, 501 → 2."""
    for at, tier in enumerate(tiers):
        if tier.up_to is None or quantity <= tier.up_to:
            return at, tier
    raise PricingError("last_tier_not_open", "tiers", f"no tier holds {plain(quantity)}")


def tier_to_dict(tier: Tier, model: str) -> Row:
    """The row as `parse_tiers` reads it."""
    row: Row = {"up_to": None if tier.up_to is None else plain(tier.up_to)}
    if PRICED_BY[model] == "unit_price":
        row["unit_price"] = plain(tier.unit_price)
    if tier.rate is not None:
        row["rate"] = plain(tier.rate)
    if tier.flat_fee or model == "stairstep":
        row["flat_fee"] = plain(tier.flat_fee)
    if tier.name is not None:
        row["name"] = tier.name
    return row
