"""Journal and invoices of all tenants as rows for accounting packages, one tenant after the other, never all in memory."""

from collections.abc import Iterator
from datetime import date

from django.db.models import Q, QuerySet

from billing.models import Document, DocumentKind, DocumentStatus, Entry
from plans.models import Product
from plans.selectors.accounting import chart
from tenants.context import inside
from tenants.models import TaxInvoice, Tenant

Row = tuple[str | int | date, ...]
INVOICE_COLUMNS = (
    *("number", "kind", "status", "issued_on", "due_on", "customer", "npwp", "product", "issuer", "subtotal"),
    *("other_tax_base", "vat", "total", "paid", "credited", "outstanding", "tax_invoice", "signed_total"),
)
TAKEN_BACK = frozenset({DocumentKind.CREDIT_NOTE, DocumentKind.WRITE_OFF})
JOURNAL_COLUMNS = ("date", "entry", "customer", "document", "fact", "account_code", "account_name", "debit", "credit")


def exported_tenants(issuer: str = "") -> "QuerySet[Tenant]":
    """Ready tenants that are no tests, in a fixed order."""
    ready = Tenant.objects.filter(provisioning=Tenant.ProvisioningState.READY, is_test=False)
    sold = Product.objects.filter(issuer__code=issuer).values("code")
    return (ready.filter(product_code__in=sold) if issuer else ready).order_by("id")


def invoice_rows(tenant: Tenant, first: date, last: date) -> Iterator[Row]:
    """A tenant's invoices, late fees, credit notes and write-offs issued in these days, by number.

    `signed_total` is what each adds to what the customer owes, so that the column can be summed: a credit note of 100.000 is
    −100.000, a void invoice 0. Less what was paid it is the balance of the statement of account.
    """
    with inside(tenant):
        found = Document.papers.filter(issued_on__gte=first, issued_on__lte=last).exclude(kind="receipt")
        rows = list(found.order_by("issued_on", "number"))
    taxed = [row.number for row in rows if row.taxation]
    numbers = dict(TaxInvoice.objects.filter(number__in=taxed).values_list("number", "tax_number")) if taxed else {}
    yield from (_invoice(row, numbers.get(row.number, "")) for row in rows)


def _invoice(row: Document, tax_number: str) -> Row:
    told = row.taxation or {}
    owed = row.outstanding if row.status == DocumentStatus.OPEN else 0
    return (
        row.number,
        row.kind,
        row.status,
        row.issued_on,
        row.due_on,
        str(row.customer.get("name", "")),
        str(row.customer.get("npwp", "")),
        str(row.customer.get("product", "")),
        str(row.issuer.get("code", "")),
        row.subtotal,
        int(told.get("other_base", 0)),
        row.tax,
        row.total,
        row.paid,
        row.credited,
        owed,
        tax_number,
        _signed(row),
    )


def _signed(row: Document) -> int:
    if row.status == DocumentStatus.VOID:
        return 0
    return -row.total if row.kind in TAKEN_BACK else row.total


def journal_rows(tenant: Tenant, first: date, last: date) -> Iterator[Row]:
    """A tenant's journal of these days, two rows for an entry: its debit and its credit."""
    with inside(tenant):
        entries = Entry.objects.filter(Q(on__gte=first) & Q(on__lte=last)).select_related("document")
        rows = list(entries.order_by("on", "created_at", "id"))
    for entry in rows:
        said = (entry.on, str(entry.pk), tenant.name, entry.document.number if entry.document else "", entry.fact)
        debit, credit = chart().of(entry.debit), chart().of(entry.credit)
        yield (*said, debit.code, debit.name, entry.amount, 0)
        yield (*said, credit.code, credit.name, 0, entry.amount)
