"""What every template may use."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from config.shell import surround
from tenants.selectors.addresses import public_address


def surroundings(request: HttpRequest) -> dict[str, Any]:
    """The tenant of the host, the member's role, and whether this is the demo."""
    return {
        "tenant": getattr(request, "tenant", None),
        "membership": getattr(request, "membership", None),
        "is_demo": settings.DEMO,
        "public_url": public_url(),
    }


def dashboard(request: HttpRequest) -> dict[str, Any]:
    """Menu, switcher and colour of a tenant's pages; worked out only when a template uses them."""
    return surround(request)


def public_url() -> str:
    """The address of the public pages, without a slash at the end."""
    return public_address("")
