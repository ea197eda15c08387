"""What can go wrong between a tenant and its money, said so that a person can act on it."""

from tenants.errors import Conflict, DomainError, NotFound


class QuantityRefused(DomainError):
    """The reported quantity cannot be taken as it is."""

    code = "quantity_refused"


class NothingToPay(Conflict):
    """There is nothing open that could be paid."""

    code = "nothing_to_pay"


class AlreadyPaid(Conflict):
    """The document is settled or void."""

    code = "not_open"


class NotVoidable(Conflict):
    """The document cannot be voided any more."""

    code = "not_voidable"


class WrongState(Conflict):
    """The subscription's state does not allow this."""

    code = "wrong_state"


class NoSubscription(NotFound):
    """The tenant has no living agreement."""

    code = "no_subscription"


class DocumentNotFound(NotFound):
    """No such number in this tenant."""

    code = "document_not_found"


class ProofRefused(DomainError):
    """The uploaded proof of transfer is not an image or PDF of acceptable size."""

    code = "proof_refused"


class PdfUnavailable(DomainError):
    """This machine lacks the libraries that print PDFs; everything else works."""

    code = "pdf_unavailable"
    status = 503


class PaymentPageUnavailable(DomainError):
    """The payment gateway did not answer or refused; nothing was charged, and trying again is safe."""

    code = "gateway_unavailable"
    status = 503


class MethodRefused(DomainError):
    """The payment method is not offered, or the amount does not fit it."""

    code = "method_refused"


class MandateRefused(Conflict):
    """Auto-debit cannot be switched on: not offered, on already, or on a limit that is none."""

    code = "mandate_refused"


class CheckoutInProgress(Conflict):
    """Another request is opening the payment page of the same documents at this moment."""

    code = "checkout_in_progress"


class UnderReview(Conflict):
    """Money for these documents is on its way or being looked at; a second payment would be one too many."""

    code = "payment_under_review"


class NoticeClosed(Conflict):
    """The notification is not (or no longer) waiting for a decision."""

    code = "notice_closed"


class ReportRefused(DomainError):
    """The gateway's report cannot be read, or has rows that could not be; the code says which."""

    code = "report_refused"


class DisputeClosed(Conflict):
    """The dispute has been decided otherwise."""

    code = "dispute_closed"


class DifferenceClosed(Conflict):
    """Somebody else has settled this difference already, or it is open again."""

    code = "difference_closed"


class TransferClosed(Conflict):
    """The bank transfer has been decided or withdrawn."""

    code = "transfer_closed"


class SlipNotFound(NotFound):
    """No slip was sent for this document."""

    code = "slip_not_found"


class SlipClosed(Conflict):
    """A sent slip that is already decided or withdrawn."""

    code = "slip_closed"


class RefundRefused(DomainError):
    """This money cannot go back, or not this way; the code says why."""

    code = "refund_refused"


class RefundClosed(Conflict):
    """The refund has been paid out or refused."""

    code = "refund_closed"


class WriteOffRefused(Conflict):
    """The claim is not given up, or not by this person; the code says why."""

    code = "write_off_refused"


class CreditNoteRefused(Conflict):
    """The credit note is not issued, or not by this person; the code says why."""

    code = "credit_note_refused"


class LineClosed(Conflict):
    """A colleague decided this line of the bank's statement, or it cannot be a payment."""

    code = "bank_line_closed"


class PayoutUnknown(DomainError):
    """No settlement report says that anything of these days is still to come."""

    code = "payout_unknown"


class PerhapsBooked(Conflict):
    """Money of the same amount from these days is booked already: of the tenant without a line, or to somebody else."""

    code = "perhaps_booked"


class StatementRefused(DomainError):
    """The file is no statement that could be read, or has faults nobody accepted."""

    code = "statement_refused"


class PaymentNotFound(NotFound):
    """No such payment in this tenant."""

    code = "payment_not_found"


class NoUniqueCode(Conflict):
    """All 999 unique codes of an amount are in use on the account."""

    code = "no_unique_code"


class StalePreview(Conflict):
    """What was previewed is no longer what would happen."""

    code = "stale_preview"


class EndNotPossible(Conflict):
    """The subscription cannot end on that day; the code says why (`billing.rules.contracts.Refusal`)."""

    code = "notice_too_short"


class RenewalRefused(Conflict):
    """The term cannot be renewed early; the code says why (`billing.rules.renewals.Refusal`)."""

    code = "renewal_refused"


class PauseRefused(Conflict):
    """The subscription cannot be paused, or not now; the code says why (`billing.rules.pausing.Refusal`)."""

    code = "pause_refused"


class ChangeRefused(Conflict):
    """The plan cannot be changed to this one, or not now; the code says which (`billing.rules.change_verdicts.Refusal`)."""

    code = "change_refused"


class ClaimClosed(Conflict):
    """The claim to an offer was decided, taken back, or has no document yet."""

    code = "claim_closed"
