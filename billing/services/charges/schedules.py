"""Billing what was bought in parts: instalments on their days (N3), milestones when staff say so (N14)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import uuid4

from django.utils.translation import gettext as _

from billing.errors import WrongState
from billing.models import Document, DocumentKind, Subscription
from billing.rules.drafting import Draft
from billing.rules.lifecycle import Status
from billing.rules.schedules import (
    Scheduled,
    by_milestones,
    draft_part,
    read_schedule,
    without_leaving,
    write_schedule,
)
from billing.selectors.accounts import living_subscription
from billing.selectors.shop import item_of, sold_to
from billing.services.documents.invoicing import Dates, issue_document
from billing.services.standing import record, refresh
from plans.rules.rating import rate
from tenants.context import writing
from tenants.errors import DomainError
from tenants.models import Tenant
from tenants.rows import keep
from tenants.services.steering import check_reason

LARGEST = 1_000_000_000_000


@dataclass(frozen=True, slots=True)
class Signed:
    """A contract by milestones: which item, for how many rupiah (None: its list price), and why staff enter it."""

    item: str
    total: int | None
    reason: str


def schedule_key() -> str:
    """A name for what belongs together."""
    return uuid4().hex[:12]


def add_parts(subscription: Subscription, parts: Sequence[Scheduled]) -> None:
    """Keep parts to be billed later; the caller saves the subscription."""
    subscription.schedule = write_schedule((*read_schedule(subscription.schedule), *parts))


def sign_contract(*, tenant: Tenant, signed: Signed, today: date) -> tuple[Scheduled, ...]:
    """Agree on a contract that is billed by milestones (N14); nothing is invoiced before the first is reached.

    Names, shares and payment terms are frozen. Writes `contract.signed`. A `DomainError` names the field.
    """
    cause = check_reason(signed.reason)
    with writing(tenant) as locked:
        subscription, catalogue = living_subscription(), sold_to(locked)
        item = item_of(catalogue, signed.item)
        if not item.milestones:
            raise DomainError(_("Ini tidak dijual dengan termin."), field="item", code="no_milestones")
        total = rate(item.price(), item.quantity.from_).amount if signed.total is None else signed.total
        if not 1 <= total <= LARGEST:
            raise DomainError(_("Isi nilai kontrak yang masuk akal."), field="total", code="total_out_of_bounds")
        terms = next(found for found in catalogue.terms if found.code == item.terms)
        parts = by_milestones(item, total, terms, schedule_key())
        _refuse_nothing(parts)
        add_parts(subscription, parts)
        facts: dict[str, Any] = {"item": item.code, "amount": total, "parts": [part.amount for part in parts]}
        record(locked, subscription, "contract.signed", today, cause=cause, **facts)
        refresh(locked, subscription, today)
    return parts


def _refuse_nothing(parts: Sequence[Scheduled]) -> None:
    """A milestone that would cost nothing cannot be invoiced: of 1 rupiah 30 % are none."""
    for part in parts:
        if part.amount == 0:
            said = _("Termin %(part)d menjadi Rp 0. Isi nilai kontrak yang lebih besar.") % {"part": part.part}
            raise DomainError(said, field="total", code="milestone_of_nothing")


def reach_milestone(*, tenant: Tenant, milestone: str, reason: str, today: date) -> Document | None:
    """Say that a milestone of a contract is reached: its invoice is issued (N14). `milestone` is "<key>:<code>", or the code
    where one contract alone has it. Raises `WrongState` for one that is billed already. None where it costs nothing."""
    cause = check_reason(reason)
    with writing(tenant) as locked:
        subscription = living_subscription()
        if subscription.status == Status.SUSPENDED:
            raise WrongState(_("Bayar dahulu tagihan yang lewat jatuh tempo."), code="pay_first")
        waiting = [part for part in read_schedule(subscription.schedule) if part.milestone]
        found = [part for part in waiting if milestone in {part.milestone, f"{part.key}:{part.milestone}"}]
        if len(found) != 1:
            said = _("Termin ini tidak sedang ditunggu.") if not found else _("Ada beberapa termin dengan kode ini.")
            raise WrongState(said, field="milestone", code="milestone_not_open")
        said_of: dict[str, Any] = {"item": found[0].item, "milestone": found[0].milestone, "part": found[0].part}
        record(locked, subscription, "milestone.reached", today, cause=cause, **said_of)
        document = _bill(locked, subscription, found[0], today, cause)
        refresh(locked, subscription, today)
    return document


def bill_due_parts(tenant: Tenant, subscription: Subscription, today: date) -> bool:
    """Invoice the instalments that are due by today, in order; False where none is. The caller holds the tenant's lock."""
    due = [part for part in read_schedule(subscription.schedule) if part.on is not None and part.on <= today]
    for part in sorted(due, key=lambda part: (part.on or today, part.key, part.part)):
        _bill(tenant, subscription, part, today, "")
    return bool(due)


def close_schedule(tenant: Tenant, subscription: Subscription, today: date) -> None:
    """The subscription ends: instalments of what was bought are owed and invoiced now, milestones not reached are let go. Who
    is suspended pays no fee for leaving: nobody is charged one then."""
    if subscription.status == Status.SUSPENDED:
        drop_exit_fee(subscription)
    for part in read_schedule(subscription.schedule):
        if part.on is not None:
            _bill(tenant, subscription, part, today, "")
    subscription.schedule = None


def drop_exit_fee(subscription: Subscription) -> None:
    """Nobody leaves any more, or not for a fee. The caller saves the subscription."""
    subscription.schedule = write_schedule(without_leaving(read_schedule(subscription.schedule)))


def drop_parts(subscription: Subscription, key: str) -> None:
    """The purchase was taken back: what is still to be billed of it is not. The caller saves the subscription."""
    left = [part for part in read_schedule(subscription.schedule) if part.key != key]
    subscription.schedule = write_schedule(left)


def _bill(tenant: Tenant, subscription: Subscription, part: Scheduled, today: date, cause: str) -> Document | None:
    """Issue a part's invoice and take it off the schedule, in one transaction. As of any purchase: it belongs to no term of the
    subscription and costs no fee. A part that rounds to nothing leaves an event, as any draft of zero."""
    draft: Draft = draft_part(part, today)
    left = [other for other in read_schedule(subscription.schedule) if (other.key, other.part) != (part.key, part.part)]
    subscription.schedule = write_schedule(left)
    keep(subscription)
    if draft.total == 0:
        span = {"from": draft.period.start.isoformat(), "to": draft.period.end.isoformat()}
        record(tenant, subscription, "invoice.skipped", today, cause=cause, amount=0, period=span)
        return None
    dates = Dates(issued_on=today, due_on=draft.due_on, suspend_on=draft.suspend_on)
    return issue_document(tenant, subscription, DocumentKind.INVOICE, draft.lines, dates, cause=cause)
