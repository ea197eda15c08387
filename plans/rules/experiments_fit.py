"""Whether experiments fit the rest of a catalogue: what they vary is there, and something is left to choose from."""

from collections.abc import Iterator, Mapping

from plans.rules.paths import Path, did_you_mean

Found = tuple[Path, str]
Items = list[tuple[int, Mapping[str, object]]]


def experiment_misfits(data: Mapping[str, object]) -> Iterator[Found]:
    """(place, what is wrong) of everything about experiments that does not fit; wrong types are left to others."""
    books = {str(book.get("code")): book for _, book in _items(data, "price_books")}
    plans, product = [str(plan.get("code")) for _, plan in _items(data, "plans")], data.get("product")
    chosen = isinstance(product, Mapping) and product.get("plan_choice") == "by_quantity"
    yield from _repeated(_items(data, "experiments"), ("experiments",))
    for at, experiment in _items(data, "experiments"):
        path: Path = ("experiments", at)
        code = experiment.get("price_book")
        if isinstance(code, str) and code not in books:
            yield (*path, "price_book"), f"there is no price book {code!r}{did_you_mean(code, books)}"
            continue
        priced = _priced(books[str(code)]) if isinstance(code, str) else set()
        yield from _repeated(_items(experiment, "variants"), (*path, "variants"))
        for place, variant in _items(experiment, "variants"):
            yield from _variant(variant, (*path, "variants", place), priced, plans)
            if chosen and (variant.get("default_plan") or _hidden(variant)):
                said = "the quantity chooses the plan of this product; a variant cannot"
                yield (*path, "variants", place), said
        if all(_is_plain(variant) for _, variant in _items(experiment, "variants")):
            yield (*path, "variants"), "no variant changes anything"


def _variant(variant: Mapping[str, object], path: Path, priced: set[str], plans: list[str]) -> Iterator[Found]:
    for at, charge in _items(variant, "charges"):
        wanted = f"{charge.get('code')}/{charge.get('interval_months')}"
        if wanted not in priced:
            there = ", ".join(sorted(priced))
            yield (
                (*path, "charges", at, "code"),
                f"the price book has no charge {wanted} (code/months); there is: {there}",
            )
    hidden, default = _hidden(variant), variant.get("default_plan")
    for at, code in hidden:
        if code not in plans:
            yield (*path, "hides", "plans", at), f"there are no plans {code!r}{did_you_mean(code, plans)}"
    left = [plan for plan in plans if plan not in {code for _, code in hidden}]
    if not left:
        yield (*path, "hides", "plans"), "no plan is left"
    if isinstance(default, str) and default not in left:
        yield (*path, "default_plan"), f"this variant offers no plan {default!r}{did_you_mean(default, left)}"


def _priced(book: Mapping[str, object]) -> set[str]:
    return {f"{charge.get('code')}/{charge.get('interval_months')}" for _, charge in _items(book, "charges")}


def _is_plain(variant: Mapping[str, object]) -> bool:
    return not any(variant.get(name) for name in ("charges", "trial", "default_plan")) and not _hidden(variant)


def _hidden(variant: Mapping[str, object]) -> list[tuple[int, str]]:
    hides = variant.get("hides")
    found = hides.get("plans") if isinstance(hides, Mapping) else None
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
