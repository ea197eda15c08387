"""Whether offers fit the rest of a catalogue."""

from collections.abc import Iterator, Mapping
from itertools import chain

from plans.rules.fit import Misfit, codes_of, items_of, repeated, texts_of, unknown


def discount_misfits(data: Mapping[str, object]) -> Iterator[Misfit]:
    """All that does not fit about the offers: what they name is there, and no code is there twice."""
    said = "the code {value} is used twice, first in {first}"
    return chain(repeated(data, "offers", "code", said), _unknown_names(data), _unknown_pilots(data))


def _unknown_names(data: Mapping[str, object]) -> Iterator[Misfit]:
    plans, asked = codes_of(data, "plans"), _registration(data)
    charges = {code for _, book in items_of(data, "price_books") for code in codes_of(book, "charges")}
    for at, offer in items_of(data, "offers"):
        for place, code in texts_of(offer, "plans"):
            yield from unknown(("offers", at, "plans", place), code, plans, "plans")
        for place, code in texts_of(offer, "charges"):
            yield from unknown(("offers", at, "charges", place), code, charges, "charges")
        named = offer.get("registration")
        for name in named if isinstance(named, Mapping) else ():
            yield from unknown(("offers", at, "registration", name), name, asked, "registration fields")


def _registration(data: Mapping[str, object]) -> set[str]:
    product = data.get("product")
    fields = items_of(product, "registration") if isinstance(product, Mapping) else []
    return {name for _, field in fields if isinstance(name := field.get("name"), str)}


def _unknown_pilots(data: Mapping[str, object]) -> Iterator[Misfit]:
    """A pilot brings offers of the same file (C3)."""
    offers = codes_of(data, "offers")
    for at, plan in items_of(data, "plans"):
        pilot = plan.get("pilot")
        for place, code in texts_of(pilot, "offers") if isinstance(pilot, Mapping) else ():
            yield from unknown(("plans", at, "pilot", "offers", place), code, offers, "offers")
