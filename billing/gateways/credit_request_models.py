"""Credit notes that staff ask for. Public: staff work off one queue, with both people's names on each row."""

from django.db import models
from django.db.models import F, Q

from tenants.models import Tenant, User
from tenants.models.ids import new_id


class CreditRequestState(models.TextChoices):
    """Only `done` is a credit note."""

    REQUESTED = "requested", "menunggu persetujuan"
    DONE = "done", "diterbitkan"
    REJECTED = "rejected", "ditolak"


class CreditRequest(models.Model):
    """A credit note as it was asked for; above the limit (`needs_second`) another decides.

    `amount` is what the note takes back with its tax, rupiah. Asked for is all that is left (`net` empty), a net amount for all
    lines, or of single ones (`by_line`: {"1": 250000}). `document_id` is in the tenant's schema, `number` its number and `note`
    that of the credit note.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="credit_requests")
    document_id = models.UUIDField()
    number = models.CharField("dokumen", max_length=60)
    amount = models.BigIntegerField("jumlah")
    net = models.BigIntegerField("sebelum pajak", null=True, blank=True)
    by_line = models.JSONField("per baris", default=dict, blank=True)
    reason = models.CharField("alasan", max_length=300)
    state = models.CharField(
        "status", max_length=9, choices=CreditRequestState.choices, default=CreditRequestState.REQUESTED
    )
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
        verbose_name = "nota kredit yang diminta"
        verbose_name_plural = "nota kredit yang diminta"
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="credit_request_positive"),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("requested_by")),
                name="credit_request_two_people",
            ),
            models.CheckConstraint(
                condition=Q(needs_second=False) | ~Q(state="done") | Q(approved_at__isnull=False),
                name="credit_request_approved_before_done",
            ),
            models.UniqueConstraint(
                fields=["document_id"], name="credit_request_asked_once", condition=Q(state="requested")
            ),
        ]
        indexes = [models.Index(fields=["requested_at"], name="credit_request_queue", condition=Q(state="requested"))]

    def __str__(self) -> str:
        return f"{self.number} {self.amount}"
