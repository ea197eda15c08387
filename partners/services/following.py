"""Commissions and rewards follow from the events that referred customers leave: no tenant's schema is opened.

What ought to be posted by now is computed from all invoices, and what was posted is taken off: a payment adds, a reversal, a
refund, a chargeback, a void or a credit note takes back, and following the same events twice adds nothing.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

import structlog
from django.db import transaction
from django.db.models import F, OuterRef, Q, Subquery, Sum

from partners.models import Commission, PartnerAgreement, Referral
from partners.rules.shares import Bill, Customer, base_of, bill_of, formula, share_of, stored_bill
from partners.services.rewards import earn, lose
from plans.rules.referrals import PartnerTerms
from tenants.models import Event, Tenant

TAKEN_BACK = ("payment.reversed", "payment.refunded")  # both name the invoices that are open again
FOLLOWED = ("invoice.issued", "invoice.paid", "invoice.voided", *TAKEN_BACK, "credit_note.issued")
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Entry:
    """What a partner gets a share of (`base`, rupiah or people placed) and why; an entry is written once by its `key`."""

    base: int
    key: str
    on: date
    cause: str
    invoice: str = ""
    tenant: Tenant | None = None


def follow_events(*, since: datetime | None = None) -> int:
    """Follow referred customers with news; returns how many events. Safe to repeat and to run twice at once.

    With `since`, those with an event recorded at or after that instant: that reads the events of these hours alone, where all
    means a look at each referred customer. An older one that was not followed waits for a run without it. A customer whose
    events cannot be followed is logged and holds nobody else up.
    """
    found = _with_news() if since is None else _with_news_since(since)
    return sum(_follow_or_log(pk) for pk in sorted(found))


def _follow_or_log(referral_id: int) -> int:
    try:
        return follow(referral_id=referral_id)
    except Exception:
        log.exception("referral_not_followed", referral=referral_id)
        return 0


def _with_news() -> Iterable[int]:
    """One look at the index of events for each referral, never at all the events."""
    told = Event.objects.filter(tenant=OuterRef("tenant"), name__in=FOLLOWED).order_by("-id")
    latest = Subquery(told.values("id")[:1])
    return Referral.objects.filter(seen_event__lt=latest).order_by().values_list("pk", flat=True)


def _with_news_since(since: datetime) -> Iterable[int]:
    """Numbers of events rise with time: from the end of the table back to the last one before that instant."""
    before = Event.objects.filter(recorded_at__lt=since).order_by("-id").values_list("id", flat=True).first()
    news = Event.objects.filter(id__gt=before or 0, name__in=FOLLOWED).filter(id__gt=F("tenant__referral__seen_event"))
    return news.order_by().values_list("tenant__referral", flat=True).distinct()


def follow(*, referral_id: int) -> int:
    """The events of one referred customer, in order, each once: its row is locked and remembers the last."""
    with transaction.atomic():
        referral = Referral.objects.select_for_update(of=("self",)).select_related("tenant").get(pk=referral_id)
        news = Event.objects.filter(tenant=referral.tenant, name__in=FOLLOWED, id__gt=referral.seen_event)
        events = list(news.order_by("id"))
        for event in events:
            bills = _after(_bills(referral), event)
            _keep(referral, bills, event)
            if referral.partner_id is not None:
                _post(referral, bills, event)
            referral.seen_event = event.pk
        if events:
            referral.save()
    return len(events)


def _after(bills: Mapping[str, Bill], event: Event) -> dict[str, Bill]:
    """The invoices as they stand after an event."""
    data, found = event.data, dict(bills)
    number = str(data.get("invoice", ""))
    if event.name == "invoice.issued":
        lines = {str(line.get("charge", "")): int(line["amount"]) for line in data.get("lines", ())}
        tax = sum(int(line.get("tax", 0)) for line in data.get("lines", ()))
        found[number] = Bill(number, event.occurred_on, int(data["amount"]), lines=lines, tax=tax)
    elif event.name in TAKEN_BACK:
        for opened in data.get("invoices", ()):
            if opened in found:
                found[opened] = _changed(found[opened], paid=False)
    elif number in found:
        bill = found[number]
        found[number] = {
            "invoice.paid": lambda: _changed(bill, paid=True),
            "invoice.voided": lambda: _changed(bill, paid=False),
            "credit_note.issued": lambda: _changed(bill, credited=bill.credited + int(data["amount"])),
        }[event.name]()
    return found


def _changed(bill: Bill, *, paid: bool | None = None, credited: int | None = None) -> Bill:
    return replace(
        bill,
        paid=bill.paid if paid is None else paid,
        credited=bill.credited if credited is None else credited,
    )


def _keep(referral: Referral, bills: Mapping[str, Bill], event: Event) -> None:
    """Remember the invoices, and which was paid first; with the first payment rewards are earned, with its reversal lost."""
    referral.bills = {bill.number: stored_bill(bill) for bill in bills.values()}
    paid = [bill.number for bill in bills.values() if bill.collected]
    if referral.first_paid in paid:
        return
    had = bool(referral.first_paid)
    referral.first_paid = paid[0] if paid else ""
    if paid and not had:
        referral.first_paid_on = event.occurred_on
        earn(referral=referral, on=event.occurred_on)
    elif not paid and had:
        lose(referral=referral)
        referral.first_paid_on = None


def _post(referral: Referral, bills: Mapping[str, Bill], event: Event) -> None:
    first_on = min((bill.issued_on for bill in bills.values()), default=event.occurred_on)
    customer = Customer(first_on, referral.first_paid)
    for agreement in _agreements(referral):
        terms = PartnerTerms.model_validate(agreement.terms)
        mine = Commission.objects.filter(agreement=agreement, tenant=referral.tenant)
        posted = dict(mine.order_by().values_list("invoice").annotate(base=Sum("base")))
        for bill in bills.values():
            missing = base_of(terms, bill, customer) - posted.get(bill.number, 0)
            if missing:
                key, cause = f"{event.pk}:{bill.number}", f"{event.name} {bill.number}"
                entry = Entry(missing, key, event.occurred_on, cause, bill.number, referral.tenant)
                post(agreement=agreement, terms=terms, entry=entry)


def _agreements(referral: Referral) -> list[PartnerAgreement]:
    """Those that hold for who signed up on that day; locked, because a tier looks at all that was collected before."""
    holds = Q(until__isnull=True) | Q(until__gte=referral.referred_on)
    mine = PartnerAgreement.objects.filter(
        holds, partner=referral.partner, product_code=referral.tenant.product_code, from_on__lte=referral.referred_on
    )
    return list(mine.select_for_update(of=("self",)).order_by("pk"))


def post(*, agreement: PartnerAgreement, terms: PartnerTerms, entry: Entry) -> Commission:
    """Write one entry, so that all of them are the share of all that was collected; the caller holds the agreement's lock."""
    sums = Commission.objects.filter(agreement=agreement).aggregate(base=Sum("base"), amount=Sum("amount"))
    amount = share_of(terms, (sums["base"] or 0) + entry.base) - (sums["amount"] or 0)
    written, _made = Commission.objects.get_or_create(
        agreement=agreement,
        key=entry.key[:120],
        defaults={
            "partner_id": agreement.partner_id,
            "tenant": entry.tenant,
            "invoice": entry.invoice,
            "on": entry.on,
            "base": entry.base,
            "amount": amount,
            "formula": formula(terms, entry.base, amount)[:200],
            "cause": entry.cause[:200],
        },
    )
    return written


def _bills(referral: Referral) -> dict[str, Bill]:
    return {number: bill_of(number, kept) for number, kept in referral.bills.items()}
