"""The life of an agreement: start, activation, renewal, quantity, cancelling, end."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from billing.errors import QuantityRefused, WrongState
from billing.models import Document, DocumentKind, DocumentStatus, QuantityReport, Subscription
from billing.rules import drafting
from billing.rules.agreement import Agreement
from billing.rules.drafting import Draft
from billing.rules.lifecycle import Status, resting_status
from billing.rules.seats import BILLS_NOW, Decision, Outcome, decide
from billing.selectors.accounts import is_overdue, living_subscription, open_documents, standing_of
from billing.selectors.drafts import draft_next_period, draft_report, renewed_agreement
from billing.selectors.endings import ending_day
from billing.services.invoicing import issue_draft, void_document
from billing.services.standing import move, record, refresh
from plans.rules.money import plain
from plans.rules.periods import Period
from tenants.context import current_actor, writing
from tenants.models import Tenant


@dataclass(frozen=True, slots=True)
class Start:
    """How a subscription begins. `anchor_day` is the day of the month that periods return to (rule "Anchor"): the day of
    sign-up where the trial is counted in months (31 January → 28 February → … → 31), else the day billing begins."""

    on: date
    quantity: Decimal
    anchor_day: int
    trial_ends_on: date | None = None


def start_subscription(*, tenant: Tenant, agreement: Agreement, start: Start) -> Subscription:
    """Make the agreement: free at once (X1), on trial (X5, K6), or billed at once."""
    with writing(tenant) as locked:
        plan = agreement.plan_for(start.quantity)
        subscription = Subscription(
            product_code=agreement.product,
            plan_code=plan.code,
            book_code=agreement.book,
            status=Status.ACTIVE,
            agreement=agreement.model_dump(mode="json", by_alias=True),
            quantity=start.quantity,
            signed_up_on=start.on,
            anchor_day=start.anchor_day,
            reminded_through=start.on,
        )
        if agreement.is_free(start.quantity):
            subscription.status = Status.FREE
        elif start.trial_ends_on is not None:
            subscription.status, subscription.trial_ends_on = Status.TRIALING, start.trial_ends_on
        subscription.save()
        _open(locked, subscription, start)
        refresh(locked, subscription, start.on)
    return subscription


def _open(tenant: Tenant, subscription: Subscription, start: Start) -> None:
    if subscription.status == Status.TRIALING:
        ends = start.trial_ends_on.isoformat() if start.trial_ends_on else ""
        record(tenant, subscription, "trial.started", start.on, trial_ends=ends)
        return
    record(tenant, subscription, "subscription.activated", start.on)
    if subscription.status == Status.ACTIVE:
        begin_billing(subscription, start.on, anchor_day=start.anchor_day)
        bill_period(tenant, subscription, start.on)


def begin_billing(subscription: Subscription, on: date, *, anchor_day: int) -> None:
    """Periods are counted from `on`; the anchor day is the one to return to after a shorter month."""
    subscription.billing_starts_on, subscription.anchor_day = on, anchor_day
    subscription.next_period_on, subscription.trial_ends_on = on, None


def activate_subscription(tenant: Tenant, subscription: Subscription, today: date, *, starts_on: date) -> None:
    """The trial is over: billing begins on `starts_on`, the first invoice is issued now (X7, K6). The caller holds the lock."""
    move(subscription, Status.ACTIVE)
    begin_billing(subscription, starts_on, anchor_day=subscription.anchor_day)
    subscription.save()
    record(tenant, subscription, "subscription.activated", today)
    bill_period(tenant, subscription, today)


def bill_period(tenant: Tenant, subscription: Subscription, today: date) -> Document | None:
    """Issue the next period's invoice and move on to the period after it.

    X9: a quantity that has become free turns the subscription free instead, without an invoice.
    """
    renewal = subscription.period_to is not None
    # By the period's own day: a run that is late over New Year must not take next year's book (X3).
    agreement = renewed_agreement(subscription, subscription.terms, subscription.next_period_on or today)
    if agreement.is_free(subscription.quantity):
        turn_free(tenant, subscription, today)
        return None
    draft, locked = draft_next_period(subscription, agreement, today)
    subscription.agreement = agreement.model_dump(mode="json", by_alias=True)
    subscription.book_code = agreement.book
    subscription.plan_code = agreement.plan_for(subscription.quantity).code
    subscription.locked_prices = locked
    subscription.billed_quantity = subscription.quantity
    subscription.period_from, subscription.period_to = draft.period.start, draft.period.end
    subscription.next_period_on = draft.period.end
    subscription.save()
    if renewal:
        span = {"from": draft.period.start.isoformat(), "to": draft.period.end.isoformat()}
        record(tenant, subscription, "subscription.renewed", today, period=span, amount=draft.total)
    return issue_draft(tenant, subscription, draft)


def turn_free(tenant: Tenant, subscription: Subscription, on: date) -> None:
    """Free Forever (X9): no period runs, nothing is billed until the quantity grows."""
    move(subscription, Status.FREE)
    subscription.plan_code = subscription.terms.plan_for(subscription.quantity).code
    subscription.period_from = subscription.period_to = subscription.next_period_on = None
    subscription.trial_ends_on = subscription.billing_starts_on = subscription.suspended_on = None
    subscription.billed_quantity, subscription.locked_prices = Decimal(0), {}
    subscription.save()
    record(tenant, subscription, "subscription.changed", on, change="free")


def settle_status(subscription: Subscription, today: date) -> None:
    """Put a paying subscription where it rests: past due, cancelled or active."""
    if subscription.status in {Status.ACTIVE, Status.PAST_DUE, Status.CANCELLED}:
        overdue = is_overdue(open_documents(), today)
        resting = resting_status(overdue=overdue, cancelling=subscription.cancel_on is not None)
        if resting is not Status.PAST_DUE or subscription.status == Status.PAST_DUE:
            move(subscription, resting)


# --- quantity ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Report:
    """A reported count: for which day, from where, and the caller's own key that makes a repetition harmless.

    `cause` is the reason where staff report for the tenant.
    """

    quantity: Decimal
    on: date
    source: str
    key: str | None = None
    cause: str = ""


@dataclass(frozen=True, slots=True)
class Preview:
    """What a report would do: the decision, and the invoice it would cause."""

    current: Decimal
    quantity: Decimal
    decision: Decision
    draft: Draft | None
    voids: tuple[str, ...] = ()


def preview_quantity(*, subscription: Subscription, quantity: Decimal, on: date, today: date) -> Preview:
    """What would happen, without writing anything: the same decision and the same draft as the report itself."""
    agreement = subscription.terms
    _check_report(subscription, quantity, on, today)
    decision = decide(agreement, standing_of(subscription, on), quantity)
    draft = draft_report(subscription, agreement, decision, quantity, on, today)
    voids = tuple(item.number for item in _term_documents(subscription)) if decision.outcome is Outcome.FREE_NOW else ()
    return Preview(subscription.quantity, quantity, decision, draft, voids)


def report_quantity(*, tenant: Tenant, report: Report, today: date) -> QuantityReport:
    """Take a count and bill what follows from it at once (X8, X9, K4). The same key twice gives the first answer again."""
    with writing(tenant) as locked:
        before = QuantityReport.objects.filter(key=report.key).first() if report.key else None
        if before is not None:
            return before
        subscription = living_subscription()
        _check_report(subscription, report.quantity, report.on, today)
        made = take_quantity(locked, subscription, report, today)
        refresh(locked, subscription, today)
    return made


def take_quantity(tenant: Tenant, subscription: Subscription, report: Report, today: date) -> QuantityReport:
    """Record the count, tell it, and do what the decision says."""
    agreement, previous = subscription.terms, subscription.quantity
    decision = decide(agreement, standing_of(subscription, report.on), report.quantity)
    draft = draft_report(subscription, agreement, decision, report.quantity, report.on, today)
    subscription.quantity = report.quantity
    if subscription.status == Status.TRIALING:
        subscription.plan_code = agreement.plan_for(report.quantity).code
    subscription.save()
    facts = {"previous": plain(previous), "outcome": decision.outcome.value}
    record(tenant, subscription, "quantity.reported", today, cause=report.cause, **facts)
    document = _carry_out(tenant, subscription, decision, draft, today)
    return QuantityReport.objects.create(
        subscription=subscription,
        on=report.on,
        quantity=report.quantity,
        previous=previous,
        source=report.source,
        reported_by=current_actor().label[:200],
        key=report.key,
        outcome=decision.outcome.value,
        document_number=document.number if document else "",
    )


def _carry_out(
    tenant: Tenant, subscription: Subscription, decision: Decision, draft: Draft | None, today: date
) -> Document | None:
    if decision.outcome is Outcome.FREE_NOW:
        _fall_to_free(tenant, subscription, today)
    if decision.outcome is Outcome.NEW_TERM:
        move(subscription, Status.ACTIVE)
        begin_billing(subscription, today, anchor_day=today.day)
        subscription.plan_code = subscription.terms.plan_for(subscription.quantity).code
        record(tenant, subscription, "subscription.changed", today, change="paid")
        document = bill_period(tenant, subscription, today)
        _end_with_term(subscription)
        return document
    if decision.outcome in BILLS_NOW and draft is not None:
        subscription.billed_quantity = subscription.quantity
        return issue_draft(tenant, subscription, draft)
    return None


def _end_with_term(subscription: Subscription) -> None:
    """What was cancelled while it was free ends with the term that is billed now, no sooner than paid for (K15)."""
    if subscription.cancel_on is not None:
        subscription.cancel_on = subscription.period_to
        move(subscription, Status.CANCELLED)


def _fall_to_free(tenant: Tenant, subscription: Subscription, today: date) -> None:
    """X9: nothing was paid, so the term's invoices are voided and the free plan holds at once."""
    trial = subscription.trial_ends_on is not None  # a cancelled trial, too
    for document in _term_documents(subscription):
        void_document(tenant, subscription, document, reason="Menjadi paket gratis", on=today)
    turn_free(tenant, subscription, today)
    if trial:
        record(tenant, subscription, "trial.ended", today, outcome="free")


def _term_documents(subscription: Subscription) -> list[Document]:
    """The running term's invoices that are not void."""
    if subscription.period_from is None:
        return []
    term = Document.objects.filter(subscription=subscription, kind=DocumentKind.INVOICE)
    return list(term.filter(period_from__gte=subscription.period_from).exclude(status=DocumentStatus.VOID))


def _check_report(subscription: Subscription, quantity: Decimal, on: date, today: date) -> None:
    if quantity < 0 or quantity != quantity.to_integral_value() or quantity > 10_000_000:
        raise QuantityRefused(_("Jumlah harus bilangan bulat antara 0 dan 10.000.000."), field="quantity")
    if on > today:
        raise QuantityRefused(_("Tanggal tidak boleh di masa depan."), field="on", code="date_in_future")
    last = subscription.reports.order_by("-on", "-created_at").first()
    if on < max(subscription.signed_up_on, last.on if last else subscription.signed_up_on):
        raise QuantityRefused(
            _("Tanggal lebih awal daripada laporan terakhir."), field="on", code="date_before_last_report"
        )


# --- the end -----------------------------------------------------------------------------------------------------------


def cancel_subscription(*, tenant: Tenant, today: date, reason: str = "") -> Subscription:
    """Cancel: effective at the end of the paid period (K15); a trial at its end; a free plan at once."""
    with writing(tenant) as locked:
        subscription = living_subscription()
        if subscription.cancel_on is not None:
            return subscription
        subscription.cancel_on = ending_day(subscription, today)
        subscription.cancel_reason = reason[:300]
        if subscription.status in {Status.ACTIVE, Status.TRIALING}:
            move(subscription, Status.CANCELLED)
        subscription.save()
        ends = subscription.cancel_on.isoformat()
        record(locked, subscription, "subscription.cancel_scheduled", today, cause=reason, ends=ends)
        if subscription.cancel_on <= today:
            end_subscription(locked, subscription, today)
        refresh(locked, subscription, today)
    return subscription


def keep_subscription(*, tenant: Tenant, today: date, reason: str = "") -> Subscription:
    """Take a cancellation back while it has not taken effect."""
    with writing(tenant) as locked:
        subscription = living_subscription()
        if subscription.cancel_on is None:
            raise WrongState(_("Tidak ada penghentian yang dijadwalkan."))
        subscription.cancel_on, subscription.cancel_reason = None, ""
        if subscription.status == Status.CANCELLED:
            move(subscription, Status.TRIALING if subscription.trial_ends_on else Status.ACTIVE)
        subscription.save()
        settle_status(subscription, today)
        record(locked, subscription, "subscription.changed", today, cause=reason, change="kept")
        refresh(locked, subscription, today)
    return subscription


def end_subscription(tenant: Tenant, subscription: Subscription, today: date) -> None:
    """The agreement is over: access closes, nothing more is billed; what is open stays owed."""
    trial = subscription.trial_ends_on is not None
    move(subscription, Status.ENDED)
    subscription.ended_on, subscription.suspended_on = today, None
    subscription.next_period_on = subscription.trial_ends_on = None
    subscription.save()
    if trial:
        record(tenant, subscription, "trial.ended", today, outcome="cancelled")
    record(tenant, subscription, "subscription.cancelled", today)


def current_period(subscription: Subscription, agreement: Agreement, today: date) -> Period:
    """The period today falls in, on the old anchor: billing goes on with it after a suspension."""
    start = subscription.billing_starts_on or today
    return drafting.period_on(agreement, start, subscription.anchor_day, today)
