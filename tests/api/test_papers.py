"""What a program reads of credit notes, receipts and the statement of account."""

from collections.abc import Callable
from datetime import date

from billing.services.corrections.credit_notes import issue_credit_note
from tenants.models import Tenant
from tests.api.conftest import Api
from tests.billing.lives import pay

PassDays = Callable[[Tenant, date, date], None]
ON = date(2025, 3, 1)


def test_an_invoice_names_its_papers_and_the_statement_adds_them_up(
    school: Tenant, school_api: Api, pass_days: PassDays
) -> None:
    """750.000 billed, 300.000 paid, 450.000 taken back: paid, and the statement closes with nothing."""
    pass_days(school, date(2025, 2, 2), ON)
    slug = school_api.get("invoices").json()["items"][0]["slug"]
    payment = pay(school, ON, 300_000)
    number = slug.replace("-", "/")
    note = issue_credit_note(tenant=school, number=number, reason="salah hitung", today=ON, amount=450_000)
    told = school_api.get(f"invoices/{slug}").json()
    assert (told["status"], told["paid"], told["credited"], told["outstanding"]) == ("paid", 300_000, 450_000, 0)
    assert told["credit_notes"] == [
        {
            "number": note.number,
            "slug": note.slug,
            "issued_on": "2025-03-01",
            "total": 450_000,
            "reason": "salah hitung",
        }
    ]
    assert told["settlements"] == [{"on": "2025-03-01", "amount": 300_000, "payment": str(payment.pk)}]
    for path in (f"credit-notes/{note.slug}/pdf", f"payments/{payment.pk}/receipt"):
        assert school_api.get(path).headers["Content-Type"] == "application/pdf", path
    statement = school_api.get("statement?first=2025-03-01&last=2025-03-31").json()
    assert [(row["kind"], row["balance"]) for row in statement["movements"]] == [
        ("invoice", 750_000),
        ("credit", 300_000),
        ("payment", 0),
    ]
    assert (statement["opening"], statement["closing"]) == (0, 0)
    wrong = school_api.get("statement?first=2025-03-31&last=2025-03-01")
    assert (wrong.status_code, wrong.json()["field"]) == (422, "last")
