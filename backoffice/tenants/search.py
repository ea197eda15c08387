"""One box for everything a caller may say: a name, an address, an e-mail, an invoice's number, an order id."""

from dataclasses import dataclass

from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from backoffice.frame.base import page, tenant_url
from billing.gateways.models import Checkout
from tenants.models import Event, Tenant

MOST = 25
ISSUED = ("invoice.issued", "late_fee.charged")


@dataclass(frozen=True, slots=True)
class Hit:
    """A tenant, and why it was found."""

    tenant: Tenant
    why: str


@require_safe
def show_search(request: HttpRequest) -> HttpResponse:
    """A single hit opens at once; several are listed."""
    query = " ".join(request.GET.get("q", "").split())[:100]
    hits = find(query) if len(query) >= 2 else []
    if len(hits) == 1:
        return HttpResponseRedirect(tenant_url(hits[0].tenant))
    return page(request, "search.html", _("Cari"), query=query, hits=hits[:MOST], more=len(hits) > MOST)


def find(query: str) -> list[Hit]:
    """Each tenant once, by the strongest reason: invoice and order before names."""
    hits: dict[object, Hit] = {}
    for hit in (*_by_invoice(query), *_by_order(query), *_by_name(query), *_by_person(query)):
        hits.setdefault(hit.tenant.pk, hit)
    return list(hits.values())


def _by_invoice(query: str) -> list[Hit]:
    """By the event of its issue, as printed or as in addresses: the documents lie in as many schemas as tenants."""
    numbers = {query.upper(), query.upper().replace("-", "/")}
    events = Event.objects.filter(name__in=ISSUED, data__invoice__in=list(numbers)).select_related("tenant")
    return [Hit(event.tenant, _("tagihan %(number)s") % {"number": event.data["invoice"]}) for event in events[:MOST]]


def _by_order(query: str) -> list[Hit]:
    found = Checkout.objects.filter(Q(order_id=query) | Q(transaction_id=query)).prefetch_related("items__tenant")
    return [
        Hit(item.tenant, _("order %(order)s") % {"order": checkout.order_id})
        for checkout in found[:MOST]
        for item in checkout.items.all()
    ]


def _by_name(query: str) -> list[Hit]:
    schema = f"t_{query.lower().replace('-', '_')}"
    named = Tenant.objects.filter(
        Q(name__icontains=query) | Q(schema_name__startswith=schema) | Q(contact_email__iexact=query)
    )
    return [Hit(tenant, tenant.subdomain) for tenant in named.order_by("name", "pk")[: MOST + 1]]


def _by_person(query: str) -> list[Hit]:
    if "@" not in query:
        return []
    theirs = Tenant.objects.filter(memberships__user__email__iexact=query).order_by("name", "pk")
    return [Hit(tenant, _("anggota %(email)s") % {"email": query}) for tenant in theirs[:MOST]]
