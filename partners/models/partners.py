"""Partners of the operator: developers, agents, consultants, mentors. They are no tenants."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tenants.models import new_id


class PartnerKind(models.TextChoices):
    """What a partner is."""

    DEVELOPER = "developer", _("pengembang")
    AGENT = "agent", _("agen")
    LOCAL_AGENT = "local_agent", _("agen lokal")
    CONSULTANT = "consultant", _("konsultan")
    MENTOR = "mentor", _("mentor")


class Partner(models.Model):
    """Who earns commissions. `code` is what its customers sign up with; the dot keeps it apart from a tenant's address.

    Its statement stands behind a signed link; a higher `link_version` makes the old link worthless.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.CharField(_("kode"), max_length=40, unique=True)
    kind = models.CharField(_("jenis"), max_length=12, choices=PartnerKind.choices)
    name = models.CharField(_("nama"), max_length=200)
    email = models.EmailField(_("email"))
    bank_account = models.CharField(_("rekening"), max_length=120, blank=True)
    link_version = models.PositiveSmallIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(_("dibuat"), auto_now_add=True)

    class Meta:
        verbose_name = _("mitra")
        verbose_name_plural = _("mitra")
        ordering = ("name",)
        constraints = (models.CheckConstraint(condition=Q(code__contains="."), name="partner_code_has_a_dot"),)

    def __str__(self) -> str:
        return self.name


class PartnerAgreement(models.Model):
    """Terms of a partner for a product, as they were in the catalogue when staff agreed to them, for customers who sign up
    `from_on` … `until` (both included; empty: no end)."""

    partner = models.ForeignKey(Partner, models.PROTECT, related_name="agreements", verbose_name=_("mitra"))
    product_code = models.CharField(_("produk"), max_length=60)
    code = models.CharField(_("ketentuan"), max_length=60)
    terms = models.JSONField(editable=False)
    from_on = models.DateField(_("mulai"))
    until = models.DateField(_("sampai"), null=True, blank=True)
    created_at = models.DateTimeField(_("dibuat"), auto_now_add=True)

    class Meta:
        verbose_name = _("ketentuan mitra")
        verbose_name_plural = _("ketentuan mitra")
        constraints = (
            models.UniqueConstraint(fields=("partner", "product_code", "code"), name="partner_agreement_once"),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("from_on")), name="partner_agreement_ends_later"
            ),
        )

    def __str__(self) -> str:
        return f"{self.partner}: {self.code}"
