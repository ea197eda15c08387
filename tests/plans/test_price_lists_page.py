"""docs/price-lists.md: every example is loaded, and every row of its table is priced by the quote."""

import re
from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings

from billing.rules import sides
from billing.rules.sides import Part
from plans.errors import CatalogueError
from plans.rules.catalogue import Catalogue
from plans.rules.catalogue_file import read_catalogue
from plans.rules.discounts import DiscountKind
from plans.rules.periods import Period
from plans.rules.terms import Charge as Pricing
from trials.selectors.quotes import Quote, Wish, quote_from

PAGE = Path(settings.BASE_DIR) / "docs" / "price-lists.md"
DAY = date(2026, 6, 1)
EXAMPLE = re.compile(r"^##+ ([^\n]+)\n(?:(?!^##).)*?```yaml\n(.*?)```\n\n(\|.*?)(?:\n\n|\Z)", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True)
class Example:
    """A block of YAML with the table below it: (what is asked for, what it costs) as the page says them."""

    title: str
    yaml: str
    rows: tuple[tuple[str, str], ...]


def examples() -> list[Example]:
    """In the order of the page; the first is a whole file."""
    found = []
    for title, block, table in EXAMPLE.findall(PAGE.read_text("utf-8")):
        rows = [tuple(cell.strip() for cell in line.strip("|").split("|")) for line in table.strip().splitlines()[2:]]
        found.append(Example(title, block, tuple((row[0], row[1]) for row in rows)))
    return found


EXAMPLES = examples()


def catalogue(example: Example) -> Catalogue:
    """The whole file with the example's parts in it; `charges` go into its price book."""
    whole: dict[str, Any] = deepcopy(yaml.safe_load(EXAMPLES[0].yaml))
    parts = yaml.safe_load(example.yaml)
    charges = parts.pop("charges", None)
    whole |= parts
    if charges is not None:
        whole["price_books"][0]["charges"] = charges
    return read_catalogue(yaml.safe_dump(whole, allow_unicode=True, sort_keys=False), "page.yaml").catalogue


def number(text: str) -> Decimal:
    return Decimal(text.replace(".", ""))


def wish(asked: str) -> Wish:
    """ "4, every 12 months, code early, plan chain, 2 scanner, on 2027-01-01"."""
    first, *more = asked.split(", ")
    made = Wish("toko", number(first), DAY, redeemed=True)
    for said in more:
        word, value = said.split()[0], said.split()[1]
        if word == "every":
            made = replace(made, interval_months=int(value))
        elif word == "code":
            made = replace(made, offers=(*made.offers, value))
        elif word == "plan":
            made = replace(made, plan=value)
        elif word == "on":
            made = replace(made, on=date.fromisoformat(value))
        else:
            made = replace(made, addons={value: Decimal(word)})
    return made


def told(made: Quote) -> str:
    """The price as the page writes it."""
    said = [f"{made.recurring:,}".replace(",", ".")]
    if made.after != made.recurring:
        said.append(f"then {made.after:,}".replace(",", "."))
    if made.first is not None and made.first.total != made.recurring:
        said.append(f"first invoice {made.first.total:,}".replace(",", "."))
    return ", ".join(said)


def read(book: Catalogue, meter: str, quantity: Decimal) -> str:
    """What a month's reading of a meter costs."""
    agreement = quote_from(book, Wish("toko", Decimal(1), DAY, redeemed=True)).agreement
    charge = next(item for item in agreement.sides if item.quantity == meter)
    month = Period(DAY, date(2026, 7, 1))
    return (
        f"{sum(line.amount for line in sides.lines_of(agreement, [Part(charge, month, month, quantity)])):,}".replace(
            ",", "."
        )
    )


@pytest.mark.parametrize("example", EXAMPLES, ids=[example.title for example in EXAMPLES])
def test_an_example_of_the_page_costs_what_the_page_says(example: Example) -> None:
    book = catalogue(example)
    assert example.rows
    for asked, costs in example.rows:
        word, _, amount = asked.partition(" ")
        if word in {meter.code for meter in book.meters}:
            assert read(book, word, number(amount)) == costs, asked
        elif costs == "refused":
            with pytest.raises(CatalogueError):
                quote_from(book, wish(asked))
        else:
            assert told(quote_from(book, wish(asked))) == costs, asked


def test_the_page_has_an_example_of_every_model_and_of_every_kind_of_offer() -> None:
    books = [catalogue(example) for example in EXAMPLES]
    charges = [charge for book in books for prices in book.price_books for charge in prices.charges]
    assert {charge.pricing["model"] for charge in charges} == {model.model for model in Pricing.__args__}
    assert {offer.kind for book in books for offer in book.offers} == set(DiscountKind)
    assert {charge.when.value for charge in charges} == {"advance", "arrears", "once"}
    assert len(EXAMPLES) == PAGE.read_text("utf-8").count("```yaml")
