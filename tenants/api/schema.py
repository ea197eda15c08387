"""OpenAPI: what drf-spectacular cannot see by itself (keys, idempotency, problem documents, the tenant's header)."""

from typing import Any

from django.utils.decorators import method_decorator
from django.views.decorators.cache import cache_control
from drf_spectacular.extensions import OpenApiAuthenticationExtension, OpenApiSerializerExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.views import SpectacularJSONAPIView

from tenants.api.tenancy import HEADER as X_TENANT
from tenants.api.throttling import AddressThrottle
from tenants.errors import PROBLEM_JSON

PUBLIC_URLS = "config.urls_public"
PROBLEM: dict[str, Any] = {
    "type": "object",
    "description": "RFC 9457. `code` is stable; `detail` is for people, in the language of Accept-Language.",
    "required": ["type", "title", "status", "detail", "code", "request_id"],
    "properties": {
        "type": {"type": "string", "format": "uri", "examples": ["urn:langganan:problem:quantity_refused"]},
        "title": {"type": "string"},
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "detail": {"type": "string"},
        "code": {"type": "string", "examples": ["quantity_refused"]},
        "request_id": {"type": "string", "description": "Name it when you write to us."},
        "field": {"type": "string", "description": "The first field that is wrong, such as `registration.npsn`."},
        "errors": {
            "type": "array",
            "description": "Every field that is wrong.",
            "items": {
                "type": "object",
                "required": ["field", "code", "detail"],
                "properties": {
                    "field": {"type": "string"},
                    "code": {"type": "string"},
                    "detail": {"type": "string"},
                },
            },
        },
        "data": {"type": "object", "description": "What helps to put it right, such as `choices`."},
    },
}
SAID = {
    "400": "The request cannot be read, or a header is wrong.",
    "401": "The key is missing, unknown or revoked.",
    "403": "The key is not for this host or tenant.",
    "404": "Not there, or not for this key.",
    "406": "No such answer format.",
    "409": "At odds with what is there: wrong state, taken name, or an `Idempotency-Key` used for something else.",
    "413": "The body is too large.",
    "415": "The body is of a kind this address does not take.",
    "422": "A field cannot be taken; `errors` names each.",
    "429": "Too many calls; see `Retry-After`.",
    "503": "Not available for now; try again.",
}


class KeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """The Bearer key."""

    target_class = "tenants.api.authentication.KeyAuthentication"
    name = "key"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        """As OpenAPI says it."""
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "A key of a tenant, on its host; or of a product, on the public host with X-Tenant.",
        }


class StrictInput(OpenApiSerializerExtension):  # type: ignore[no-untyped-call]
    """Input takes no unknown names."""

    target_class = "tenants.api.fields.Input"
    match_subclasses = True

    def map_serializer(self, auto_schema: AutoSchema, direction: Any) -> dict[str, Any]:
        """The serializer's own schema, closed."""
        mapped = auto_schema._map_serializer(  # type: ignore[no-untyped-call]
            self.target, direction, bypass_extensions=True
        )
        return {**mapped, "additionalProperties": False}


def complete(result: dict[str, Any], generator: Any, **_surroundings: Any) -> dict[str, Any]:
    """Post-processing: problem documents everywhere, and on the public host the header that names the tenant."""
    components = result.setdefault("components", {})
    components.setdefault("schemas", {})["Problem"] = PROBLEM
    components["responses"] = {f"Problem{status}": _problem_response(status) for status in SAID}
    on_public_host = generator.urlconf == PUBLIC_URLS
    for item in result["paths"].values():
        for method, operation in item.items():
            _complete_operation(method, operation, on_public_host=on_public_host)
    return result


def _problem_response(status: str) -> dict[str, Any]:
    response: dict[str, Any] = {
        "description": SAID[status],
        "content": {PROBLEM_JSON: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    if status == "429":
        response["headers"] = {"Retry-After": {"schema": {"type": "integer", "minimum": 1}, "description": "Seconds."}}
    if status == "401":
        response["headers"] = {"WWW-Authenticate": {"schema": {"type": "string"}}}
    return response


def _complete_operation(method: str, operation: dict[str, Any], *, on_public_host: bool) -> None:
    needs_key = {} not in operation.get("security", [{}])
    statuses = {"400", "401", "404", "406", "422", "429"}
    if needs_key:
        statuses.add("403")
    if method == "post":
        statuses |= {"409", "413", "415"}
    if operation["operationId"].startswith("preview"):
        statuses.add("409")  # what is refused when it is done is refused when it is asked about
    for status in sorted(statuses):
        operation["responses"].setdefault(status, {"$ref": f"#/components/responses/Problem{status}"})
    for status in [status for status in operation["responses"] if status in SAID]:
        operation["responses"][status] = {"$ref": f"#/components/responses/Problem{status}"}
    if needs_key and on_public_host:
        operation.setdefault("parameters", []).append(_tenant_header())


def _tenant_header() -> dict[str, Any]:
    return {
        "in": "header",
        "name": X_TENANT,
        "required": True,
        "schema": {"type": "string", "pattern": "^[a-z][a-z0-9-]{1,62}$"},
        "description": "The tenant's sub-domain; it must be of the key's product.",
        "example": "sman1",
    }


@method_decorator(cache_control(public=True, max_age=300), name="dispatch")
class SchemaView(SpectacularJSONAPIView):
    """`/api/schema/`: what this host offers."""

    throttle_classes = [AddressThrottle]
