"""Tables of the tenant's money, a file per noun. No foreign key leaves the tenant's schema; what is needed is copied in."""

from billing.models.documents import Document, DocumentKind, DocumentLine, DocumentStatus, LineKind
from billing.models.ledger import Entry
from billing.models.payments import Allocation, CreditEntry, Payment
from billing.models.subscriptions import QuantityReport, Subscription

__all__ = [
    "Allocation",
    "CreditEntry",
    "Document",
    "DocumentKind",
    "DocumentLine",
    "DocumentStatus",
    "Entry",
    "LineKind",
    "Payment",
    "QuantityReport",
    "Subscription",
]
