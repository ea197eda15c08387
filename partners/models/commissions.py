"""What partners earn and are paid: append-only, corrected by entries of the opposite sign."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from partners.models.partners import Partner, PartnerAgreement
from tenants.models import Tenant, User, new_id


class Commission(models.Model):
    """An entry of a partner's account, in rupiah. `base` is what it is a share of, or how many pieces.

    `key` names what caused it (an event and an invoice, or a placement): the same cause is posted once.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    partner = models.ForeignKey(Partner, models.PROTECT, related_name="commissions", verbose_name=_("mitra"))
    agreement = models.ForeignKey(PartnerAgreement, models.PROTECT, related_name="+", verbose_name=_("ketentuan"))
    tenant = models.ForeignKey(
        Tenant, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("tenant")
    )
    invoice = models.CharField(_("tagihan"), max_length=60, blank=True)
    on = models.DateField(_("tanggal"))
    base = models.BigIntegerField(_("dasar"))
    amount = models.BigIntegerField(_("komisi"))
    formula = models.CharField(_("perhitungan"), max_length=200)
    cause = models.CharField(_("sebab"), max_length=200)
    key = models.CharField(max_length=120)
    created_at = models.DateTimeField(_("dicatat pada"), auto_now_add=True)

    class Meta:
        verbose_name = _("komisi")
        verbose_name_plural = _("komisi")
        ordering = ("-on", "-created_at")
        constraints = (models.UniqueConstraint(fields=("agreement", "key"), name="commission_once"),)
        indexes = (models.Index(fields=("agreement", "tenant", "invoice"), name="commission_of_invoice"),)

    def __str__(self) -> str:
        return f"{self.partner} {self.amount}"


class Payout(models.Model):
    """Money that staff paid to a partner: never more than its balance, which the row states as it was just before."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    partner = models.ForeignKey(Partner, models.PROTECT, related_name="payouts", verbose_name=_("mitra"))
    amount = models.BigIntegerField(_("jumlah"))
    balance_before = models.BigIntegerField(_("saldo sebelumnya"))
    paid_on = models.DateField(_("dibayar pada"))
    reference = models.CharField(_("rujukan transfer"), max_length=120)
    paid_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(_("dicatat pada"), auto_now_add=True)

    class Meta:
        verbose_name = _("pembayaran mitra")
        verbose_name_plural = _("pembayaran mitra")
        ordering = ("-paid_on", "-created_at")
        constraints = (
            models.CheckConstraint(
                condition=Q(amount__gt=0, amount__lte=F("balance_before")), name="payout_within_balance"
            ),
            models.UniqueConstraint(fields=("partner", "reference"), name="payout_once"),
        )

    def __str__(self) -> str:
        return f"{self.partner} {self.amount}"
