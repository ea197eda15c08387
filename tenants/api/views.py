"""The views that every operation derives from: one operation, one view."""

from contextlib import ExitStack
from datetime import date, datetime
from typing import Any

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers
from django.utils.translation.trans_real import parse_accept_lang_header
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.views import APIView

from tenants.api.authentication import HasKey, KeyAuthentication, key_of
from tenants.api.openapi import ApiSchema
from tenants.api.tenancy import tenant_of_call
from tenants.api.throttling import AddressThrottle, KeyThrottle
from tenants.context import Actor, acting, inside, local_today
from tenants.models import Tenant


class ApiView(APIView):
    """An operation of the public host; a key is welcome, not needed. `now` is the instant of the call."""

    authentication_classes = [KeyAuthentication]
    permission_classes = [AllowAny]
    throttle_classes = [KeyThrottle, AddressThrottle]
    http_method_names = ["get", "head", "post"]
    schema = ApiSchema()
    tenant_id: str = ""
    now: datetime

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer in the language of Accept-Language; leave tenant, actor and language as they were."""
        language = language_of(request.headers.get("Accept-Language", ""))
        with ExitStack() as self.surroundings, translation.override(language):
            response = super().dispatch(request, *args, **kwargs)
            response.headers["Content-Language"] = language
            patch_vary_headers(response, ["Accept-Language"])
            response.headers.setdefault("Cache-Control", "no-store")
            return response

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Key, throttle, then the actor in whose name everything is written."""
        self.now = timezone.now()
        super().initial(request, *args, **kwargs)
        key = key_of(request)
        if key is not None:
            actor = Actor("key", key.name, getattr(request, "request_id", ""))
            self.surroundings.enter_context(acting(actor))


class TenantView(ApiView):
    """An operation on one tenant, in its schema. `today` is the tenant's own day."""

    permission_classes = [HasKey]
    # False where the public row answers, and the tenant's tables are left alone.
    opens_schema = True
    tenant: Tenant
    today: date

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Find the tenant and enter its schema, if the operation needs it."""
        super().initial(request, *args, **kwargs)
        key = key_of(request)
        if key is None:
            raise Http404
        self.tenant = tenant_of_call(request, key)
        self.tenant_id = str(self.tenant.pk)
        self.today = local_today(self.tenant, self.now)
        if self.opens_schema:
            self.surroundings.enter_context(inside(self.tenant))


@extend_schema(exclude=True)
class NothingHere(ApiView):
    """Every other address under /api/: a problem document instead of a page."""

    authentication_classes = []

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Nothing is here, whatever the method."""
        super().initial(request, *args, **kwargs)
        raise Http404


def language_of(accepted: str) -> str:
    """English where Accept-Language prefers it to Indonesian; Indonesian for everything else."""
    for language, _weight in parse_accept_lang_header(accepted[:500].lower()):
        short = language.partition("-")[0]
        if short in {"id", "en"}:
            return short
    return "id"
