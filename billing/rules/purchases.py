"""The invoice of something bought once (N1, N3, N8, N11); no subscription is needed for it or changed by it."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from billing.rules import dunning
from billing.rules.drafting import Draft, Line
from plans.errors import CatalogueError
from plans.rules.catalogue import Batch, Item, PaymentTerms, Text
from plans.rules.money import format_rupiah, plain, round_half_up
from plans.rules.periods import Period
from plans.rules.quantities import check_quantity, check_range
from plans.rules.rating import rate
from plans.rules.spelling import spell_day

ITEM_KIND = "item"
ONE_DAY = timedelta(days=1)


def draft_purchase(
    item: Item, included: Sequence[Item], terms: PaymentTerms, unit: Text, quantity: Decimal, on: date
) -> Draft:
    """So many of an item as an invoice of today. A `CatalogueError` names what is wrong with the quantity or the day.

    N3: 2 places at 6.000.000 in the batch from 11 January to 2 April 2027 → 12.000.000, due 3 days later.
    """
    check_quantity(quantity)
    counted = item.unit or unit
    check_range(item.quantity, quantity, item.name, counted)
    for sold in (item, *included):
        if sold.batch is not None:
            _check_day(sold, sold.batch, on)
    rated = rate(item.price(), quantity)
    period = _days_of(item, on)
    unit_price = rated.unit_price if rated.unit_price is not None else Decimal(round_half_up(rated.exact))
    line = Line(
        charge=item.code,
        kind=ITEM_KIND,
        period=period,
        quantity=quantity if rated.unit_price is not None else Decimal(1),
        unit_price=unit_price,
        amount=rated.amount,
        description=_described(item, included),
        explanation={
            "rules": [item.rule] if item.rule else [],
            "model": rated.model,
            "quantity": plain(quantity),
            "unit": counted.model_dump(),
            "unit_price": None if rated.unit_price is None else plain(rated.unit_price),
            "formula": f"{rated.formula} = {format_rupiah(rated.amount)}",
            "includes": [other.code for other in included],
        },
    )
    due = dunning.due_on(terms, on)
    return Draft((line,), on, due, dunning.suspend_on(terms, on, due), period)


def batches_of(item: Item, included: Sequence[Item]) -> tuple[Item, ...]:
    """The items whose places a purchase takes, in the order in which every buyer takes them (no two wait for each other)."""
    return tuple(sorted((sold for sold in (item, *included) if sold.batch), key=lambda sold: sold.code))


def no_place_left(item: Item, left: int) -> CatalogueError:
    """The refusal of a buyer for whom a batch has too few places."""
    name = item.name
    return CatalogueError(
        f"{name.id} tinggal {left} tempat." if left else f"{name.id} sudah penuh.",
        field="quantity",
        code="batch_full",
        data={"en": f"{name.en} has only {left} places left." if left else f"{name.en} is full.", "left": left},
    )


def _check_day(item: Item, batch: Batch, on: date) -> None:
    if on > batch.first_day:
        raise CatalogueError(
            f"{item.name.id} sudah dimulai {spell_day(batch.first_day, 'id')}.",
            field="item",
            code="batch_begun",
            data={"en": f"{item.name.en} began on {spell_day(batch.first_day, 'en')}."},
        )


def _days_of(item: Item, on: date) -> Period:
    """The days a batch lasts; what has none is bought on its day."""
    if item.batch is None:
        return Period(on, on + ONE_DAY)
    return Period(item.batch.first_day, item.batch.last_day + ONE_DAY)


def _described(item: Item, included: Sequence[Item]) -> Text:
    said = {"id": item.name.id, "en": item.name.en}
    if item.batch is not None:
        for language in said:
            first, last = spell_day(item.batch.first_day, language), spell_day(item.batch.last_day, language)
            said[language] += f", {first} – {last}"
    if included:
        for language in said:
            said[language] += f" ({', '.join(other.name.of(language) for other in included)})"
    return Text.model_validate(said)
