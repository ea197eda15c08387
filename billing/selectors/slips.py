"""Slips of tax withheld, as far as a document's page asks for them."""

from uuid import UUID

from django.utils.translation import gettext as _

from billing.errors import SlipNotFound
from billing.gateways.models import SentSlip, SentSlipState
from billing.models import Document, DocumentKind, DocumentStatus
from billing.rules.withholding import looks_withheld, withheld
from tenants.models import Tenant


def withheld_of(document: Document) -> int:
    """What a customer may have kept back of an invoice, in rupiah: 2 % of its net amount, 4 % where the issuer has no NPWP."""
    return min(document.outstanding, withheld(document.subtotal, has_npwp=bool(document.issuer.get("npwp"))))


def takes_slip(document: Document) -> bool:
    """Whether a slip may be sent for a document at all: an open invoice."""
    return document.kind == DocumentKind.INVOICE and document.status == DocumentStatus.OPEN


def asks_for_slip(tenant: Tenant, document: Document) -> bool:
    """Whether the page of a document speaks of slips: the customer withholds, or what is left is just what it may keep back."""
    has_npwp = bool(document.issuer.get("npwp"))
    left = looks_withheld(document.subtotal, document.outstanding, has_npwp=has_npwp)
    return takes_slip(document) and (bool(tenant.tax_identity.get("withholds")) or left)


def latest_slip(tenant: Tenant, document: Document) -> SentSlip | None:
    """The slip that was sent last for a document and not withdrawn, whatever became of it."""
    sent = SentSlip.objects.filter(tenant=tenant, document_id=document.pk).exclude(state=SentSlipState.WITHDRAWN)
    return sent.order_by("-submitted_at", "-pk").first()


def slip_to_withdraw(tenant: Tenant, document: Document) -> SentSlip:
    """The slip that waits, else the last that was decided or taken back (withdrawing that is refused, or changes nothing).

    SlipNotFound if none was ever sent for the document.
    """
    sent = SentSlip.objects.filter(tenant=tenant, document_id=document.pk)
    found = sent.filter(state=SentSlipState.SUBMITTED).first() or sent.order_by("-submitted_at", "-pk").first()
    if found is None:
        raise SlipNotFound(_("Tidak ada bukti potong yang dikirim untuk tagihan ini."), field="number")
    return found


def slips_of(tenant: Tenant, *, state: str = "", before: UUID | None = None, size: int) -> list[SentSlip]:
    """Slips a tenant has sent, newest first: at most `size`, those before a place in the list, of one state if named."""
    sent = SentSlip.objects.filter(tenant=tenant)
    sent = sent.filter(state=state) if state else sent
    return list((sent.filter(pk__lt=before) if before else sent).order_by("-pk")[:size])
