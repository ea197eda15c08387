"""How the tenant's account stands: subscription, open documents, credit, the term's payments."""

from collections.abc import Sequence
from datetime import date

from django.db.models import Q, Sum
from django.utils.translation import gettext as _

from billing.errors import NoSubscription
from billing.models import CreditEntry, Document, DocumentKind, DocumentStatus, Subscription
from billing.rules.lifecycle import Status
from billing.rules.seats import Standing
from billing.selectors.sides import billed_count
from tenants.rows import current_visit


def living_subscription() -> Subscription:
    """The one agreement that has not ended; `NoSubscription` if there is none."""
    visit = current_visit()
    if visit is None:
        found = Subscription.objects.filter(ended_on__isnull=True).first()
    else:
        found = next((item for item in visit.rows(Subscription) if item.ended_on is None), None)
    if found is None:
        raise NoSubscription(_("Tidak ada langganan yang berjalan."))
    return found


def latest_subscription() -> Subscription | None:
    """The living agreement, or the last one that ended."""
    return Subscription.objects.order_by("-created_at", "-pk").first()


def open_documents() -> list[Document]:
    """Everything with something left to pay, oldest due date first."""
    visit = current_visit()
    if visit is None:
        return list(Document.objects.filter(status=DocumentStatus.OPEN).order_by("due_on", "number"))
    opened = [document for document in visit.rows(Document) if document.status == DocumentStatus.OPEN]
    return sorted(opened, key=lambda document: (document.due_on, document.number))


def balance_of(documents: Sequence[Document]) -> int:
    """What is owed on them, in rupiah."""
    return sum(document.outstanding for document in documents)


def credit_balance() -> int:
    """The customer's credit, in rupiah."""
    visit = current_visit()
    if visit is None:
        return CreditEntry.objects.aggregate(total=Sum("amount"))["total"] or 0
    return int(visit.figures["credit"]) + sum(entry.amount for entry in visit.made(CreditEntry))


def term_paid(subscription: Subscription) -> bool:
    """Whether something was paid on an invoice of the running term (X9)."""
    if subscription.period_from is None:
        return False
    return Document.objects.filter(
        ~Q(status=DocumentStatus.VOID),
        subscription=subscription,
        kind=DocumentKind.INVOICE,
        period_from__gte=subscription.period_from,
        paid__gt=0,
    ).exists()


def standing_of(subscription: Subscription, on: date) -> Standing:
    """What the seat rules need to know for a count of `on`.

    A term that is over by then runs no more, even where its renewal has not been billed yet (a late job).
    """
    runs = subscription.period_to is not None and on < subscription.period_to
    return Standing(
        status=Status(subscription.status),
        billed_quantity=billed_count(subscription, on),
        term_paid=term_paid(subscription),
        period_from=subscription.period_from if runs else None,
        period_to=subscription.period_to if runs else None,
        locked_prices=subscription.locked_prices,
    )


def is_overdue(documents: Sequence[Document], today: date) -> bool:
    """Whether one of them should have been paid before today."""
    return any(document.due_on < today for document in documents)
