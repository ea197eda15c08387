"""Quantities: what a reported count would do, taking it, and confirming what a preview showed (X8, X9, K4)."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from billing.errors import QuantityRefused, StalePreview
from billing.models import Document, DocumentKind, DocumentStatus, QuantityReport, Subscription
from billing.rules.drafting import Draft
from billing.rules.lifecycle import Status
from billing.rules.seats import BILLS_NOW, PRICED, Decision, Outcome, decide
from billing.selectors.accounts import living_subscription, standing_of
from billing.selectors.drafts import draft_report
from billing.services.charges.gathering import gather
from billing.services.charges.sides import keep_rises
from billing.services.documents.invoicing import issue_draft, void_document
from billing.services.standing import move, record, refresh
from billing.services.subscriptions.life import begin_billing, bill_period, first_term, turn_free
from plans.errors import CatalogueError
from plans.rules.money import plain
from plans.rules.quantities import check_range
from tenants.context import current_actor, writing
from tenants.models import Tenant


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
    """What a report would do: the decision, and the invoice it would cause today; or `gathered`, what it would put on the
    next one."""

    current: Decimal
    quantity: Decimal
    decision: Decision
    draft: Draft | None
    voids: tuple[str, ...] = ()
    gathered: Draft | None = None


def preview_quantity(*, subscription: Subscription, quantity: Decimal, on: date, today: date) -> Preview:
    """What would happen, without writing anything: the same decision and the same draft as the report itself."""
    agreement = subscription.terms
    _check_report(subscription, quantity, on, today)
    decision = decide(agreement, standing_of(subscription, on), quantity)
    draft = draft_report(subscription, agreement, decision, quantity, on, today)
    voids = tuple(item.number for item in _term_documents(subscription)) if decision.outcome is Outcome.FREE_NOW else ()
    if decision.outcome is Outcome.GATHERED:
        return Preview(subscription.quantity, quantity, decision, None, gathered=draft)
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
    document = _carry_out(tenant, subscription, decision, draft, report.on, today)
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
    tenant: Tenant, subscription: Subscription, decision: Decision, draft: Draft | None, on: date, today: date
) -> Document | None:
    if decision.outcome is Outcome.FREE_NOW:
        _fall_to_free(tenant, subscription, today)
    if decision.outcome is Outcome.NEW_TERM:
        move(subscription, Status.ACTIVE)
        begin_billing(subscription, today, anchor_day=today.day)
        subscription.plan_code = subscription.terms.plan_for(subscription.quantity).code
        term = first_term(subscription, today)
        record(tenant, subscription, "subscription.changed", today, change="paid", period=term)
        document = bill_period(tenant, subscription, today, cause="new_term")
        _end_with_term(subscription)
        return document
    if decision.outcome in PRICED and draft is not None:
        subscription.billed_quantity = subscription.quantity
        keep_rises(subscription, on)
        if decision.outcome in BILLS_NOW:
            return issue_draft(tenant, subscription, draft)
        gather(subscription, draft.lines)
        subscription.save()
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
    subscription.gathered = None
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
    _check_bounds(subscription, quantity)
    if on > today:
        raise QuantityRefused(_("Tanggal tidak boleh di masa depan."), field="on", code="date_in_future")
    last = subscription.reports.filter(measure="").order_by("-on", "-created_at", "-pk").first()
    if on < max(subscription.signed_up_on, last.on if last else subscription.signed_up_on):
        raise QuantityRefused(
            _("Tanggal lebih awal daripada laporan terakhir."), field="on", code="date_before_last_report"
        )


def _check_bounds(subscription: Subscription, quantity: Decimal) -> None:
    """N7: a chosen plan's bounds hold for every report, 51 students are no batch of 30 to 50."""
    agreement = subscription.terms
    if agreement.plan_choice == "default":
        plan = agreement.plan_for(quantity)
        try:
            check_range(plan.quantity, quantity, plan.name, agreement.unit)
        except CatalogueError as error:
            english = (get_language() or "").startswith("en")
            said = error.message_en if english else error.message
            raise QuantityRefused(said, field="quantity", code=error.code) from error


def essence_of(preview: Preview) -> str:
    """What a person agrees to when confirming: the starting count, the outcome, the amount and its dates.

    "100:125:pro_rata:25:125000:2025-03-17" changes when somebody else reports meanwhile, or when the day turns.
    """
    draft = preview.draft or preview.gathered
    money = f"{draft.total}:{draft.due_on.isoformat()}" if draft else "0"
    parts = [
        plain(preview.current),
        plain(preview.quantity),
        preview.decision.outcome.value,
        plain(preview.decision.added),
    ]
    return ":".join([*parts, money, *preview.voids])


def confirm_quantity(*, tenant: Tenant, report: Report, agreed: str, today: date) -> QuantityReport:
    """Report a count if it still does what was agreed to (`essence_of` its preview); else `StalePreview`.

    The preview is made again under the tenant's lock, so nothing can change between the two. A repeated confirmation
    (the same key) gets the first answer, whatever has happened since. Writes what `report_quantity` writes.
    """
    with writing(tenant):
        done = QuantityReport.objects.filter(key=report.key).first() if report.key else None
        if done is not None:
            return done
        subscription = living_subscription()
        preview = preview_quantity(subscription=subscription, quantity=report.quantity, on=report.on, today=today)
        if essence_of(preview) != agreed:
            raise StalePreview("Keadaan berubah sejak pratinjau. Periksa sekali lagi.", field="quantity")
        return report_quantity(tenant=tenant, report=report, today=today)
