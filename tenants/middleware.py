"""From a request to its tenant, its actor and its request id."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Self
from uuid import UUID, uuid4

import structlog
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.http.request import split_domain_port
from django.utils import timezone

from tenants.context import SYSTEM, Actor, enter, local_today, set_actor
from tenants.models import Domain, Tenant, User
from tenants.permissions import staff_may
from tenants.selectors.health import readiness
from tenants.services.steering import end_impersonation

GetResponse = Callable[[HttpRequest], HttpResponse]
SESSION_TENANT = "tenant"
SESSION_IMPERSONATION = "impersonation"
# The member's own login is none of the staff's business: password, second factor, name and number, invitations.
CLOSED_TO_STAFF = ("/accounts/", "/profil/diri/", "/undangan/")


@dataclass(frozen=True, slots=True)
class Impersonation:
    """Staff who look at a tenant's pages as a member, until an instant."""

    staff_id: int
    staff: str
    until: datetime

    def to_session(self) -> dict[str, Any]:
        """As the session keeps it."""
        return asdict(self) | {"until": self.until.isoformat()}

    @classmethod
    def from_session(cls, kept: dict[str, Any]) -> Self:
        """As it was kept."""
        return cls(kept["staff_id"], kept["staff"], datetime.fromisoformat(kept["until"]))


class RequestIdMiddleware:
    """Gives each request an id that logs, events and error pages carry."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Take a well-formed id from the proxy, else make one."""
        given = request.headers.get("X-Request-Id", "")
        request.request_id = given if given.isalnum() and len(given) <= 64 else uuid4().hex  # type: ignore[attr-defined]
        set_actor(SYSTEM)
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request.request_id)  # type: ignore[attr-defined]
        response = self.get_response(request)
        response["X-Request-Id"] = request.request_id  # type: ignore[attr-defined]
        return response


class HealthMiddleware:
    """Answers probes on any host, before a tenant is looked up."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """`/health/live` says that the process runs, `/health/ready` that database and broker answer."""
        if request.path == "/health/live":
            return HttpResponse("ok\n", content_type="text/plain")
        if request.path == "/health/ready":
            faults = readiness()
            body = "\n".join(f"{name}: {fault}" for name, fault in faults.items()) or "ok"
            return HttpResponse(body + "\n", content_type="text/plain", status=503 if faults else 200)
        return self.get_response(request)


class TenantMiddleware:
    """Sets the schema by the host's name; an unknown host is a 404 and never the public pages."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Resolve, switch, and leave the connection on the public schema afterwards."""
        enter(None)
        tenant = tenant_of_host(split_domain_port(request.get_host())[0])
        request.tenant = tenant  # type: ignore[attr-defined]
        if tenant is None:
            request.urlconf = "config.urls_public"
        else:
            enter(tenant)
            structlog.contextvars.bind_contextvars(tenant=tenant.schema_name)
        try:
            return self.get_response(request)
        finally:
            enter(None)


def tenant_of_host(host: str) -> Tenant | None:
    """The ready tenant of a host; None for the public host; Http404 for a host nobody has.

    Only the primary key is cached (for a minute): the row itself changes with every job, and a stale agenda must not be served.
    """
    if host in {settings.BASE_DOMAIN, "127.0.0.1", "testserver"}:
        return None
    key = f"host:{host}"
    cached = cache.get(key)
    tenant = _ready(cached) if cached is not None else None
    if tenant is None:
        # Not cached, or what was cached is gone: a cache may be older than the database.
        tenant_id = Domain.objects.filter(domain=host).values_list("tenant_id", flat=True).first()
        tenant = _ready(tenant_id) if tenant_id is not None else None
        if tenant is None:
            cache.delete(key)
            raise Http404(host)
        cache.set(key, tenant_id, 60)
    return tenant


def _ready(tenant_id: UUID) -> Tenant | None:
    return Tenant.objects.filter(pk=tenant_id, provisioning=Tenant.ProvisioningState.READY).first()


class SessionTenantMiddleware:
    """Refuses a session on another tenant's host, finds the membership and names the actor."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """A session without the host's own mark is logged out; one of a stranger has no membership."""
        tenant: Tenant | None = request.tenant  # type: ignore[attr-defined]
        request.membership = None  # type: ignore[attr-defined]
        request.impersonation = None  # type: ignore[attr-defined]
        user: Any = request.user
        if user.is_authenticated:
            here = str(tenant.pk) if tenant else "public"
            if request.session.setdefault(SESSION_TENANT, here) != here:
                request.session.flush()
                request.user = user = AnonymousUser()
            elif tenant is not None:
                request.membership = user.memberships.filter(tenant=tenant).first()  # type: ignore[attr-defined]
        if user.is_authenticated:
            kind = "staff" if user.is_staff and tenant is None else "member"
            set_actor(Actor(kind, str(user), request.request_id))  # type: ignore[attr-defined]
            if tenant is not None and SESSION_IMPERSONATION in request.session:
                self._impersonate(request, tenant, user)
        return self.get_response(request)

    def _impersonate(self, request: HttpRequest, tenant: Tenant, user: Any) -> None:
        """Name both in everything that is written; after half an hour, or without the right to it, the stay is over."""
        mark = Impersonation.from_session(request.session[SESSION_IMPERSONATION])
        now = timezone.now()
        set_actor(Actor("staff", f"Staf {mark.staff} sebagai {user}", request.request_id))  # type: ignore[attr-defined]
        if now >= mark.until or not _may_still(mark):
            today = local_today(tenant, now)
            cause = "Waktu habis" if now >= mark.until else "Hak staf dicabut"
            end_impersonation(tenant=tenant, member=user, cause=cause, today=today)
            request.session.flush()
            request.user = AnonymousUser()
            request.membership = None  # type: ignore[attr-defined]
            return
        request.impersonation = mark  # type: ignore[attr-defined]
        if request.path.startswith(CLOSED_TO_STAFF):
            raise PermissionDenied("Akun pribadi anggota tertutup bagi staf.")


def _may_still(mark: Impersonation) -> bool:
    staff = User.objects.filter(pk=mark.staff_id).first()
    return staff is not None and staff_may(staff, "impersonate")
