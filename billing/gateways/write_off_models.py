"""Claims that staff ask to give up. Public: staff work off one queue, with both people's names on each row."""

from django.db import models
from django.db.models import F, Q

from tenants.models import Tenant, User
from tenants.models.ids import new_id


class WriteOffState(models.TextChoices):
    """Only `done` is in the books."""

    REQUESTED = "requested", "menunggu persetujuan"
    DONE = "done", "dihapusbukukan"
    REJECTED = "rejected", "ditolak"


class WriteOff(models.Model):
    """What was open of a tenant's document when staff asked to give it up; above the limit (`needs_second`) another decides.

    `document_id` is in the tenant's schema, `number` is its number and `note` that of the paper which gave it up.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="write_offs")
    document_id = models.UUIDField()
    number = models.CharField("dokumen", max_length=60)
    amount = models.BigIntegerField("jumlah")
    reason = models.CharField("alasan", max_length=300)
    state = models.CharField("status", max_length=9, choices=WriteOffState.choices, default=WriteOffState.REQUESTED)
    needs_second = models.BooleanField("perlu orang kedua")
    requested_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    requested_at = models.DateTimeField("diminta")
    approved_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    approved_at = models.DateTimeField("disetujui", null=True, blank=True)
    rejected_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    decided_at = models.DateTimeField("diputuskan", null=True, blank=True)
    decision = models.CharField("keputusan", max_length=300, blank=True)
    note = models.CharField("nota", max_length=60, blank=True)

    class Meta:
        verbose_name = "hapus buku"
        verbose_name_plural = "hapus buku"
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="write_off_positive"),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("requested_by")), name="write_off_two_people"
            ),
            models.CheckConstraint(
                condition=Q(needs_second=False) | ~Q(state="done") | Q(approved_at__isnull=False),
                name="write_off_approved_before_done",
            ),
            models.UniqueConstraint(
                fields=["document_id"], name="write_off_asked_once", condition=Q(state="requested")
            ),
        ]
        indexes = [models.Index(fields=["requested_at"], name="write_off_queue", condition=Q(state="requested"))]

    def __str__(self) -> str:
        return f"{self.number} {self.amount}"
