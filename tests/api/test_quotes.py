"""POST /quotes: every documented price, with its explanation and its dates."""

from typing import Any

import pytest

from tests.api.conftest import Api
from tests.plans.rules.price_tables import DOCUMENTED

# What each price list of the documents is asked for by.
ASKED: dict[str, dict[str, Any]] = {
    "X1 2025": {"product": "xclass", "on": "2025-02-01"},
    "X2 2026": {"product": "xclass", "on": "2026-01-01"},
    "X2 2027": {"product": "xclass", "on": "2027-06-30"},
    "X2 2028": {"product": "xclass", "on": "2028-12-31"},
    "K1 per unit and month": {"product": "klustera", "on": "2026-01-30"},
    "K2 per unit, a year for ten months": {"product": "klustera", "interval_months": 12, "on": "2026-01-30"},
    "K2 flat by the month": {"product": "klustera", "plan": "flat", "on": "2026-01-30"},
    "K2 flat by the year": {"product": "klustera", "plan": "flat", "interval_months": 12, "on": "2026-01-30"},
}


@pytest.mark.parametrize(
    ("name", "quantity", "amount"),
    [(name, quantity, amount) for name, _charge, quantity, amount in DOCUMENTED],
    ids=[f"{name}: {quantity}" for name, _charge, quantity, _amount in DOCUMENTED],
)
def test_every_documented_price_comes_out_of_the_quote(public_api: Api, name: str, quantity: int, amount: int) -> None:
    """X1, X2, K1, K2."""
    answer = public_api.post("quotes", {**ASKED[name], "quantity": str(quantity)})
    assert answer.status_code == 200, answer.json()
    quote = answer.json()
    assert (quote["total"], quote["tax"]) == (amount, 0)
    assert sum(line["amount"] for line in quote["lines"]) == amount


def test_a_school_of_150_sees_price_reason_trial_and_dates(public_api: Api) -> None:
    """X5, X7: 150 × 5.000 = 750.000; free until 1 March, due on 17 March, suspended on 31 March."""
    quote = public_api.post("quotes", {"product": "xclass", "quantity": 150, "on": "2025-02-01"}).json()
    first = quote["first_invoice"]
    assert (quote["plan"]["code"], quote["price_book"], quote["free"]) == ("standard", "xclass-2025", False)
    assert (quote["trial_ends_on"], quote["due_on"], first["suspend_on"]) == ("2025-03-01", "2025-03-17", "2025-03-31")
    assert first["period"] == {"start": "2025-03-01", "end": "2026-03-01"}
    line = quote["lines"][0]
    assert (line["quantity"], line["unit_price"], line["explanation"]["rules"]) == ("150", "5000", ["X1"])
    assert "Perhitungan: 150 × 5.000 = Rp 750.000." in line["reasons"]
    rows = quote["price_lists"][0]["rows"]
    assert [(row["start"], row["up_to"], row["unit_price"]) for row in rows] == [
        ("0", "49", "0"),
        ("50", "500", "5000"),
        ("501", None, "4000"),
    ]


def test_a_free_school_has_no_invoice_and_no_trial(public_api: Api) -> None:
    """X1, X5."""
    quote = public_api.post("quotes", {"product": "xclass", "quantity": "49", "on": "2025-02-01"}).json()
    assert (quote["free"], quote["total"], quote["first_invoice"], quote["trial_ends_on"]) == (True, 0, None, None)
    assert quote["plan"]["code"] == "free-forever"


def test_the_quote_says_that_501_students_cost_less_than_500(public_api: Api) -> None:
    """X1: the cliff is charged as the list says, and said."""
    quote = public_api.post("quotes", {"product": "xclass", "quantity": "500", "on": "2025-02-01"}).json()
    assert any("501 siswa" in note and "Rp 2.004.000" in note for note in quote["notes"])


def test_the_quote_says_when_the_quantity_chose_another_plan(public_api: Api) -> None:
    """X1: 501 students are Enterprise, whatever plan is named."""
    asked = {"product": "xclass", "plan": "standard", "quantity": "501", "on": "2025-02-01"}
    quote = public_api.post("quotes", asked).json()
    assert quote["plan"]["code"] == "enterprise"
    assert any("Enterprise" in note for note in quote["notes"])


def test_a_month_begun_in_its_middle_is_quoted_by_the_day(public_api: Api) -> None:
    """K3, K6: 200 units, 30 days from 16 January: 15–28 February is 14 of 28 days, 600.000 × 14/28 = 300.000."""
    quote = public_api.post("quotes", {"product": "klustera", "quantity": "200", "on": "2026-01-16"}).json()
    assert (quote["trial_ends_on"], quote["total"], quote["first_invoice"]["total"]) == ("2026-02-15", 600_000, 300_000)
    assert quote["due_on"] == "2026-03-01"


def test_the_quote_speaks_english_when_asked_to(public_api: Api) -> None:
    """Line, reasons and errors follow Accept-Language."""
    asked = {"product": "xclass", "quantity": "150", "on": "2025-02-01"}
    answer = public_api.post("quotes", asked, Accept_Language="en-GB,en;q=0.9,id;q=0.5")
    assert answer.headers["Content-Language"] == "en"
    assert "Calculation: 150 × 5.000 = Rp 750.000." in answer.json()["lines"][0]["reasons"]
    wrong = public_api.post("quotes", asked | {"product": "nothing"}, Accept_Language="en").json()
    assert wrong["detail"].startswith("There is no product")


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"product": "nothing"}, "product", "unknown_product"),
        ({"plan": "nothing"}, "plan", "unknown_plan"),
        ({"quantity": "-1"}, "quantity", "quantity_negative"),
        ({"quantity": "1.5"}, "quantity", "quantity_fraction"),
        ({"quantity": 1.5}, "quantity", "quantity_fraction"),
        ({"quantity": "10000001"}, "quantity", "quantity_too_large"),
        ({"quantity": "banyak"}, "quantity", "not_a_number"),
        ({"quantity": True}, "quantity", "not_a_number"),
        ({"quantity": None}, "quantity", "null"),
        ({"on": "1 Maret 2025"}, "on", "invalid"),
        ({"on": "2024-12-31"}, "on", "not_on_sale"),
        ({"on": "9999-12-31"}, "on", "out_of_range"),
        ({"interval_months": 7}, "interval_months", "unknown_interval"),
        ({"interval_months": "12"}, "interval_months", "invalid"),
        ({"interval_months": {}}, "interval_months", "invalid"),
        ({"interval_months": True}, "interval_months", "invalid"),
        ({"interval_months": 0}, "interval_months", "min_value"),
        ({"terms": "net-90"}, "terms", "unknown_terms"),
        ({"offers": ["HEMAT"]}, "offers[0]", "unknown_offer"),
        ({"offers": ["early50", 5]}, "offers[1]", "invalid"),
        ({"timezone": "Europe/Paris"}, "timezone", "invalid_choice"),
        ({"quantitty": "150"}, "quantitty", "unknown_field"),
    ],
)
def test_what_is_wrong_is_named_by_its_field(public_api: Api, change: dict[str, Any], field: str, code: str) -> None:
    answer = public_api.post("quotes", {"product": "xclass", "quantity": "150", "on": "2025-02-01"} | change)
    problem = answer.json()
    assert answer.status_code == 422, problem
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert (problem["field"], problem["errors"][0]["code"]) == (field, code)


@pytest.mark.parametrize("field", ["quantity", "interval_months"])
@pytest.mark.parametrize("number", ["1E+999999999", "-1e400", "1e-400", "0.5", "9999999999999999999999"])
def test_a_number_out_of_all_bounds_is_refused_by_its_field(public_api: Api, field: str, number: str) -> None:
    others = '"quantity": 5, ' if field == "interval_months" else ""
    answer = public_api.post("quotes", f'{{"product": "xclass", {others}"{field}": {number}}}'.encode())
    assert (answer.status_code, answer.json()["field"]) == (422, field)


def test_all_wrong_fields_are_named_at_once(public_api: Api) -> None:
    problem = public_api.post("quotes", {"on": "kapan-kapan", "plann": "x"}).json()
    assert {item["field"] for item in problem["errors"]} == {"product", "quantity", "on", "plann"}
    assert (problem["code"], problem["status"]) == ("invalid", 422)
