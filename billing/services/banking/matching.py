"""Booking by itself what is certain; everything else stays in the queue, with or without a suggestion."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import structlog

from billing.gateways.midtrans import MidtransClient
from billing.gateways.models import BankTransfer
from billing.gateways.statements.models import BankLine, LineState
from billing.rules.banking.matching import Suggestion
from billing.selectors.bank_ground import verdicts_on
from billing.selectors.payouts import payouts_for
from billing.services.banking.lines import Target, assign_line
from tenants.errors import DomainError
from tenants.models import User

log = structlog.get_logger(__name__)
REASONS = {
    "asked": "Jumlah dengan kode unik sama persis dengan transfer yang diumumkan",
    "confirmed": "Jumlah sama persis dengan transfer yang sudah disetujui staf",
}
# Older ones have been looked at: they wait for a person.
RETRIED_FOR = timedelta(days=14)


@dataclass(slots=True)
class Matched:
    """How many lines were placed by themselves, and how many could not be just now."""

    placed: int = 0
    failed: int = 0
    waiting: int = 0


def match_lines(*, account: str, staff: User | None, now: datetime, gateway: MidtransClient) -> Matched:
    """Hold the waiting lines of an account against transfers and debtors, and book the certain ones. Safe to repeat.

    A line that was undone, whose balance does not fit, which has a rival, or which may be the gateway's payout is never booked
    here.
    """
    lines = list(
        BankLine.objects.filter(account=account, state=LineState.WAITING, incoming=True)
        .select_related("statement")
        .order_by("on", "row", "pk")
    )
    done, payouts = Matched(), payouts_for(lines)
    for line, verdict in zip(lines, verdicts_on(account, lines), strict=True):
        _mark(line, suggested=bool(verdict.suggestions) or line.pk in payouts)
        certain = None if line.pk in payouts else verdict.certain
        if certain is None or certain.transfer is None or line.rounds or not line.fits or line.sen:
            done.waiting += 1
        elif _booked(line, certain, certain.transfer, staff, now, gateway):
            done.placed += 1
        else:
            done.failed += 1
    return done


def match_all(*, now: datetime, gateway: MidtransClient) -> Matched:
    """Try again what was certain and could not be booked, such as while the gateway did not answer."""
    recent = BankLine.objects.filter(state=LineState.WAITING, incoming=True, created_at__gte=now - RETRIED_FOR)
    done = Matched()
    for account in recent.order_by().values_list("account", flat=True).distinct():
        found = match_lines(account=account, staff=None, now=now, gateway=gateway)
        done.placed, done.failed, done.waiting = (
            done.placed + found.placed,
            done.failed + found.failed,
            done.waiting + found.waiting,
        )
    return done


def _mark(line: BankLine, *, suggested: bool) -> None:
    """Only for the queue's filter: what is shown there is judged anew."""
    if line.suggested != suggested:
        BankLine.objects.filter(pk=line.pk, state=LineState.WAITING).update(suggested=suggested)


def _booked(
    line: BankLine,
    certain: Suggestion[UUID],
    transfer_id: UUID,
    staff: User | None,
    now: datetime,
    gateway: MidtransClient,
) -> bool:
    transfer = BankTransfer.objects.select_related("tenant").get(pk=transfer_id)
    try:
        assign_line(
            line=line,
            target=Target(transfer.tenant, transfer),
            reason=REASONS[certain.reasons[0].code],
            staff=staff,
            now=now,
            gateway=gateway,
            automatic=True,
        )
    except DomainError as error:
        # The gateway does not answer, or a colleague decided in this instant: the line waits, and says so.
        BankLine.objects.filter(pk=line.pk, state=LineState.WAITING).update(problem=error.message[:300])
        log.info("bank_line_not_booked", line=str(line.pk), code=error.code)
        return False
    return True
