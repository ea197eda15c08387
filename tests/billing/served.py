"""Every day of service, and whether somebody was asked for it: what a life's papers and its history say, day by day.

Two independent tellers are compared. The history says on which days a customer was served for money; the lines of the
invoices say which days were billed. What is served and not billed is a day given away by mistake.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Min

from billing.models import Document, DocumentKind, DocumentLine, LineKind, QuantityReport, Subscription
from billing.rules.lifecycle import BILLED, Status
from billing.rules.progress import read_progress
from tenants.context import inside
from tenants.models import Event, Tenant

ONE_DAY = timedelta(days=1)
BEGINS = frozenset({"subscription.renewed", "subscription.activated", "subscription.changed"})
Days = set[date]


def days(begins: date, ends: date) -> Days:
    """[begins, ends) as days."""
    return {begins + timedelta(days=at) for at in range((ends - begins).days)}


@dataclass(frozen=True)
class Told:
    """The latest subscription of a tenant, its events in order, the invoices that may close access, and the days on which
    what was billed ran out."""

    tenant: Tenant
    subscription: Subscription
    events: tuple[Event, ...]
    closing: tuple[Document, ...]
    ends: tuple[date, ...]

    @property
    def history(self) -> str:
        """For whom a law is broken: day, event and status after it, line by line."""
        return "\n".join(f"{event.occurred_on} {event.name} {event.data.get('status', '')}" for event in self.events)


def told_of(tenant: Tenant) -> Told:
    """What is known of the agreement that runs, or ran last."""
    with inside(tenant):
        latest = Subscription.objects.order_by("-created_at").first()
        closing = tuple(Document.objects.filter(kind=DocumentKind.INVOICE, suspend_on__isnull=False))
        assert latest is not None
        lines = DocumentLine.objects.filter(subscription_key=latest.pk, kind=LineKind.PERIOD)
        ran_out = tuple(day for day in lines.values_list("period_to", flat=True) if day is not None)
    events = tuple(Event.objects.filter(tenant=tenant).order_by("id"))
    ends = [at + 1 for at, event in enumerate(events) if event.name == "subscription.cancelled"]
    earlier = ends[:-1] if latest.ended_on is not None else ends
    return Told(tenant, latest, events[earlier[-1] if earlier else 0 :], closing, ran_out)


def billed_days(told: Told, *, beside: Collection[str] = (), charge: str = "") -> Days:
    """The days that the lines of a charge are for, or of all but those beside the periods.

    Voided ones count: staff gave these days away. Periods that cost nothing have an event instead of an invoice.
    """
    kinds = [LineKind.ADDON, LineKind.PERIOD] if charge else [LineKind.PERIOD]
    with inside(told.tenant):
        lines = DocumentLine.objects.filter(subscription_key=told.subscription.pk, kind__in=kinds)
        lines = lines.filter(charge=charge) if charge else lines.exclude(charge__in=beside)
        found = [(begins, ends) for begins, ends in lines.values_list("period_from", "period_to") if ends is not None]
    if not charge:
        found += _free_periods(told.events)
    return set().union(*(days(begins, ends) for begins, ends in found))


def _free_periods(events: Iterable[Event]) -> list[tuple[date, date]]:
    """Periods that began and cost nothing; with nil usage nothing begins."""
    before, found = "", []
    for event in events:
        if event.name == "invoice.skipped" and before in BEGINS:
            span = event.data["period"]
            found.append((date.fromisoformat(span["from"]), date.fromisoformat(span["to"])))
        before = event.name
    return found


def served_days(told: Told, today: date) -> Days:
    """The days up to today on which the customer was served for money, less those that the jobs still have to bill."""
    due, begun = told.tenant.billing_due_on, told.subscription.signed_up_on
    ends = today + ONE_DAY if due is None else min(today + ONE_DAY, due)
    return days(begun, ends) - _shut_days(told, today + ONE_DAY)


@dataclass(frozen=True)
class Metered:
    """What a meter read since billing began, less what still waits for its invoice; and what was billed for it, in rupiah.

    Corrections that wait count as billed: they are known. `roundings` is how often a part was rounded to the rupiah.
    """

    read: Decimal
    billed: int
    roundings: int


def metered(told: Told, meter: str, charge: str) -> Metered | None:
    """Both sides of a meter; None before billing began, and where staff have voided what was measured."""
    with inside(told.tenant):
        lines = DocumentLine.objects.filter(subscription_key=told.subscription.pk)
        begun = lines.filter(kind=LineKind.PERIOD).aggregate(first=Min("period_from"))["first"]
        of_meter = lines.filter(charge=charge, kind__in=[LineKind.USAGE, LineKind.CORRECTION])
        reports = list(QuantityReport.objects.filter(subscription=told.subscription, measure=meter))
        found = list(of_meter.values_list("amount", "voided"))
    if begun is None or any(voided for _, voided in found):
        return None
    waiting = sum((Decimal(item) for item in told.subscription.read.get(meter, {}).values()), Decimal(0))
    held = read_progress(told.subscription.charged).get(charge)
    fixes = held.fixes if held is not None else ()
    read = sum((item.quantity - item.previous for item in reports if item.on >= begun), Decimal(0)) - waiting
    billed = sum(amount for amount, _ in found) + sum(fix.amount for fix in fixes)
    return Metered(read, billed, len(reports) + len(found))


def held_days(told: Told, addon: str, today: date) -> Days:
    """The days on which an add-on was held: from the day it was taken until the day it was given back."""
    found, since = Days(), None
    for event in told.events:
        if event.data.get("addon") == addon:
            holds = event.data["held"] != "0"
            if since is not None and not holds:
                found |= days(since, event.occurred_on)
            since = (since or event.occurred_on) if holds else None
    return found if since is None else found | days(since, today + ONE_DAY)


def _shut_days(told: Told, ends: date) -> Days:
    """The days on which nothing was to be paid for: trials, free plans, suspensions, pauses, and what comes after the end."""
    shut, trial, opens = Days(), None, None
    closed: date | None = told.subscription.signed_up_on
    for event in told.events:
        if event.name == "trial.started":
            trial = date.fromisoformat(event.data["trial_ends"])
        elif event.name == "trial.ended":
            # Billing begins on the trial's last day, however late the job was.
            opens, trial = trial if event.data["outcome"] == "paid" else None, None
        serves = trial is None and event.data.get("status") in BILLED
        if serves and closed is not None:
            shut |= days(closed, opens or event.occurred_on)
            closed = opens = None
        elif not serves and closed is None:
            closed = _closed_from(told, event)
    return shut if closed is None else shut | days(closed, ends)


def _closed_from(told: Told, event: Event) -> date:
    """The day from which it ought to have been so; jobs that slept wrote it later.

    Suspended: the first day on which an invoice that was still open closes access. Ended: the day it was cancelled for.
    Free: since the end of what was billed, for that runs out, and a term with nothing paid is free from its first day (X9).
    """
    on, status = event.occurred_on, event.data["status"]
    if status == Status.SUSPENDED:
        return min([on, *(paper.suspend_on for paper in told.closing if paper.suspend_on and _open_on(paper, on))])
    if status == Status.ENDED:
        return min(on, told.subscription.cancel_on or on)
    return max([day for day in told.ends if day <= on], default=on) if status == Status.FREE else on


def _open_on(paper: Document, on: date) -> bool:
    settled = [day for day in (paper.paid_on, paper.voided_on) if day is not None]
    return paper.issued_on <= on and all(day >= on for day in settled)
