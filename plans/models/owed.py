"""Offers that a tenant has earned and that its own job gives it: no transaction touches two tenants."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tenants.models import Tenant, new_id


class OwedState(models.TextChoices):
    """Waits for the tenant's next visit; in its agreement; to be taken out of it; left to staff; taken back."""

    OWED = "owed", _("menunggu")
    GIVEN = "given", _("diberikan")
    RECALLED = "recalled", _("akan ditarik")
    STUCK = "stuck", _("perlu ditinjau")
    CANCELLED = "cancelled", _("dibatalkan")


class OwedOffer(models.Model):
    """An offer that something elsewhere earned a tenant: a group became complete (C7), a referred customer paid (K10, C6).

    Written where that happened, given under the tenant's own lock before its next invoice. `key` names the cause, so that it is
    owed once; `because` is what the customer is told. A reward in money (N10) is `credit` rupiah instead of an offer's `terms`.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    tenant = models.ForeignKey(Tenant, models.CASCADE, related_name="owed_offers", verbose_name=_("tenant"))
    code = models.CharField(_("penawaran"), max_length=32)
    terms = models.JSONField(editable=False)
    because = models.CharField(_("karena"), max_length=12)
    cause = models.CharField(_("sebab"), max_length=300)
    key = models.CharField(max_length=120)
    credit = models.BigIntegerField(_("kredit"), null=True, blank=True)
    combines = models.BooleanField(default=False)
    state = models.CharField(_("status"), max_length=10, choices=OwedState.choices, default=OwedState.OWED)
    given_on = models.DateField(_("diberikan pada"), null=True, blank=True)
    reason = models.CharField(_("alasan"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("dicatat pada"), auto_now_add=True)

    class Meta:
        verbose_name = _("penawaran yang menunggu")
        verbose_name_plural = _("penawaran yang menunggu")
        ordering = ("-created_at",)
        constraints = (models.UniqueConstraint(fields=("tenant", "key"), name="plans_owed_once"),)
        indexes = (
            models.Index(fields=("tenant",), name="plans_owed_waiting", condition=Q(state__in=("owed", "recalled"))),
        )

    def __str__(self) -> str:
        return f"{self.code} ({self.tenant})"
