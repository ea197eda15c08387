"""What becomes of a line of the bank: booked, linked to what was booked before, no payment at all, or undone.

Lock order: the line, then the tenant's row, then the transfer's. Money goes through `book_transfer` or `record_payment`
alone, with the line as outside reference, so that it is booked once whatever else happens.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from billing.errors import LineClosed, PaymentNotFound, UnderReview
from billing.gateways.midtrans import MidtransClient
from billing.gateways.models import OPEN_TRANSFERS, BankTransfer, TransferState
from billing.gateways.statements.models import PLACED, BankLine, BankLineStep, IgnoredAs, LineAct, LineState
from billing.models import Payment
from billing.selectors.transfers import open_transfer
from billing.services.banking.payout_differences import take_back_payouts
from billing.services.banking.same_money import refuse_taken
from billing.services.banking.transfer_ends import tell_transfer
from billing.services.banking.transfers import Sight, book_transfer, close_links
from billing.services.payments.receiving import Received, record_payment
from billing.services.payments.reversing import reverse_payment
from plans.rules.money import format_rupiah
from tenants.context import current_actor, inside, local_today, writing
from tenants.models import Tenant, User
from tenants.services.steering import check_reason


@dataclass(frozen=True, slots=True)
class Target:
    """Whose money a line is: of a tenant, for a transfer or for some documents first, or a payment that is booked already.

    `anyway` says that staff have seen the payment of the same amount which the tenant or somebody else has, and that this is
    another.
    """

    tenant: Tenant
    transfer: BankTransfer | None = None
    documents: Sequence[UUID] = ()
    payment: UUID | None = None
    anyway: bool = False


def assign_line(
    *,
    line: BankLine,
    target: Target,
    reason: str,
    staff: User | None,
    now: datetime,
    gateway: MidtransClient,
    automatic: bool = False,
) -> BankLine:
    """Book a line to its target, or link it to the payment that is there. The same again changes nothing.

    An open transfer of the tenant is approved with the line's amount, as by hand: 750.137 asked and come → invoice paid,
    137 credit; 500.000 come → the oldest first, 250.000 stay open. LineClosed if a colleague was faster; PerhapsBooked
    for a payment of the same amount nobody has linked, or where the line is all that a proof of somebody else's can mean
    (unless `anyway`); PaymentPageUnavailable: try again later.
    """
    said = check_reason(reason)
    target = _with_open_transfer(target)
    transfer = target.transfer
    if transfer is not None and target.payment is None and transfer.state in {*OPEN_TRANSFERS, TransferState.EXPIRED}:
        close_links(transfer, now, gateway)
    with _held(line) as current:
        if current.state in PLACED and current.tenant_id == target.tenant.pk:
            return current
        _require_payable(current)
        act, payment = _place(current, target, said, staff, now)
        current.state, current.tenant, current.payment = LineState(act.value), target.tenant, payment
        current.transfer = _transfer_of(current, target)
        current.automatic, current.problem = automatic, ""
        _decide(current, act, said, staff, now)
    return current


def ignore_line(*, line: BankLine, kind: IgnoredAs, reason: str, staff: User, now: datetime) -> BankLine:
    """Mark a line as no payment of a customer: interest, a fee, the operator's own money. The same again changes nothing."""
    said = check_reason(reason)
    with _held(line) as current:
        if current.state == LineState.IGNORED:
            return current
        if current.state != LineState.WAITING:
            raise _closed(current)
        current.state, current.ignored_as = LineState.IGNORED, kind
        _decide(current, LineAct.IGNORED, said, staff, now)
    return current


def undo_line(*, line: BankLine, reason: str, staff: User, now: datetime) -> BankLine:
    """Take a decision back: a payment made from the line is reversed, a link is cut; the line waits again, for a person.

    The transfer that the payment approved is withdrawn: its customer announces anew what is still open. Days of the gateway's
    report that the line had brought wait for their money again.
    """
    said = check_reason(reason)
    with _held(line) as current:
        if current.state == LineState.WAITING:
            return current
        if not current.incoming:
            raise LineClosed(_("Uang keluar tidak dapat dibukukan sebagai pembayaran."))
        if current.state == LineState.BOOKED:
            _reverse(current, said, now)
        take_back_payouts(current, now)
        tenant, payment = current.tenant, current.payment
        current.state, current.ignored_as, current.rounds = LineState.WAITING, "", current.rounds + 1
        current.tenant, current.transfer, current.payment, current.automatic = None, None, None, False
        _decide(current, LineAct.UNDONE, said, staff, now, tenant=tenant, payment=payment)
    return current


@contextmanager
def _held(line: BankLine) -> Iterator[BankLine]:
    """The line alone, in one transaction; what the database refuses, somebody else has taken."""
    try:
        with transaction.atomic():
            yield BankLine.objects.select_for_update(of=("self",)).select_related("tenant", "transfer").get(pk=line.pk)
    except IntegrityError as error:
        raise LineClosed(_("Pembayaran atau transfer itu sudah dikaitkan dengan mutasi lain.")) from error


def _require_payable(line: BankLine) -> None:
    if line.state != LineState.WAITING:
        raise _closed(line)
    if not line.incoming:
        raise LineClosed(_("Uang keluar tidak dapat dibukukan sebagai pembayaran."))
    if not line.amount:
        raise LineClosed(_("Kurang dari satu rupiah bukan pembayaran pelanggan; tandai sebagai bunga atau lainnya."))


def _closed(line: BankLine) -> LineClosed:
    state = line.get_state_display()
    return LineClosed(_("Mutasi ini sudah diputuskan (%(state)s).") % {"state": state})


def _with_open_transfer(target: Target) -> Target:
    """The tenant's open transfer decides with it: nobody approves the same money a second time from its proof."""
    if target.transfer is not None or target.payment is not None:
        return target
    found = open_transfer(target.tenant)
    if found is None:
        return target
    if target.documents:
        if found.state == TransferState.SUBMITTED:
            raise UnderReview(
                _(
                    "Bukti transfer %(amount)s dari tenant ini menunggu keputusan. Putuskan itu dulu, atau jangan isi nomor."
                )
                % {"amount": format_rupiah(found.asked)},
                field="number",
            )
        return target
    return Target(target.tenant, found, anyway=target.anyway)


def _place(line: BankLine, target: Target, reason: str, staff: User | None, now: datetime) -> tuple[LineAct, UUID]:
    if target.payment is not None:
        return LineAct.SETTLED, _existing(line, target, target.payment).pk
    today = local_today(target.tenant, now)
    if not target.anyway and not _confirmed(line, target):
        refuse_taken(line, target.tenant)
    if target.transfer is not None and _of_transfer(line, target):
        return _through_transfer(line, target.transfer, staff, now, today)
    documents = target.documents or ([UUID(key) for key in target.transfer.documents] if target.transfer else ())
    return LineAct.BOOKED, _to_tenant(line, target, documents, reason, today)


def _of_transfer(line: BankLine, target: Target) -> bool:
    """Whether the line settles the transfer itself; one that was refused or withdrawn only names its documents."""
    states = {*OPEN_TRANSFERS, TransferState.EXPIRED, TransferState.APPROVED}
    transfer = target.transfer
    if transfer is None or transfer.state not in states:
        return False
    return transfer.state != TransferState.APPROVED or transfer.received == line.amount


def _transfer_of(line: BankLine, target: Target) -> BankTransfer | None:
    """The transfer the line settles; a payment that was made from a proof brings its own."""
    if target.payment is None:
        return target.transfer if _of_transfer(line, target) else None
    reference = _existing(line, target, target.payment).reference
    own = BankTransfer.objects.filter(tenant=target.tenant, state=TransferState.APPROVED)
    return next((item for item in own if reference == f"transfer:{item.pk}"), None)


def _confirmed(line: BankLine, target: Target) -> bool:
    """Whether staff approved the transfer with this sum from its proof: the line is that very money."""
    if target.transfer is None:
        return False
    same = BankTransfer.objects.filter(pk=target.transfer.pk, state=TransferState.APPROVED, received=line.amount)
    return same.exists()


def _through_transfer(
    line: BankLine, transfer: BankTransfer, staff: User | None, now: datetime, today: date
) -> tuple[LineAct, UUID]:
    """Approve it with what came, or find that a colleague has done so from the proof: then the line belongs to that payment."""
    sight = Sight(line.amount, reference_of(line), today, min(line.on, today))
    also = (TransferState.EXPIRED,)
    _approved, payment = book_transfer(transfer=transfer, sight=sight, staff=staff, now=now, also=also)
    if payment is not None:
        return LineAct.BOOKED, payment.pk
    with inside(transfer.tenant):
        found = Payment.objects.filter(reference=f"transfer:{transfer.pk}").first()
    if found is None:
        raise LineClosed(_("Transfer itu sudah dilunasi oleh mutasi lain."))
    return LineAct.SETTLED, found.pk


def _to_tenant(line: BankLine, target: Target, documents: Sequence[UUID], reason: str, today: date) -> UUID:
    received = Received(
        amount=line.amount,
        channel="transfer",
        reference=reference_of(line),
        on=today,
        received_on=min(line.on, today),
        method=line.statement.bank,
        note=reason,
        documents=list(documents),
    )
    with writing(target.tenant) as locked:
        return record_payment(tenant=locked, received=received).pk


def _existing(line: BankLine, target: Target, payment: UUID) -> Payment:
    with inside(target.tenant):
        found = Payment.objects.filter(pk=payment, amount=line.amount).first()
        if found is None or Payment.objects.filter(reverses=found.pk).exists():
            raise PaymentNotFound(
                _("Tenant ini tidak memiliki pembayaran itu dengan jumlah yang sama."), field="payment"
            )
    return found


def reference_of(line: BankLine) -> str:
    """The payment's outside reference; after an undoing another one, because the first is used up."""
    return f"bank:{line.pk}" + (f":{line.rounds}" if line.rounds else "")


def _reverse(line: BankLine, reason: str, now: datetime) -> None:
    tenant, payment, transfer = line.tenant, line.payment, line.transfer
    if tenant is None or payment is None:
        raise LineClosed(_("Mutasi ini tidak memiliki pembayaran."))
    today = local_today(tenant, now)
    reverse_payment(tenant=tenant, payment_id=payment, reason=reason, today=today)
    if transfer is not None:
        with writing(tenant) as locked:
            transfer.state, transfer.reason, transfer.decided_at = TransferState.CANCELLED, reason[:300], now
            transfer.save(update_fields=["state", "reason", "decided_at"])
            tell_transfer(locked, transfer, "transfer.cancelled", today, cause=reason)


def _decide(
    line: BankLine,
    act: LineAct,
    reason: str,
    staff: User | None,
    now: datetime,
    *,
    tenant: Tenant | None = None,
    payment: UUID | None = None,
) -> None:
    line.reason, line.decided_by, line.decided_at = reason[:300], staff, now
    line.save()
    BankLineStep.objects.create(
        line=line,
        at=now,
        act=act,
        actor=current_actor().label[:200],
        tenant=tenant or line.tenant,
        payment=payment or line.payment,
        reason=reason[:300],
    )
