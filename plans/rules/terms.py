"""What a charge costs, as values: one frozen class per model, read from and written to the shape of the interface.

{"model": "volume", "tiers": [{"up_to": 49, "unit_price": "0"}, {"up_to": null, "unit_price": "5000"}]}
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from plans.errors import PricingError
from plans.rules.fields import Fields
from plans.rules.money import plain, shown
from plans.rules.tiers import Tier, parse_tiers, tier_to_dict

ZERO = Decimal(0)


@dataclass(frozen=True, kw_only=True)
class Adjustments:
    """What every model may have: units free of charge, taken off first; bounds of the amount, before proration."""

    included: Decimal = ZERO
    minimum: Decimal | None = None
    maximum: Decimal | None = None


NONE = Adjustments()


@dataclass(frozen=True, kw_only=True)
class Flat:
    """The amount, whatever the quantity."""

    model: ClassVar[str] = "flat"
    amount: Decimal
    adjustments: Adjustments = NONE


@dataclass(frozen=True, kw_only=True)
class PerUnit:
    """Quantity × unit price; with a package size, started packages × unit price."""

    model: ClassVar[str] = "per_unit"
    unit_price: Decimal
    package_size: Decimal | None = None
    adjustments: Adjustments = NONE


@dataclass(frozen=True, kw_only=True)
class Volume:
    """The whole quantity at the tier it falls in, plus that tier's flat fee (X1, K1)."""

    model: ClassVar[str] = "volume"
    tiers: tuple[Tier, ...]
    package_size: Decimal | None = None
    adjustments: Adjustments = NONE


@dataclass(frozen=True, kw_only=True)
class Graduated:
    """Each part of the quantity at its own tier, plus the flat fee of every tier entered."""

    model: ClassVar[str] = "graduated"
    tiers: tuple[Tier, ...]
    package_size: Decimal | None = None
    adjustments: Adjustments = NONE


@dataclass(frozen=True, kw_only=True)
class Stairstep:
    """The flat fee of the tier the quantity falls in (K2)."""

    model: ClassVar[str] = "stairstep"
    tiers: tuple[Tier, ...]
    adjustments: Adjustments = NONE


@dataclass(frozen=True, kw_only=True)
class Package:
    """Started packages × price of a package."""

    model: ClassVar[str] = "package"
    package_size: Decimal
    package_price: Decimal
    adjustments: Adjustments = NONE


@dataclass(frozen=True, kw_only=True)
class Percentage:
    """The quantity is an amount of money: rate × quantity + fixed fee × events. "0.013" is 1.3 %."""

    model: ClassVar[str] = "percentage"
    rate: Decimal
    fixed_fee: Decimal = ZERO
    adjustments: Adjustments = NONE


@dataclass(frozen=True, kw_only=True)
class GraduatedPercentage:
    """Each part of an amount of money at its own rate, plus the flat fee of every tier entered."""

    model: ClassVar[str] = "graduated_percentage"
    tiers: tuple[Tier, ...]
    adjustments: Adjustments = NONE


Charge = Flat | PerUnit | Volume | Graduated | Stairstep | Package | Percentage | GraduatedPercentage


def _flat(fields: Fields, adjustments: Adjustments) -> Charge:
    return Flat(amount=fields.number("amount"), adjustments=adjustments)


def _per_unit(fields: Fields, adjustments: Adjustments) -> Charge:
    return PerUnit(unit_price=fields.number("unit_price"), package_size=_optional_size(fields), adjustments=adjustments)


def _volume(fields: Fields, adjustments: Adjustments) -> Charge:
    return Volume(tiers=_tiers(fields, "volume"), package_size=_optional_size(fields), adjustments=adjustments)


def _graduated(fields: Fields, adjustments: Adjustments) -> Charge:
    return Graduated(tiers=_tiers(fields, "graduated"), package_size=_optional_size(fields), adjustments=adjustments)


def _stairstep(fields: Fields, adjustments: Adjustments) -> Charge:
    return Stairstep(tiers=_tiers(fields, "stairstep"), adjustments=adjustments)


def _package(fields: Fields, adjustments: Adjustments) -> Charge:
    return Package(
        package_size=fields.size("package_size"),
        package_price=fields.number("package_price"),
        adjustments=adjustments,
    )


def _percentage(fields: Fields, adjustments: Adjustments) -> Charge:
    return Percentage(rate=fields.number("rate"), fixed_fee=fields.number_or_zero("fixed_fee"), adjustments=adjustments)


def _graduated_percentage(fields: Fields, adjustments: Adjustments) -> Charge:
    return GraduatedPercentage(tiers=_tiers(fields, "graduated_percentage"), adjustments=adjustments)


def _tiers(fields: Fields, model: str) -> tuple[Tier, ...]:
    return parse_tiers(fields.sequence("tiers"), model, fields.at("tiers"))


def _optional_size(fields: Fields) -> Decimal | None:
    return fields.size("package_size") if fields.has("package_size") else None


# model → its own fields, and how they are read
_MODELS: dict[str, tuple[frozenset[str], Callable[[Fields, Adjustments], Charge]]] = {
    "flat": (frozenset({"amount"}), _flat),
    "per_unit": (frozenset({"unit_price", "package_size"}), _per_unit),
    "volume": (frozenset({"tiers", "package_size"}), _volume),
    "graduated": (frozenset({"tiers", "package_size"}), _graduated),
    "stairstep": (frozenset({"tiers"}), _stairstep),
    "package": (frozenset({"package_size", "package_price"}), _package),
    "percentage": (frozenset({"rate", "fixed_fee"}), _percentage),
    "graduated_percentage": (frozenset({"tiers"}), _graduated_percentage),
}
MODELS = tuple(_MODELS)
_EVERYWHERE = frozenset({"model", "included", "minimum", "maximum"})


def parse_charge(data: object, path: str = "charge") -> Charge:
    """Read a charge; a missing, foreign or impossible field is a `PricingError` that names it."""
    if not isinstance(data, Mapping):
        raise PricingError("not_an_object", path, f"an object is needed, not {shown(data)}")
    model = Fields(data, path, data.keys()).text("model")
    if model not in _MODELS:
        raise PricingError("unknown_model", f"{path}.model", f"one of {', '.join(MODELS)}, not {shown(model)}")
    own, read = _MODELS[model]
    fields = Fields(data, path, own | _EVERYWHERE)
    return read(fields, _adjustments(fields))


def _adjustments(fields: Fields) -> Adjustments:
    minimum, maximum = fields.optional_number("minimum"), fields.optional_number("maximum")
    if minimum is not None and maximum is not None and minimum > maximum:
        raise PricingError("minimum_above_maximum", fields.at("minimum"), "must not be above the maximum")
    return Adjustments(included=fields.number_or_zero("included"), minimum=minimum, maximum=maximum)


def charge_to_dict(charge: Charge) -> dict[str, object]:
    """The charge in the shape `parse_charge` reads, numbers as decimal strings, what is absent left out."""
    data: dict[str, object] = {"model": charge.model}
    match charge:
        case Flat():
            data["amount"] = plain(charge.amount)
        case PerUnit():
            data["unit_price"] = plain(charge.unit_price)
        case Package():
            data["package_price"] = plain(charge.package_price)
        case Percentage():
            data["rate"] = plain(charge.rate)
            if charge.fixed_fee:
                data["fixed_fee"] = plain(charge.fixed_fee)
        case _:
            data["tiers"] = [tier_to_dict(tier, charge.model) for tier in charge.tiers]
    size = package_size_of(charge)
    if size is not None:
        data["package_size"] = plain(size)
    return data | _adjustments_to_dict(charge.adjustments)


def _adjustments_to_dict(adjustments: Adjustments) -> dict[str, object]:
    data: dict[str, object] = {}
    if adjustments.included:
        data["included"] = plain(adjustments.included)
    if adjustments.minimum is not None:
        data["minimum"] = plain(adjustments.minimum)
    if adjustments.maximum is not None:
        data["maximum"] = plain(adjustments.maximum)
    return data


def package_size_of(charge: Charge) -> Decimal | None:
    """How many units are one package, where the charge counts started packages."""
    match charge:
        case PerUnit() | Volume() | Graduated() | Package():
            return charge.package_size
        case _:
            return None
