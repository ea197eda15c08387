"""Tax invoices of PKP issuers: written with the invoice, given out in batches."""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID, uuid5

from django.db import transaction
from django.utils.translation import gettext as _

from billing.documents.efaktur import faults_of
from billing.models import Document
from billing.rules.drafting import Line
from billing.rules.efaktur import facts_of, missing_in, xml_of
from billing.selectors.tax_invoices import UNSENT, with_todays_data
from tenants.context import current_actor
from tenants.errors import DomainError
from tenants.models import TaxBatch, TaxInvoice, TaxInvoiceState, Tenant
from tenants.rows import keep_public

INVOICES = UUID("0c7c0f0e-0a3b-5c3b-9f6a-2f7a53b0c1d4")
MOST_IN_A_FILE = 1000  # what Coretax takes in one upload


def keep_tax_invoice(tenant: Tenant, document: Document, lines: Sequence[Line]) -> None:
    """The tax invoice that belongs to an invoice with tax; none of a test tenant's."""
    if not document.taxation or tenant.is_test:
        return
    taxed = [line for line in lines if line.tax is not None]
    facts = facts_of(
        number=document.number,
        issued_on=document.issued_on,
        taxation=document.taxation,
        issuer=document.issuer,
        customer=document.customer,
        identity=tenant.tax_identity,
        lines=[(line.description.id, line.quantity, line.amount, line.tax.stored()) for line in taxed if line.tax],
    )
    keep_public(
        TaxInvoice(
            id=uuid5(INVOICES, str(document.pk)),
            tenant_id=tenant.pk,
            number=document.number,
            issuer=document.issuer["code"],
            issued_on=document.issued_on,
            facts=facts,
        )
    )


def drop_tax_invoice(document: Document, on: date) -> None:
    """The invoice is void: what was not given out yet never is; what was, is to be cancelled at the tax office."""
    if document.taxation:
        found = TaxInvoice.objects.filter(pk=uuid5(INVOICES, str(document.pk)))
        found.filter(state=TaxInvoiceState.PENDING).update(state=TaxInvoiceState.CANCELLED)
        found.update(cancelled_on=on)


def make_batches(*, issuer: str, first: date, last: date, again: bool = False, reason: str = "") -> list[TaxBatch]:
    """Files of the tax invoices of some days that were not given out yet, at most a thousand in each. `again` takes those that
    were given out or rejected, too, and needs a reason.

    One that lacks something (`missing_in`) takes it from the customer's data of today; where they lack it as well it waits, and
    the others leave. Nothing wrong does: a file that does not fit the schema is refused with its faults. Two at once: the
    second waits, and finds nothing left.
    """
    if again and len(reason.strip()) < 5:
        raise DomainError(_("Tulis alasan mengekspor ulang."), field="reason", code="reason_missing")
    states = [*UNSENT, TaxInvoiceState.EXPORTED] if again else [*UNSENT]
    with transaction.atomic():
        found = TaxInvoice.objects.select_for_update(of=("self",)).select_related("tenant")
        found = found.filter(
            issuer=issuer, state__in=states, cancelled_on=None, issued_on__gte=first, issued_on__lte=last
        )
        every = list(found.order_by("issued_on", "number"))
        rows = [row for row in every if _is_whole(row)]
        if not rows:
            raise _nothing_to_give_out(len(every))
        parts = [rows[at : at + MOST_IN_A_FILE] for at in range(0, len(rows), MOST_IN_A_FILE)]
        return [_give_out(issuer, part, reason) for part in parts]


def _is_whole(row: TaxInvoice) -> bool:
    """Whether it can leave, after what it lacked was taken from its customer."""
    if missing_in(row.facts):
        facts = with_todays_data(row)
        if missing_in(facts):
            return False
        row.facts = facts
        row.save(update_fields=["facts"])
    return True


def _nothing_to_give_out(waiting: int) -> DomainError:
    if waiting:
        said = _("Semua faktur pajak pada hari-hari ini belum lengkap. Lihat daftarnya di bawah.")
        return DomainError(said, field="first", code="nothing_whole")
    return DomainError(_("Tidak ada faktur pajak yang belum diekspor."), field="first", code="nothing_to_export")


def _give_out(issuer: str, rows: Sequence[TaxInvoice], reason: str) -> TaxBatch:
    xml = xml_of(rows[0].facts["tin"], [row.facts for row in rows])
    faults = faults_of(xml)
    if faults:
        said = _("Berkas tidak sesuai skema: %(faults)s") % {"faults": "; ".join(_named(faults, rows))}
        raise DomainError(said, field="first", code="does_not_fit_schema")
    return _store(issuer, rows, xml, reason)


def _named(faults: Iterable[str], rows: Sequence[TaxInvoice]) -> list[str]:
    """With the invoice's number in place of its position."""
    said = []
    for fault in faults:
        at = fault.partition("TaxInvoice[")[2].partition("]")[0]
        number = rows[int(at) - 1].number if at.isdigit() else rows[0].number
        said.append(f"{number}: {fault.rpartition('/')[2]}")
    return said


def _store(issuer: str, rows: Sequence[TaxInvoice], xml: str, reason: str) -> TaxBatch:
    batch = TaxBatch.objects.create(
        issuer=issuer,
        first_on=rows[0].issued_on,
        last_on=rows[-1].issued_on,
        count=len(rows),
        xml=xml,
        sha256=hashlib.sha256(xml.encode()).hexdigest(),
        made_by=current_actor().label[:200],
        reason=reason[:300],
    )
    keys = [row.pk for row in rows]
    TaxInvoice.objects.filter(pk__in=keys).update(state=TaxInvoiceState.EXPORTED, batch=batch, told="")
    return batch
