"""Payouts of the gateway that have not come, or are another sum, among the differences."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db.models import QuerySet

from billing.gateways.statements.gateway_models import (
    DifferenceKind,
    DifferenceSource,
    DifferenceState,
    GatewayDifference,
)
from billing.gateways.statements.models import BankLine
from billing.services.payments.differences import close_open, note_difference, reopen_closed


def missing_key(day: date) -> str:
    """By which the difference of a day whose money has not come is known."""
    return f"payout:{day}"


def missed(days: Iterable[date]) -> "QuerySet[GatewayDifference]":
    """The differences of days whose money had not come when it was looked for."""
    return GatewayDifference.objects.filter(key__in=[missing_key(day) for day in days])


def note_payout(key: str, day: date, ours: int, theirs: int, note: str, now: datetime) -> bool:
    """Into the queue, once: `ours` by the gateway's report, `theirs` at the bank; True if it is news."""
    return note_difference(
        GatewayDifference(
            key=key,
            source=DifferenceSource.BANK,
            kind=DifferenceKind.PAYOUT,
            order_id=_label(day),
            ours=ours,
            theirs=theirs,
            note=note,
            state=DifferenceState.OPEN,
            found_at=now,
        )
    )


def take_back_payouts(line: BankLine, now: datetime) -> None:
    """The days of a line wait again: what was missed of them is missed as before, what was another sum is settled by that."""
    days = list(line.payouts.values_list("day", flat=True))
    line.payouts.all().delete()
    reason, gone = "Keputusan atas mutasinya dibatalkan", missed(days)
    of_days = GatewayDifference.objects.filter(kind=DifferenceKind.PAYOUT, order_id__in=[_label(day) for day in days])
    close_open(of_days.exclude(pk__in=gone), reason, now)
    reopen_closed(gone, reason, now)


def _label(day: date) -> str:
    return f"payout {day}"
