"""What happened: append-only, one row for each change of state."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from tenants.models.append_only import AppendOnly
from tenants.models.tenant import Tenant


class Event(AppendOnly):
    """A fact. Messages, outgoing webhooks, reports and the audit trail are made from events, never the other way round.

    `occurred_on` is the tenant's own day (its test clock included), `recorded_at` the instant it was written. `key` makes a
    fact happen once: a second row with the same key in a tenant is refused by the database. `recurring` is what the tenant
    brings in a year after it, by charge: `{"units": ["main", 7200000, "200"]}`; null where an event says nothing of it.
    """

    # Whether it was told; the fact itself stays as it was written.
    MAY_CHANGE: ClassVar[frozenset[str]] = frozenset({"notified_at", "notify_attempts", "notify_error"})

    id = models.BigAutoField(primary_key=True)
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="events")
    name = models.CharField(_("peristiwa"), max_length=60)
    occurred_on = models.DateField(_("tanggal"))
    recorded_at = models.DateTimeField(_("dicatat"), auto_now_add=True)
    actor_kind = models.CharField(max_length=12, default="system")
    actor = models.CharField(_("pelaku"), max_length=200, blank=True)
    cause = models.CharField(_("sebab"), max_length=300, blank=True)
    request_id = models.CharField(max_length=64, blank=True)
    key = models.CharField(max_length=200, null=True, blank=True)  # noqa: DJ001  # unique where given
    data = models.JSONField(default=dict)
    recurring = models.JSONField(null=True, blank=True, editable=False)
    notified_at = models.DateTimeField(null=True, blank=True)
    notify_attempts = models.PositiveSmallIntegerField(default=0)
    notify_error = models.CharField(max_length=500, blank=True)

    class Meta:
        verbose_name = _("peristiwa")
        verbose_name_plural = _("peristiwa")
        constraints = [models.UniqueConstraint(fields=["tenant", "key"], name="event_once")]
        indexes = [
            models.Index(fields=["tenant", "-id"], name="event_of_tenant"),
            # Finding a tenant by the number of a document, which lies in one of 25,000 schemas.
            models.Index(
                models.F("data__invoice"),
                name="event_of_document",
                condition=models.Q(name__in=["invoice.issued", "late_fee.charged"]),
            ),
            models.Index(fields=["id"], name="event_to_notify", condition=models.Q(notified_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"{self.occurred_on:%Y-%m-%d} {self.name}"
