"""N3, N14: what is bought in parts, to the rupiah; no database."""

from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from billing.rules.purchases import draft_purchase
from billing.rules.schedules import (
    by_milestones,
    described,
    draft_part,
    first_part,
    in_instalments,
    next_day,
    read_schedule,
    write_schedule,
)
from plans.rules.catalogue import Item
from tests.billing.rules.agreements import catalogue

NAIKKELAS = catalogue("naikkelas")
ITEMS = {item.code: item for item in NAIKKELAS.items}
TERMS = {terms.code: terms for terms in NAIKKELAS.terms}
BOOTCAMP, ACADEMY = ITEMS["bootcamp-2027-01"], ITEMS["enterprise-academy"]
KEY = "0123456789ab"


@pytest.mark.parametrize(
    ("bought", "total", "first", "later"),
    [
        # 40, 30 and 30 %: on 11 January and 22 February
        (date(2026, 11, 1), 6_000_000, 2_400_000, [("2027-01-11", 1_800_000), ("2027-02-22", 1_800_000)]),
        # on the day of the second both are paid at once
        (date(2027, 1, 11), 6_000_000, 4_200_000, [("2027-02-22", 1_800_000)]),
        # 1.000.001: the rupiah that is left belongs to a part
        (date(2026, 11, 1), 1_000_001, 400_001, [("2027-01-11", 300_000), ("2027-02-22", 300_000)]),
    ],
)
def test_instalments_add_up_to_the_price(bought: date, total: int, first: int, later: list[tuple[str, int]]) -> None:
    """N3."""
    divided = in_instalments(BOOTCAMP, BOOTCAMP.name, total, TERMS["purchase"], KEY, bought)
    assert divided.first == first
    assert [(str(part.on), part.amount) for part in divided.later] == later
    assert divided.first + sum(part.amount for part in divided.later) == total
    assert read_schedule(write_schedule(divided.later)) == divided.later


def test_the_first_invoice_says_what_part_it_is() -> None:
    """N3: 2 places at 6.000.000, 40 % now."""
    whole = draft_purchase(
        BOOTCAMP, (), TERMS["purchase"], NAIKKELAS.product.unit, BOOTCAMP.quantity.from_ * 2, date(2026, 11, 1)
    )
    name = whole.lines[0].description
    draft = first_part(
        whole, in_instalments(BOOTCAMP, name, whole.total, TERMS["purchase"], KEY, date(2026, 11, 1)), BOOTCAMP
    )
    (line,) = draft.lines
    assert (draft.total, line.amount, draft.due_on) == (4_800_000, 4_800_000, date(2026, 11, 4))
    assert line.description.id.endswith("angsuran 1 dari 3")
    assert line.explanation["formula"] == "2 × 6.000.000 × 40 % = Rp 4.800.000"


def test_a_contract_is_divided_by_its_milestones_and_each_is_an_invoice_of_the_day_it_is_reached() -> None:
    """N14: 250 million by 30, 40 and 30 %; due after the 30 days that were agreed on."""
    parts = by_milestones(ACADEMY, 250_000_000, TERMS["thirty-days"], KEY)
    assert [(part.milestone, part.amount) for part in parts] == [
        ("signed", 75_000_000),
        ("delivered", 100_000_000),
        ("accepted", 75_000_000),
    ]
    assert next_day(parts) is None
    draft = draft_part(parts[1], date(2027, 3, 1))
    assert (draft.total, draft.due_on, len(draft.lines[0].charge)) == (100_000_000, date(2027, 3, 31), 33)
    assert described(parts[1]).id == "Akademi perusahaan, termin 2 dari 3: Materi diserahkan"
    assert draft.lines[0].explanation["formula"] == "40 % × Rp 250.000.000 = Rp 100.000.000"


@pytest.mark.parametrize(
    "wrong",
    [
        {"instalments": [{"percent": "50"}, {"percent": "40", "months": 1}]},
        {"instalments": [{"percent": "50", "months": 1}, {"percent": "50", "months": 2}]},
        {"milestones": [{"code": "a", "name": {"id": "a", "en": "a"}, "percent": "50"}] * 2},
        {"milestones": [{"code": "a", "name": {"id": "a", "en": "a"}, "percent": "90"}]},
    ],
)
def test_parts_that_do_not_make_a_whole_are_refused(wrong: dict[str, Any]) -> None:
    """N3, N14: more or less than the price would be billed."""
    with pytest.raises(ValidationError):
        Item.model_validate(BOOTCAMP.model_dump(by_alias=True) | {"instalments": []} | wrong)
