"""What was bought and is billed in parts: instalments on their days (N3), milestones when they are reached (N14)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from billing.rules import dunning
from billing.rules.drafting import Draft, Line
from plans.rules.catalogue import Item, PaymentTerms, Text
from plans.rules.money import allocate, format_rupiah, plain
from plans.rules.parts import Part
from plans.rules.periods import Period, add_months

ONE_DAY = timedelta(days=1)
SCHEDULED_KIND = "once"


class Scheduled(Part):
    """A part that is still to be billed. `of` parts make the whole of `total` rupiah; `on` is None where a milestone is waited
    for. `key` (12 characters) is the purchase's or the contract's; payment terms are those of the day it was agreed."""

    key: str
    item: str
    name: Text
    part: int
    of: int
    percent: Decimal
    total: int
    amount: int
    on: date | None = None
    milestone: str = ""
    milestone_name: Text | None = None
    rule: str = ""
    leaving: bool = False
    formula: str = ""
    terms: PaymentTerms


@dataclass(frozen=True, slots=True)
class Instalments:
    """A purchase in parts: what is billed today, and what later."""

    first: int
    later: tuple[Scheduled, ...]


def in_instalments(item: Item, name: Text, total: int, terms: PaymentTerms, key: str, on: date) -> Instalments:
    """Divide a price by the item's instalments; a day that has passed already is today.

    N3: 6.000.000 bought on 1 November 2026: 2.400.000 at once, 1.800.000 on 11 January, 1.800.000 on 22 February 2027.
    """
    amounts = allocate(total, [part.percent for part in item.instalments])
    days = [max(on, part.on or add_months(on, part.months)) for part in item.instalments]
    parts = tuple(
        Scheduled(
            key=key,
            item=item.code,
            name=name,
            part=at,
            of=len(amounts),
            percent=item.instalments[at - 1].percent,
            total=total,
            amount=amount,
            on=day,
            rule=item.rule,
            terms=terms,
        )
        for at, (amount, day) in enumerate(zip(amounts, days, strict=True), start=1)
    )
    now = sum(part.amount for part in parts if part.on is not None and part.on <= on)
    return Instalments(now, tuple(part for part in parts if part.on is not None and part.on > on))


def first_part(whole: Draft, divided: Instalments, item: Item) -> Draft:
    """The purchase's own invoice with what is paid at once alone."""
    (line,) = whole.lines
    percent = sum((part.percent for part in item.instalments), Decimal(0)) - sum(
        (part.percent for part in divided.later), Decimal(0)
    )
    done = len(item.instalments) - len(divided.later)
    count = "1" if done == 1 else f"1–{done}"
    said = Text(
        id=f"{line.description.id}, angsuran {count} dari {len(item.instalments)}",
        en=f"{line.description.en}, instalment {count} of {len(item.instalments)}",
    )
    whole_formula = str(line.explanation["formula"]).rpartition(" = ")[0]
    explanation = {
        **line.explanation,
        "formula": f"{whole_formula} × {plain(percent)} % = {format_rupiah(divided.first)}",
        "part": f"{count}/{len(item.instalments)}",
    }
    first = replace(
        line,
        quantity=Decimal(1),
        unit_price=Decimal(divided.first),
        amount=divided.first,
        description=said,
        explanation=explanation,
    )
    return replace(whole, lines=(first,))


def by_milestones(item: Item, total: int, terms: PaymentTerms, key: str) -> tuple[Scheduled, ...]:
    """Divide a contract's price by its milestones. N14: 250.000.000 by 30, 40 and 30 %: 75, 100 and 75 million."""
    amounts = allocate(total, [part.percent for part in item.milestones])
    return tuple(
        Scheduled(
            key=key,
            item=item.code,
            name=item.name,
            part=at,
            of=len(amounts),
            percent=milestone.percent,
            total=total,
            amount=amount,
            milestone=milestone.code,
            milestone_name=milestone.name,
            rule=item.rule,
            terms=terms,
        )
        for at, (amount, milestone) in enumerate(zip(amounts, item.milestones, strict=True), start=1)
    )


def draft_part(part: Scheduled, today: date) -> Draft:
    """The invoice of a part, issued today under the terms that were agreed on."""
    on = part.on or today
    period = Period(on, on + ONE_DAY)
    line = Line(
        # Its own name for each part of each purchase: the database bills none of them twice.
        charge=f"{part.item[:40]}:{part.part}:{part.key}",
        kind=SCHEDULED_KIND,
        period=period,
        quantity=Decimal(1),
        unit_price=Decimal(part.amount),
        amount=part.amount,
        description=described(part),
        explanation={
            "rules": [part.rule] if part.rule else [],
            "formula": part.formula or _formula(part),
            **({} if part.leaving else {"part": f"{part.part}/{part.of}"}),
        },
    )
    due = dunning.due_on(part.terms, today)
    return Draft((line,), today, due, dunning.suspend_on(part.terms, today, due), period)


def _formula(part: Scheduled) -> str:
    return f"{plain(part.percent)} % × {format_rupiah(part.total)} = {format_rupiah(part.amount)}"


def described(part: Scheduled) -> Text:
    """ "Bootcamp Pengembang Web, angsuran 2 dari 3", "Akademi perusahaan, termin 1 dari 3: Kontrak ditandatangani"."""
    if part.leaving:
        return part.name
    if part.milestone_name is None:
        return Text(
            id=f"{part.name.id}, angsuran {part.part} dari {part.of}",
            en=f"{part.name.en}, instalment {part.part} of {part.of}",
        )
    return Text(
        id=f"{part.name.id}, termin {part.part} dari {part.of}: {part.milestone_name.id}",
        en=f"{part.name.en}, milestone {part.part} of {part.of}: {part.milestone_name.en}",
    )


def next_day(parts: Sequence[Scheduled]) -> date | None:
    """The next day on which an instalment is to be billed."""
    return min((part.on for part in parts if part.on is not None), default=None)


def without_leaving(parts: Sequence[Scheduled]) -> tuple[Scheduled, ...]:
    """What is left where nobody leaves any more, or nothing is charged for it."""
    return tuple(part for part in parts if not part.leaving)


def read_schedule(data: Sequence[dict[str, Any]] | None) -> tuple[Scheduled, ...]:
    """From the subscription's JSON."""
    return tuple(Scheduled.model_validate(item) for item in data or ())


def write_schedule(parts: Sequence[Scheduled]) -> list[dict[str, Any]] | None:
    """As `read_schedule` reads it; nothing where nothing is left."""
    return [part.model_dump(mode="json", by_alias=True) for part in parts] or None
