"""The product as the benchmark calls it: one function for each door, so that a change of the product is met here."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from importlib import import_module

from django.db import connection, models, transaction
from django.utils import timezone

from billing.documents.invoice_pdf import render_pdf
from billing.documents.shown import InvoiceView
from billing.models import (
    Allocation,
    CreditEntry,
    Document,
    DocumentLine,
    Entry,
    Payment,
    QuantityReport,
    Subscription,
)
from billing.selectors.documents import view_of
from billing.services.payments.receiving import Received, record_payment
from config.celery import keep_what_is_loaded
from reports.services import health_scoring as scoring
from reports.services.day_sums_proof import put_right
from reports.services.following import AT_ONCE, follow_events
from reports.services.receivables import close_settled
from script.embedded.places import ROOT
from tenants.context import inside
from tenants.models import Tenant
from tenants.models.jobs import Job
from tenants.services.numbering import take_number
from tenants.services.schema_sql import creation_script, latest_version
from tenants.services.schemas import create_schema, drop_schema
from trials.selectors.quotes import Wish
from trials.services.daily import live_day, run_job
from trials.services.provisioning import provision_tenant
from trials.services.trials import begin_subscription

__all__ = [
    "Received",
    "Wish",
    "begin_subscription",
    "create_schema",
    "drop_schema",
    "inside",
    "keep_what_is_loaded",
    "latest_version",
    "live_day",
    "migrate_command",
    "print_document",
    "print_nothing",
    "provision_tenant",
    "record_payment",
    "schema_statements",
    "take_number",
    "view_of_first_document",
    "work_off",
]


def work_off(job: str, now: datetime) -> tuple[int, int]:
    """One drain of a daily job as a Celery worker does it: (tenants done, tenants set aside)."""
    drained = run_job(job=Job(job), now=now, trigger="benchmark")
    return drained.done, drained.failed


def migrate_command() -> list[str]:
    """What an operator runs at a new version."""
    return [sys.executable, str(ROOT / "manage.py"), "migrate_tenants"]


def schema_statements() -> list[str]:
    """Every statement that makes a tenant's tables, unqualified; for the floor of provisioning."""
    return list(creation_script())


def tenant_tables() -> "dict[str, type[models.Model]]":
    """The tables of a tenant whose indexes are weighed, by the names of their models."""
    tables = (Subscription, Document, DocumentLine, Payment, Allocation, CreditEntry, QuantityReport, Entry)
    return {table.__name__: table for table in tables}


def view_of_first_document(tenant: Tenant) -> InvoiceView:
    """What is printed of the tenant's first invoice."""
    with inside(tenant):
        document = Document.objects.order_by("issued_on")[0]
        return view_of(tenant, document, "id")


def print_document(view: InvoiceView) -> bytes:
    """The PDF."""
    return render_pdf(view)


def print_nothing() -> bytes:
    """An empty page by the same printer."""
    weasyprint = import_module("weasyprint")
    return bytes(weasyprint.HTML(string="<p>1</p>").write_pdf())


@contextmanager
def fresh_connection() -> Iterator[None]:
    """A backend that has met no tenant yet; and none left open afterwards."""
    connection.close()
    try:
        yield
    finally:
        connection.close()


def follow_facts() -> int:
    """Draw the reports' facts of all that happened; returns how many tenants."""
    return follow_events()


def add_to_sums() -> None:
    """Add to the days' sums what facts say that it is in them, and is not."""
    put_right()


def close_receivables() -> None:
    """Close all that is settled, so many customers in a transaction as the job takes."""
    everybody = list(Tenant.objects.order_by("pk"))
    for first in range(0, len(everybody), AT_ONCE):
        with transaction.atomic():
            close_settled(everybody[first : first + AT_ONCE])


def score_health() -> int:
    """Score the health of everybody of whom something is new; returns how many."""
    return scoring.score_health(today=timezone.localdate())
