"""Giving claims up: asked for by staff, approved by another one above the limit, and only then in the books.

Lock order everywhere: the tenant's row, then the request's.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _

from billing.errors import WriteOffRefused, WrongState
from billing.gateways.models import WriteOff, WriteOffState
from billing.models import DocumentStatus
from billing.rules.refunds import needs_second_person
from billing.services.credit_notes import write_off
from billing.services.invoicing import find_document
from plans.rules.money import format_rupiah
from tenants.context import local_today, writing
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
        waiting = WriteOff.objects.filter(document_id=claim.pk, state=WriteOffState.REQUESTED).first()
        if waiting is not None:
            return waiting
        asked = WriteOff(
            tenant=locked,
            document_id=claim.pk,
            number=claim.number,
            amount=claim.outstanding,
            reason=cause[:300],
            needs_second=needs_second_person(claim.outstanding, settings.WRITE_OFF_APPROVAL_LIMIT),
            requested_by=staff,
            requested_at=now,
        )
        if not asked.needs_second:
            _give_up(asked, now)
        asked.save(force_insert=True)
    return asked


def approve_write_off(*, asked: WriteOff, staff: User, now: datetime) -> WriteOff:
    """A second person agrees, and it is done in the same transaction; whoever asked cannot (the database refuses it, too).

    What was paid since is not given up: of 2.000.000 asked and 500.000 paid meanwhile 1.500.000. WriteOffRefused where more is
    open now than was asked for, or nothing.
    """
    with _locked(asked) as current:
        if current.state == WriteOffState.DONE:
            return current
        _require_waiting(current)
        if current.requested_by_id == staff.pk:
            raise WriteOffRefused(_("Orang lain yang harus menyetujui penghapusan ini."), code="same_person")
        claim = find_document(current.number)
        if not 0 < claim.outstanding <= current.amount:
            words = _("Sisa dokumen ini sekarang %(left)s, bukan %(asked)s. Tolak, lalu minta lagi bila perlu.")
            facts = {"left": format_rupiah(claim.outstanding), "asked": format_rupiah(current.amount)}
            raise WriteOffRefused(words % facts, code="amount_changed")
        current.approved_by, current.approved_at = staff, now
        _give_up(current, now)
        current.save()
    return current


def reject_write_off(*, asked: WriteOff, reason: str, staff: User, now: datetime) -> WriteOff:
    """The claim stays open, with the reason. Repeating it changes nothing."""
    cause = check_reason(reason)
    with _locked(asked) as current:
        if current.state == WriteOffState.REJECTED:
            return current
        _require_waiting(current)
        current.state, current.decision = WriteOffState.REJECTED, cause[:300]
        current.rejected_by, current.decided_at = staff, now
        current.save()
    return current


def _give_up(asked: WriteOff, now: datetime) -> None:
    today = local_today(asked.tenant, now)
    note = write_off(tenant=asked.tenant, number=asked.number, reason=asked.reason, today=today)
    asked.state, asked.decided_at, asked.note, asked.amount = WriteOffState.DONE, now, note.number, note.total


@contextmanager
def _locked(asked: WriteOff) -> Iterator[WriteOff]:
    """The tenant's lock, then the request's row."""
    with writing(asked.tenant) as tenant:
        current = WriteOff.objects.select_for_update(of=("self",)).get(pk=asked.pk)
        current.tenant = tenant
        yield current


def _require_waiting(asked: WriteOff) -> None:
    if asked.state != WriteOffState.REQUESTED:
        state = asked.get_state_display()
        raise WriteOffRefused(_("Permintaan ini sudah diputuskan (%(state)s).") % {"state": state}, code="decided")
