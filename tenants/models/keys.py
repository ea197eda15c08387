"""Keys of programs, and the answers already given to them."""

from django.db import models

from tenants.models.ids import new_id
from tenants.models.people import User
from tenants.models.tenant import Tenant


class ApiKey(models.Model):
    """A secret of a program: for one tenant, or for one product (which then names the tenant with `X-Tenant`)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField("nama", max_length=80)
    prefix = models.CharField("awalan", max_length=16, unique=True)
    secret_hash = models.CharField(max_length=64, unique=True)
    tenant = models.ForeignKey(Tenant, null=True, blank=True, on_delete=models.CASCADE, related_name="api_keys")
    product_code = models.CharField("produk", max_length=40, blank=True)
    created_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField("dibuat", auto_now_add=True)
    last_used_at = models.DateTimeField("terakhir dipakai", null=True, blank=True)
    revoked_at = models.DateTimeField("dicabut", null=True, blank=True)
    # Of a key found for a request: whether the request came to its tenant's own host.
    at_home = False

    class Meta:
        verbose_name = "kunci API"
        verbose_name_plural = "kunci API"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(tenant__isnull=False, product_code="")
                | (models.Q(tenant__isnull=True) & ~models.Q(product_code="")),
                name="api_key_for_tenant_or_product",
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"


class IdempotentRequest(models.Model):
    """The answer given under an `Idempotency-Key`, kept so that the same request gets the same answer."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    scope = models.CharField(max_length=80)
    key = models.CharField(max_length=128)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    body = models.JSONField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scope", "key"], name="idempotent_request_once")]
        indexes = [models.Index(fields=["created_at"], name="idempotent_request_age")]
