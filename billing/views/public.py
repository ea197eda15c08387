"""An invoice by its link, without a login: this document, its PDF and its payment, nothing else of the tenant."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from billing.errors import DocumentNotFound
from billing.gateways.values import CheckoutCustomer
from billing.models import Document
from billing.selectors.attempts import attempt_of_document
from billing.selectors.documents import badge_of, document_by_token, pay_address
from billing.services.gateway.checkouts import Demand, start_checkout
from billing.services.gateway.client import gateway
from billing.views.invoices import invoice_context, pdf_response
from billing.views.paying import attempt_context, go_to
from plans.selectors.catalogue import product_of
from tenants.context import local_today
from tenants.errors import DomainError
from tenants.models import Tenant


@require_safe
@never_cache
def show_public_invoice(request: HttpRequest, slug: str, token: str) -> HttpResponse:
    """The document behind a printed link or QR code; after paying, also what became of the payment."""
    tenant, document = _tenant(request), _find(slug, token)
    today = local_today(tenant, timezone.now())
    made, attempt = invoice_context(tenant, document), _attempt(request, tenant, document)
    # While a bank looks at the payment, or it is being booked, nobody should pay a second time.
    waits = made["under_review"] is not None or attempt.get("state") in {"challenged", "booking"}
    payable = document.outstanding > 0 and not waits
    context = (
        attempt
        | made
        | {
            "today": today,
            "badge": badge_of(document, today),
            "accent": product_of(tenant.product_code).accent,
            "pdf_url": reverse("public_invoice_pdf", args=[slug, token]),
            "pay_url": reverse("public_checkout", args=[slug, token]) if payable else "",
        }
    )
    response = render(request, "dashboard/public_invoice.html", context)
    response["X-Robots-Tag"] = "noindex"
    return response


@require_safe
@never_cache
def show_public_status(request: HttpRequest, slug: str, token: str) -> HttpResponse:
    """The fragment that polls while a payment is under way."""
    context = _attempt(request, _tenant(request), _find(slug, token))
    if not context:
        raise Http404
    return render(request, "dashboard/_pay_status.html", context)


@require_safe
@never_cache
def download_public_pdf(request: HttpRequest, slug: str, token: str) -> HttpResponse:
    """The PDF, for whoever holds the link."""
    _tenant(request)
    return pdf_response(request, _find(slug, token))


@require_POST
def start_public_checkout(request: HttpRequest, slug: str, token: str) -> HttpResponse:
    """Pay this document, whoever does; the gateway writes to the tenant's own contact."""
    tenant, document = _tenant(request), _find(slug, token)
    page = pay_address(tenant, document)
    payer = CheckoutCustomer(tenant.contact_name or tenant.name, tenant.contact_email, tenant.contact_phone)
    try:
        checkout = start_checkout(
            demands=[Demand(tenant, [document.pk])],
            payer=payer,
            finish_url=page,
            now=timezone.now(),
            gateway=gateway(),
        )
    except DomainError as error:
        messages.error(request, error.message)
        return redirect(page)
    return go_to(checkout, f"{page}?order_id={checkout.order_id}")


def _tenant(request: HttpRequest) -> Tenant:
    tenant: Tenant = request.tenant  # type: ignore[attr-defined]
    return tenant


def _find(slug: str, token: str) -> Document:
    try:
        return document_by_token(slug, token)
    except DocumentNotFound as error:
        raise Http404(error.message) from error


def _attempt(request: HttpRequest, tenant: Tenant, document: Document) -> dict[str, Any]:
    order_id = request.GET.get("order_id", "")[:36]
    checkout = attempt_of_document(order_id, tenant, document.pk) if order_id else None
    if checkout is None:
        return {}
    context = attempt_context(checkout, timezone.now())
    # Of a payment for several documents the holder of one link sees that one alone.
    shown = [item for item in context["items"] if item.document_id == document.pk]
    status = reverse("public_invoice_status", args=[document.slug, document.access_token])
    return context | {
        "items": shown,
        "rows": [row for row in context["rows"] if row["label"] == document.number],
        "amount_paid": sum(item.amount for item in shown),
        "status_url": f"{status}?order_id={order_id}",
        "is_public": True,
    }
