"""What is promised by a price book: its day and its charges. Both stay once an agreement was made under it."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from plans.rules.catalogue import PriceBook
from plans.rules.paths import Path
from plans.rules.terms import charge_to_dict

_PROMISED = ("effective_from", "charges")
_ABSENT = "nothing"


@dataclass(frozen=True)
class Difference:
    """A place where two books differ; `before` and `after` are as messages print them."""

    path: Path
    before: str
    after: str


def book_to_dict(book: PriceBook) -> dict[str, Any]:
    """The book as it is stored: defaults left out, prices in one spelling ("5000", never 5000 or "5000.0").

    Defaults are left out so that a field added to charges later does not look like a change of every book.
    """
    data: dict[str, Any] = book.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    for stored, charge in zip(data["charges"], book.charges, strict=True):
        stored |= {"interval_months": charge.interval_months, "pricing": charge_to_dict(charge.price())}
    return data


def fingerprint(book: PriceBook) -> str:
    """The same for two books that promise the same; SHA-256 in hexadecimal digits."""
    promised = {name: book_to_dict(book)[name] for name in _PROMISED}
    return hashlib.sha256(json.dumps(promised, sort_keys=True).encode()).hexdigest()


def differences(before: PriceBook, after: PriceBook) -> tuple[Difference, ...]:
    """Where the second book promises something else: `charges[0].pricing.tiers[1].unit_price: "5000" → "5500"`."""
    old, new = book_to_dict(before), book_to_dict(after)
    return tuple(found for name in _PROMISED for found in _differ(old[name], new[name], (name,)))


def _differ(old: object, new: object, path: Path) -> Iterator[Difference]:
    if isinstance(old, dict) and isinstance(new, dict):
        for name in dict.fromkeys((*old, *new)):
            yield from _differ(old.get(name, _ABSENT), new.get(name, _ABSENT), (*path, name))
    elif isinstance(old, list) and isinstance(new, list):
        for at, (first, second) in enumerate(zip_longest(old, new, fillvalue=_ABSENT)):
            yield from _differ(first, second, (*path, at))
    elif old != new:
        yield Difference(path, _printed(old), _printed(new))


def _printed(value: object) -> str:
    if value is _ABSENT:
        return _ABSENT
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else f"{text[:60]}…"
