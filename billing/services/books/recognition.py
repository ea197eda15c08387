"""Earning prepaid terms, month by month."""

from datetime import date

from billing.models import Document
from billing.rules import deferral
from billing.selectors.books import deferring_documents
from billing.services.books.ledger import recognise
from tenants.context import writing
from tenants.models import Tenant
from tenants.models.jobs import Job
from tenants.rows import Load, change_tenant, keep
from tenants.services.agenda import set_agenda
from tenants.services.batches import Needs

# What the job reads of a tenant, for a batch to load; a document of before the books were kept has NULL.
DEFERRING = Needs(loads=(Load(Document, "deferred <> '{}'::jsonb"),))


def run_recognition(*, tenant: Tenant, today: date) -> None:
    """Earn what the months that are over have earned, and come again when the next one is.

    365.000 for 2026-03-10 – 2027-03-10: on 1 April 22.000 of 31 March, on 1 May 30.000 of 30 April …
    """
    with writing(tenant) as locked:
        documents = deferring_documents()
        for document in documents:
            recognise(document, today)
            keep(document, "deferred")
        days = [day for document in documents if (day := deferral.next_day(document.deferred or {})) is not None]
        set_agenda(tenant=locked, days={Job.RECOGNITION: min(days, default=None)})
        change_tenant(locked, books_changed=True)
