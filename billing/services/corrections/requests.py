"""Papers that staff ask for: made at once up to a limit, and above it once another agrees or not at all.

Lock order everywhere: the tenant's row, then the request's.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, TypeVar

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from billing.gateways.models import PaperRequest, PaperRequestState
from billing.models import Document
from billing.rules.refunds import needs_second_person
from plans.rules.money import format_rupiah
from tenants.context import local_today, writing
from tenants.errors import Conflict
from tenants.models import Tenant, User
from tenants.services.steering import check_reason

Asked = TypeVar("Asked", bound=PaperRequest)


@dataclass(frozen=True, slots=True)
class PaperKind(Generic[Asked]):
    """What sets one kind of paper apart.

    `limit` names the setting, rupiah. `would_take` is what the paper would take now, rupiah; `make` writes it, dated a day.
    `overtaken` says what is left now, not what was asked for (%(left)s, %(asked)s).
    """

    model: type[Asked]
    limit: str
    refused: type[Conflict]
    same_person: Promise
    overtaken: Promise
    would_take: Callable[[Asked], int]
    make: Callable[[Asked, date], Document]

    def is_large(self, counted: int) -> bool:
        """Whether so much, rupiah, needs another member of staff."""
        return needs_second_person(counted, getattr(settings, self.limit))


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks for a paper about which document, why and when."""

    tenant: Tenant
    document: Document
    reason: str
    staff: User
    now: datetime


def waiting_request(kind: PaperKind[Asked], document: Document) -> Asked | None:
    """The request that waits for another about this document: there is one at most."""
    return kind.model._default_manager.filter(document_id=document.pk, state=PaperRequestState.REQUESTED).first()


def keep_request(kind: PaperKind[Asked], asking: Asking, *, amount: int, counted: int, **terms: Any) -> Asked:
    """Write down what is asked for, under the tenant's lock; where `counted` is within the limit the paper is made at once.

    `amount` is what the paper takes, `counted` what is held against the limit, rupiah; `terms` are the kind's own columns.
    """
    asked = kind.model(
        tenant=asking.tenant,
        document_id=asking.document.pk,
        number=asking.document.number,
        amount=amount,
        reason=asking.reason[:300],
        needs_second=kind.is_large(counted),
        requested_by=asking.staff,
        requested_at=asking.now,
        **terms,
    )
    if not asked.needs_second:
        _make(kind, asked, asking.now)
    asked.save(force_insert=True)
    return asked


def approve_request(kind: PaperKind[Asked], asked: Asked, staff: User, now: datetime) -> Asked:
    """A second person agrees, and the paper is made in the same transaction; whoever asked cannot (the database refuses it,
    too). Repeating it changes nothing.

    Refused, as the kind says it, where more would be taken now than was asked for, or nothing.
    """
    with _locked(kind, asked) as current:
        if current.state == PaperRequestState.DONE:
            return current
        _require_waiting(kind, current)
        if current.requested_by_id == staff.pk:
            raise kind.refused(str(kind.same_person), code="same_person")
        now_taken = kind.would_take(current)
        if not 0 < now_taken <= current.amount:
            facts = {"left": format_rupiah(now_taken), "asked": format_rupiah(current.amount)}
            raise kind.refused(str(kind.overtaken) % facts, code="amount_changed")
        current.approved_by, current.approved_at = staff, now
        _make(kind, current, now)
        current.save()
    return current


def reject_request(kind: PaperKind[Asked], asked: Asked, reason: str, staff: User, now: datetime) -> Asked:
    """The document stays as it is, with the reason. Repeating it changes nothing."""
    cause = check_reason(reason)
    with _locked(kind, asked) as current:
        if current.state == PaperRequestState.REJECTED:
            return current
        _require_waiting(kind, current)
        current.state, current.decision = PaperRequestState.REJECTED, cause[:300]
        current.rejected_by, current.decided_at = staff, now
        current.save()
    return current


def _make(kind: PaperKind[Asked], asked: Asked, now: datetime) -> None:
    note = kind.make(asked, local_today(asked.tenant, now))
    asked.state, asked.decided_at, asked.note, asked.amount = PaperRequestState.DONE, now, note.number, note.total


@contextmanager
def _locked(kind: PaperKind[Asked], asked: Asked) -> Iterator[Asked]:
    """The tenant's lock, then the request's row."""
    with writing(asked.tenant) as tenant:
        current = kind.model._default_manager.select_for_update(of=("self",)).get(pk=asked.pk)
        current.tenant = tenant
        yield current


def _require_waiting(kind: PaperKind[Asked], asked: Asked) -> None:
    if asked.state != PaperRequestState.REQUESTED:
        state = asked.get_state_display()
        raise kind.refused(_("Permintaan ini sudah diputuskan (%(state)s).") % {"state": state}, code="decided")
