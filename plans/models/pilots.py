"""What a pilot has promised to do (C3): a checklist for each, public, so that staff see all of them in one list."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tenants.models import Tenant


class PilotDuty(models.Model):
    """One duty of one pilot, as the catalogue had it when the pilot was granted. `note` is what was done, by whom."""

    tenant = models.ForeignKey(Tenant, models.CASCADE, related_name="duties", verbose_name=_("tenant"))
    code = models.CharField(_("kewajiban"), max_length=32)
    name = models.JSONField(editable=False)
    due_on = models.DateField(_("batas"))
    done_on = models.DateField(_("selesai"), null=True, blank=True)
    done_by = models.CharField(_("oleh"), max_length=200, blank=True)
    note = models.CharField(_("catatan"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("kewajiban pilot")
        verbose_name_plural = _("kewajiban pilot")
        ordering = ("due_on", "code")
        constraints = (models.UniqueConstraint(fields=("tenant", "code"), name="plans_duty_once"),)
        indexes = (models.Index(fields=("due_on",), name="plans_duty_open", condition=Q(done_on__isnull=True)),)

    def __str__(self) -> str:
        return f"{self.code} ({self.tenant})"
