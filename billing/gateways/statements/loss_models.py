"""Losses of disputes that staff ask for above the limit, and a second person's answer."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from billing.gateways.models import PaperRequestState
from tenants.models import User
from tenants.models.ids import new_id


class DisputeLoss(models.Model):
    """`amount` rupiah of a dispute that somebody says are lost, of the `disputed` that could be lost then.

    Above the limit another decides; up to it a dispute is lost at once, without a row here. Done, the dispute is lost.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    dispute = models.ForeignKey("statements.Dispute", on_delete=models.PROTECT, related_name="losses")
    amount = models.BigIntegerField(_("jumlah"))
    disputed = models.BigIntegerField(_("dapat ditarik saat diminta"))
    reason = models.CharField(_("alasan"), max_length=300)
    state = models.CharField(
        _("status"), max_length=9, choices=PaperRequestState.choices, default=PaperRequestState.REQUESTED
    )
    requested_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    requested_at = models.DateTimeField(_("diminta"))
    approved_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    approved_at = models.DateTimeField(_("disetujui"), null=True, blank=True)
    rejected_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    decided_at = models.DateTimeField(_("diputuskan"), null=True, blank=True)
    decision = models.CharField(_("keputusan"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("kekalahan sengketa")
        verbose_name_plural = _("kekalahan sengketa")
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0, amount__lte=F("disputed")), name="dispute_loss_within"),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("requested_by")),
                name="dispute_loss_two_people",
            ),
            models.CheckConstraint(
                condition=~Q(state="done") | Q(approved_at__isnull=False), name="dispute_loss_approved_before_done"
            ),
            models.UniqueConstraint(fields=["dispute"], name="dispute_loss_asked_once", condition=Q(state="requested")),
        ]

    def __str__(self) -> str:
        return f"{self.dispute_id} {self.amount}"
