"""A catalogue file: its text read, checked as a whole, and everything wrong with it told with line and field."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from plans.errors import CatalogueFileError, PricingError, Problem
from plans.rules.catalogue import MISFITS, PRICING, Catalogue
from plans.rules.catalogue_fit import misfits
from plans.rules.money import shown
from plans.rules.paths import Path, did_you_mean, path_of, shown_path
from plans.rules.terms import parse_charge
from plans.rules.tiers import PRICED_BY
from plans.rules.yaml_source import Fault, Source, read_yaml

_PRICING_FIELDS = (
    *("model", "tiers", "up_to", "unit_price", "flat_fee", "rate", "name", "amount"),
    *("package_size", "package_price", "fixed_fee", "included", "minimum", "maximum"),
)


@dataclass(frozen=True)
class CatalogueFile:
    """A file that holds together. `source` knows on which line everything stands."""

    name: str
    catalogue: Catalogue
    source: Source

    def problem(self, path: Path, message: str) -> Problem:
        """Something else that is wrong with a place in this file."""
        return Problem(self.name, self.source.position_of(path)[0], shown_path(path), message)


def read_catalogue(text: str, name: str) -> CatalogueFile:
    """Read a catalogue; `name` is the file's, for messages. All faults together are a `CatalogueFileError`.

    `klustera.yaml:41: price_books[0].charges[1].pricing.tiers[0].unit_price: must not be negative`
    """
    source = read_yaml(text)
    catalogue, found = _validate(source) if source.data is not None else (None, [])
    if catalogue is None or source.faults or found:
        faults = _each_once([*source.faults, *found])
        raise CatalogueFileError([Problem(name, it.position[0], shown_path(it.path), it.message) for it in faults])
    return CatalogueFile(name, catalogue, source)


def _each_once(faults: list[Fault]) -> list[Fault]:
    """In the order of the file; what is wrong with an anchor is said once, not at every place that uses it."""
    unique = {(fault.position, fault.path[-1:], fault.message): fault for fault in reversed(faults)}
    return sorted(unique.values(), key=lambda fault: (fault.position, shown_path(fault.path)))


def _validate(source: Source) -> tuple[Catalogue | None, list[Fault]]:
    catalogue: Catalogue | None = None
    found: list[Fault] = []
    try:
        # strict, so that 16 is no text and "16" no number; JSON, so that lists and days are still understood
        catalogue = Catalogue.model_validate_json(json.dumps(source.data, default=str), strict=True)
    except ValidationError as error:
        for details in error.errors(include_url=False):
            found += _faults(details, source)
    found += [Fault(source.position_of(misfit.path), misfit.path, misfit.message) for misfit in misfits(source.data)]
    return catalogue, found


def _faults(details: ErrorDetails, source: Source) -> Iterator[Fault]:
    # pydantic marks the key of a mapping with a step of its own
    path = tuple(step for step in details["loc"] if step != "[key]")
    match details["type"]:
        case "extra_forbidden":
            hint = did_you_mean(str(path[-1]), _fields_at(path[:-1]))
            yield Fault(source.keys.get(path, source.position_of(path)), path, f"there is no such field here{hint}")
        case "missing":
            yield Fault(source.position_of(path[:-1]), path, "this field is needed")
        case "too_short" if details.get("input"):
            return  # there are items, and what is wrong with each of them is said already
        case _ if details["type"] == PRICING:
            yield from _pricing_faults(path, source)
        case _ if details["type"] != MISFITS:  # those are looked for in any case
            yield Fault(source.position_of(path), path, _said(details))


def _said(details: ErrorDetails) -> str:
    """Pydantic's words, in the form of the pricing rules' messages."""
    message, given = details["msg"], details.get("input")
    if details["type"] == "value_error":
        return message.removeprefix("Value error, ")
    if details["type"] == "model_type":
        return f"an object is needed, not {shown(given)}"
    message = message.removeprefix("Input ")
    return f"{message[0].lower()}{message[1:]}, not {shown(given)}"


def _fields_at(path: Path) -> frozenset[str]:
    """The names a part of the catalogue may have, found by walking the classes along the path."""
    kind: Any = Catalogue
    for step in path:
        model = _model_in(kind)
        if isinstance(step, str) and model is not None:
            named = {field.alias or name: field.annotation for name, field in model.model_fields.items()}
            kind = named.get(step)
    model = _model_in(kind)
    return frozenset(field.alias or name for name, field in model.model_fields.items()) if model else frozenset()


def _model_in(kind: Any) -> type[BaseModel] | None:
    """The class in an annotation like `tuple[Plan, ...]` or `Trial | None`."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return kind
    return next((model for part in get_args(kind) if (model := _model_in(part))), None)


def _pricing_faults(path: Path, source: Source) -> Iterator[Fault]:
    pricing: Any = source.data
    for step in path:
        pricing = pricing[step]
    for error in _pricing_errors(pricing):
        place = (*path, *path_of(error.field)[1:])
        hint, position = "", source.position_of(place)
        if error.code == "unexpected":
            hint, position = did_you_mean(str(place[-1]), _PRICING_FIELDS), source.keys.get(place, position)
        yield Fault(position, place, f"{error.message}{hint}")


def _pricing_errors(pricing: Mapping[str, Any]) -> list[PricingError]:
    """What is wrong with a price: with each tier by itself, then with what stands around them, else with the whole."""
    found: list[PricingError] = []
    model, tiers = pricing.get("model"), pricing.get("tiers")
    if model in PRICED_BY and isinstance(tiers, list) and tiers:
        for at, tier in enumerate(tiers):
            alone = {**tier, "up_to": None} if isinstance(tier, Mapping) and "up_to" in tier else tier
            found += _tried({"model": model, "tiers": [alone]}, f"tiers[{at}]")
        found += _tried({**pricing, "tiers": [{"up_to": None, PRICED_BY[model]: "0"}]}, "tiers[0]")
    return found or _tried(pricing, "tiers[0]")


def _tried(pricing: Mapping[str, Any], first_tier: str) -> list[PricingError]:
    try:
        parse_charge(pricing)
    except PricingError as error:
        field = error.field.replace("tiers[0]", first_tier)
        return [PricingError(error.code, field, error.message)]
    return []
