"""What waits for a person beside the tenants themselves: rows of the public tables."""

from datetime import date

from django.db.models import F, QuerySet, Value
from django.db.models.functions import Coalesce

from billing.gateways.models import (
    OPEN_REFUNDS,
    BankTransfer,
    CreditRequest,
    Notice,
    NoticeState,
    PaperRequestState,
    Refund,
    SentSlip,
    SentSlipState,
    TransferState,
    WriteOff,
)
from billing.gateways.statements.gateway_models import DifferenceState, Dispute, GatewayDifference
from billing.gateways.statements.models import BankLine, LineState
from plans.models import ClaimState, OfferClaim, PilotDuty
from tenants.models import Onboarding, StaffTask


def waiting_transfers() -> "QuerySet[BankTransfer]":
    """Transfers whose proof waits for a decision."""
    return BankTransfer.objects.filter(state=TransferState.SUBMITTED)


def open_refunds() -> "QuerySet[Refund]":
    """Money that is to go back: to be approved, or to be paid out."""
    return Refund.objects.filter(state__in=OPEN_REFUNDS)


def waiting_write_offs() -> "QuerySet[WriteOff]":
    """Claims that somebody asked to give up, for another to decide."""
    return WriteOff.objects.filter(state=PaperRequestState.REQUESTED)


def waiting_slips() -> "QuerySet[SentSlip]":
    """Slips of tax withheld that customers sent, to be read."""
    return SentSlip.objects.filter(state=SentSlipState.SUBMITTED)


def waiting_credit_notes() -> "QuerySet[CreditRequest]":
    """Credit notes that somebody asked for, for another to decide."""
    return CreditRequest.objects.filter(state=PaperRequestState.REQUESTED)


def waiting_lines() -> "QuerySet[BankLine]":
    """Money on the account that nobody's payment is yet."""
    return BankLine.objects.filter(state=LineState.WAITING)


def suspense() -> "QuerySet[Notice]":
    """Notifications that a person must judge."""
    return Notice.objects.filter(state=NoticeState.SUSPENSE)


def open_disputes() -> "QuerySet[Dispute]":
    """Payments that the payer's bank took back: to be decided, or lost and not booked to the end."""
    return Dispute.objects.filter(closed_at__isnull=True)


def open_differences() -> "QuerySet[GatewayDifference]":
    """Where the gateway's report or status and our books do not agree."""
    return GatewayDifference.objects.filter(state=DifferenceState.OPEN)


def waiting_claims() -> "QuerySet[OfferClaim]":
    """Documents of offers that wait for a decision."""
    return OfferClaim.objects.filter(state=ClaimState.SUBMITTED)


def due_tasks(today: date) -> "QuerySet[StaffTask]":
    """Tasks to do today or earlier, each by its tenant's own clock."""
    return StaffTask.objects.filter(done_at__isnull=True, due_on__lte=Coalesce(F("tenant__clock_on"), Value(today)))


def late_onboardings(today: date) -> "QuerySet[Onboarding]":
    """Customers who are not prepared by the day that was named."""
    return Onboarding.objects.filter(next_due_on__lt=today)


def late_duties(today: date) -> "QuerySet[PilotDuty]":
    """Duties of pilots whose day has passed, each by its tenant's own clock."""
    return PilotDuty.objects.filter(done_on__isnull=True, due_on__lt=Coalesce(F("tenant__clock_on"), Value(today)))
