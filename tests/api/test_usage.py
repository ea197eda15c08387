"""POST /usage: every seat change of the documents, said beforehand by a dry run and done the same."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from billing.models import Document, QuantityReport
from billing.services.payments.receiving import Received, record_payment
from tenants.context import inside
from tenants.models import Tenant
from tests.api.conftest import Api, host_of, program, tenant_secret
from tests.conftest import make_tenant

PassDays = Callable[[Tenant, date, date], None]
AtDay = Callable[[Tenant, date], None]
FIRST_DAY = date(2025, 3, 1)


def a_school_of(students: int, pass_days: PassDays, at_day: AtDay) -> tuple[Tenant, Api]:
    """On the first day of its first term, 2025-03-01, 2025 book."""
    tenant = make_tenant("sekolah", "Sekolah", "xclass", students, date(2025, 2, 1))
    pass_days(tenant, date(2025, 2, 2), FIRST_DAY)
    at_day(tenant, FIRST_DAY)
    return tenant, program(host_of(tenant), tenant_secret(tenant))


def pay_all(tenant: Tenant, amount: int) -> None:
    """On the first day."""
    record_payment(tenant=tenant, received=Received(amount, "transfer", "t-1", FIRST_DAY))


X8: list[tuple[int, int, str, int]] = [
    (100, 115, "below_threshold", 0),  # fewer than 20 more: nothing
    (100, 125, "pro_rata", 125_000),  # 25 × 5.000, the whole year is left
    (45, 51, "new_term", 255_000),  # 51 × 5.000
    (499, 502, "in_full", 15_000),  # 3 × 5.000 at the locked price
    (200, 250, "pro_rata", 250_000),  # 50 × 5.000
    (100, 119, "below_threshold", 0),
    (100, 120, "pro_rata", 100_000),
    (600, 400, "recorded", 0),  # a fall across 500 bills and refunds nothing
]


@pytest.mark.parametrize(("billed", "reported", "outcome", "amount"), X8)
def test_a_rise_is_billed_as_the_table_says(
    db: None, pass_days: PassDays, at_day: AtDay, billed: int, reported: int, outcome: str, amount: int
) -> None:
    """X8 (and X3 for the locked price): the dry run says what the report then does."""
    _tenant, api = a_school_of(billed, pass_days, at_day)
    body = {"quantity": str(reported), "on": "2025-03-01"}
    foreseen = api.post("usage", body | {"dry_run": True})
    taken = api.post("usage", body)
    assert (foreseen.status_code, taken.status_code) == (200, 201), taken.json()
    for answer in (foreseen.json(), taken.json()):
        assert (answer["previous"], answer["quantity"], answer["outcome"]) == (str(billed), str(reported), outcome)
        assert (answer["invoice"]["total"] if answer["invoice"] else 0) == amount
    if amount:
        said, made = foreseen.json()["invoice"], taken.json()["invoice"]
        assert said.pop("number") is None
        assert "XC/INV/2025/03/" in made.pop("number")
        assert said == made
        assert all("X8" in line["explanation"]["rules"] for line in made["lines"])
        assert (made["due_on"], made["suspend_on"]) == ("2025-03-17", "2025-03-31")


def test_small_rises_add_up_from_the_last_billed_count(db: None, pass_days: PassDays, at_day: AtDay) -> None:
    """X8: 100 → 115 → 130 bills 30 × 5.000 = 150.000."""
    _tenant, api = a_school_of(100, pass_days, at_day)
    assert api.post("usage", {"quantity": "115"}).json()["invoice"] is None
    assert api.post("usage", {"quantity": "130"}).json()["invoice"]["total"] == 150_000


def test_a_rise_in_september_costs_the_days_that_are_left(db: None, pass_days: PassDays, at_day: AtDay) -> None:
    """X8: 25 × 5.000 × 181/365 = 61.986."""
    tenant, api = a_school_of(100, pass_days, at_day)
    pay_all(tenant, 500_000)
    at_day(tenant, date(2025, 9, 1))
    invoice = api.post("usage", {"quantity": "125", "on": "2025-09-01"}).json()["invoice"]
    assert (invoice["total"], invoice["lines"][0]["explanation"]["proration"]) == (61_986, {"days": 181, "of": 365})


def test_an_unpaid_school_below_50_is_free_at_once_and_its_invoice_void(
    db: None, pass_days: PassDays, at_day: AtDay
) -> None:
    """X9: nothing was paid on the term."""
    _tenant, api = a_school_of(60, pass_days, at_day)
    number = api.get("invoices").json()["items"][0]["number"]
    foreseen = api.post("usage", {"quantity": "45", "dry_run": True}).json()
    taken = api.post("usage", {"quantity": "45"}).json()
    assert (foreseen["outcome"], foreseen["voided"]) == (taken["outcome"], taken["voided"]) == ("free_now", [number])
    assert api.get("subscription").json()["status"] == "free"
    assert api.get("invoices?status=void").json()["items"][0]["outstanding"] == 0


def test_a_paid_school_below_50_runs_its_term_to_the_end(db: None, pass_days: PassDays, at_day: AtDay) -> None:
    """X9: the renewal is free."""
    tenant, api = a_school_of(60, pass_days, at_day)
    pay_all(tenant, 300_000)
    taken = api.post("usage", {"quantity": "45"}).json()
    assert (taken["outcome"], taken["voided"], taken["invoice"]) == ("free_at_renewal", [], None)
    assert api.get("subscription").json()["status"] == "active"


def test_a_school_on_trial_below_50_is_free_at_once(school: Tenant, school_api: Api, at_day: AtDay) -> None:
    """X9."""
    at_day(school, date(2025, 2, 10))
    assert school_api.post("usage", {"quantity": "45"}).json()["outcome"] == "free_now"
    assert school_api.get("entitlements").json()["plan"] == "free-forever"


def test_units_of_a_complex_count_from_the_next_invoice(complex_: Tenant, at_day: AtDay) -> None:
    """K4."""
    at_day(complex_, date(2026, 2, 10))
    api = program(host_of(complex_), tenant_secret(complex_))
    assert api.post("usage", {"quantity": "600"}).json()["outcome"] == "recorded"
    assert api.get("subscription").json()["next_invoice"]["total"] == 1_200_000


def test_a_suspended_school_may_report_but_is_not_billed(
    school: Tenant, school_api: Api, pass_days: PassDays, at_day: AtDay
) -> None:
    """X10: recorded, counts later; invoices and entitlements answer as ever."""
    pass_days(school, date(2025, 2, 2), date(2025, 4, 1))
    at_day(school, date(2025, 4, 1))
    taken = school_api.post("usage", {"quantity": "300"})
    assert (taken.status_code, taken.json()["outcome"], taken.json()["invoice"]) == (201, "recorded", None)
    assert school_api.get("entitlements").json()["has_access"] is False
    assert school_api.get("invoices").json()["items"][0]["outstanding"] == 750_000


def test_a_dry_run_writes_nothing(school: Tenant, school_api: Api, at_day: AtDay) -> None:
    at_day(school, date(2025, 2, 10))
    school_api.post("usage", {"quantity": "45", "dry_run": True})
    with inside(school):
        assert (QuantityReport.objects.count(), Document.objects.count()) == (0, 0)
    assert school_api.get("subscription").json()["quantity"] == "150"


def test_a_report_is_taken_once_under_its_external_id(school: Tenant, school_api: Api, at_day: AtDay) -> None:
    at_day(school, date(2025, 2, 10))
    body = {"quantity": "175", "on": "2025-02-10", "external_id": "roll-2"}
    assert school_api.post("usage", body).json() == school_api.post("usage", body).json()
    other = school_api.post("usage", body | {"quantity": "180"})
    assert (other.status_code, other.json()["code"]) == (409, "external_id_reused")
    with inside(school):
        assert QuantityReport.objects.count() == 1


@pytest.mark.parametrize(
    ("body", "field", "code"),
    [
        ({}, "quantity", "required"),
        ({"quantity": "150", "on": "2025-02-11"}, "on", "date_in_future"),
        ({"quantity": "150", "on": "2025-01-31"}, "on", "date_before_last_report"),
        ({"quantity": "150", "on": "2025-02-30"}, "on", "invalid"),
        ({"quantity": "150", "dry_run": "yes"}, "dry_run", "invalid"),
        ({"quantity": [150]}, "quantity", "not_a_number"),
        ({"quantity": "150", "external_id": 7}, "external_id", "invalid"),
    ],
)
def test_a_report_that_cannot_be_taken_names_its_field(
    school: Tenant, school_api: Api, at_day: AtDay, body: dict[str, Any], field: str, code: str
) -> None:
    at_day(school, date(2025, 2, 10))
    answer = school_api.post("usage", body)
    assert (answer.status_code, answer.json()["field"], answer.json()["errors"][0]["code"]) == (422, field, code)


@pytest.mark.parametrize(("language", "said"), [("id", "Tulis angka biasa"), ("en", "Write a plain number")])
def test_what_is_no_number_is_refused_in_the_caller_s_language(school_api: Api, language: str, said: str) -> None:
    answer = school_api.post("usage", {"quantity": "1e3"}, Accept_Language=language)
    assert (answer.status_code, answer.json()["field"]) == (422, "quantity")
    assert answer.json()["detail"].startswith(said)
