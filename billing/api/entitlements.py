"""GET /entitlements: may this tenant work, and with what. Asked often, so answered from the public row."""

import hashlib
import json
from functools import lru_cache
from typing import Any

from django.http import HttpResponse
from django.utils.cache import get_conditional_response, patch_vary_headers
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request

from billing.api.shapes import language
from billing.api.subscription import STATUSES
from plans.api.fields import QuantityText
from plans.rules.catalogue import Entitlements
from tenants.api.fields import Output
from tenants.api.views import TenantView
from tenants.models import Tenant

# Payment reopens access at once (X10), so an answer is not to be trusted for long.
SECONDS = 30
# Kept by each process, about 1 kB each: putting an answer into words costs more than finding the tenant.
ANSWERS = 4096


class EntitlementsOutput(Output):
    """What the product's programs need. Without `has_access` nothing is open but billing, payment and export."""

    tenant = serializers.CharField(help_text="The sub-domain.")
    has_access = serializers.BooleanField()
    status = serializers.ChoiceField(choices=STATUSES)
    product = serializers.CharField()
    plan = serializers.CharField()
    quantity = QuantityText()
    features = serializers.ListField(child=serializers.CharField())
    limits = serializers.DictField(child=serializers.IntegerField())
    support = serializers.CharField(allow_null=True)
    support_channels = serializers.ListField(child=serializers.CharField())
    response_hours = serializers.IntegerField(allow_null=True, help_text="The longest wait for a first answer.")


class EntitlementsView(TenantView):
    """The entitlement check."""

    opens_schema = False

    @extend_schema(
        operation_id="getEntitlements",
        tags=["subscription"],
        parameters=[OpenApiParameter("If-None-Match", str, OpenApiParameter.HEADER, description="The last ETag.")],
        responses={200: EntitlementsOutput, 304: OpenApiResponse(description="Nothing has changed.")},
    )
    def get(self, request: Request) -> HttpResponse:
        """May this tenant work, and with what? Trust it for half a minute; send its ETag to ask again cheaply."""
        body, etag = _answer(*_facts(self.tenant), language())
        headers = {"ETag": etag, "Cache-Control": f"private, max-age={SECONDS}"}
        response = HttpResponse(body, content_type=JSONRenderer.media_type, headers=headers)
        patch_vary_headers(response, ["Authorization", "X-Tenant"])
        unchanged = get_conditional_response(request._request, etag=etag, response=response)
        return unchanged or response


def _facts(tenant: Tenant) -> tuple[Any, ...]:
    """All that an answer says, as the public row has it: who, standing, what was agreed."""
    standing = (tenant.has_access, tenant.status, tenant.product_code, tenant.plan_code, tenant.quantity)
    return tenant.subdomain, standing, json.dumps(tenant.entitlements)


@lru_cache(maxsize=ANSWERS)
def _answer(subdomain: str, standing: tuple[Any, ...], entitlements: str, spoken: str) -> tuple[bytes, str]:
    """(the answer as it is sent, its ETag). Kept by all that it says, so it is never older than the row."""
    has_access, status, product, plan, quantity = standing
    held = Entitlements.model_validate_json(entitlements)
    shape = {
        "tenant": subdomain,
        "has_access": has_access,
        "status": status,
        "product": product,
        "plan": plan,
        "quantity": quantity or 0,
        "features": list(held.features),
        "limits": dict(held.limits),
        "support": held.support.of(spoken) if held.support else None,
        "support_channels": list(held.support_channels),
        "response_hours": held.response_hours,
    }
    body = JSONRenderer().render(EntitlementsOutput(shape).data)
    return body, f'"{hashlib.sha256(body).hexdigest()[:32]}"'
