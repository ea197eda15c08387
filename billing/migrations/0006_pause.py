"""A subscription may be paused until a day."""

from django.db import migrations, models
from django.db.models import Q

STATUSES = ("free", "trialing", "active", "past_due", "suspended", "paused", "cancelled", "ended")


class Migration(migrations.Migration):
    not_additive = "Old code writes neither the state `paused` nor the new columns, which the rule allows."
    dependencies = [("billing", "0005_payment_reversal")]

    operations = [
        migrations.AddField("subscription", "paused_on", models.DateField(null=True)),
        migrations.AddField("subscription", "paused_until", models.DateField(null=True)),
        migrations.AlterField(
            "subscription", "status", models.CharField(max_length=12, choices=[(name, name) for name in STATUSES])
        ),
        migrations.AddConstraint(
            "subscription",
            models.CheckConstraint(
                condition=Q(("paused_on__isnull", False), ("paused_until__isnull", False), ("status", "paused"))
                | (~Q(("status", "paused")) & Q(("paused_on__isnull", True), ("paused_until__isnull", True))),
                name="subscription_paused_since",
            ),
        ),
    ]
