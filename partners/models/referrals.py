"""Who brought which customer along, and what has become of it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from partners.models.partners import Partner
from tenants.models import Tenant


class Referral(models.Model):
    """A tenant that signed up with somebody's code: a customer's or a partner's, never both; once and for all.

    `bills` is what its events say of its invoices, `seen_event` the last of them that was followed: its commissions and rewards
    are brought up to date from there, without a look into its schema.
    """

    tenant = models.OneToOneField(Tenant, models.CASCADE, related_name="referral", verbose_name=_("pelanggan"))
    referrer = models.ForeignKey(
        Tenant, models.PROTECT, null=True, blank=True, related_name="referrals", verbose_name=_("diajak oleh")
    )
    partner = models.ForeignKey(
        Partner, models.PROTECT, null=True, blank=True, related_name="referrals", verbose_name=_("mitra")
    )
    code = models.CharField(_("kode"), max_length=60)
    referred_on = models.DateField(_("mendaftar"))
    first_paid_on = models.DateField(_("pertama membayar"), null=True, blank=True)
    first_paid = models.CharField(max_length=60, blank=True, editable=False)
    bills = models.JSONField(default=dict, editable=False)
    seen_event = models.BigIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(_("dicatat pada"), auto_now_add=True)

    class Meta:
        verbose_name = _("ajakan")
        verbose_name_plural = _("ajakan")
        ordering = ("-created_at",)
        constraints = (
            models.CheckConstraint(
                condition=Q(referrer__isnull=True) ^ Q(partner__isnull=True), name="referral_by_one_of_both"
            ),
        )
        indexes = (models.Index(fields=("first_paid_on",), name="referral_paid"),)

    def __str__(self) -> str:
        return f"{self.code} → {self.tenant}"


class Award(models.Model):
    """Who referred most in a month ("2026-03") or a year ("2026"), by rank; each place is given once (C6)."""

    product_code = models.CharField(_("produk"), max_length=60)
    period = models.CharField(_("masa"), max_length=7)
    rank = models.PositiveSmallIntegerField(_("peringkat"))
    tenant = models.ForeignKey(Tenant, models.PROTECT, related_name="awards", verbose_name=_("tenant"))
    referrals = models.PositiveIntegerField(_("yang diajak"))
    created_at = models.DateTimeField(_("dicatat pada"), auto_now_add=True)

    class Meta:
        verbose_name = _("penghargaan")
        verbose_name_plural = _("penghargaan")
        ordering = ("-period", "rank")
        constraints = (
            models.UniqueConstraint(fields=("product_code", "period", "rank"), name="award_place_once"),
            models.UniqueConstraint(fields=("product_code", "period", "tenant"), name="award_tenant_once"),
        )

    def __str__(self) -> str:
        return f"{self.period} #{self.rank} {self.tenant}"
