"""Errors of the plans app: what can be wrong with a price, a choice from the catalogue, or a catalogue file."""

from collections.abc import Sequence
from dataclasses import dataclass

from tenants.errors import DomainError


class PricingError(ValueError):
    """A charge, a quantity or a proration that cannot be priced.

    `code` is stable and for programs, `field` is the path of the offending value
    (``charge.tiers[1].up_to``, ``quantity``; empty for the whole input), `message` is for people.
    """

    def __init__(self, code: str, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}" if field else message)
        self.code = code
        self.field = field
        self.message = message


class CatalogueError(DomainError):
    """The catalogue has nothing for what was asked: product, plan, quantity, interval, day, book or terms.

    `message` is Indonesian, `data["en"]` says the same in English; `data["choices"]` lists what would do, if anything.
    """

    code = "not_in_catalogue"

    @property
    def message_en(self) -> str:
        """The message in English."""
        return str(self.data.get("en", self.message))


@dataclass(frozen=True, order=True)
class Problem:
    """One thing wrong with a catalogue file. `line` counts from 1; `path` is the field, ``price_books[0].code``."""

    file: str
    line: int
    path: str
    message: str

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.line else self.file
        return f"{where}: {self.path}: {self.message}" if self.path else f"{where}: {self.message}"


class CatalogueFileError(ValueError):
    """Catalogue files that cannot be loaded, with everything that is wrong with them; nothing was written."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = tuple(problems)
