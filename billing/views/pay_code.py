"""A virtual account number, a bill or a QR code on a page of ours, which notices by itself when it was paid."""

from typing import Any

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe
from django_htmx.http import reswap, retarget

from billing.documents.qr import qr_svg
from billing.gateways.charges import OWN_METHODS
from billing.gateways.models import Checkout
from billing.views.pay_methods import BANKS, method_title
from billing.views.paying import attempt_context, mine
from tenants.permissions import MemberRequest, permitted

NO_CONTENT = 204
WAITING = frozenset({"pending"})


@require_safe
@permitted("invoices.view")
def show_code(request: MemberRequest) -> HttpResponse:
    """What to transfer to or to scan, for how much and until when; an attempt that is over says so on its own page."""
    checkout = _charged(request)
    context = attempt_context(checkout, timezone.now())
    if context["state"] not in WAITING:
        return redirect(f"{reverse('pay_return')}?order_id={checkout.order_id}")
    return render(request, "dashboard/pay_code.html", context | _code(checkout) | {"zone": request.tenant.timezone})


@require_safe
@permitted("invoices.view")
def show_code_status(request: MemberRequest) -> HttpResponse:
    """Asked every few seconds: nothing while nothing has changed, so that the number can be read and copied in peace;

    then what became of it, in place of the whole page's content.
    """
    checkout = _charged(request)
    context = attempt_context(checkout, timezone.now())
    if context["state"] in WAITING:
        return HttpResponse(status=NO_CONTENT)
    answer = render(request, "dashboard/_pay_status.html", context)
    return reswap(retarget(answer, "#pay-code"), "outerHTML")


def _charged(request: MemberRequest) -> Checkout:
    checkout = mine(request)
    if not checkout.instructions:
        raise Http404
    return checkout


def _code(checkout: Checkout) -> dict[str, Any]:
    """The instructions as the page shows them: numbers in groups of four, the code as a drawing."""
    shown: dict[str, str] = checkout.instructions or {}
    method = OWN_METHODS[checkout.method]
    number = shown.get("number", "")
    return {
        "shown": shown,
        "title": method_title(method),
        "bank": BANKS.get(method.bank, ""),
        "number_text": " ".join(number[at : at + 4] for at in range(0, len(number), 4)),
        "qr": qr_svg(shown["qr"]) if shown.get("qr") else "",
        "documents_total": checkout.amount - checkout.fee,
        "poll_url": f"{reverse('pay_code_status')}?order_id={checkout.order_id}",
        "sandbox_url": "/sandbox/midtrans/" if settings.MIDTRANS_SANDBOX else "",
    }
