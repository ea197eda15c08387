"""Reading a mapping field by field, so that every complaint names the field and nothing foreign passes unseen."""

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from decimal import Decimal

from plans.errors import PricingError
from plans.rules.money import parse_decimal, shown

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class Fields:
    """One object of the input. `path` is where it stands; `allowed` the names it may have, checked at once.

    An optional field that is null counts as absent; a required one that is null is missing.
    """

    def __init__(self, data: object, path: str, allowed: Collection[str]) -> None:
        if not isinstance(data, Mapping):
            raise PricingError("not_an_object", path, f"an object is needed, not {shown(data)}")
        self._data = data
        self._path = path
        for name in data:
            if name not in allowed:
                raise PricingError("unexpected", self.at(str(name)), "there is no such field here")

    def at(self, name: str) -> str:
        """The full path of a field, for messages: ``charge.minimum``."""
        return f"{self._path}.{name}" if self._path else name

    def has(self, name: str) -> bool:
        """Whether the field is there and not null."""
        return self._data.get(name) is not None

    def value(self, name: str) -> object:
        """Whatever stands there; missing is an error."""
        if not self.has(name):
            raise PricingError("missing", self.at(name), "this field is needed")
        return self._data[name]

    def number(self, name: str) -> Decimal:
        """A number of zero or more."""
        return not_negative(parse_decimal(self.value(name), self.at(name)), self.at(name))

    def optional_number(self, name: str) -> Decimal | None:
        """A number of zero or more, or None when absent."""
        return self.number(name) if self.has(name) else None

    def number_or_zero(self, name: str) -> Decimal:
        """A number of zero or more; absent means zero."""
        return self.number(name) if self.has(name) else Decimal(0)

    def size(self, name: str) -> Decimal:
        """A number above zero, such as the size of a package."""
        number = self.number(name)
        if not number:
            raise PricingError("not_positive", self.at(name), "must be more than zero")
        return number

    def text(self, name: str) -> str:
        """Text that is not blank."""
        value = self.value(name)
        # a subclass of str is a JSON number that kept its spelling
        if type(value) is not str or not value.strip():
            raise PricingError("not_text", self.at(name), f"text is needed, not {shown(value)}")
        return value

    def sequence(self, name: str) -> Sequence[object]:
        """A list."""
        value = self.value(name)
        if not isinstance(value, list | tuple):
            raise PricingError("not_a_list", self.at(name), f"a list is needed, not {shown(value)}")
        return value

    def day(self, name: str) -> date:
        """A date written as 2025-03-01, or a date as YAML reads it."""
        value = self.value(name)
        if type(value) is date:
            return value
        if type(value) is str and _DAY.fullmatch(value):
            try:
                return date.fromisoformat(value)
            except ValueError as error:
                raise PricingError("not_a_date", self.at(name), f"there is no day {value}") from error
        raise PricingError("not_a_date", self.at(name), f"a date like 2025-03-01 is needed, not {shown(value)}")


def not_negative(number: Decimal, field: str) -> Decimal:
    """The number itself, unless it is below zero."""
    if number < 0:
        raise PricingError("negative", field, "must not be negative")
    return number
