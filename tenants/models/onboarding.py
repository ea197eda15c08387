"""How far a new customer has got going (C17): one public row, so that the board opens no tenant's schema."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tenants.models.tenant import Tenant


class Onboarding(models.Model):
    """Begun on the day of sign-up. `done` maps a stage's code to who finished it on which day; the stages are the product's.

    `next_due_on` is the earliest last day of what is not done, written with each change; empty when all is.
    """

    tenant = models.OneToOneField(Tenant, models.CASCADE, primary_key=True, related_name="onboarding")
    plan_code = models.CharField(_("paket"), max_length=60)
    begun_on = models.DateField(_("hari pertama"))
    done = models.JSONField(default=dict)
    next_due_on = models.DateField(_("batas berikutnya"), null=True)

    class Meta:
        verbose_name = _("persiapan pelanggan")
        verbose_name_plural = _("persiapan pelanggan")
        indexes = [models.Index(fields=["next_due_on"], name="onboarding_due", condition=Q(next_due_on__isnull=False))]

    def __str__(self) -> str:
        return f"{self.tenant} · {self.begun_on}"
