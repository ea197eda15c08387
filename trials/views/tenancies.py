"""After login on the public host: a person's tenants, what they owe, and the way in."""

from collections.abc import Sequence
from typing import Any, cast

from django.contrib.auth.decorators import login_required
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from plans.rules.money import format_number
from plans.selectors.catalogue import product_of
from tenants.models import Membership, Role, Tenant, User
from tenants.permissions import member_may
from tenants.selectors.addresses import public_address, tenant_address
from tenants.services.handoff import make_handoff
from trials.selectors.tenancies import tenancies_of
from trials.views.price_text import language
from trials.views.signups import SALT


@require_safe
@never_cache
@login_required
def show_tenancies(request: HttpRequest) -> HttpResponse:
    """Everything this person belongs to, with what each owes (K16)."""
    tenancies = tenancies_of(cast(User, request.user))
    context = {
        "rows": [_row(place) for place in tenancies.places],
        "balance": tenancies.balance,
        "owing": len(tenancies.owing),
        "pay_together_url": _pay_together_url(tenancies.places),
        "organisations": cast(User, request.user).organisations.select_related("organisation"),
        "may_found": any(place.role == Role.OWNER for place in tenancies.places),
    }
    return render(request, "public/tenancies.html", context)


@require_safe
@never_cache
@login_required
def enter_tenant(request: HttpRequest, subdomain: str) -> HttpResponse:
    """Go to a tenant's host without a second login; on either host, for members only."""
    if getattr(request, "impersonation", None) is not None:
        raise PermissionDenied(_("Staf tidak berpindah lembaga atas nama pelanggan."))
    user = cast(User, request.user)
    ready = Tenant.objects.filter(memberships__user=user, provisioning=Tenant.ProvisioningState.READY)
    tenant = ready.filter(schema_name=f"t_{subdomain.replace('-', '_')}").first()
    if tenant is None:
        raise Http404(subdomain)
    token = make_handoff(user=user, tenant=tenant, now=timezone.now())
    arrival = reverse("handoff", args=[token], urlconf="config.urls_tenant")
    onward = request.GET.get("lanjut", "")
    return redirect(tenant_address(tenant, f"{arrival}?{urlencode({'lanjut': onward})}" if onward else arrival))


@require_safe
@never_cache
@login_required
def leave_for_public(request: HttpRequest) -> HttpResponse:
    """From a tenant's host to all of one's tenants on the public one, without a second login (staff log in there)."""
    if getattr(request, "impersonation", None) is not None:
        raise PermissionDenied(_("Staf tidak berpindah lembaga atas nama pelanggan."))
    user = cast(User, request.user)
    if user.is_staff:
        return redirect(public_address("/lembaga/"))
    token = make_handoff(user=user, tenant=None, now=timezone.now())
    return redirect(public_address(reverse("handoff_public", args=[token], urlconf="config.urls_public")))


def _row(place: Membership) -> dict[str, Any]:
    tenant = place.tenant
    product = product_of(tenant.product_code)
    ready = tenant.provisioning == Tenant.ProvisioningState.READY
    signed = signing.dumps(str(tenant.pk), salt=SALT)
    return {
        "name": tenant.name,
        "product": product.name,
        "status": tenant.status if ready else "",
        "role": place.get_role_display(),
        "quantity": ""
        if tenant.quantity is None
        else f"{format_number(tenant.quantity)} {product.unit.of(language())}",
        "balance": tenant.balance,
        "due": tenant.next_due_on,
        "url": reverse("enter_tenant", args=[tenant.subdomain]) if ready else reverse("signup_progress", args=[signed]),
        "ready": ready,
    }


def _pay_together_url(places: Sequence[Membership]) -> str:
    """One payment for all that is owed is made on the host of one of them; empty when fewer than two may be paid."""
    owing = [place.tenant for place in places if place.tenant.balance > 0 and member_may(place, "invoices.pay")]
    if len(owing) < 2:
        return ""
    together = reverse("pay_together", urlconf="config.urls_tenant")
    return f"{reverse('enter_tenant', args=[owing[0].subdomain])}?{urlencode({'lanjut': together})}"
