"""From a request to its tenant, its actor and its request id."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, ClassVar, Self
from uuid import uuid4

import structlog
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.http.request import split_domain_port
from django.utils import timezone
from django.utils.translation import gettext
from psycopg.errors import UndefinedTable

from tenants.context import SYSTEM, Actor, acting, enter, local_today, set_actor
from tenants.models import Tenant, User
from tenants.permissions import staff_may
from tenants.rows import remembering
from tenants.selectors.health import readiness
from tenants.services.hosts import has_moved, identity_at, is_public, tenant_at
from tenants.services.keys import shown_key
from tenants.services.steering import end_impersonation

GetResponse = Callable[[HttpRequest], HttpResponse]
API_PATH = "/api/v1/"
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
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request.request_id)  # type: ignore[attr-defined]
        with acting(SYSTEM), remembering():  # who was set inside is forgotten, also where a thread serves the next
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
    """Finds the tenant of the host's name and its schema; an unknown host is a 404 and never the public pages or their API."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Resolve, switch, and leave the connection on the public schema afterwards."""
        enter(None)
        try:
            tenant, public = tenant_of_host(request), "config.urls_public"
        except Http404:
            if not is_api(request):
                raise
            tenant, public = None, "config.urls_nowhere"
        request.tenant = tenant  # type: ignore[attr-defined]
        if tenant is None:
            request.urlconf = public
        else:
            structlog.contextvars.bind_contextvars(tenant=tenant.schema_name)
        try:
            if tenant is not None and not is_api(request):
                enter(tenant)
            return self.get_response(request)
        finally:
            enter(None)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """A page that looked for its tenant's tables in the very instant in which they moved is to be asked again."""
        tenant: Tenant | None = request.tenant  # type: ignore[attr-defined]
        if tenant is None or not isinstance(exception.__cause__, UndefinedTable) or not has_moved(tenant):
            return None
        return HttpResponse(gettext("Sedang tidak tersedia"), status=503, headers={"Retry-After": "1"})


def is_api(request: HttpRequest) -> bool:
    """A program's call: no session, no cookies; the row of its tenant comes with its key, and the view chooses the schema."""
    return request.path.startswith(API_PATH)


def tenant_of_host(request: HttpRequest) -> Tenant | None:
    """The ready tenant of a request's host; None for the public host; Http404 for a host nobody has."""
    host = split_domain_port(request.get_host())[0]
    if is_public(host):
        return None
    tenant = _tenant_of_program(request, host) if is_api(request) else tenant_at(host)
    if tenant is None:
        raise Http404(host)
    return tenant


def _tenant_of_program(request: HttpRequest, host: str) -> Tenant | None:
    """A key at home brings its tenant and says that the host is its: one question for both."""
    key = shown_key(request.headers.get("Authorization", ""), host)
    request.shown_key = key  # type: ignore[attr-defined]
    tenant = key.tenant if key is not None and key.at_home else None
    is_ready = tenant is not None and tenant.provisioning == Tenant.ProvisioningState.READY
    return tenant if is_ready else identity_at(host)


class ApiMiddleware:
    """Takes programs past what only pages need: session, cookies, forms, content policy, language by browser."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        # Middleware is made from the inside out: the innermost has just been made for this very chain.
        self.view = ApiExit.innermost

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Straight to the view; what a browser might do with the answer is closed here."""
        if not is_api(request):
            return self.get_response(request)
        request.membership = request.impersonation = None  # type: ignore[attr-defined]
        response = self.view(request)
        response.headers.setdefault("X-Frame-Options", "DENY")
        if not response.streaming:
            response.headers.setdefault("Content-Length", str(len(response.content)))
        return response


class ApiExit:
    """Last of all: where `ApiMiddleware` leads to."""

    innermost: ClassVar[GetResponse]

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        ApiExit.innermost = staticmethod(get_response)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pages come by here as well."""
        return self.get_response(request)


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
