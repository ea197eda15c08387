"""Everything one page shows of a tenant, read from its schema and the public tables in one place."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from billing.documents.explain import explain, format_price
from billing.documents.numbers import number
from billing.gateways.models import BankTransfer, Checkout, Mandate
from billing.models import (
    Allocation,
    CreditEntry,
    Document,
    DocumentKind,
    DocumentStatus,
    Payment,
    QuantityReport,
    Subscription,
)
from billing.rules.drafting import Draft
from billing.rules.dunning import ONE_DAY
from billing.selectors.credit_notes import credit_notes_of
from billing.selectors.debits import debits_of
from billing.selectors.documents import badge_of
from billing.selectors.overview import Account, account_on
from billing.selectors.scheduled import scheduled_change
from billing.templatetags.langganan import rupiah, tanggal
from billing.views.debit_words import attempt_row
from billing.views.milestones import milestones
from billing.views.wording import OUTCOMES, counted, offer_rows, per_interval, reasons, said
from notifications.models import Message
from plans.rules.money import format_rupiah
from tenants.context import inside
from tenants.models import Invitation, ParkedJob, StaffTask, Tenant

ROWS = 20


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """A document of the tenant with its lines, opened on the page."""

    document: Document
    state: str
    lines: list[dict[str, Any]]
    is_invoice: bool
    is_open: bool
    notes: list[Document]


def money_of(tenant: Tenant, today: date) -> dict[str, Any]:
    """What the tenant's own schema says; nothing for a tenant that has none yet."""
    if tenant.provisioning != Tenant.ProvisioningState.READY:
        return {}
    with inside(tenant):
        account = account_on(today)
        if account is None:
            return {}
        return {
            "account": account,
            "milestones": milestones(account),
            "agreement_rows": _agreement_rows(account),
            "price_rows": reasons(account.price.lines)[0],
            "price": _price(account.price, account),
            "documents": _documents(today),
            "payments": list(
                Payment.objects.prefetch_related("allocations__document").order_by("-created_at", "-pk")[:ROWS]
            ),
            "credit_used": list(
                Allocation.objects.filter(payment__isnull=True)
                .select_related("document")
                .order_by("-created_at", "-pk")[:ROWS]
            ),
            "credit_entries": list(CreditEntry.objects.order_by("-created_at", "-pk")[:ROWS]),
            "reports": _reports(),
            "messages_sent": list(Message.objects.order_by("-created_at", "-pk")[:ROWS]),
        }


def people_of(tenant: Tenant) -> dict[str, Any]:
    """Members, invitations, keys, attempts to pay, auto-debit, transfers, tasks and jobs, from the public tables."""
    return {
        "members": list(tenant.memberships.select_related("user").order_by("role", "user__email")),
        "invitations": list(
            Invitation.objects.filter(tenant=tenant, accepted_at__isnull=True, revoked_at__isnull=True).order_by(
                "email"
            )
        ),
        "keys": list(tenant.api_keys.order_by("-created_at", "-pk")[:ROWS]),
        "checkouts": list(
            Checkout.objects.filter(items__tenant=tenant)
            .distinct()
            .prefetch_related("items")
            .order_by("-created_at", "-pk")[:ROWS]
        ),
        **_auto_debit(tenant),
        "transfers": list(BankTransfer.objects.filter(tenant=tenant).order_by("-created_at", "-pk")[:ROWS]),
        "parked": list(ParkedJob.objects.filter(tenant=tenant).order_by("parked_at", "pk")),
        "tasks": list(StaffTask.objects.filter(tenant=tenant).order_by("done_at", "due_on", "pk")[:ROWS]),
    }


def _auto_debit(tenant: Tenant) -> dict[str, Any]:
    """Consents and charges; who never agreed was never charged."""
    mandates = list(Mandate.objects.filter(tenant=tenant).order_by("-agreed_at", "-pk")[:ROWS])
    return {"mandates": mandates, "debits": [attempt_row(debit) for debit in debits_of(tenant)] if mandates else []}


def _price(draft: Draft, account: Account) -> str:
    return f"{format_rupiah(draft.total)} {per_interval(account.agreement)}" if draft.total else _("Gratis")


def _agreement_rows(account: Account) -> list[dict[str, str]]:
    subscription, agreement = account.subscription, account.agreement
    unit = said(agreement.unit)
    locked = ", ".join(f"{format_price(Decimal(price))}/{unit}" for price in subscription.locked_prices.values())
    span = ""
    if subscription.period_from is not None and subscription.period_to is not None:
        span = f"{tanggal(subscription.period_from)} – {tanggal(subscription.period_to - ONE_DAY)}"
    upcoming = account.upcoming
    pairs = [
        (_("Paket"), said(account.plan.name)),
        (pgettext("banyaknya", "Jumlah"), counted(agreement, subscription.quantity)),
        (_("Jumlah terakhir ditagih"), number(subscription.billed_quantity)),
        (_("Penawaran"), "; ".join(f"{row['label']}, {row['value']}" for row in offer_rows(agreement.discounts))),
        (_("Tambahan"), ", ".join(f"{count} × {code}" for code, count in subscription.addons.items())),
        (_("Periode"), span),
        (_("Syarat pembayaran"), f"{said(agreement.terms.name)} ({agreement.terms.code})"),
        (_("Daftar harga"), agreement.book),
        (_("Harga terkunci"), locked),
        (_("Mendaftar"), tanggal(subscription.signed_up_on)),
        (_("Hari jangkar"), str(subscription.anchor_day)),
        (_("Perubahan paket terjadwal"), _waiting(subscription)),
        (_("Berhenti"), f"{tanggal(subscription.cancel_on)} {subscription.cancel_reason}".strip()),
        (_("Saldo pelanggan"), rupiah(account.credit) if account.credit else ""),
        (_("Tagihan berikut"), f"{tanggal(upcoming.issued_on)}, {rupiah(upcoming.total)}" if upcoming else ""),
    ]
    return [{"label": label, "value": value} for label, value in pairs if value]


def _waiting(subscription: Subscription) -> str:
    change = scheduled_change(subscription)
    return f"{said(change.plan.name)} {per_interval(change.agreement)}, {tanggal(change.on)}" if change else ""


def _documents(today: date) -> list[DocumentRow]:
    found = Document.objects.prefetch_related("lines").order_by("-issued_on", "-created_at", "-pk")[:ROWS]
    return [
        DocumentRow(
            document=item,
            state=badge_of(item, today),
            lines=_lines(item.lines.all()),
            is_invoice=item.kind == DocumentKind.INVOICE,
            is_open=item.status == DocumentStatus.OPEN,
            notes=credit_notes_of(item) if item.credited else [],
        )
        for item in found
    ]


def _lines(lines: Iterable[Any]) -> list[dict[str, Any]]:
    language = get_language() or "id"
    return [{"line": line, "rows": explain(line.explanation, language).rows} for line in lines]


def _reports() -> list[tuple[QuantityReport, str]]:
    found = QuantityReport.objects.order_by("-on", "-created_at", "-pk")[:ROWS]
    words = {outcome.value: str(text) for outcome, text in OUTCOMES.items()} | {"billed": _("ditagih")}
    return [(report, _of_measure(report, words.get(report.outcome, report.outcome))) for report in found]


def _of_measure(report: QuantityReport, outcome: str) -> str:
    """What became of it; of an add-on or a meter, which one it was."""
    return f"{report.measure}: {outcome}" if report.measure else outcome
