"""Invoices: a walk by cursor, one with its reasons and late fees, its PDF, and paying it."""

from collections.abc import Callable
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from billing.gateways.errors import GatewayTimeout
from billing.gateways.models import BankTransfer, Checkout
from billing.gateways.values import CheckoutLink, CheckoutRequest
from tenants.models import IdempotentRequest, Tenant
from tests.api.conftest import Api, host_of, program, tenant_secret

PassDays = Callable[[Tenant, date, date], None]
AtDay = Callable[[Tenant, date], None]
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 64


@pytest.fixture
def owing(complex_: Tenant, pass_days: PassDays, at_day: AtDay) -> Api:
    """K3: on 2026-04-02 the complex owes March (600.000), its late fee of 16 March (60.000), and April (600.000)."""
    pass_days(complex_, date(2026, 1, 31), date(2026, 4, 2))
    at_day(complex_, date(2026, 4, 2))
    return program(host_of(complex_), tenant_secret(complex_))


def numbers(page: Any) -> list[str]:
    """The numbers on a page."""
    return [item["number"] for item in page["items"]]


def follow(api: Api, address: str) -> Any:
    """The page behind `next` or `prev`."""
    return api.client.get(address, headers=api._all({})).json()


def test_the_list_is_newest_first_and_says_what_is_owed(owing: Api) -> None:
    items = owing.get("invoices").json()["items"]
    assert [(item["kind"], item["total"], item["due_on"], item["overdue"]) for item in items] == [
        ("invoice", 600_000, "2026-04-15", False),
        ("late_fee", 60_000, items[1]["due_on"], items[1]["overdue"]),
        ("invoice", 600_000, "2026-03-15", True),
    ]


def test_a_walk_by_cursor_meets_each_document_once_and_comes_back(owing: Api) -> None:
    whole = numbers(owing.get("invoices").json())
    first = owing.get("invoices?limit=1").json()
    second = follow(owing, first["next"])
    third = follow(owing, second["next"])
    assert numbers(first) + numbers(second) + numbers(third) == whole
    assert (first["prev"], third["next"]) == (None, None)
    assert numbers(follow(owing, third["prev"])) == numbers(second)
    assert "limit=1" in first["next"]


def test_the_list_is_narrowed_by_status_and_kind(owing: Api) -> None:
    assert len(owing.get("invoices?status=open&kind=invoice").json()["items"]) == 2
    assert len(owing.get("invoices?status=overdue&kind=invoice").json()["items"]) == 1
    assert owing.get("invoices?status=paid").json() == {"items": [], "next": None, "prev": None}


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("limit=banyak", "limit"),
        ("limit=", "limit"),
        ("cursor=bukan", "cursor"),
        ("cursor=PDIwMjYtMDQtMDE", "cursor"),
        ("cursor=%00", "cursor"),
        ("status=lunas", "status"),
        ("staus=paid", "staus"),
        ("status=paid&status=open", "status"),
    ],
)
def test_a_query_that_cannot_be_read_names_its_field(school_api: Api, query: str, field: str) -> None:
    answer = school_api.get(f"invoices?{query}")
    assert (answer.status_code, answer.json()["field"]) == (422, field)


@pytest.mark.parametrize(
    ("language", "said"), [("id", "Tulis bilangan dari 1 sampai 100."), ("en", "Write a number from 1 to 100.")]
)
def test_a_limit_out_of_bounds_is_told_in_a_sentence(school_api: Api, language: str, said: str) -> None:
    assert school_api.get("invoices?limit=0", Accept_Language=language).json()["detail"] == said


def test_an_invoice_explains_its_line_and_carries_its_late_fee(owing: Api) -> None:
    """K3: 10 % of 600.000 on 16 March."""
    slug = owing.get("invoices").json()["items"][2]["slug"]
    invoice = owing.get(f"invoices/{slug}").json()
    line = invoice["lines"][0]
    assert (line["quantity"], line["unit_price"], line["amount"]) == ("200", "3000", 600_000)
    assert line["reasons"]
    assert [(fee["issued_on"], fee["total"]) for fee in invoice["late_fees"]] == [("2026-03-16", 60_000)]
    fee = owing.get(f"invoices/{invoice['late_fees'][0]['slug']}").json()
    assert (fee["kind"], fee["total"]) == ("late_fee", 60_000)


def test_the_subscription_says_balance_credit_price_and_what_comes_next(owing: Api) -> None:
    answer = owing.get("subscription").json()
    assert (answer["status"], answer["balance"], answer["credit"]) == ("past_due", 1_260_000, 0)
    assert (answer["price"]["total"], answer["next_invoice"]["issued_on"]) == (600_000, "2026-05-01")
    assert (answer["plan"], answer["suspends_on"]) == ({"code": "per-unit", "name": "Per unit"}, "2026-04-15")


def test_the_pdf_is_the_same_every_time(owing: Api) -> None:
    slug = owing.get("invoices").json()["items"][0]["slug"]
    first, again = owing.get(f"invoices/{slug}/pdf"), owing.get(f"invoices/{slug}/pdf")
    assert (first.status_code, first.headers["Content-Type"]) == (200, "application/pdf")
    assert first.content.startswith(b"%PDF-")
    assert first.content == again.content
    assert slug in first.headers["Content-Disposition"]


def test_a_pdf_is_not_given_to_whoever_takes_only_json(owing: Api) -> None:
    slug = owing.get("invoices").json()["items"][0]["slug"]
    assert owing.get(f"invoices/{slug}/pdf", Accept="application/json").json()["code"] == "not_acceptable"


@pytest.mark.parametrize("number", ["XC-INV-2025-03-99999", "x", "..", "%2e%2e%2fetc", "%00", "a" * 61, "a/b"])
def test_a_number_that_is_not_there_is_not_found(school_api: Api, number: str) -> None:
    for path in (f"invoices/{number}", f"invoices/{number}/pdf"):
        answer = school_api.get(path)
        assert (answer.status_code, answer.headers["Content-Type"]) == (404, "application/problem+json")


# --- paying --------------------------------------------------------------------------------------------------------


class Page:
    """A gateway that opens pages and remembers what it was asked for."""

    def __init__(self, error: Exception | None = None) -> None:
        self.asked: list[CheckoutRequest] = []
        self.error = error
        self.config = SimpleNamespace(timeout_seconds=5)

    def create_checkout(self, request: CheckoutRequest) -> CheckoutLink:
        """A page, or the error."""
        self.asked.append(request)
        if self.error is not None:
            raise self.error
        return CheckoutLink(f"token-{len(self.asked)}", f"https://bayar.test/{len(self.asked)}")


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch) -> Page:
    """The gateway of the view."""
    opened = Page()
    monkeypatch.setattr("billing.api.checkouts.gateway", lambda: opened)
    return opened


def test_a_checkout_asks_for_the_invoice_and_its_late_fee(owing: Api, page: Page) -> None:
    """600.000 + 60.000."""
    slug = owing.get("invoices").json()["items"][2]["slug"]
    answer = owing.post(f"invoices/{slug}/checkout")
    assert (answer.status_code, answer.json()["amount"]) == (201, 660_000)
    assert answer.json()["payment_url"] == "https://bayar.test/1"
    assert page.asked[0].customer.email == "tagihan@griya.test"


def test_a_checkout_sent_twice_opens_one_page(owing: Api, page: Page) -> None:
    slug = owing.get("invoices").json()["items"][0]["slug"]
    first = owing.post(f"invoices/{slug}/checkout", Idempotency_Key="c-1")
    again = owing.post(f"invoices/{slug}/checkout", Idempotency_Key="c-1")
    assert (first.json(), again.headers["Idempotent-Replayed"]) == (again.json(), "true")
    assert (len(page.asked), Checkout.objects.count()) == (1, 1)


def test_a_gateway_that_is_silent_is_a_503_that_may_be_tried_again(owing: Api, page: Page) -> None:
    page.error = GatewayTimeout("no answer")
    slug = owing.get("invoices").json()["items"][0]["slug"]
    answer = owing.post(f"invoices/{slug}/checkout", Idempotency_Key="c-1")
    assert (answer.status_code, answer.json()["code"]) == (503, "gateway_unavailable")
    assert not IdempotentRequest.objects.exists()


def test_a_transfer_is_announced_with_a_unique_code_and_then_proven(owing: Api) -> None:
    slug = owing.get("invoices").json()["items"][0]["slug"]
    announced = owing.upload(f"invoices/{slug}/transfers", {}).json()
    assert (announced["state"], announced["amount"]) == ("announced", 600_000)
    assert announced["transfer_amount"] == 600_000 + announced["unique_code"]
    proof = SimpleUploadedFile("bukti.png", PNG, "image/png")
    fields = {"proof": proof, "sender": "RT 05", "transferred_on": "2026-04-02", "stated": "600123"}
    proven = owing.upload(f"invoices/{slug}/transfers", fields).json()
    assert (proven["id"], proven["state"]) == (announced["id"], "submitted")
    assert BankTransfer.objects.get().stated == 600_123


def test_a_transfer_is_announced_without_a_form_and_a_proof_needs_one(owing: Api) -> None:
    path = f"invoices/{owing.get('invoices').json()['items'][0]['slug']}/transfers"
    announced, again = owing.post(path), owing.post(path, {})
    assert (announced.status_code, announced.json()["state"], announced.json()["amount"]) == (201, "announced", 600_000)
    assert again.json()["id"] == announced.json()["id"]
    refused = owing.post(path, {"proof": "bukti.png"})
    assert (refused.status_code, refused.json()["field"]) == (422, "proof")


@pytest.mark.parametrize(
    ("fields", "field", "code"),
    [
        ({"proof": SimpleUploadedFile("bukti.png", b"MZ not a picture at all")}, "proof", "proof_type"),
        ({"proof": SimpleUploadedFile("bukti.png", b"")}, "proof", "proof_empty"),
        ({"proof": "teks"}, "proof", "invalid"),
        ({"stated": "-5"}, "stated", "invalid"),
        ({"transferred_on": "kemarin"}, "transferred_on", "invalid"),
        (
            {"proof": SimpleUploadedFile("b.png", PNG), "transferred_on": "2026-04-03"},
            "transferred_on",
            "date_in_future",
        ),
        ({"bukti": "x"}, "bukti", "unknown_field"),
    ],
)
def test_a_proof_that_cannot_be_taken_names_its_field(
    owing: Api, fields: dict[str, Any], field: str, code: str
) -> None:
    slug = owing.get("invoices").json()["items"][0]["slug"]
    answer = owing.upload(f"invoices/{slug}/transfers", fields)
    assert (answer.status_code, answer.json()["field"], answer.json()["errors"][0]["code"]) == (422, field, code)
    assert not BankTransfer.objects.exists(), "nothing is half-written"


def test_cancelling_and_keeping(school: Tenant, school_api: Api, at_day: AtDay) -> None:
    """K15: cancelled to the end of what runs, and taken back."""
    at_day(school, date(2025, 2, 10))
    assert school_api.post("subscription/cancel", {"reason": "Libur"}).json()["status"] == "cancelled"
    assert school_api.post("subscription/keep").json()["cancel_on"] is None
    again = school_api.post("subscription/keep")
    assert (again.status_code, again.json()["code"]) == (409, "wrong_state")
