"""Who has which offer (K9): one row for each time one was given, public, because its limits hold over all tenants."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tenants.models import Tenant


class Redemption(models.Model):
    """An offer taken at sign-up or given by staff, once for each tenant.

    `customer` is whom `per_customer` counts: the organisation's id, else the contact's e-mail. `reason` is staff's.
    """

    tenant = models.ForeignKey(Tenant, models.CASCADE, related_name="redemptions", verbose_name=_("tenant"))
    product_code = models.CharField(_("produk"), max_length=60)
    code = models.CharField(_("penawaran"), max_length=32)
    customer = models.CharField(_("pelanggan"), max_length=254)
    redeemed_on = models.DateField(_("dipakai pada"))
    reason = models.CharField(_("alasan"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("dicatat pada"), auto_now_add=True)

    class Meta:
        verbose_name = _("pemakaian penawaran")
        verbose_name_plural = _("pemakaian penawaran")
        ordering = ("-created_at",)
        constraints = (models.UniqueConstraint(fields=("tenant", "code"), name="plans_redemption_once"),)
        indexes = (models.Index(fields=("product_code", "code", "customer"), name="plans_redemption_customer"),)

    def __str__(self) -> str:
        return f"{self.code} ({self.customer})"
