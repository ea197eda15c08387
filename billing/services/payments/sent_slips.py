"""Slips of tax withheld as customers send them: a file with what stands on it, accepted or refused by staff.

A slip that waits stops nothing: the rest of the invoice stays open, is reminded, and closes access on its day like any other.
Lock order as everywhere: the tenant's row, then the slip's.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext as _

from billing.errors import NoSubscription, SlipClosed
from billing.gateways.models import SentSlip, SentSlipState
from billing.models import Document
from billing.selectors.accounts import latest_subscription
from billing.services.files.proofs import StoredProof, forget_proof, store_slip
from billing.services.payments.withholding import Slip, check_slip, invoice_of, receive_slip, refuse_booked
from billing.services.standing import record
from tenants.context import current_actor, local_today, writing
from tenants.models import StaffTask, Tenant, User
from tenants.services.steering import check_reason, finish_task


def send_slip(*, tenant: Tenant, invoice: str, slip: Slip, file: "File[bytes]", now: datetime) -> SentSlip:
    """Hand in the slip of an open invoice; sent again before the decision, it replaces the first.

    Errors name their field: `paper` for the file, else as `check_slip`. Nothing is booked.
    """
    paper = store_slip(file)
    try:
        with writing(tenant) as locked:
            document, today = invoice_of(invoice), local_today(locked, now)
            check_slip(document, slip, today)
            refuse_booked(slip.number)
            sent = _waiting(locked, document)
            replaced = sent.paper.name or ""
            _attach(sent, slip, paper, now)
            sent.save()
            _tell(sent, "slip.submitted", today)
            transaction.on_commit(lambda: forget_proof(replaced))
    except Exception:
        forget_proof(paper.path)
        raise
    return sent


def accept_slip(*, sent: SentSlip, slip: Slip, staff: User, now: datetime) -> SentSlip:
    """Book what staff read on the paper (`receive_slip`): withholding → receivable. Repeating it changes nothing.

    1.090.000 of 1.110.000 paid, slip of 20.000 accepted: the invoice is paid. SlipClosed if a colleague decided otherwise.
    """
    with _locked(sent) as current:
        if current.state == SentSlipState.ACCEPTED:
            return current
        _require_waiting(current)
        today = local_today(current.tenant, now)
        reason = _("Bukti potong diperiksa: %(name)s") % {"name": current.paper_name or slip.number}
        receive_slip(tenant=current.tenant, invoice=current.number, slip=slip, reason=reason, today=today)
        current.slip_number, current.slip_on, current.amount = slip.number, slip.on, slip.amount
        _decide(current, SentSlipState.ACCEPTED, staff, now)
        _tell(current, "slip.accepted", today)
        _finish_task(current, staff, now, today)
    return current


def refuse_slip(*, sent: SentSlip, reason: str, staff: User, now: datetime) -> SentSlip:
    """Refuse a slip with a reason that the customer reads (`slip.refused`); it may send another. Safe to repeat."""
    said = check_reason(reason)
    with _locked(sent) as current:
        if current.state == SentSlipState.REFUSED:
            return current
        _require_waiting(current)
        current.reason = said[:300]
        _decide(current, SentSlipState.REFUSED, staff, now)
        _tell(current, "slip.refused", local_today(current.tenant, now), said)
    return current


def withdraw_slip(*, sent: SentSlip, now: datetime) -> SentSlip:
    """The customer takes a slip back that is not decided. Repeating it changes nothing."""
    with _locked(sent) as current:
        if current.state == SentSlipState.WITHDRAWN:
            return current
        _require_waiting(current)
        _decide(current, SentSlipState.WITHDRAWN, None, now)
        _tell(current, "slip.withdrawn", local_today(current.tenant, now))
    return current


def _waiting(tenant: Tenant, document: Document) -> SentSlip:
    """The slip under way of a document, or a new one."""
    found = SentSlip.objects.select_for_update(of=("self",)).filter(
        tenant=tenant, document_id=document.pk, state=SentSlipState.SUBMITTED
    )
    return found.first() or SentSlip(tenant=tenant, document_id=document.pk, number=document.number)


def _attach(sent: SentSlip, slip: Slip, paper: StoredProof, now: datetime) -> None:
    sent.slip_number, sent.slip_on, sent.amount = slip.number, slip.on, slip.amount
    sent.paper.name, sent.paper_type, sent.paper_name = paper.path, paper.content_type, paper.name
    sent.submitted_at, sent.submitted_by = now, current_actor().label[:200]


def _decide(sent: SentSlip, state: SentSlipState, staff: User | None, now: datetime) -> None:
    sent.state, sent.decided_by, sent.decided_at = state, staff, now
    sent.save()


def _finish_task(sent: SentSlip, staff: User, now: datetime, today: date) -> None:
    """Nobody has to ask for it any more."""
    task = StaffTask.objects.filter(tenant=sent.tenant, key=f"slip:{sent.number}", done_at__isnull=True).first()
    if task is not None:
        outcome = _("Bukti potong %(number)s diterima.") % {"number": sent.slip_number}
        finish_task(task=task, outcome=outcome, by=staff, now=now, today=today)


def _tell(sent: SentSlip, name: str, on: date, reason: str = "") -> None:
    subscription = latest_subscription()
    if subscription is None:
        raise NoSubscription("an invoice without a subscription")
    facts: dict[str, Any] = {
        "invoice": sent.number,
        "slip": sent.slip_number,
        "amount": sent.amount,
        "sent_slip": str(sent.pk),
    }
    record(sent.tenant, subscription, name, on, cause=reason, **facts | ({"reason": reason} if reason else {}))


@contextmanager
def _locked(sent: SentSlip) -> Iterator[SentSlip]:
    """The tenant's lock, then the slip's row."""
    with writing(sent.tenant) as tenant:
        current = SentSlip.objects.select_for_update(of=("self",)).get(pk=sent.pk)
        current.tenant = tenant
        yield current


def _require_waiting(sent: SentSlip) -> None:
    if sent.state != SentSlipState.SUBMITTED:
        state = sent.get_state_display()
        raise SlipClosed(_("Bukti potong ini sudah diputuskan (%(state)s).") % {"state": state})
