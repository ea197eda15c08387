"""Billing what stands beside a subscription's periods: set-up fees, other rhythms, arrears, usage, add-ons.

The caller holds the tenant's lock. How far each charge was billed is written on the subscription's row with the invoice.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from billing.models import CreditEntry, Document, DocumentLine, LineKind, Subscription
from billing.rules import drafting, readings, side_rises, sides
from billing.rules.agreement import Agreement
from billing.rules.drafting import Draft, Line
from billing.rules.progress import Held, write_progress
from billing.rules.sides import Part, Stand
from billing.selectors.sides import stand_of
from billing.services.books.ledger import keep_credit
from billing.services.documents.invoicing import issue_draft
from plans.rules.catalogue import Text, When
from plans.rules.periods import Period
from tenants.models import Tenant
from tenants.rows import keep


def with_sides(subscription: Subscription, agreement: Agreement, draft: Draft, through: date) -> Draft:
    """The period's draft with what else is due by its first day, and the subscription's progress moved past it (N6)."""
    stand = stand_of(subscription)
    if stand is None or not agreement.sides:
        return draft
    parts = readings.read_meters(agreement, sides.due_parts(agreement, stand, through), subscription.read)
    put_stand(subscription, agreement, sides.moved(agreement, stand, parts))
    return replace(draft, lines=sides.in_order(agreement, (*draft.lines, *sides.lines_of(agreement, parts))))


def sides_come_first(subscription: Subscription) -> bool:
    """Whether something beside the periods is due before the next period begins."""
    due, period = subscription.side_due_on, subscription.next_period_on
    return due is not None and (period is None or due < period)


def bill_sides(tenant: Tenant, subscription: Subscription, today: date) -> Document | None:
    """Invoice what is due beside the periods on the earliest such day; a nil draft leaves an event."""
    agreement, stand = subscription.terms, stand_of(subscription)
    if stand is None or subscription.side_due_on is None:
        return None
    parts = readings.read_meters(
        agreement, sides.due_parts(agreement, stand, subscription.side_due_on), subscription.read
    )
    put_stand(subscription, agreement, sides.moved(agreement, stand, parts))
    keep(subscription)
    return bill_parts(tenant, subscription, agreement, parts, today)


def close_sides(tenant: Tenant, subscription: Subscription, today: date) -> Document | None:
    """Invoice what is billed in arrears up to the day the subscription ends, its last days pro rata."""
    agreement, stand = subscription.terms, stand_of(subscription)
    if stand is None or subscription.cancel_on is None:
        return None
    parts = readings.read_meters(
        agreement, sides.closing_parts(agreement, stand, subscription.cancel_on), subscription.read
    )
    after = sides.moved(agreement, stand, parts)
    put_stand(subscription, agreement, after)
    issued = bill_parts(tenant, subscription, agreement, parts, today)
    if (owed := sides.overpaid(after)) > 0:
        keep_credit(CreditEntry(amount=owed, on=today, cause="usage corrected after it was billed"))
    return issued


def resume_sides(tenant: Tenant, subscription: Subscription, today: date) -> None:
    """Access returns: what passed while suspended is skipped, what was interrupted in arrears is billed now."""
    agreement, stand = subscription.terms, stand_of(subscription)
    if stand is None or not agreement.sides:
        return
    parts, stand = sides.resumed(agreement, stand, today)
    put_stand(subscription, agreement, stand)
    keep(subscription)
    bill_parts(tenant, subscription, agreement, parts, today)


def bill_parts(
    tenant: Tenant,
    subscription: Subscription,
    agreement: Agreement,
    parts: Sequence[Part],
    today: date,
    cause: str = "",
) -> Document | None:
    """Parts as an invoice of their own; none where there is nothing."""
    if not parts:
        return None
    return bill_lines(tenant, subscription, sides.lines_of(agreement, parts), span_of(parts), today, cause=cause)


def bill_lines(
    tenant: Tenant, subscription: Subscription, lines: Sequence[Line], span: Period, today: date, cause: str = ""
) -> Document | None:
    """Lines as an invoice under the subscription's payment terms."""
    draft = drafting.dated(subscription.terms, tuple(lines), today, span)
    return issue_draft(tenant, subscription, draft, cause=cause)


def lines_again(subscription: Subscription, document: Document) -> tuple[Line, ...]:
    """What a voided invoice billed beside the period, drafted anew: the same days, at today's quantity."""
    agreement, stand = subscription.terms, stand_of(subscription)
    if stand is None:
        return ()
    by_code = {charge.code: charge for charge in agreement.sides}
    parts = []
    measured = []
    for line in document.lines.all():
        charge = by_code.get(line.charge)
        if charge is None or line.kind == LineKind.ADDON:
            continue
        if line.kind in {LineKind.USAGE, LineKind.CORRECTION}:
            measured.append(_as_it_was(line))
            continue
        period = Period(line.period_from, line.period_to or line.period_from + sides.ONE_DAY)
        quantity = sides.quantity_of(agreement, charge, stand)
        parts.append(sides.part_again(agreement, charge, stand, period, quantity))
    return sides.in_order(agreement, (*sides.lines_of(agreement, parts), *measured))


def _as_it_was(line: DocumentLine) -> Line:
    """What was measured stays so: later reports of its days are corrections, which have lines of their own."""
    return Line(
        charge=line.charge,
        kind=line.kind,
        period=Period(line.period_from, line.period_to or line.period_from + sides.ONE_DAY),
        quantity=line.quantity,
        unit_price=line.unit_price,
        amount=line.amount,
        description=Text(id=line.description, en=line.description_en),
        explanation=line.explanation,
    )


def take_back(subscription: Subscription, document: Document) -> None:
    """A voided rise is not billed any more: the next one of its charges is measured from what is (X8, N8)."""
    agreement, stand = subscription.terms, stand_of(subscription)
    if stand is None:
        return
    by_code, progress = {charge.code: charge for charge in agreement.sides}, dict(stand.progress)
    for line in document.lines.filter(kind__in=[LineKind.RISE, LineKind.ADDON]):
        charge, held = by_code.get(line.charge), progress.get(line.charge)
        if charge is not None and held is not None and (charge.when is When.ONCE or line.period_to == held.to):
            progress[line.charge] = replace(held, quantity=max(sides.ZERO, held.quantity - line.quantity / charge.each))
    put_stand(subscription, agreement, replace(stand, progress=progress))


def keep_rises(subscription: Subscription, on: date) -> None:
    """What charges in a rhythm of their own were billed for after a rise; the caller saves it."""
    agreement, stand = subscription.terms, stand_of(subscription)
    if stand is not None and agreement.sides:
        put_stand(subscription, agreement, side_rises.risen(agreement, stand, stand.quantity, on))


def put_stand(subscription: Subscription, agreement: Agreement, stand: Stand) -> None:
    """Write how things stand onto the row, with the next day something is due; the caller saves it."""
    subscription.charged = write_progress(stand.progress)
    subscription.read = readings.unbilled(agreement, stand, subscription.read)
    subscription.side_due_on = sides.next_due(agreement, stand)


def forget_sides(subscription: Subscription) -> None:
    """Billing begins anew, or nothing is billed any more; what was paid once stays paid (C2). The caller saves it."""
    once = {item.code for item in subscription.terms.sides if item.when is When.ONCE and item.counts_the_tenant}
    subscription.charged = {code: held for code, held in subscription.charged.items() if code in once}
    subscription.side_due_on = None


def paid_before(agreement: Agreement, on: date) -> dict[str, dict[str, str]]:
    """Set-up fees that an earlier subscription of the tenant has paid, as progress to begin with (C2: once)."""
    once = [item.code for item in agreement.sides if item.when is When.ONCE and item.counts_the_tenant]
    if not once:
        return {}
    lines = DocumentLine.objects.filter(kind=LineKind.ONCE, charge__in=once, voided=False)
    paid = lines.values_list("charge", flat=True).distinct()
    return write_progress({code: Held(on) for code in paid})


def span_of(parts: Sequence[Part]) -> Period:
    """From the first day to the last of all parts."""
    return Period(min(part.period.start for part in parts), max(part.period.end for part in parts))
