"""django-tenants' two base classes, with the types that the library does not declare."""

from typing import TYPE_CHECKING

from django.db import models

if TYPE_CHECKING:

    class TenantMixin(models.Model):
        """What a tenant has by the library: the name of its schema."""

        auto_create_schema: bool
        auto_drop_schema: bool
        schema_name = models.CharField(max_length=63, unique=True)

        class Meta:
            abstract = True

    class DomainMixin(models.Model):
        """What a host name has by the library."""

        domain = models.CharField(max_length=253, unique=True)
        tenant = models.ForeignKey("tenants.Tenant", on_delete=models.CASCADE, related_name="domains")
        is_primary = models.BooleanField(default=True)

        class Meta:
            abstract = True

else:
    from django_tenants.models import DomainMixin, TenantMixin

__all__ = ["DomainMixin", "TenantMixin"]
