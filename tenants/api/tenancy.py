"""Which tenant a call is about: that of the host, or on the public host the one a product's key names.

A tenant's key opens its own host and nothing else. A product's key opens the hosts of its product's tenants, and on the public
host it names one of them.
"""

import re

from django.conf import settings
from django.utils.translation import gettext as _
from rest_framework.request import Request

from tenants.errors import DomainError, NotAllowed, NotFound
from tenants.models import ApiKey, Tenant

HEADER = "X-Tenant"
SUBDOMAIN = re.compile(r"[a-z][a-z0-9-]{1,62}")


def tenant_of_call(request: Request, key: ApiKey) -> Tenant:
    """The tenant this key may act for here; a `DomainError` (400, 403, 404) where there is none."""
    host: Tenant | None = getattr(request, "tenant", None)
    if host is not None:
        return _own_host(host, key, request.headers.get(HEADER, ""))
    if key.tenant_id is not None:
        raise NotAllowed(_("Kunci tenant hanya berlaku di alamat tenant itu sendiri."), code="wrong_host")
    return _named_tenant(request.headers.get(HEADER, ""), key)


def _own_host(host: Tenant, key: ApiKey, named: str) -> Tenant:
    if key.tenant_id is None:
        return _own_product(host, key, named)
    if key.tenant_id != host.pk:
        raise NotAllowed(_("Kunci ini milik tenant lain."), code="wrong_tenant")
    # The key brought the whole row, fresh; the host's is only who it is.
    return key.tenant or host


def _own_product(host: Tenant, key: ApiKey, named: str) -> Tenant:
    tenant = Tenant.objects.filter(pk=host.pk, product_code=key.product_code).first()
    if tenant is None:
        raise NotAllowed(_("Kunci ini milik produk lain."), code="wrong_product")
    if named and named != tenant.subdomain:
        # What is meant for one of its tenants must not be booked to another.
        raise _faulty(_("Header X-Tenant menyebut tenant lain daripada alamat yang dipanggil."), "tenant_mismatch")
    return tenant


def _faulty(said: str, code: str) -> DomainError:
    error = DomainError(said, field=HEADER, code=code)
    error.status = 400
    return error


def _named_tenant(subdomain: str, key: ApiKey) -> Tenant:
    if not subdomain:
        raise _faulty(_("Sebutkan tenant dengan header X-Tenant."), "tenant_missing")
    found = None
    if SUBDOMAIN.fullmatch(subdomain):
        found = Tenant.objects.filter(
            domains__domain=f"{subdomain}.{settings.BASE_DOMAIN}",
            product_code=key.product_code,
            provisioning=Tenant.ProvisioningState.READY,
        ).first()
    if found is None:
        # The same answer for one that is not there and for one of another product.
        raise NotFound(
            _("Tidak ada tenant dengan nama ini dalam produk kunci Anda."), field=HEADER, code="tenant_not_found"
        )
    return found
