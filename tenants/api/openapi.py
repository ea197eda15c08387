"""How an operation describes itself; apart from `tenants.api.schema`, because every view has one of these."""

from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter

IDEMPOTENCY_KEY = "Idempotency-Key"


class ApiSchema(AutoSchema):
    """Adds `Idempotency-Key` to every POST."""

    def get_override_parameters(self) -> list[Any]:
        """One header more."""
        return [_idempotency_key()] if self.method == "POST" else []


def _idempotency_key() -> OpenApiParameter:
    return OpenApiParameter(
        IDEMPOTENCY_KEY,
        {"type": "string", "pattern": "^[!-~]{1,128}$"},
        OpenApiParameter.HEADER,
        description="The same key and body give the same answer, for two days; another body is a 409.",
    )
