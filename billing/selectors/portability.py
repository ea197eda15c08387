"""All of a tenant's own data, table by table, for the export that even a suspended tenant may take (X10)."""

from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Case, F, OuterRef, Subquery, Value, When
from django.db.models.functions import TruncDate

from billing.gateways.mandate_models import Debit, DebitOutcome, Mandate
from billing.models import Allocation, CreditEntry, Document, DocumentLine, Entry, Payment, QuantityReport, Subscription
from tenants.models import Membership, Tenant

Rows = Sequence[Mapping[str, Any]]


def tables_of(tenant: Tenant) -> dict[str, Rows]:
    """Invoices, other papers, lines, payments, allocations, credit, journal, quantities, subscriptions, members, mandates: a
    query each.

    Left out: access tokens, the gateway's names of cards and accounts, and file paths, which are keys and not data.
    """
    return {
        "tenant": [_tenant(tenant)],
        "subscriptions": _subscriptions(),
        "invoices": list(
            Document.papers.order_by("issued_on", "number").values(
                "id",
                "kind",
                "number",
                "status",
                "issued_on",
                "due_on",
                "period_from",
                "period_to",
                "subtotal",
                "tax",
                "total",
                "paid",
                "credited",
                "parent__number",
                "paid_on",
                "voided_on",
                "void_reason",
                "note",
                "issuer",
                "customer",
            )
        ),
        "invoice_lines": list(
            DocumentLine.objects.order_by("document__issued_on", "document__number", "position").values(
                "document__number",
                "position",
                "description",
                "description_en",
                "quantity",
                "unit_price",
                "amount",
                "tax",
                "period_from",
                "period_to",
                "explanation",
            )
        ),
        "payments": list(
            Payment.objects.order_by("created_at", "pk").values(
                "id", "received_on", "amount", "channel", "method", "reference", "note", "recorded_by"
            )
        ),
        "allocations": list(
            Allocation.objects.order_by("created_at", "pk").values("document__number", "payment_id", "amount", "on")
        ),
        "credit": list(
            CreditEntry.objects.order_by("created_at", "pk").values("on", "amount", "cause", "document__number")
        ),
        "journal": list(
            Entry.objects.order_by("on", "created_at", "pk").values(
                "on", "fact", "debit", "credit", "amount", "document__number", "payment_id"
            )
        ),
        "quantities": list(
            QuantityReport.objects.order_by("created_at", "pk").values(
                "measure", "on", "previous", "quantity", "outcome", "document_number", "source", "reported_by"
            )
        ),
        "members": list(
            Membership.objects.filter(tenant=tenant)
            .order_by("created_at", "pk")
            .values("user__email", "user__first_name", "role", "created_at")
        ),
        "mandates": _mandates(tenant),
    }


def _subscriptions() -> Rows:
    columns = ("id", "plan_code", "book_code", "status", "quantity", "addons", "signed_up_on", "trial_ends_on")
    more = (
        "period_from",
        "period_to",
        "cancel_on",
        "paused_on",
        "paused_until",
        "ended_on",
        "agreement",
        "scheduled_change",
    )
    rows = Subscription.objects.order_by("created_at", "pk").values(*columns, *more)
    # The column gives a value of the rules; whoever takes the data away reads JSON.
    return [row | {"agreement": row["agreement"].model_dump(mode="json", by_alias=True)} for row in rows]


def _mandates(tenant: Tenant) -> Rows:
    """Consents to auto-debit, each with what became of its last charge; days are the tenant's own."""
    zone = ZoneInfo(tenant.timezone)
    result = Case(When(outcome=DebitOutcome.IN_FLIGHT, then=Value("in_flight")), default=F("outcome"))
    last = Debit.objects.filter(mandate=OuterRef("pk")).annotate(result=result).order_by("-on", "-sent_at", "-pk")
    given = {"agreed_on": TruncDate("agreed_at", tzinfo=zone), "ended_on": TruncDate("ended_at", tzinfo=zone)}
    charged = {
        f"last_{name}": Subquery(last.values(name)[:1]) for name in ("on", "number", "amount", "result", "reason")
    }
    consent = ("method", "hint", "state", "agreed_on", "agreed_name", "text_version", "limit", "good_until")
    ended = ("ended_on", "ended_by", "reason")
    found = Mandate.objects.filter(tenant=tenant).annotate(**given, **charged).order_by("agreed_at", "pk")
    return list(found.values(*consent, *ended, *charged))


def _tenant(tenant: Tenant) -> Mapping[str, Any]:
    names = ("name", "product_code", "timezone", "contact_name", "contact_email", "contact_phone", "address", "npwp")
    return {name: getattr(tenant, name) for name in names} | {"registration": tenant.registration}
