"""How a tenant stands, for the overview: one look, nothing written."""

from dataclasses import dataclass
from datetime import date

from billing.models import Document, DocumentKind, Subscription
from billing.rules import drafting
from billing.rules.agreement import Agreement
from billing.rules.drafting import Draft
from billing.rules.lifecycle import Status
from billing.rules.tax import taxed_draft
from billing.selectors.accounts import balance_of, credit_balance, latest_subscription, open_documents
from billing.selectors.drafts import forecast
from billing.selectors.taxing import taxation_of
from plans.rules.catalogue import Plan
from plans.rules.periods import Period, whole_period_of


@dataclass(frozen=True, slots=True)
class Account:
    """The tenant's agreement and money on one day.

    `documents` are the open ones, oldest due date first; `price` is one whole period at today's quantity; `upcoming` is
    the next invoice as it looks today (None where none is to come). Amounts are whole rupiah.
    """

    today: date
    subscription: Subscription
    agreement: Agreement
    documents: tuple[Document, ...]
    credit: int
    price: Draft
    upcoming: Draft | None

    @property
    def status(self) -> Status:
        """The state; "past due" shows on the day after the due date even before the daily job has been."""
        return Status(self.subscription.status)

    @property
    def plan(self) -> Plan:
        """The plan the tenant is on."""
        codes = {plan.code: plan for plan in self.agreement.plans}
        return codes.get(self.subscription.plan_code, self.agreement.plans[0])

    @property
    def balance(self) -> int:
        """What is open, in rupiah."""
        return balance_of(self.documents)

    @property
    def overdue(self) -> tuple[Document, ...]:
        """What should have been paid before today; paying it opens access again."""
        return tuple(document for document in self.documents if document.due_on < self.today)

    @property
    def invoices(self) -> tuple[Document, ...]:
        """The open invoices, late fees left out: only they have a day of suspension."""
        return tuple(document for document in self.documents if document.kind == DocumentKind.INVOICE)

    @property
    def suspends_on(self) -> date | None:
        """The first day on which an unpaid invoice closes access."""
        return min((item.suspend_on for item in self.invoices if item.suspend_on), default=None)


def account_on(today: date) -> Account | None:
    """How the tenant of this schema stands; None before it has ever had a subscription. Five queries."""
    subscription = latest_subscription()
    if subscription is None:
        return None
    agreement = subscription.terms
    return Account(
        today=today,
        subscription=subscription,
        agreement=agreement,
        documents=tuple(open_documents()),
        credit=credit_balance(),
        price=price_draft(subscription, agreement, today),
        upcoming=forecast(subscription, today),
    )


def price_draft(subscription: Subscription, agreement: Agreement, today: date) -> Draft:
    """One whole period at today's quantity: what "150 × Rp 5.000 = Rp 750.000 per year" is explained by (X1, X3)."""
    start = subscription.billing_starts_on or subscription.trial_ends_on or today
    period = drafting.first_period(agreement, start, subscription.anchor_day)
    if subscription.period_from is not None and subscription.period_to is not None:
        period = Period(subscription.period_from, subscription.period_to)
    anchor = agreement.anchor.day(subscription.anchor_day)
    whole = whole_period_of(period, anchor, agreement.interval_months)
    locked = subscription.locked_prices or agreement.lock(subscription.quantity)
    shown = drafting.shown_whole(agreement, period, whole)
    draft = drafting.draft_period(shown, subscription.quantity, whole, anchor, whole.start, locked)
    return taxed_draft(draft, taxation_of(agreement, today))
