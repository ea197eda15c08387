"""Credit notes of staff: asked for, approved by another one above the limit, and only then issued.

Lock order everywhere: the tenant's row, then the request's.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _

from billing.errors import CreditNoteRefused
from billing.gateways.models import CreditRequest, CreditRequestState
from billing.rules.refunds import needs_second_person
from billing.services.credit_notes import issue_credit_note, would_take
from billing.services.invoicing import find_document
from plans.rules.money import format_rupiah
from tenants.context import inside, local_today, writing
from tenants.models import Tenant, User
from tenants.services.steering import check_reason


def request_credit_note(
    *,
    tenant: Tenant,
    number: str,
    reason: str,
    staff: User,
    now: datetime,
    amount: int | None = None,
    by_line: Mapping[int, int] | None = None,
) -> CreditRequest:
    """Ask for a credit note, of all that is left, a net amount, or a net amount of single lines. Up to the limit it is issued
    at once; above it somebody else has to approve.

    What the invoice's notes took before counts: 600.000 and then 500.000 of one invoice is above 1.000.000. Asked again while
    one waits, the request that waits is returned. Errors are those of `issue_credit_note`.
    """
    cause = check_reason(reason)
    with writing(tenant) as locked:
        invoice = find_document(number)
        waiting = CreditRequest.objects.filter(document_id=invoice.pk, state=CreditRequestState.REQUESTED).first()
        if waiting is not None:
            return waiting
        total = would_take(number, amount, by_line)
        asked = CreditRequest(
            tenant=locked,
            document_id=invoice.pk,
            number=invoice.number,
            amount=total,
            net=amount,
            by_line={str(position): net for position, net in (by_line or {}).items()},
            reason=cause[:300],
            needs_second=_is_large(invoice.credited, total),
            requested_by=staff,
            requested_at=now,
        )
        if not asked.needs_second:
            _issue(asked, now)
        asked.save(force_insert=True)
    return asked


def needs_second(*, tenant: Tenant, number: str, amount: int | None, by_line: Mapping[int, int] | None) -> bool:
    """Whether another member of staff would have to approve such a credit note."""
    with inside(tenant):
        return _is_large(find_document(number).credited, would_take(number, amount, by_line))


def _is_large(credited: int, total: int) -> bool:
    return needs_second_person(credited + total, settings.CREDIT_NOTE_APPROVAL_LIMIT)


def approve_credit_note(*, asked: CreditRequest, staff: User, now: datetime) -> CreditRequest:
    """A second person agrees, and it is issued in the same transaction; whoever asked cannot (the database refuses it, too).

    CreditNoteRefused where more would be taken back now than was asked for; what is not left any more is refused as ever.
    """
    with _locked(asked) as current:
        if current.state == CreditRequestState.DONE:
            return current
        _require_waiting(current)
        if current.requested_by_id == staff.pk:
            raise CreditNoteRefused(_("Orang lain yang harus menyetujui nota kredit ini."), code="same_person")
        total = would_take(current.number, current.net, _lines(current))
        if total > current.amount:
            words = _("Nota kredit ini sekarang %(left)s, bukan %(asked)s. Tolak, lalu minta lagi bila perlu.")
            facts = {"left": format_rupiah(total), "asked": format_rupiah(current.amount)}
            raise CreditNoteRefused(words % facts, code="amount_changed")
        current.approved_by, current.approved_at = staff, now
        _issue(current, now)
        current.save()
    return current


def reject_credit_note(*, asked: CreditRequest, reason: str, staff: User, now: datetime) -> CreditRequest:
    """The invoice stays as it is, with the reason. Repeating it changes nothing."""
    cause = check_reason(reason)
    with _locked(asked) as current:
        if current.state == CreditRequestState.REJECTED:
            return current
        _require_waiting(current)
        current.state, current.decision = CreditRequestState.REJECTED, cause[:300]
        current.rejected_by, current.decided_at = staff, now
        current.save()
    return current


def _issue(asked: CreditRequest, now: datetime) -> None:
    note = issue_credit_note(
        tenant=asked.tenant,
        number=asked.number,
        reason=asked.reason,
        today=local_today(asked.tenant, now),
        amount=asked.net,
        by_line=_lines(asked),
    )
    asked.state, asked.decided_at, asked.note, asked.amount = CreditRequestState.DONE, now, note.number, note.total


def _lines(asked: CreditRequest) -> dict[int, int]:
    return {int(position): net for position, net in asked.by_line.items()}


@contextmanager
def _locked(asked: CreditRequest) -> Iterator[CreditRequest]:
    """The tenant's lock, then the request's row."""
    with writing(asked.tenant) as tenant:
        current = CreditRequest.objects.select_for_update(of=("self",)).get(pk=asked.pk)
        current.tenant = tenant
        yield current


def _require_waiting(asked: CreditRequest) -> None:
    if asked.state != CreditRequestState.REQUESTED:
        state = asked.get_state_display()
        raise CreditNoteRefused(_("Permintaan ini sudah diputuskan (%(state)s).") % {"state": state}, code="decided")
