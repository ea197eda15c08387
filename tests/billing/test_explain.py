"""Every line explains itself in both languages: rule, book, tier, quantity, formula, days, locked price."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import yaml

import plans
from billing.documents.explain import explain, format_price
from billing.rules.agreement import Agreement, agree
from billing.rules.drafting import draft_period, draft_rise
from billing.rules.seats import Decision, Outcome
from plans.rules.catalogue import Catalogue
from plans.rules.offer import make_offer
from plans.rules.periods import Period
from tests.billing.paper import PERIOD_LINE

TERM = Period(date(2025, 3, 1), date(2026, 3, 1))


def test_a_period_says_tier_locked_price_book_formula_and_rule() -> None:
    """X1, X3."""
    assert explain(PERIOD_LINE, "id").sentences == (
        "Jumlah yang dihitung: 150 siswa.",
        "Tingkat harga: 50–500 siswa.",
        "Harga Rp 5.000 dikunci selama masa langganan.",
        "Menurut daftar harga xclass-2025.",
        "Perhitungan: 150 × 5.000 = Rp 750.000.",
        "Aturan X1.",
    )


def test_the_same_in_english() -> None:
    assert explain(PERIOD_LINE, "en").sentences == (
        "Quantity counted: 150 students.",
        "Price tier: 50–500 students.",
        "The price of Rp 5.000 is locked for the term of the subscription.",
        "According to price book xclass-2025.",
        "Calculation: 150 × 5.000 = Rp 750.000.",
        "Rule X1.",
    )


def test_a_rise_within_the_term_says_how_many_days_it_pays_for() -> None:
    """X8: 25 more on 2025-09-01 of a term from 2025-03-01: × 181/365."""
    rise = PERIOD_LINE | {
        "rules": ["X8"],
        "quantity": "25",
        "tier": None,
        "tier_name": None,
        "proration": {"days": 181, "of": 365},
        "formula": "(25 × 5.000) × 181/365 = Rp 61.986",
    }
    told = explain(rise, "id")
    assert "Dihitung untuk 181 dari 365 hari." in told.sentences
    assert not any("Tingkat" in sentence for sentence in told.sentences)
    assert [row.value for row in told.rows if row.sum] == ["(25 × 5.000) × 181/365 = Rp 61.986"]
    assert explain(rise, "en").rows[-2].value == "181 of 365"


def test_a_late_fee_names_the_invoice_it_is_charged_on() -> None:
    """K3: 10 % of 600.000."""
    fee = {"rules": ["K3"], "invoice": "KL/INV/1", "formula": "10 % × Rp 600.000 = Rp 60.000"}
    assert explain(fee, "id").text == "Atas tagihan KL/INV/1. Perhitungan: 10 % × Rp 600.000 = Rp 60.000. Aturan K3."


def test_an_open_price_is_not_called_locked() -> None:
    """K4: the price follows the units on the invoice date."""
    assert "Harga satuan Rp 5.000." in explain(PERIOD_LINE | {"locked_price": False}, "id").sentences


def test_the_brief_form_leaves_the_quantity_to_its_column() -> None:
    assert "150 siswa" not in explain(PERIOD_LINE, "id").brief
    assert explain(PERIOD_LINE, "id").brief.endswith("Aturan X1.")


def test_a_line_without_an_explanation_has_none() -> None:
    told = explain({}, "id")
    assert (told.rows, told.text, told.rule) == ((), "", "")


def test_prices_are_printed_whole_or_to_two_places() -> None:
    assert format_price(Decimal("5000.000000000000")) == "Rp 5.000"
    assert format_price(Decimal("2479.446666666667")) == "Rp 2.479,45"
    assert format_price(Decimal("0.5")) == "Rp 0,5"


def school_of(quantity: int) -> Agreement:
    """A school that signed up in February 2025."""
    file = Path(str(plans.__file__)).parent / "catalogues/xclass.yaml"
    catalogue = Catalogue.model_validate(yaml.safe_load(file.read_text()))
    on, count = date(2025, 2, 1), Decimal(quantity)
    return agree(catalogue, make_offer(catalogue, plan=None, quantity=count, interval_months=None, on=on))


@pytest.mark.parametrize("added", [3, 25, 60])
def test_a_rise_at_a_locked_price_claims_no_tier_of_its_own(added: int) -> None:
    """X3, X8: 25 more pay the Rp 5.000 of the 100 they joined; that 25 alone were free is beside the point."""
    agreement, decision = school_of(100), Decision(Outcome.PRO_RATA, Decimal(added))
    (line,) = draft_rise(agreement, decision, Decimal(100), TERM, TERM.start, {"students": "5000"}).lines
    assert line.amount == added * 5000
    assert "Harga Rp 5.000 dikunci selama masa langganan." in explain(line.explanation, "id").sentences
    assert "Tingkat" not in explain(line.explanation, "id").text


def test_a_term_names_its_tier_only_where_its_price_comes_from_it() -> None:
    """X3: 600 at the Rp 5.000 locked at 100 are not "501 siswa ke atas", which would be Rp 4.000."""
    agreement = school_of(100)
    told = {}
    for quantity in (150, 600):
        draft = draft_period(agreement, Decimal(quantity), TERM, 1, TERM.start, {"students": "5000"})
        told[quantity] = explain(draft.lines[0].explanation, "id").text
    assert "Tingkat harga: 50–500 siswa." in told[150]
    assert "Tingkat" not in told[600]
