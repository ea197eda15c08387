"""Whether offers fit the rest of a catalogue."""

from collections.abc import Iterator, Mapping
from itertools import chain

from plans.rules.fit import Misfit, codes_of, items_of, repeated, texts_of, unknown


def discount_misfits(data: Mapping[str, object]) -> Iterator[Misfit]:
    """All that does not fit about the offers: what they name is there, and no code is there twice."""
    said = "the code {value} is used twice, first in {first}"
    twice = chain(repeated(data, "offers", "code", said), repeated(data, "partners", "code", said))
    return chain(twice, _unknown_names(data), _unknown_pilots(data), _unknown_rewards(data))


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


def _unknown_rewards(data: Mapping[str, object]) -> Iterator[Misfit]:
    """Rewards are offers of the same file; partners' terms name charges of it (K10, C6, C16)."""
    offers = {str(offer.get("code")) for _, offer in items_of(data, "offers") if offer.get("by") == "reward"}
    for at, referral in items_of(data, "referrals"):
        for name in ("referrer", "referred", "month_top", "year_top"):
            yield from unknown(("referrals", at, name), referral.get(name), offers, "offers given as a reward")
    charges = {code for _, book in items_of(data, "price_books") for code in codes_of(book, "charges")}
    for at, terms in items_of(data, "partners"):
        for place, code in texts_of(terms, "charges"):
            yield from unknown(("partners", at, "charges", place), code, charges, "charges")
