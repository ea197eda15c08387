"""X5–X7, X10: a school from sign-up to suspension and back, day by day."""

from collections.abc import Callable
from datetime import date

from billing.models import Document
from billing.services.payments.receiving import Received, record_payment
from tenants.context import inside
from tenants.models import Tenant
from tests.conftest import told

PassDays = Callable[[Tenant, date, date], None]


def test_a_school_that_never_pays_is_billed_reminded_and_suspended_on_day_thirty(
    school: Tenant, pass_days: PassDays
) -> None:
    """X7: issued 2025-03-01, due 2025-03-17, past due from 2025-03-18, suspended on 2025-03-31."""
    pass_days(school, date(2025, 2, 2), date(2025, 3, 31))
    assert told(
        school, "trial.started", "trial.ended", "subscription.activated", "invoice.issued", "invoice.overdue"
    ) == [
        ("2025-02-01", "trial.started"),
        ("2025-03-01", "trial.ended"),
        ("2025-03-01", "subscription.activated"),
        ("2025-03-01", "invoice.issued"),
        ("2025-03-18", "invoice.overdue"),
    ]
    assert told(school, "subscription.past_due", "subscription.suspended") == [
        ("2025-03-18", "subscription.past_due"),
        ("2025-03-31", "subscription.suspended"),
    ]
    assert (school.status, school.has_access, school.balance) == ("suspended", False, 750_000)
    with inside(school):
        invoice = Document.objects.get()
        assert (invoice.issued_on, invoice.due_on, invoice.suspend_on) == (
            date(2025, 3, 1),
            date(2025, 3, 17),
            date(2025, 3, 31),
        )
        assert invoice.number == "XC/INV/2025/03/00001"


def test_payment_reopens_access_at_once_and_does_not_move_the_term(school: Tenant, pass_days: PassDays) -> None:
    """X10."""
    pass_days(school, date(2025, 2, 2), date(2025, 4, 10))
    record_payment(tenant=school, received=Received(750_000, "transfer", "t-1", date(2025, 4, 10)))
    school.refresh_from_db()
    assert (school.status, school.has_access, school.balance) == ("active", True, 0)
    pass_days(school, date(2025, 4, 11), date(2026, 3, 1))
    assert told(school, "invoice.issued") == [("2025-03-01", "invoice.issued"), ("2026-03-01", "invoice.issued")]
