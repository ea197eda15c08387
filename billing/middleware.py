"""Closing the product to a suspended tenant (X10)."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django_htmx.http import HttpResponseClientRedirect

GetResponse = Callable[[HttpRequest], HttpResponse]

# X10: billing pages, payment and data export. What is not named here is closed.
OPEN_PAGES = frozenset(
    {
        "overview",
        "suspended",
        "invoices",
        "next_invoice",
        "invoice",
        "invoice_pdf",
        "invoice_slip",
        "invoice_slip_withdraw",
        "paper_pdf",
        "payment_receipt",
        "statement",
        "months",
        "month_pdf",
        "statement_pdf",
        "public_invoice",
        "public_invoice_pdf",
        "public_invoice_status",
        "public_checkout",
        "pay",
        "pay_total",
        "pay_together",
        "pay_together_total",
        "pay_return",
        "pay_status",
        "pay_code",
        "pay_code_status",
        "auto_debit",
        "auto_debit_agree",
        "auto_debit_stop",
        "transfer",
        "transfer_proof",
        "transfer_cancel",
        "subscription",
        "subscription_cancel",
        "subscription_keep",
        "subscription_restart",
        "subscription_resume",
        "data_export",
        "data_export_file",
        "data_archive",
        "data_archive_file",
        "move_clock",
    }
)
# Coming and going, the look and the language. The API answers programs itself: a page would mean nothing to them.
OPEN_PATHS = (
    *("/accounts/", "/api/", "/static/", "/theme/", "/i18n/", "/dev/"),
    *("/masuk-dengan/", "/berhenti-mewakili/", "/pindah/"),
)


class AccessMiddleware:
    """Lets a tenant without access reach billing pages, payment and export; every other page says why it is closed.

    Only members are sent away: strangers meet the login page or a 404 as ever. Suspended and ended are the same here.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Nothing to do before the address is resolved."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """Send members of a closed tenant to the page that says what still works; HTMX leaves the page it is on."""
        tenant = getattr(request, "tenant", None)
        if tenant is None or getattr(request, "membership", None) is None or tenant.has_access:
            return None
        if request.path.startswith(OPEN_PATHS) or _page(request) in OPEN_PAGES:
            return None
        address = reverse("suspended")
        return HttpResponseClientRedirect(address) if request.headers.get("HX-Request") else redirect(address)


def _page(request: HttpRequest) -> str:
    return (request.resolver_match.url_name or "") if request.resolver_match else ""
