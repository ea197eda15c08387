"""Offers that are asked for with a document (K12): public, so that staff see all that waits in one list."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tenants.models import Tenant, User, new_id


class ClaimState(models.TextChoices):
    """Wanted at sign-up, but without a document; handed in; decided; taken back by the customer."""

    WANTED = "wanted", _("menunggu dokumen")
    SUBMITTED = "submitted", _("menunggu pemeriksaan")
    APPROVED = "approved", _("disetujui")
    REFUSED = "refused", _("ditolak")
    WITHDRAWN = "withdrawn", _("dibatalkan")


OPEN_CLAIMS = ("wanted", "submitted")


class OfferClaim(models.Model):
    """A customer's claim to an offer. `terms` is the offer as it was when it was asked for: approved later, it is given so.

    `reason` is what staff wrote when they refused it; the customer reads it.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    tenant = models.ForeignKey(Tenant, models.CASCADE, related_name="claims", verbose_name=_("tenant"))
    product_code = models.CharField(_("produk"), max_length=60)
    code = models.CharField(_("penawaran"), max_length=32)
    terms = models.JSONField(editable=False)
    state = models.CharField(_("status"), max_length=10, choices=ClaimState.choices, default=ClaimState.WANTED)
    document = models.FileField(_("dokumen"), upload_to="claims/", max_length=200, blank=True)
    document_type = models.CharField(max_length=20, blank=True)
    document_name = models.CharField(max_length=120, blank=True)
    note = models.CharField(_("catatan"), max_length=300, blank=True)
    submitted_at = models.DateTimeField(_("dikirim"), null=True, blank=True)
    submitted_by = models.CharField(_("dikirim oleh"), max_length=200, blank=True)
    decided_at = models.DateTimeField(_("diputuskan"), null=True, blank=True)
    decided_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    reason = models.CharField(_("alasan"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("dibuat"), auto_now_add=True)

    class Meta:
        verbose_name = _("penawaran dengan dokumen")
        verbose_name_plural = _("penawaran dengan dokumen")
        ordering = ("submitted_at", "created_at")
        constraints = (
            models.UniqueConstraint(
                fields=("tenant", "code"), name="plans_claim_open_once", condition=Q(state__in=OPEN_CLAIMS)
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("submitted", "approved")) | ~Q(document=""), name="plans_claim_shows_a_document"
            ),
        )
        indexes = (models.Index(fields=("state", "submitted_at"), name="plans_claim_queue"),)

    def __str__(self) -> str:
        return f"{self.code} ({self.tenant})"
