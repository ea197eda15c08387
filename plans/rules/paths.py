"""Where something stands in a catalogue file: `("price_books", 0, "code")`, shown as ``price_books[0].code``."""

from collections.abc import Iterable
from difflib import get_close_matches

Path = tuple[str | int, ...]


def shown_path(path: Path) -> str:
    """The path as messages print it: ``price_books[0].charges[1].pricing``."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text


def path_of(text: str) -> Path:
    """The path that a message of the pricing rules names: ``charge.tiers[1].up_to``."""
    parts = (part for part in text.replace("[", ".[").split(".") if part)
    return tuple(int(part[1:-1]) if part.startswith("[") else part for part in parts)


def did_you_mean(name: str, names: Iterable[str]) -> str:
    """ "; did you mean plan_choice?" where a name is near, else nothing."""
    near = get_close_matches(name, sorted(names), n=1, cutoff=0.6)
    return f"; did you mean {near[0]}?" if near else ""
