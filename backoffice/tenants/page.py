"""A tenant's page: everything of it, and what may be done, without switching schema by hand."""

from collections.abc import Callable
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from backoffice.actions.base import Facts
from backoffice.actions.registry import document_permissions, offered
from backoffice.frame.base import page, require
from backoffice.frame.history import events_since, history_of
from backoffice.health.page import health_of_tenant
from backoffice.tenants.account import money_of, people_of
from billing.errors import DocumentNotFound, PaymentNotFound, PdfUnavailable, WrongState
from billing.models import Document
from billing.selectors.documents import document_by_slug, paper_by_slug
from billing.services.documents.printing import pdf_of
from billing.services.documents.receipts import issue_receipt
from tenants.context import inside, local_today
from tenants.models import Tenant
from tenants.selectors.addresses import tenant_address


@require_safe
def show_tenant(request: HttpRequest, tenant_id: UUID) -> HttpResponse:
    """Subscription, time, documents, money, people, and the history beside them."""
    tenant = get_object_or_404(Tenant.objects.select_related("organisation", "health"), pk=tenant_id)
    now = timezone.now()
    today = local_today(tenant, now)
    money = money_of(tenant, today)
    account = money.get("account")
    name, before, since = request.GET.get("peristiwa", ""), _number(request, "sebelum"), _number(request, "sejak")
    return page(
        request,
        "tenant.html",
        tenant.name,
        tenant_shown=tenant,
        today=today,
        address=tenant_address(tenant),
        groups=offered(request.user, Facts(tenant, today, now, account.subscription if account else None)),
        may=document_permissions(request.user),
        history=history_of(tenant, name=name, before=before),
        history_name=name,
        happened=events_since(tenant, since) if since is not None else [],
        **money,
        **people_of(tenant),
        health=health_of_tenant(tenant, today),
    )


@require_safe
def show_pdf(request: HttpRequest, tenant_id: UUID, slug: str) -> HttpResponse:
    """A document as the customer has it."""
    tenant = get_object_or_404(Tenant, pk=tenant_id, provisioning=Tenant.ProvisioningState.READY)
    return _printed(request, tenant, lambda: _paper(tenant, slug))


@require_safe
def show_receipt(request: HttpRequest, tenant_id: UUID, payment_id: UUID) -> HttpResponse:
    """A payment's kuitansi, which gets its number on the first request."""
    require(request, "record_payment")
    tenant = get_object_or_404(Tenant, pk=tenant_id, provisioning=Tenant.ProvisioningState.READY)
    today = local_today(tenant, timezone.now())
    return _printed(request, tenant, lambda: issue_receipt(tenant=tenant, payment_id=payment_id, today=today))


def _printed(request: HttpRequest, tenant: Tenant, find: Callable[[], Document]) -> HttpResponse:
    try:
        made = pdf_of(tenant=tenant, document=find(), language=get_language() or "id", now=timezone.now())
    except (DocumentNotFound, PaymentNotFound, WrongState) as error:
        return page(request, "refused.html", pgettext("halaman", "Tidak ada"), 404, refusal=error.message)
    except PdfUnavailable as error:
        return page(request, "refused.html", _("PDF belum tersedia"), 503, refusal=error.message)
    answer = HttpResponse(made.content, content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="{made.name}"'
    return answer


def _paper(tenant: Tenant, slug: str) -> Document:
    """A claim, or a paper that answers one."""
    with inside(tenant):
        try:
            return document_by_slug(slug)
        except DocumentNotFound:
            return paper_by_slug(slug)


def _number(request: HttpRequest, name: str) -> int | None:
    """A whole number of the address, or nothing."""
    value = request.GET.get(name, "")
    return int(value) if value.isascii() and value.isdigit() and len(value) < 18 else None
