"""Whether the parts of a catalogue fit together: what they name is there, and nothing is there twice.

Works on plain data that may be wrong in other ways, so that everything wrong with a file is told at once.
"""

from collections.abc import Iterator, Mapping
from itertools import pairwise

from plans.rules.discounts_fit import discount_misfits
from plans.rules.experiments_fit import experiment_misfits
from plans.rules.extras_fit import extra_misfits
from plans.rules.fit import Misfit, codes_of, items_of, repeated, texts_of, unknown
from plans.rules.paths import Path, shown_path


def misfits(data: object) -> tuple[Misfit, ...]:
    """All that does not fit, in the order of the checks; what has a wrong type is left to others to report."""
    if not isinstance(data, Mapping):
        return ()
    return (
        *_repeated_codes(data),
        *_repeated_days(data),
        *_unknown_terms(data),
        *_defaults(data),
        *_overlapping_plans(data),
        *_unknown_plans(data),
        *_charges(data),
        *_plans_without_price(data),
        *_changes(data),
        *_seats(data),
        *extra_misfits(data),
        *(Misfit(path, message) for path, message in experiment_misfits(data)),
        *discount_misfits(data),
    )


def _repeated_codes(data: Mapping[str, object]) -> Iterator[Misfit]:
    for name in ("terms", "reminders", "plans", "addons", "meters", "items", "price_books"):
        yield from repeated(data, name, "code", "the code {value} is used twice, first in {first}")
    product = data.get("product")
    if isinstance(product, Mapping):
        for misfit in repeated(product, "registration", "name", "the name {value} is used twice, first in {first}"):
            yield Misfit(("product", *misfit.path), misfit.message)


def _repeated_days(data: Mapping[str, object]) -> Iterator[Misfit]:
    return repeated(data, "price_books", "effective_from", "{first} begins on {value} too")


def _unknown_terms(data: Mapping[str, object]) -> Iterator[Misfit]:
    terms, reminders = codes_of(data, "terms"), codes_of(data, "reminders")
    for at, plan in items_of(data, "plans"):
        yield from unknown(("plans", at, "terms"), plan.get("terms"), terms, "terms")
        for other, code in texts_of(plan, "other_terms"):
            yield from unknown(("plans", at, "other_terms", other), code, terms, "terms")
        yield from unknown(("plans", at, "reminders"), plan.get("reminders"), reminders, "reminders")


def _by_quantity(data: Mapping[str, object]) -> bool:
    product = data.get("product")
    return isinstance(product, Mapping) and product.get("plan_choice") == "by_quantity"


def _defaults(data: Mapping[str, object]) -> Iterator[Misfit]:
    marked = [at for at, plan in items_of(data, "plans") if plan.get("default") is True]
    if _by_quantity(data) or not items_of(data, "plans"):
        return
    if not marked:
        yield Misfit(("plans",), "one plan must be marked with default: true")
    for at in marked[1:]:
        yield Misfit(("plans", at, "default"), f"plans[{marked[0]}] is the default already")


def _overlapping_plans(data: Mapping[str, object]) -> Iterator[Misfit]:
    if not _by_quantity(data):
        return
    ranges = sorted((_range(plan), at) for at, plan in items_of(data, "plans"))
    for ((_, end), before), ((start, _), at) in pairwise(ranges):
        if start <= end:
            yield Misfit(("plans", at, "quantity"), f"overlaps with the quantities of plans[{before}]")


def _range(plan: Mapping[str, object]) -> tuple[float, float]:
    """For comparing only: both ends, the open ones as infinity; what is no number counts as open."""
    found = plan.get("quantity")
    given = found if isinstance(found, Mapping) else {}
    return _end(given.get("from"), 0.0), _end(given.get("to"), float("inf"))


def _end(value: object, otherwise: float) -> float:
    try:
        return otherwise if value is None else float(str(value))
    except ValueError:
        return otherwise


def _priced(data: Mapping[str, object]) -> Iterator[tuple[Path, Mapping[str, object]]]:
    for book_at, book in items_of(data, "price_books"):
        for at, charge in items_of(book, "charges"):
            yield ("price_books", book_at, "charges", at), charge


def _unknown_plans(data: Mapping[str, object]) -> Iterator[Misfit]:
    plans = codes_of(data, "plans")
    for path, charge in _priced(data):
        for at, code in texts_of(charge, "plans"):
            yield from unknown((*path, "plans", at), code, plans, "plans")


def _charges(data: Mapping[str, object]) -> Iterator[Misfit]:
    first: dict[tuple[object, ...], Path] = {}
    for path, charge in _priced(data):
        pricing, names = charge.get("pricing"), charge.get("tier_names")
        tiers = pricing.get("tiers") if isinstance(pricing, Mapping) else None
        if isinstance(names, list) and names and len(names) != len(tiers if isinstance(tiers, list) else []):
            count = len(tiers) if isinstance(tiers, list) else 0
            yield Misfit((*path, "tier_names"), f"{len(names)} names for {count} tiers")
        for at, plan in texts_of(charge, "plans"):
            rhythms = charge.get("with_intervals") or [charge.get("interval_months")]
            key = (path[1], plan, str(charge.get("code")), str(rhythms))
            if first.setdefault(key, path) != path:
                yield Misfit((*path, "plans", at), f"{shown_path(first[key])} has this code, plan and interval already")


def _plans_without_price(data: Mapping[str, object]) -> Iterator[Misfit]:
    priced = {code for _, charge in _priced(data) for _, code in texts_of(charge, "plans") if _gives_a_rhythm(charge)}
    for at, plan in items_of(data, "plans"):
        code = plan.get("code")
        if isinstance(code, str) and code not in priced and priced and plan.get("by_contract") is not True:
            yield Misfit(("plans", at, "code"), f"no price book has a price for {code}")


def _changes(data: Mapping[str, object]) -> Iterator[Misfit]:
    """The plans that changes name are there, each once in the order; where the quantity chooses nobody changes plan."""
    product = data.get("product")
    changes = product.get("changes") if isinstance(product, Mapping) else None
    if not isinstance(changes, Mapping):
        return
    plans, path, seen = codes_of(data, "plans"), ("product", "changes"), set()
    if _by_quantity(data) and (changes.get("order") or changes.get("pairs")):
        yield Misfit(path, "the quantity chooses the plan of this product; only intervals can change")
    for at, code in texts_of(changes, "order"):
        yield from unknown((*path, "order", at), code, plans, "plans")
        if code in seen:
            yield Misfit((*path, "order", at), f"the plan {code} stands twice in the order")
        seen.add(code)
    for at, pair in items_of(changes, "pairs"):
        for end in ("from", "to"):
            yield from unknown((*path, "pairs", at, end), pair.get(end), plans, "plans")
        if pair.get("from") == pair.get("to"):
            yield Misfit((*path, "pairs", at), "a change goes from one plan to another")


def _seats(data: Mapping[str, object]) -> Iterator[Misfit]:
    """Where the quantity chooses the plan, a report may lead from one to another: the product says how it is billed."""
    if _by_quantity(data):
        for at, plan in items_of(data, "plans"):
            if plan.get("seats") is not None:
                yield Misfit(
                    ("plans", at, "seats"), "the quantity chooses the plan of this product; give product.seats"
                )


def _gives_a_rhythm(charge: Mapping[str, object]) -> bool:
    """Whether a plan can be billed by this charge alone; what only comes along says nothing of how often."""
    own = charge.get("when") != "once" and charge.get("quantity", "reported") in ("reported", "one")
    return own or bool(charge.get("with_intervals"))
