"""Whether add-ons, meters and items fit the rest of a catalogue."""

from collections.abc import Iterator, Mapping
from itertools import chain

from plans.rules.fit import Misfit, codes_of, items_of, texts_of, unknown

COUNTS = frozenset({"reported", "one"})


def extra_misfits(data: Mapping[str, object]) -> Iterator[Misfit]:
    """All that does not fit about what is sold beside the plans."""
    return chain(_shared_codes(data), _unknown_names(data), _charges(data), _unpriced(data), _nested_bundles(data))


def _shared_codes(data: Mapping[str, object]) -> Iterator[Misfit]:
    """A charge names an add-on or a meter by code alone, so no two may share one."""
    addons = codes_of(data, "addons")
    for name, taken in (("addons", COUNTS), ("meters", COUNTS | addons)):
        for at, item in items_of(data, name):
            code = item.get("code")
            if isinstance(code, str) and code in taken:
                yield Misfit((name, at, "code"), f"the code {code} means something else already")


def _unknown_names(data: Mapping[str, object]) -> Iterator[Misfit]:
    plans, terms, items = codes_of(data, "plans"), codes_of(data, "terms"), codes_of(data, "items")
    for at, addon in items_of(data, "addons"):
        for place, code in texts_of(addon, "plans"):
            yield from unknown(("addons", at, "plans", place), code, plans, "plans")
    for at, item in items_of(data, "items"):
        yield from unknown(("items", at, "terms"), item.get("terms"), terms, "terms")
        for place, code in texts_of(item, "includes"):
            yield from unknown(("items", at, "includes", place), code, items, "items")


def _charges(data: Mapping[str, object]) -> Iterator[Misfit]:
    addons, meters = codes_of(data, "addons"), codes_of(data, "meters")
    for book_at, book in items_of(data, "price_books"):
        for at, charge in items_of(book, "charges"):
            path = ("price_books", book_at, "charges", at)
            counted, when = _counted(charge), charge.get("when", "advance")
            if "interval_months" not in charge and when != "once":
                yield Misfit((*path, "interval_months"), "this field is needed")
            if counted not in COUNTS:
                yield from unknown((*path, "quantity"), counted, addons | meters, "add-ons or meters")
            if counted in meters and when != "arrears":
                yield Misfit((*path, "when"), "what a meter reads is known afterwards: when must be arrears")
            if counted in addons and when == "arrears":
                yield Misfit((*path, "when"), "an add-on is billed in advance or once")


def _counted(charge: Mapping[str, object]) -> str:
    found = charge.get("quantity", "reported")
    return found if isinstance(found, str) else "reported"  # what has a wrong type is reported elsewhere


def _unpriced(data: Mapping[str, object]) -> Iterator[Misfit]:
    """An add-on that no charge counts would be given away by accident."""
    for book_at, book in items_of(data, "price_books"):
        counted = {_counted(charge) for _, charge in items_of(book, "charges")}
        for at, addon in items_of(data, "addons"):
            code = addon.get("code")
            if isinstance(code, str) and code not in counted:
                yield Misfit(("addons", at, "code"), f"price_books[{book_at}] has no price for {code}")


def _nested_bundles(data: Mapping[str, object]) -> Iterator[Misfit]:
    bundles = {str(item.get("code")) for _, item in items_of(data, "items") if texts_of(item, "includes")}
    for at, item in items_of(data, "items"):
        for place, code in texts_of(item, "includes"):
            if code in bundles:
                yield Misfit(("items", at, "includes", place), f"{code} is a bundle itself")
