"""Looking through plain data that may be wrong in any way: its items, its texts, its codes, and what is missing of them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from plans.rules.paths import Path, did_you_mean

Items = list[tuple[int, Mapping[str, object]]]


@dataclass(frozen=True)
class Misfit:
    """A part that does not fit, and why."""

    path: Path
    message: str


def items_of(data: Mapping[str, object], name: str) -> Items:
    """The objects in a list, each with its place."""
    found = data.get(name)
    return [(at, item) for at, item in enumerate(found if isinstance(found, list) else []) if isinstance(item, Mapping)]


def texts_of(item: Mapping[str, object], name: str) -> list[tuple[int, str]]:
    """The texts in a list, each with its place."""
    found = item.get(name)
    return [(at, text) for at, text in enumerate(found if isinstance(found, list) else []) if isinstance(text, str)]


def codes_of(data: Mapping[str, object], name: str) -> set[str]:
    """The codes that the objects of a list have."""
    return {code for _, item in items_of(data, name) if isinstance(code := item.get("code"), str)}


def repeated(data: Mapping[str, object], name: str, key: str, said: str) -> Iterator[Misfit]:
    """What two objects of a list have both; `said` is filled with the value and the place of the first."""
    first: dict[str, int] = {}
    for at, item in items_of(data, name):
        value = item.get(key)
        if isinstance(value, str) and first.setdefault(value, at) != at:
            yield Misfit((name, at, key), said.format(value=value, first=f"{name}[{first[value]}]"))


def unknown(path: Path, code: object, there: set[str], what: str) -> Iterator[Misfit]:
    """A misfit where a code names nothing there is."""
    if isinstance(code, str) and code not in there:
        listed = ", ".join(sorted(there)) or "none"
        hint = did_you_mean(code, there) or f"; there is: {listed}"
        yield Misfit(path, f"there are no {what} {code!r}{hint}")
