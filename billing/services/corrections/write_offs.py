"""Giving claims up: asked for by staff, approved by another one above the limit, and only then in the books."""

from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing.errors import WriteOffRefused, WrongState
from billing.gateways.models import WriteOff
from billing.models import Document, DocumentStatus
from billing.services.corrections.credit_notes import write_off
from billing.services.corrections.requests import (
    Asking,
    PaperKind,
    approve_request,
    keep_request,
    reject_request,
    waiting_request,
)
from billing.services.documents.invoicing import find_document
from tenants.context import writing
from tenants.models import Tenant, User
from tenants.services.steering import check_reason


def request_write_off(*, tenant: Tenant, number: str, reason: str, staff: User, now: datetime) -> WriteOff:
    """Ask to give up what is open of a claim. Up to the limit it is done at once; above it somebody else has to approve.

    Asked again while it waits, the request that waits is returned. WrongState for what is not open.
    """
    cause = check_reason(reason)
    with writing(tenant) as locked:
        claim = find_document(number)
        if claim.status != DocumentStatus.OPEN:
            raise WrongState(_("Hanya tagihan yang masih terbuka yang dapat dihapusbukukan."), field="number")
        asking, left = Asking(locked, claim, cause, staff, now), claim.outstanding
        return waiting_request(_WRITE_OFF, claim) or keep_request(_WRITE_OFF, asking, amount=left, counted=left)


def waiting_write_off(claim: Document) -> WriteOff | None:
    """The request that waits for a second person, if one does."""
    return waiting_request(_WRITE_OFF, claim)


def approve_write_off(*, asked: WriteOff, staff: User, now: datetime) -> WriteOff:
    """A second person agrees, and it is done in the same transaction; whoever asked cannot (the database refuses it, too).

    What was paid since is not given up: of 2.000.000 asked and 500.000 paid meanwhile 1.500.000. WriteOffRefused where more is
    open now than was asked for, or nothing.
    """
    return approve_request(_WRITE_OFF, asked, staff, now)


def reject_write_off(*, asked: WriteOff, reason: str, staff: User, now: datetime) -> WriteOff:
    """The claim stays open, with the reason. Repeating it changes nothing."""
    return reject_request(_WRITE_OFF, asked, reason, staff, now)


def _left(asked: WriteOff) -> int:
    return find_document(asked.number).outstanding


def _give_up(asked: WriteOff, today: date) -> Document:
    return write_off(tenant=asked.tenant, number=asked.number, reason=asked.reason, today=today)


_WRITE_OFF = PaperKind(
    model=WriteOff,
    limit="WRITE_OFF_APPROVAL_LIMIT",
    refused=WriteOffRefused,
    same_person=gettext_lazy("Orang lain yang harus menyetujui penghapusan ini."),
    overtaken=gettext_lazy("Sisa dokumen ini sekarang %(left)s, bukan %(asked)s. Tolak, lalu minta lagi bila perlu."),
    would_take=_left,
    make=_give_up,
)
