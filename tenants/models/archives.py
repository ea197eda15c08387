"""Archives that members ask for: made in the background, kept for some days, then thrown away."""

from django.db import models
from django.db.models import Q

from tenants.models.ids import new_id
from tenants.models.people import User
from tenants.models.tenant import Tenant


class ArchiveState(models.TextChoices):
    """Asked for, there, or not made; a member may then ask again."""

    WAITING = "waiting", "disiapkan"
    READY = "ready", "siap"
    FAILED = "failed", "gagal"


class DataArchive(models.Model):
    """One archive of a tenant's data and papers. `path` is in the storage, `papers` how many prints are in it.

    `started_at` claims it for one worker; one that died is taken over later.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="archives")
    state = models.CharField(max_length=7, choices=ArchiveState.choices, default=ArchiveState.WAITING)
    requested_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    requested_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    ready_at = models.DateTimeField(null=True)
    path = models.CharField(max_length=200, blank=True)
    size = models.BigIntegerField(default=0)
    papers = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant"], name="archive_one_at_a_time", condition=Q(state="waiting")),
            models.CheckConstraint(
                condition=~Q(state="ready") | (Q(ready_at__isnull=False) & ~Q(path="")), name="archive_ready_is_there"
            ),
        ]
        indexes = [models.Index(fields=["requested_at"], name="archive_queue", condition=Q(state="waiting"))]

    def __str__(self) -> str:
        return f"{self.tenant} {self.requested_at:%Y-%m-%d}"
