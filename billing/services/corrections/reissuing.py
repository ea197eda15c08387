"""Billing a voided invoice's period again, at today's quantity."""

from dataclasses import replace
from datetime import date

from billing.errors import NotVoidable
from billing.models import Document, DocumentLine, LineKind, Subscription
from billing.rules import drafting, dunning
from billing.rules.changes import Ledger
from billing.rules.drafting import Draft, Line
from billing.rules.seats import decide
from billing.rules.sides import in_order
from billing.rules.tax import untaxed_price
from billing.selectors.accounts import standing_of
from billing.selectors.drafts import draft_report
from billing.services.charges.sides import bill_lines, lines_again
from billing.services.documents.invoicing import issue_draft
from plans.rules.catalogue import AtRenewal, Text
from plans.rules.periods import Period
from tenants.models import Tenant


def reissue(
    tenant: Tenant, subscription: Subscription, document: Document, kind: str, today: date, *, cause: str
) -> Document | None:
    """Draft what a voided document billed anew and issue it today. The caller holds the tenant's lock.

    A period is billed for today's quantity; a rise for as many as today's quantity is above what was billed (X8); a change
    of plan for the same amount, because the days it is for have not changed (C11).
    """
    if subscription.terms.sides and kind in {LineKind.PERIOD, LineKind.ONCE, LineKind.USAGE, LineKind.CORRECTION}:
        return _charges_again(tenant, subscription, document, today, cause)
    if kind == LineKind.PERIOD and document.period_from and document.period_to:
        span = Period(document.period_from, document.period_to)
        return _period_again(tenant, subscription, span, today, cause, _gathered_again(document))
    if kind == LineKind.RISE and document.period_from:
        return _rise_again(tenant, subscription, document.period_from, today, cause)
    if kind == LineKind.CHANGE and document.period_from and document.period_to:
        return issue_draft(tenant, subscription, _same_again(subscription, document, today), cause=cause)
    raise NotVoidable("Tagihan lepas tidak diterbitkan ulang. Buat tagihan baru.", field="reissue")


def _period_again(
    tenant: Tenant,
    subscription: Subscription,
    period: Period,
    today: date,
    cause: str,
    more: tuple[drafting.Line, ...] = (),
) -> Document | None:
    since = Ledger.model_validate(subscription.change_ledger).since
    if since is not None and period.start < since:
        raise NotVoidable(
            "Paket berganti sesudah awal periode ini; tagihan untuk paket yang lama dibuat sebagai tagihan lepas.",
            field="reissue",
        )
    rises = DocumentLine.objects.filter(
        subscription_key=subscription.pk,
        kind__in=[LineKind.RISE, LineKind.CHANGE],
        voided=False,
        period_from__gte=period.start,
        period_from__lt=period.end,
    )
    if rises.exists():
        raise NotVoidable("Batalkan dulu tagihan tambahan pada periode ini.", field="reissue")
    agreement = subscription.terms
    keeps = agreement.at_renewal is AtRenewal.KEEP_PRICE and subscription.locked_prices
    locked = dict(subscription.locked_prices) if keeps else agreement.lock(subscription.quantity)
    draft = drafting.draft_period(agreement, subscription.quantity, period, subscription.anchor_day, today, locked)
    draft = replace(draft, lines=in_order(agreement, (*draft.lines, *more))) if more else draft
    if subscription.period_from == period.start:
        subscription.billed_quantity, subscription.locked_prices = subscription.quantity, locked
        subscription.plan_code = agreement.plan_for(subscription.quantity).code
    subscription.save()
    return issue_draft(tenant, subscription, draft, cause=cause)


def _charges_again(
    tenant: Tenant, subscription: Subscription, document: Document, today: date, cause: str
) -> Document | None:
    """An invoice of several charges: its own period's with the others' lines, or the others' alone."""
    agreement = subscription.terms
    main = {charge.code for charge in agreement.main}
    first = next((line for line in document.lines.all() if line.charge in main and line.kind == LineKind.PERIOD), None)
    more = (*lines_again(subscription, document), *_gathered_again(document))
    if first is not None and first.period_to is not None:
        return _period_again(tenant, subscription, Period(first.period_from, first.period_to), today, cause, more)
    if document.period_from is None or document.period_to is None:
        return None
    return bill_lines(tenant, subscription, more, Period(document.period_from, document.period_to), today, cause=cause)


def _rise_again(tenant: Tenant, subscription: Subscription, on: date, today: date, cause: str) -> Document | None:
    agreement = subscription.terms
    decision = decide(agreement, standing_of(subscription, on), subscription.quantity)
    draft = draft_report(subscription, agreement, decision, subscription.quantity, on, today)
    if draft is None:
        return None
    subscription.billed_quantity = subscription.quantity
    subscription.save()
    return issue_draft(tenant, subscription, draft, cause=cause)


def _same_again(subscription: Subscription, document: Document, today: date) -> Draft:
    """The lines of a voided document with today's dates."""
    terms = subscription.terms.terms
    due = dunning.due_on(terms, today)
    lines = tuple(_line_again(line) for line in document.lines.all())
    return Draft(lines, today, due, dunning.suspend_on(terms, today, due), lines[0].period)


def _gathered_again(document: Document) -> tuple[Line, ...]:
    """Rises of the period before that stood on the invoice, as they were: their days have not changed (X8)."""
    return tuple(_line_again(line) for line in document.lines.filter(kind=LineKind.RISE))


def _line_again(line: DocumentLine) -> Line:
    return Line(
        charge=line.charge,
        kind=line.kind,
        period=Period(line.period_from, line.period_to or line.period_from),
        quantity=line.quantity,
        unit_price=line.unit_price,
        amount=untaxed_price(line.amount, line.explanation),
        description=Text(id=line.description, en=line.description_en),
        explanation={name: value for name, value in line.explanation.items() if name != "tax"},
    )
