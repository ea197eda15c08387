"""What every template may use."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse


def surroundings(request: HttpRequest) -> dict[str, Any]:
    """The tenant of the host, the member's role, and whether this is the demo."""
    impersonation = getattr(request, "impersonation", None)
    return {
        "tenant": getattr(request, "tenant", None),
        "membership": getattr(request, "membership", None),
        "is_demo": settings.DEMO,
        "public_url": public_url(),
        "impersonated_by": impersonation.staff if impersonation else "",
        "stop_impersonation_url": reverse("stop_impersonation") if impersonation else "",
    }


def public_url() -> str:
    """The address of the public pages, without a slash at the end."""
    port = f":{settings.PUBLIC_PORT}" if settings.PUBLIC_PORT else ""
    return f"{settings.PUBLIC_SCHEME}://{settings.BASE_DOMAIN}{port}"
