"""What the OpenAPI document says of the API as a whole."""

from typing import Any

SPECTACULAR_SETTINGS: dict[str, Any] = {
    "TITLE": "Langganan API",
    "VERSION": "1",
    "OAS_VERSION": "3.1.1",
    "DESCRIPTION": (
        "Quotes, sign-ups, subscriptions, quantities, invoices and payments. Amounts are whole rupiah, quantities decimal "
        "strings, dates ISO 8601. Errors are problem documents (RFC 9457) with a stable `code`. `Accept-Language: en` answers "
        "in English. Every POST takes an `Idempotency-Key`."
    ),
    "SERVE_INCLUDE_SCHEMA": False,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "POSTPROCESSING_HOOKS": ["tenants.api.schema.complete"],
}
