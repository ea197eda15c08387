"""Arriving at a tenant's host with a token, and leaving it again when staff acted as a member."""

from datetime import timedelta

from django.conf import settings
from django.contrib.auth import login, logout
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from tenants.context import local_today
from tenants.errors import NotAllowed
from tenants.middleware import SESSION_IMPERSONATION, SESSION_TENANT, Impersonation
from tenants.models import Tenant
from tenants.services.handoff import redeem_handoff
from tenants.services.steering import IMPERSONATION, end_impersonation

BACKEND = "django.contrib.auth.backends.ModelBackend"


@require_safe
@never_cache
def arrive(request: HttpRequest, token: str) -> HttpResponse:
    """Log in by a handoff token; whoever was logged in on this host before is logged out."""
    tenant: Tenant = request.tenant  # type: ignore[attr-defined]
    now = timezone.now()
    try:
        handoff = redeem_handoff(token, tenant, now)
    except NotAllowed as error:
        raise PermissionDenied(error.message) from error
    request.session.flush()
    login(request, handoff.user, backend=BACKEND)
    request.session[SESSION_TENANT] = str(tenant.pk)
    if handoff.impersonator is not None:
        mark = Impersonation(handoff.impersonator.pk, str(handoff.impersonator), now + IMPERSONATION)
        request.session[SESSION_IMPERSONATION] = mark.to_session()
        request.session.set_expiry(IMPERSONATION + timedelta(minutes=5))
    return redirect(_onward(request))


@require_safe
@never_cache
def arrive_in_public(request: HttpRequest, token: str) -> HttpResponse:
    """From a tenant's host back to the public one, to one's own tenants."""
    try:
        handoff = redeem_handoff(token, None, timezone.now())
    except NotAllowed as error:
        raise PermissionDenied(error.message) from error
    if handoff.impersonator is not None:
        raise PermissionDenied
    request.session.flush()
    login(request, handoff.user, backend=BACKEND)
    request.session[SESSION_TENANT] = "public"
    return redirect("/lembaga/")


def _onward(request: HttpRequest) -> str:
    """A page of this host that was asked for, else the overview."""
    path = request.GET.get("lanjut", "")
    return path if path.startswith("/") and url_has_allowed_host_and_scheme(path, allowed_hosts=None) else "/"


@require_POST
def stop_impersonation(request: HttpRequest) -> HttpResponse:
    """End the staff's stay and go back to the tenant's page in the admin."""
    tenant: Tenant = request.tenant  # type: ignore[attr-defined]
    if getattr(request, "impersonation", None) is None or not request.user.is_authenticated:
        raise PermissionDenied("Anda tidak sedang melihat atas nama pelanggan.")
    today = local_today(tenant, timezone.now())
    end_impersonation(tenant=tenant, member=request.user, cause="Staf berhenti", today=today)
    logout(request)
    port = f":{settings.PUBLIC_PORT}" if settings.PUBLIC_PORT else ""
    return redirect(f"{settings.PUBLIC_SCHEME}://{settings.BASE_DOMAIN}{port}/admin/tenants/tenant/{tenant.pk}/")
