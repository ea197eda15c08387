"""Manual bank transfers: announced with a unique code, proven by the payer, decided by staff.

Lock order everywhere: the bank's lines of the same sum, the tenant's row, then the transfer's.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext as _

from billing.errors import TransferClosed
from billing.gateways.midtrans import MidtransClient
from billing.gateways.models import LIVE, OPEN_TRANSFERS, BankTransfer, Checkout, TransferState
from billing.models import Document, Payment
from billing.selectors.accounts import balance_of
from billing.selectors.payables import payable_documents
from billing.services.banking.same_money import refuse_alike, refuse_spoken_for
from billing.services.banking.transfer_ends import end_transfer, tell_transfer
from billing.services.banking.unique_codes import Ask, give_code
from billing.services.files.proofs import StoredProof, forget_proof, store_proof
from billing.services.gateway.checkout_ends import cancel_checkout
from billing.services.payments.receiving import Received, record_payment
from tenants.context import current_actor, local_today, writing
from tenants.errors import DomainError
from tenants.models import Tenant, User
from tenants.services.steering import check_reason

OLDEST_TRANSFER = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Sight:
    """Money seen on the account: by a person, or in the bank's statement. `reference` makes it be booked once.

    `on` is the day it is booked, `received_on` the bank's day where that was earlier.
    """

    received: int
    reference: str
    on: date
    received_on: date | None = None


def announce_transfer(*, tenant: Tenant, documents: Sequence[UUID] | None, now: datetime, today: date) -> BankTransfer:
    """Ask for a transfer of what is open (None) or of some documents and their fees, plus a code of 1–999 rupiah.

    750.000 with code 137 asks for 750.137: on one account no two open transfers ask for the same. The open one is
    given again if it asks for the same; otherwise it is withdrawn, unless its proof waits for staff (TransferClosed). The
    code lasts TRANSFER_DAYS days.
    """
    with writing(tenant) as locked:
        ask = _ask(payable_documents(documents), today)
        before = BankTransfer.objects.select_for_update().filter(tenant=locked, state__in=OPEN_TRANSFERS).first()
        if before is not None and end_transfer(locked, before, now, today):
            before = None
        if before is not None:
            if _asks_same(before, ask):
                return before
            _withdraw(before, now)
        transfer = give_code(tenant=locked, ask=ask)
        tell_transfer(locked, transfer, "transfer.announced", today, expires=transfer.expires_on.isoformat())
    return transfer


def _ask(documents: Sequence[Document], today: date) -> Ask:
    """The first document's issuer says where the money goes."""
    issuer: dict[str, Any] = documents[0].issuer
    account = issuer["bank_accounts"][0]
    keys = sorted(str(document.pk) for document in documents)
    return Ask(issuer["code"], keys, balance_of(documents), account["bank"], account["number"], today)


def _asks_same(transfer: BankTransfer, ask: Ask) -> bool:
    return (transfer.amount, transfer.account, sorted(transfer.documents)) == (ask.amount, ask.account, ask.documents)


def _withdraw(transfer: BankTransfer, now: datetime) -> None:
    if transfer.state == TransferState.SUBMITTED:
        raise TransferClosed(
            _("Bukti transfer Anda sedang diperiksa. Tunggu konfirmasi, atau batalkan transfer itu dulu."),
            code="transfer_under_review",
        )
    transfer.state, transfer.decided_at = TransferState.CANCELLED, now
    transfer.save(update_fields=["state", "decided_at"])


def submit_proof(
    *,
    transfer: BankTransfer,
    file: "File[bytes]",
    sender: str,
    transferred_on: date | None,
    stated: int | None,
    note: str,
    now: datetime,
) -> BankTransfer:
    """Attach the payer's proof; sent again before the decision, it replaces the first. Errors name their field."""
    today = local_today(transfer.tenant, now)
    _check_statement(transferred_on, stated, today)
    proof = store_proof(file)
    try:
        with writing(transfer.tenant) as locked:
            current = _locked(transfer)
            _require_open(current)
            replaced = current.proof.name or ""
            _attach(current, proof, now)
            current.sender, current.note = sender.strip()[:120], note.strip()[:300]
            current.transferred_on, current.stated = transferred_on, stated
            current.save()
            tell_transfer(locked, current, "transfer.submitted", today)
            transaction.on_commit(lambda: forget_proof(replaced))
    except Exception:
        forget_proof(proof.path)
        raise
    return current


def _check_statement(transferred_on: date | None, stated: int | None, today: date) -> None:
    if transferred_on is not None and transferred_on > today:
        message = _("Tanggal transfer tidak boleh setelah hari ini.")
        raise DomainError(message, field="transferred_on", code="date_in_future")
    if transferred_on is not None and transferred_on < today - OLDEST_TRANSFER:
        message = _("Tanggal transfer paling lama 90 hari yang lalu.")
        raise DomainError(message, field="transferred_on", code="date_too_old")
    if stated is not None and stated <= 0:
        raise DomainError(_("Jumlah transfer harus lebih dari nol."), field="stated", code="amount_not_positive")


def _attach(transfer: BankTransfer, proof: StoredProof, now: datetime) -> None:
    transfer.proof.name = proof.path
    transfer.proof_type, transfer.proof_name = proof.content_type, proof.name
    transfer.submitted_at, transfer.submitted_by = now, current_actor().label[:200]
    transfer.state = TransferState.SUBMITTED


def approve_transfer(
    *,
    transfer: BankTransfer,
    received: int,
    staff: User,
    today: date,
    now: datetime,
    gateway: MidtransClient,
    anyway: bool = False,
) -> BankTransfer:
    """Book what staff saw on the account. First the gateway: a live link for the same documents is settled or closed.

    Exactly the amount asked settles the documents meant, and the unique code becomes credit; any other amount goes to
    the oldest first. Books one payment, `transfer:{id}`, however often it is called; TransferClosed if a colleague
    decided otherwise. PaymentPageUnavailable while the gateway cannot be asked: nothing is booked then. PerhapsBooked if
    the bank's lines of that sum all belong to others, or the tenant has a payment of it already, unless `anyway`.
    """
    if received <= 0:
        raise DomainError(_("Jumlah diterima harus lebih dari nol."), field="received", code="amount_not_positive")
    if transfer.state in OPEN_TRANSFERS:
        close_links(transfer, now, gateway)
    sight = Sight(received, f"transfer:{transfer.pk}", today)
    with transaction.atomic():
        if not anyway:
            refuse_spoken_for(transfer, received)
            refuse_alike(transfer, received, today)
        current, _payment = book_transfer(transfer=transfer, sight=sight, staff=staff, now=now)
    return current


def book_transfer(
    *, transfer: BankTransfer, sight: Sight, staff: User | None, now: datetime, also: Sequence[TransferState] = ()
) -> tuple[BankTransfer, Payment | None]:
    """Book money for a transfer and approve it: the one way, whoever saw the money. Live links must be closed before.

    None for the payment where a colleague approved the same amount already: nothing is booked. `also` are states besides
    the open ones from which it may be approved: money of a code that ran out since.
    """
    with writing(transfer.tenant) as locked:
        current = _locked(transfer)
        if current.state == TransferState.APPROVED and current.received == sight.received:
            return current, None
        _require_open(current, also)
        payment = record_payment(tenant=locked, received=_as_received(current, sight))
        current.received = sight.received
        _decide(current, TransferState.APPROVED, staff, now)
    return current, payment


def close_links(transfer: BankTransfer, now: datetime, gateway: MidtransClient) -> None:
    """What was paid through a live link is booked first; a link nobody paid is closed, so that nobody pays twice."""
    links = Checkout.objects.filter(items__document_id__in=transfer.documents, items__live=True, state__in=LIVE)
    for checkout in links.distinct():
        cancel_checkout(checkout=checkout, now=now, gateway=gateway)


def _as_received(transfer: BankTransfer, sight: Sight) -> Received:
    exact = sight.received == transfer.asked
    return Received(
        amount=sight.received,
        channel="transfer",
        reference=sight.reference,
        on=sight.on,
        received_on=sight.received_on,
        method=transfer.bank,
        note=transfer.sender,
        documents=[UUID(key) for key in transfer.documents] if exact else (),
        credit=transfer.code if exact else 0,
    )


def reject_transfer(*, transfer: BankTransfer, reason: str, staff: User, today: date, now: datetime) -> BankTransfer:
    """Refuse a transfer with a reason the customer is told (`transfer.rejected`). Repeating it changes nothing."""
    said = check_reason(reason)
    with writing(transfer.tenant) as locked:
        current = _locked(transfer)
        if current.state == TransferState.REJECTED:
            return current
        _require_open(current)
        current.reason = said[:300]
        _decide(current, TransferState.REJECTED, staff, now)
        tell_transfer(locked, current, "transfer.rejected", today, cause=said, reason=said)
    return current


def cancel_transfer(*, transfer: BankTransfer, now: datetime) -> BankTransfer:
    """The customer withdraws a transfer that is not decided. Repeating it changes nothing."""
    with writing(transfer.tenant) as locked:
        current = _locked(transfer)
        if current.state == TransferState.CANCELLED:
            return current
        _require_open(current)
        _decide(current, TransferState.CANCELLED, None, now)
        tell_transfer(locked, current, "transfer.cancelled", local_today(locked, now))
    return current


def _decide(transfer: BankTransfer, state: TransferState, staff: User | None, now: datetime) -> None:
    transfer.state, transfer.decided_by, transfer.decided_at = state, staff, now
    transfer.save(update_fields=["state", "decided_by", "decided_at", "received", "reason"])


def _locked(transfer: BankTransfer) -> BankTransfer:
    return BankTransfer.objects.select_for_update(of=("self",)).get(pk=transfer.pk)


def _require_open(transfer: BankTransfer, also: Sequence[TransferState] = ()) -> None:
    if transfer.state not in {*OPEN_TRANSFERS, *also}:
        state = transfer.get_state_display()
        raise TransferClosed(_("Transfer ini sudah tidak terbuka (%(state)s).") % {"state": state})
