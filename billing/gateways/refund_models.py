"""Money that goes back to a payer. Public: staff work off one queue, and the gateway tells of it without naming a tenant."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tenants.models import Tenant, User
from tenants.models.ids import new_id


class RefundState(models.TextChoices):
    """How far a refund has come; only `done` is in the books."""

    REQUESTED = "requested", _("menunggu persetujuan")
    APPROVED = "approved", _("siap dijalankan")
    DONE = "done", _("dikembalikan")
    REJECTED = "rejected", _("ditolak")


class RefundWay(models.TextChoices):
    """Through the gateway that took the money, by a transfer of our own, or taken by the payer's bank (chargeback)."""

    GATEWAY = "gateway", _("lewat Midtrans")
    TRANSFER = "transfer", _("transfer bank")
    TAKEN = "taken", _("ditarik bank")


OPEN_REFUNDS = ("requested", "approved")


class Refund(models.Model):
    """Part or all of a tenant's payment on its way back; its id is the key by which the gateway knows it.

    `payment_id` is in the tenant's schema. Above the limit (`needs_second`) somebody else than who asked must approve.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="refunds")
    payment_id = models.UUIDField()
    transaction_id = models.CharField(_("transaction id"), max_length=80, blank=True)
    way = models.CharField(_("cara"), max_length=8, choices=RefundWay.choices)
    amount = models.BigIntegerField(_("jumlah"))
    reason = models.CharField(_("alasan"), max_length=300)
    state = models.CharField(_("status"), max_length=9, choices=RefundState.choices, default=RefundState.REQUESTED)
    needs_second = models.BooleanField(_("perlu orang kedua"))
    bank = models.CharField(_("bank tujuan"), max_length=40, blank=True)
    account = models.CharField(_("nomor rekening"), max_length=30, blank=True)
    holder = models.CharField(_("atas nama"), max_length=120, blank=True)
    proof = models.FileField(_("bukti"), upload_to="proofs/", max_length=200, blank=True)
    proof_type = models.CharField(max_length=20, blank=True)
    proof_name = models.CharField(max_length=120, blank=True)
    error = models.CharField(_("jawaban gateway"), max_length=300, blank=True)
    sent_at = models.DateTimeField(_("dikirim"), null=True, blank=True)
    requested_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    requested_at = models.DateTimeField(_("diminta"))
    approved_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    approved_at = models.DateTimeField(_("disetujui"), null=True, blank=True)
    done_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    done_at = models.DateTimeField(_("dikembalikan"), null=True, blank=True)
    decision = models.CharField(_("keputusan"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("pengembalian dana")
        verbose_name_plural = _("pengembalian dana")
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="refund_positive"),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("requested_by")), name="refund_two_people"
            ),
            models.CheckConstraint(
                condition=Q(needs_second=False) | ~Q(state__in=("approved", "done")) | Q(approved_at__isnull=False),
                name="refund_approved_before_done",
            ),
        ]
        indexes = [
            models.Index(fields=["payment_id"], name="refund_payment"),
            models.Index(fields=["requested_at"], name="refund_queue", condition=Q(state__in=OPEN_REFUNDS)),
        ]

    def __str__(self) -> str:
        return f"{self.tenant} {self.amount}"
