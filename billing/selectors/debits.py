"""Auto-debit of a tenant: the mandate, what will be charged when, what was charged, and whether a charge is in flight."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from billing.gateways.mandate_models import OPEN_MANDATES, Debit, DebitOutcome, Mandate, MandateState
from billing.models import Document, DocumentKind
from billing.rules.debiting import Charging, Tried, announce_on, charge_on
from billing.selectors.accounts import open_documents
from plans.rules.catalogue import AutoDebit
from plans.selectors.catalogue import product_of
from tenants.models import Event, Tenant
from tenants.rows import current_visit, remembered

SHOWN = 50


def open_mandate(tenant: Tenant) -> Mandate | None:
    """The consent that holds, or waits for the gateway; there is at most one."""
    return Mandate.objects.filter(tenant=tenant, state__in=OPEN_MANDATES).first()


def active_mandate(tenant: Tenant) -> Mandate | None:
    """The consent on which may be charged."""
    return Mandate.objects.filter(tenant=tenant, state=MandateState.ACTIVE).first()


def rules_of(tenant: Tenant) -> AutoDebit | None:
    """The product's rules; None where it is not offered."""
    return product_of(tenant.product_code).auto_debit


def debits_of(tenant: Tenant) -> list[Debit]:
    """The latest charges, newest first."""
    found = Debit.objects.filter(tenant=tenant).select_related("mandate", "checkout")
    return list(found.order_by("-on", "-sent_at", "-pk")[:SHOWN])


def announcement_key(mandate: Mandate, number: str) -> str:
    """The key of the event by which a charge is announced, once for a document on a mandate."""
    return f"debit.announced:{number}:{mandate.pk}"


def charging_of(mandate: Mandate, document: Document) -> Charging:
    """What the rule has to know of an invoice."""
    key = announcement_key(mandate, document.number)
    told = Event.objects.filter(tenant=mandate.tenant_id, key=key).values_list("occurred_on", flat=True).first()
    made = mandate.debits.filter(document_id=document.pk).exclude(outcome=DebitOutcome.IN_FLIGHT).order_by("on", "pk")
    tried = [Tried(one.on, one.outcome == DebitOutcome.HARD) for one in made]
    return Charging(document.due_on, told, tried)


def open_invoices() -> list[Document]:
    """What is charged: late fees go with their invoice."""
    return [document for document in open_documents() if document.kind == DocumentKind.INVOICE]


@dataclass(frozen=True, slots=True)
class Planned:
    """An open invoice on the page: `on` is the day of the (next) charge, None where it is to be paid by hand; `is_sure` once it
    has been announced; `in_flight` while the gateway has it."""

    document: Document
    on: date | None
    is_sure: bool
    in_flight: bool
    over_limit: bool


def planned_debits(mandate: Mandate, rules: AutoDebit, today: date) -> list[Planned]:
    """What will be charged when, by the rule of the job itself. The caller is inside the tenant."""
    flying = set(mandate.debits.filter(outcome=DebitOutcome.IN_FLIGHT).values_list("document_id", flat=True))
    return [_planned(mandate, rules, document, flying, today) for document in open_invoices()]


def _planned(mandate: Mandate, rules: AutoDebit, document: Document, flying: set[UUID], today: date) -> Planned:
    case = charging_of(mandate, document)
    sure = case.announced_on is not None
    if not sure:
        case = Charging(case.due_on, max(announce_on(rules, document.due_on), today), case.tried)
    on = charge_on(rules, case)
    over = document.outstanding > mandate.limit
    return Planned(document, None if over else on, sure, document.pk in flying, over)


def is_charging(tenant: Tenant) -> bool:
    """Whether the gateway has a charge whose outcome nobody knows yet; asked once for the tenants of a batch."""
    visit = current_visit()
    visited: Sequence[UUID] = visit.batch.tenants if visit is not None else (tenant.pk,)

    def asked() -> frozenset[UUID]:
        flying = Debit.objects.filter(outcome=DebitOutcome.IN_FLIGHT, tenant__in=visited)
        return frozenset(flying.values_list("tenant_id", flat=True))

    return tenant.pk in remembered(("charging",), asked)
