"""A trial as it was given."""

from django.db import models
from django.db.models import F, Q

from tenants.models.ids import new_id


class Trial(models.Model):
    """When a subscription was tried free of charge, how it was extended, and how it ended (X5, K6)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    subscription_id = models.UUIDField()
    starts_on = models.DateField()
    ends_on = models.DateField()
    extended_from = models.DateField(null=True)
    extension_reason = models.CharField(max_length=300, blank=True)
    ended_on = models.DateField(null=True)
    outcome = models.CharField(max_length=20, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subscription_id"], name="trial_once"),
            models.CheckConstraint(condition=Q(ends_on__gt=F("starts_on")), name="trial_has_days"),
        ]
