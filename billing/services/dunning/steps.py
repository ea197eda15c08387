"""What follows from not paying: overdue, late fees, suspension, the end; and access again on payment (X7, X10, K3)."""

from datetime import date, timedelta
from decimal import Decimal

from billing.models import Document, DocumentKind, Subscription
from billing.rules import dunning
from billing.rules.drafting import Line
from billing.rules.dunning import ONE_DAY
from billing.rules.lifecycle import BILLED, Status, resting_status
from billing.rules.seats import PRICED
from billing.selectors.accounts import is_overdue, open_documents
from billing.selectors.debits import is_charging
from billing.selectors.pausing import rise_to_judge
from billing.services.charges.sides import resume_sides
from billing.services.documents.invoicing import Dates, issue_document, told
from billing.services.dunning.promises import break_promise
from billing.services.standing import closing_day, dunning_day, move, record
from billing.services.subscriptions.early_renewals import lapse_renewed
from billing.services.subscriptions.life import bill_period, current_period, end_subscription
from billing.services.subscriptions.quantities import Report, take_quantity
from plans.rules.catalogue import Text
from plans.rules.money import format_rupiah, plain
from plans.rules.periods import Period
from plans.rules.spelling import spell_day
from tenants.models import Tenant
from tenants.rows import keep


def work_off(tenant: Tenant, subscription: Subscription, today: date, *, until: date) -> None:
    """Everything dunning has due on or before `until`, in order of due date; what is written is dated today.

    Billing calls it up to a new period's first day: a tenant that should have been suspended by then is not billed for it.
    """
    while (day := dunning_day(tenant, subscription, open_documents())) is not None and day <= until:
        if subscription.status == Status.SUSPENDED:
            end_subscription(tenant, subscription, today)
            return
        if not _step(tenant, subscription, day, today):
            return


def _step(tenant: Tenant, subscription: Subscription, day: date, today: date) -> bool:
    """What is due on one day: a term renewed early and not paid lapses (X4); then overdue, suspension, and fees, of which none
    is charged once suspended (K3). False where a charge is in flight (K7): nothing closes or costs a fee then, and the next
    run asks again.
    """
    lapse_renewed(tenant, subscription, open_documents(), day, today)
    invoices = [document for document in open_documents() if document.kind == DocumentKind.INVOICE]
    for document in invoices:
        if document.overdue_on is None and document.due_on + ONE_DAY <= day:
            _mark_overdue(tenant, subscription, document, today)
    for document in open_documents():
        if document.promised_on is not None and document.promised_on < day:
            break_promise(tenant, subscription, document, today)
    closes = subscription.status in BILLED and _closes(tenant, subscription, invoices, day)
    fees = [document for document in invoices if document.next_fee_on is not None and document.next_fee_on <= day]
    if (closes or fees) and is_charging(tenant):
        return False
    if closes:
        _suspend(tenant, subscription, today)
        return True
    for document in fees:
        charge_late_fee(tenant, subscription, document, document.next_fee_on or day, today)
    return True


def _closes(tenant: Tenant, subscription: Subscription, invoices: list[Document], day: date) -> bool:
    closing = [closing_day(tenant, subscription, document) for document in invoices]
    return any(on is not None and on <= day for on in closing)


def _mark_overdue(tenant: Tenant, subscription: Subscription, document: Document, today: date) -> None:
    document.overdue_on = today
    keep(document, "overdue_on")
    # A trial that was cancelled still ends as a trial, whatever was bought meanwhile and not paid.
    billed = subscription.status in BILLED and subscription.trial_ends_on is None
    newly = billed and subscription.status != Status.PAST_DUE
    if newly:
        move(subscription, Status.PAST_DUE)
        keep(subscription)
    record(tenant, subscription, "invoice.overdue", today, **told(document))
    if newly:
        record(tenant, subscription, "subscription.past_due", today)


def _suspend(tenant: Tenant, subscription: Subscription, today: date) -> None:
    move(subscription, Status.SUSPENDED)
    subscription.suspended_on = today
    keep(subscription)
    record(tenant, subscription, "subscription.suspended", today)


def charge_late_fee(
    tenant: Tenant, subscription: Subscription, invoice: Document, fee_on: date, today: date
) -> Document | None:
    """A late fee (denda) on an invoice's unpaid principal: 10 % of 600.000 = 60.000 (K3). A document of its own.

    A fee that rounds to nothing (10 % of 4 rupiah) is no document; the invoice's next fee day comes all the same.
    """
    fee = subscription.terms.terms.late_fee
    percent = fee.percent if fee else Decimal(0)
    amount = dunning.late_fee(percent, invoice.outstanding)
    invoice.next_fee_on = dunning.next_fee_day(invoice.due_on, fee_on) if fee else None
    keep(invoice, "next_fee_on")
    if amount == 0:
        return None
    line = _fee_line(subscription, invoice, percent, amount, fee_on)
    dates = Dates(issued_on=today, due_on=today)
    return issue_document(tenant, subscription, DocumentKind.LATE_FEE, [line], dates, parent=invoice)


def _fee_line(subscription: Subscription, invoice: Document, percent: Decimal, amount: int, fee_on: date) -> Line:
    day = {language: spell_day(fee_on, language) for language in ("id", "en")}
    return Line(
        charge=f"late-fee:{invoice.pk}",
        kind="late_fee",
        period=Period(fee_on, fee_on + ONE_DAY),
        quantity=Decimal(1),
        unit_price=Decimal(amount),
        amount=amount,
        description=Text(
            id=f"Denda keterlambatan {plain(percent)} % atas {invoice.number} per {day['id']}",
            en=f"Late fee of {plain(percent)} % on {invoice.number} as of {day['en']}",
        ),
        explanation={
            "rules": [rule for rule in [subscription.terms.rules.get("late_fee", "")] if rule],
            "book": subscription.book_code,
            "invoice": invoice.number,
            "formula": f"{plain(percent)} % × {format_rupiah(invoice.outstanding)} = {format_rupiah(amount)}",
        },
    )


def after_settlement(tenant: Tenant, subscription: Subscription, today: date) -> None:
    """Recompute the state from what is open: access returns in the same transaction as the payment (X10)."""
    if subscription.status not in {Status.SUSPENDED, Status.PAST_DUE}:
        return
    overdue = is_overdue(open_documents(), today)
    if overdue:
        return
    was_suspended = subscription.status == Status.SUSPENDED
    move(subscription, resting_status(overdue=False, cancelling=subscription.cancel_on is not None))
    subscription.suspended_on = None
    keep(subscription)
    if was_suspended:
        record(tenant, subscription, "subscription.reactivated", today)
        resume_billing(tenant, subscription, today)


def resume_billing(tenant: Tenant, subscription: Subscription, today: date) -> None:
    """Billing goes on with the current period, on the old anchor; periods that passed while suspended are not billed.

    A quantity reported while suspended is judged now (X8); a rise that staff voided is not billed again by itself.
    """
    resume_sides(tenant, subscription, today)
    if subscription.next_period_on is not None and subscription.next_period_on <= today:
        subscription.next_period_on = current_period(subscription, subscription.terms, today).start
        if subscription.cancel_on is None or subscription.next_period_on < subscription.cancel_on:
            bill_period(tenant, subscription, today)
        return
    decision = rise_to_judge(subscription, today)
    if decision is not None and decision.outcome in PRICED:
        report = Report(quantity=subscription.quantity, on=today, source="reactivation")
        take_quantity(tenant, subscription, report, today)


def end_of_suspension(subscription: Subscription) -> date | None:
    """The day a suspended subscription ends (90 days by the terms)."""
    if subscription.suspended_on is None:
        return None
    return subscription.suspended_on + timedelta(days=subscription.terms.terms.end_after_suspended_days)
