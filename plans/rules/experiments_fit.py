"""Whether experiments fit the rest of a catalogue: what they vary is there, and something is left to choose from."""

from collections.abc import Iterator, Mapping

from plans.rules.paths import Path, did_you_mean

Found = tuple[Path, str]
Items = list[tuple[int, Mapping[str, object]]]
HIDEABLE = ("plans", "addons", "items")


def experiment_misfits(data: Mapping[str, object]) -> Iterator[Found]:
    """(place, what is wrong) of everything about experiments that does not fit; wrong types are left to others."""
    books = {str(book.get("code")): book for _, book in _items(data, "price_books")}
    yield from _repeated(_items(data, "experiments"), ("experiments",))
    for at, experiment in _items(data, "experiments"):
        path: Path = ("experiments", at)
        variants, code = _items(experiment, "variants"), experiment.get("price_book")
        yield from _repeated(variants, (*path, "variants"))
        if isinstance(code, str) and code not in books:
            yield (*path, "price_book"), f"there is no price book {code!r}{did_you_mean(code, books)}"
        for place, variant in variants:
            yield from _prices(variant, (*path, "variants", place), books.get(str(code)))
            yield from _choice(variant, (*path, "variants", place), data)
        if all(_is_plain(variant) for _, variant in variants):
            yield (*path, "variants"), "no variant changes anything"


def _prices(variant: Mapping[str, object], path: Path, book: Mapping[str, object] | None) -> Iterator[Found]:
    """Only what the book has can be priced otherwise."""
    priced = set() if book is None else _priced(book)
    for at, charge in _items(variant, "charges"):
        wanted = f"{charge.get('code')}/{charge.get('interval_months')}"
        if book is not None and wanted not in priced:
            there = ", ".join(sorted(priced))
            yield (
                (*path, "charges", at, "code"),
                f"the price book has no charge {wanted} (code/months); there is: {there}",
            )


def _choice(variant: Mapping[str, object], path: Path, data: Mapping[str, object]) -> Iterator[Found]:
    """What is hidden is there, and something is left to choose; where the quantity chooses, a variant does not."""
    for name in HIDEABLE:
        there = [str(item.get("code")) for _, item in _items(data, name)]
        for at, code in _hidden(variant, name):
            if code not in there:
                yield (*path, "hides", name, at), f"there are no {name} {code!r}{did_you_mean(code, there)}"
    hidden, default = {code for _, code in _hidden(variant, "plans")}, variant.get("default_plan")
    left = [code for _, plan in _items(data, "plans") if (code := str(plan.get("code"))) not in hidden]
    if not left:
        yield (*path, "hides", "plans"), "no plan is left"
    if isinstance(default, str) and default not in left:
        yield (*path, "default_plan"), f"this variant offers no plan {default!r}{did_you_mean(default, left)}"
    product = data.get("product")
    if (default or hidden) and isinstance(product, Mapping) and product.get("plan_choice") == "by_quantity":
        yield path, "the quantity chooses the plan of this product; a variant cannot"


def _priced(book: Mapping[str, object]) -> set[str]:
    return {f"{charge.get('code')}/{charge.get('interval_months')}" for _, charge in _items(book, "charges")}


def _is_plain(variant: Mapping[str, object]) -> bool:
    hides = any(_hidden(variant, name) for name in HIDEABLE)
    return not hides and not any(variant.get(name) for name in ("charges", "trial", "default_plan"))


def _hidden(variant: Mapping[str, object], name: str) -> list[tuple[int, str]]:
    hides = variant.get("hides")
    found = hides.get(name) if isinstance(hides, Mapping) else None
    return [(at, code) for at, code in enumerate(found if isinstance(found, list) else []) if isinstance(code, str)]


def _items(data: Mapping[str, object], name: str) -> Items:
    found = data.get(name)
    return [(at, item) for at, item in enumerate(found if isinstance(found, list) else []) if isinstance(item, Mapping)]


def _repeated(items: Items, path: Path) -> Iterator[Found]:
    first: dict[str, int] = {}
    for at, item in items:
        code = item.get("code")
        if isinstance(code, str) and first.setdefault(code, at) != at:
            yield (*path, at, "code"), f"the code {code} is used twice, first at {first[code]}"
