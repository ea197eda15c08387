"""Losing a dispute above the limit: asked for by staff, and lost once another agrees.

Lock order: the dispute, then what was asked. The money is booked by `lose_dispute`, which refuses what nobody else agreed to.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from billing.errors import DisputeClosed, RefundRefused
from billing.gateways.models import PaperRequestState
from billing.gateways.statements.models import Dispute, DisputeLoss, DisputeState
from billing.services.disputes.decisions import check_loss, lose_dispute, most_lost
from billing.services.refunds.taken import is_large_taking
from plans.rules.money import format_rupiah
from tenants.models import User
from tenants.services.steering import check_reason


def request_loss(*, dispute: Dispute, amount: int, note: str, staff: User, now: datetime) -> DisputeLoss | None:
    """Say that `amount` rupiah are lost. Up to the limit they are at once (None); above it somebody else has to agree.

    Asked again while it waits, the request that waits is returned. Of a dispute that is lost already the rest is booked.
    RefundRefused for more than can be lost, as for a loss itself.
    """
    cause = check_reason(note)
    known = Dispute.objects.get(pk=dispute.pk)
    if known.state != DisputeState.OPEN or not is_large_taking(amount):
        lose_dispute(dispute=dispute, amount=amount, note=note, staff=staff, now=now)
        return None
    check_loss(dispute, amount)
    most = most_lost(dispute)
    with _held(dispute) as current:
        if current.state != DisputeState.OPEN:
            raise DisputeClosed(_("Sengketa ini sudah diputuskan: %(state)s.") % {"state": current.get_state_display()})
        return waiting_loss(current) or DisputeLoss.objects.create(
            dispute=current, amount=amount, disputed=most, reason=cause[:300], requested_by=staff, requested_at=now
        )


def waiting_loss(dispute: Dispute) -> DisputeLoss | None:
    """What waits for a second person, if anything does."""
    return dispute.losses.filter(state=PaperRequestState.REQUESTED).select_related("requested_by").first()


def approve_loss(*, asked: DisputeLoss, staff: User, now: datetime) -> Dispute:
    """A second person agrees, and the dispute is lost; whoever asked cannot (the database refuses it, too). Repeating it books
    what an interruption left.

    RefundRefused where the bank asks for another sum by now, or part of the money went back meanwhile: it is to be refused
    and asked for anew.
    """
    current = DisputeLoss.objects.select_related("dispute").get(pk=asked.pk)
    if current.state == PaperRequestState.REJECTED:
        raise _decided(current)
    most = most_lost(current.dispute)
    if current.state == PaperRequestState.REQUESTED and most != current.disputed:
        raise RefundRefused(
            _("Yang dapat ditarik sekarang %(left)s, bukan %(asked)s. Tolak, lalu minta lagi bila perlu.")
            % {"left": format_rupiah(most), "asked": format_rupiah(current.disputed)},
            code="amount_changed",
        )
    return lose_dispute(dispute=current.dispute, amount=current.amount, note=current.reason, staff=staff, now=now)


def reject_loss(*, asked: DisputeLoss, reason: str, staff: User, now: datetime) -> DisputeLoss:
    """The dispute stays open, with the reason. Repeating it changes nothing."""
    cause = check_reason(reason)
    with _held(asked.dispute):
        current = DisputeLoss.objects.select_for_update(of=("self",)).get(pk=asked.pk)
        if current.state == PaperRequestState.DONE:
            raise _decided(current)
        if current.state == PaperRequestState.REQUESTED:
            current.state, current.decision = PaperRequestState.REJECTED, cause[:300]
            current.rejected_by, current.decided_at = staff, now
            current.save(update_fields=["state", "decision", "rejected_by", "decided_at"])
    return current


@contextmanager
def _held(dispute: Dispute) -> Iterator[Dispute]:
    with transaction.atomic():
        yield Dispute.objects.select_for_update(of=("self",)).get(pk=dispute.pk)


def _decided(asked: DisputeLoss) -> DisputeClosed:
    state = asked.get_state_display()
    return DisputeClosed(_("Permintaan ini sudah diputuskan (%(state)s).") % {"state": state})
