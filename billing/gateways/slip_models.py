"""Slips of tax withheld as customers sent them. Public, beside transfers: staff work off one queue."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tenants.models import Tenant, User
from tenants.models.ids import new_id


class SentSlipState(models.TextChoices):
    """Only `accepted` is in the books."""

    SUBMITTED = "submitted", _("menunggu pemeriksaan")
    ACCEPTED = "accepted", _("diterima")
    REFUSED = "refused", _("ditolak")
    WITHDRAWN = "withdrawn", _("dibatalkan")


class SentSlip(models.Model):
    """The file of a slip (bukti potong PPh 23) for an invoice, with what the customer says stands on it; staff decide.

    `document_id` is in the tenant's schema and `number` its number; a document has one that waits. Once accepted, number, day
    and amount are those that staff read on the paper and booked.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="sent_slips")
    document_id = models.UUIDField()
    number = models.CharField(_("tagihan"), max_length=60)
    slip_number = models.CharField(_("nomor bukti potong"), max_length=60)
    slip_on = models.DateField(_("tanggal bukti potong"))
    amount = models.BigIntegerField(_("jumlah"))
    paper = models.FileField(_("berkas"), upload_to="slips/", max_length=200)
    paper_type = models.CharField(max_length=20)
    paper_name = models.CharField(max_length=120, blank=True)
    state = models.CharField(_("status"), max_length=9, choices=SentSlipState.choices, default=SentSlipState.SUBMITTED)
    submitted_by = models.CharField(_("dikirim oleh"), max_length=200, blank=True)
    submitted_at = models.DateTimeField(_("dikirim"))
    decided_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    decided_at = models.DateTimeField(_("diputuskan"), null=True, blank=True)
    reason = models.CharField(_("alasan"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("bukti potong kiriman")
        verbose_name_plural = _("bukti potong kiriman")
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="sent_slip_positive"),
            models.CheckConstraint(
                condition=Q(state="submitted", decided_at__isnull=True)
                | (~Q(state="submitted") & Q(decided_at__isnull=False)),
                name="sent_slip_decided",
            ),
            models.UniqueConstraint(
                fields=["document_id"], name="sent_slip_waits_once", condition=Q(state="submitted")
            ),
        ]
        indexes = [models.Index(fields=["submitted_at"], name="sent_slip_queue", condition=Q(state="submitted"))]

    def __str__(self) -> str:
        return f"{self.number} {self.slip_number}"
