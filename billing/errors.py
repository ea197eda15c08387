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
