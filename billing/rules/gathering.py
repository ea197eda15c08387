"""Rises within a term that wait for the next invoice, where the plan gathers them there (X8, N4)."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from pydantic import ConfigDict, Field

from billing.rules.drafting import Line
from billing.rules.tax import untaxed_price
from plans.rules.parts import Part, Text
from plans.rules.periods import Period


class Waiting(Part):
    """A line as it was drafted on the day of the report: price, days and offers are those of that day. Taxed when issued."""

    charge: str
    kind: str
    from_: date = Field(alias="from")
    to: date
    quantity: Decimal
    unit_price: Decimal
    amount: int
    description: Text
    explanation: Mapping[str, Any]
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    @property
    def line(self) -> Line:
        """As it stands on the invoice."""
        return Line(
            self.charge,
            self.kind,
            Period(self.from_, self.to),
            self.quantity,
            self.unit_price,
            self.amount,
            self.description,
            self.explanation,
        )


def read_gathered(data: Sequence[dict[str, Any]] | None) -> tuple[Line, ...]:
    """From the subscription's JSON."""
    return tuple(Waiting.model_validate(item).line for item in data or ())


def write_gathered(lines: Iterable[Line]) -> list[dict[str, Any]] | None:
    """As `read_gathered` reads it; nothing where nothing waits. Their tax is that of the day on which they are issued."""
    waiting = (
        Waiting(
            charge=line.charge,
            kind=line.kind,
            from_=line.period.start,
            to=line.period.end,
            quantity=line.quantity,
            unit_price=line.unit_price,
            amount=untaxed_price(line.amount, line.explanation),
            description=line.description,
            explanation={name: value for name, value in line.explanation.items() if name != "tax"},
        )
        for line in lines
    )
    return [item.model_dump(mode="json", by_alias=True) for item in waiting] or None
