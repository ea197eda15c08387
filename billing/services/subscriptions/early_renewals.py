"""Renewing early at the price of today: billed ahead, taken when the term begins, dropped where it is not paid (X4)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from billing.errors import StalePreview
from billing.models import Document, DocumentKind, Subscription
from billing.rules.drafting import dated
from billing.rules.lifecycle import Status
from billing.rules.seats import PRICED, Standing, decide
from billing.selectors.accounts import living_subscription, open_documents
from billing.selectors.drafts import draft_report
from billing.selectors.renewals import EarlyRenewal, early_renewal_of, essence_of, stored
from billing.selectors.renewed import put_on, renewed_of
from billing.services.charges.sides import keep_rises, with_sides
from billing.services.documents.invoicing import Dates, issue_document, issue_draft, void_alone
from billing.services.standing import record, refresh
from plans.rules.periods import Period
from tenants.context import writing
from tenants.models import Tenant
from tenants.rows import keep

LAPSED = "Perpanjangan awal tidak dibayar sampai jatuh tempo"


@dataclass(frozen=True, slots=True)
class Made:
    """What was done: the preview that was carried out, and its invoice."""

    early: EarlyRenewal
    document: Document


def renew_early(*, tenant: Tenant, today: date, agreed: str | None = None, reason: str = "") -> Made:
    """Bill the next term now, at today's price list; it extends the running one from its end.

    With `agreed` (`essence_of` a preview) only if it still does that, else `StalePreview`. Writes the invoice and
    `subscription.changed`. Unpaid it closes nothing and costs no fee: the day after its due date it is voided, and the term
    is renewed on its first day at the prices of then. `RenewalRefused` says why not.
    """
    with writing(tenant) as locked:
        subscription = living_subscription()
        early = early_renewal_of(subscription, today)
        if agreed is not None and agreed != essence_of(early):
            raise StalePreview(_("Keadaan berubah sejak pratinjau. Periksa sekali lagi."))
        draft = early.draft
        dates = Dates(issued_on=today, due_on=draft.due_on, period=draft.period)
        lines = [line for line in draft.lines if line.amount]
        document = issue_document(locked, subscription, DocumentKind.INVOICE, lines, dates, cause=reason)
        subscription.renewed_early = stored(early, subscription, document.number)
        facts = {"effective": draft.period.start.isoformat(), "until": draft.period.end.isoformat()}
        facts |= {"invoice": document.number, "due": draft.due_on.isoformat()}
        record(locked, subscription, "subscription.changed", today, cause=reason, change="renewed_early", **facts)
        refresh(locked, subscription, today)
    return Made(early, document)


def take_renewed(tenant: Tenant, subscription: Subscription, today: date) -> bool:
    """Begin the term that was billed ahead; False where there is none. What grew meanwhile is billed for it (X8), and so is
    what is due beside the period. The caller holds the tenant's lock."""
    renewed = renewed_of(subscription)
    if renewed is None or subscription.next_period_on is None:
        return False
    if renewed.to <= subscription.next_period_on:  # closed while it would have run
        subscription.renewed_early = None
        return False
    put_on(subscription, renewed)
    agreement, period = subscription.terms, renewed.period
    draft = with_sides(subscription, agreement, dated(agreement, (), today, period), period.start)
    keep(subscription)
    span = {"from": period.start.isoformat(), "to": period.end.isoformat()}
    record(tenant, subscription, "subscription.renewed", today, period=span, amount=draft.total)
    if draft.lines:
        issue_draft(tenant, subscription, draft)
    _bill_growth(tenant, subscription, period, today)
    return True


def _bill_growth(tenant: Tenant, subscription: Subscription, period: Period, today: date) -> None:
    """More units than the term was billed for, from its first day: 150 billed, 175 there now → 25 for the whole term. At once,
    also where rises are gathered: the term's own invoice has been."""
    agreement, billed = subscription.terms, subscription.billed_quantity
    if subscription.quantity <= billed:
        return
    standing = Standing(Status(subscription.status), billed, True, period.start, period.end, subscription.locked_prices)
    decision = decide(agreement, standing, subscription.quantity)
    if decision.outcome not in PRICED:
        return
    draft = draft_report(subscription, agreement, decision, subscription.quantity, period.start, today)
    subscription.billed_quantity = subscription.quantity
    keep_rises(subscription, period.start)
    keep(subscription)
    if draft is not None:
        issue_draft(tenant, subscription, draft)


def lapse_renewed(
    tenant: Tenant, subscription: Subscription, documents: Sequence[Document], day: date, today: date
) -> None:
    """Void the invoice of a term renewed early that is unpaid after its due date; what was paid of it becomes credit."""
    kept = subscription.renewed_early
    for document in documents:
        if kept is not None and document.number == kept["number"] and document.due_on < day:
            void_alone(tenant, subscription, document, reason=LAPSED, on=today)
            keep(subscription)


def drop_unpaid(tenant: Tenant, subscription: Subscription, today: date) -> None:
    """Leaving takes back a term renewed early that is not paid."""
    kept = subscription.renewed_early
    if kept is None:
        return
    for document in open_documents():
        if document.number == kept["number"]:
            void_alone(tenant, subscription, document, reason="Langganan akan berhenti", on=today)
