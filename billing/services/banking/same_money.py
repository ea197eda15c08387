"""Money that two people see: one in a proof, one in the bank's file. Where it may be booked already, somebody is asked.

Money of a sum stands on the account as often as the bank has lines of it. Lines that are not placed are free, except for those
that transfers approved from their proofs are still waiting for.
"""

from datetime import date, timedelta

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from billing.errors import PerhapsBooked
from billing.gateways.models import OPEN_TRANSFERS, BankTransfer, TransferState
from billing.gateways.statements.models import PLACED, BankLine, LineState
from billing.models import Payment
from billing.rules.gateway_references import CHANNEL
from plans.rules.money import format_rupiah
from tenants.context import writing
from tenants.models import Tenant

# Money booked by hand may have been seen some days before or after the bank's day.
SAME_MONEY_WITHIN = timedelta(days=7)
# A transfer's line comes while its code is good, or soon after; a bank may book it on the evening before.
SAME_SUM_WITHIN = timedelta(days=30)
ONE_DAY = timedelta(days=1)


def refuse_spoken_for(transfer: BankTransfer, received: int) -> None:
    """PerhapsBooked where the bank's lines of a sum are all somebody's, so that a proof of it shows money booked before.

    Lines of 750.137: one booked to SMA Harapan, none free → asked. No line yet → the file comes later; not asked. The lines are
    held until the caller's transaction ends, so that nobody places one meanwhile.
    """
    lines = list(
        BankLine.objects.select_for_update(of=("self",))
        .filter(account=transfer.account, amount=received, incoming=True, on__gte=transfer.announced_on - ONE_DAY)
        .order_by("pk")
    )
    current = BankTransfer.objects.get(pk=transfer.pk)
    if not lines or current.state not in OPEN_TRANSFERS:
        return
    free = sum(line.state == LineState.WAITING for line in lines)
    if free <= awaiting_lines(current.account, received, current.announced_on).exclude(pk=current.pk).count():
        raise PerhapsBooked(
            _("Semua mutasi bank sebesar %(amount)s sudah milik pembayaran lain. Batalkan itu dulu bila keliru.")
            % {"amount": format_rupiah(received)}
        )


def refuse_alike(transfer: BankTransfer, received: int, on: date) -> None:
    """PerhapsBooked where the tenant has a payment of that sum, recorded without the transfer that is open for it."""
    with writing(transfer.tenant):
        current = BankTransfer.objects.get(pk=transfer.pk)
        if current.state in OPEN_TRANSFERS:
            _refuse_unlinked(unlinked_payments(received, on))


def refuse_taken(line: BankLine, tenant: Tenant) -> None:
    """PerhapsBooked where a line may be money that is booked: of this tenant, or by a proof of somebody else's.

    The line is held by the caller; whoever approves a proof of its sum waits for that.
    """
    free = BankLine.objects.filter(
        account=line.account,
        amount=line.amount,
        incoming=True,
        state=LineState.WAITING,
        on__range=(line.on - SAME_SUM_WITHIN, line.on + SAME_SUM_WITHIN),
    )
    proven = awaiting_lines(line.account, line.amount, line.on).exclude(tenant=tenant)
    if free.count() <= proven.count():
        raise PerhapsBooked(
            _("Transfer %(amount)s dari %(tenant)s sudah disetujui dari buktinya dan belum memiliki mutasi.")
            % {"amount": format_rupiah(line.amount), "tenant": proven[0].tenant.name}
        )
    with writing(tenant):
        _refuse_unlinked(unlinked_payments(line.amount, line.on))


def refuse_repeated(amount: int, on: date) -> None:
    """PerhapsBooked where the tenant has a transfer of that amount from about that day already, with or without its line.

    Inside the tenant: for money that is typed in by hand, whose reference says nothing of proofs and files.
    """
    known = _standing(amount, on).filter(channel="transfer").first()
    if known is not None:
        raise PerhapsBooked(
            _("Transfer %(amount)s tanggal %(day)s dari tenant ini sudah dibukukan.")
            % {"amount": format_rupiah(amount), "day": known.received_on.isoformat()},
            field="anyway",
            data={"payment": str(known.pk)},
        )


def _refuse_unlinked(found: "QuerySet[Payment]") -> None:
    alike = found.first()
    if alike is not None:
        raise PerhapsBooked(
            _("Tenant ini sudah memiliki pembayaran %(amount)s pada %(day)s yang belum dikaitkan dengan mutasi.")
            % {"amount": format_rupiah(alike.amount), "day": alike.received_on.isoformat()},
            data={"payment": str(alike.pk)},
        )


def awaiting_lines(account: str, amount: int, on: date) -> "QuerySet[BankTransfer]":
    """Transfers that staff approved with a sum from what they saw, and whose line of the bank has not come or is not linked."""
    placed = BankLine.objects.filter(transfer=OuterRef("pk"), state__in=PLACED)
    days = (on - SAME_SUM_WITHIN, on + SAME_SUM_WITHIN)
    return (
        BankTransfer.objects.filter(state=TransferState.APPROVED, received=amount, account=account)
        .filter(~Exists(placed), announced_on__range=days)
        .select_related("tenant")
        .order_by("decided_at", "pk")
    )


def unlinked_payments(amount: int, on: date) -> "QuerySet[Payment]":
    """Payments of an amount from about a day that are not the gateway's, not reversed, and no line's yet.

    To be asked in the tenant's schema.
    """
    taken = BankLine.objects.filter(state__in=PLACED, amount=amount).values_list("payment", flat=True)
    return _standing(amount, on).exclude(channel=CHANNEL).exclude(pk__in=list(taken))


def _standing(amount: int, on: date) -> "QuerySet[Payment]":
    """Payments of an amount from about a day that were not taken back, the oldest first."""
    reversed_ = Payment.objects.filter(reverses__isnull=False).values("reverses")
    days = (on - SAME_MONEY_WITHIN, on + SAME_MONEY_WITHIN)
    found = Payment.objects.filter(amount=amount, received_on__range=days)
    return found.exclude(pk__in=reversed_).order_by("received_on", "pk")
