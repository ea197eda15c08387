"""Where pages are: the public host's, and each tenant's own."""

from django.conf import settings

from tenants.models import Tenant


def public_address(path: str = "/") -> str:
    """A page of the public host: `/masuk/` → `https://langganan.id/masuk/`."""
    return f"{settings.PUBLIC_SCHEME}://{settings.BASE_DOMAIN}{_port()}{path}"


def tenant_address(tenant: Tenant, path: str = "/") -> str:
    """A page of a tenant's host: `/` → `https://sman1.langganan.id/`."""
    return f"{settings.PUBLIC_SCHEME}://{tenant.subdomain}.{settings.BASE_DOMAIN}{_port()}{path}"


def _port() -> str:
    return f":{settings.PUBLIC_PORT}" if settings.PUBLIC_PORT else ""
