"""A payment that was booked wrongly is taken back by a row of its own, with the negative amount."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    not_additive = (
        "The new rule is wider: old code writes positive amounts that reverse nothing, which it allows as before."
    )
    dependencies = [("billing", "0004_charges")]

    operations = [
        migrations.AddField("payment", "reverses", models.UUIDField(null=True)),
        migrations.RemoveConstraint("payment", "payment_positive"),
        migrations.AddConstraint(
            "payment",
            models.CheckConstraint(
                condition=Q(("amount__gt", 0), ("reverses__isnull", True))
                | Q(("amount__lt", 0), ("reverses__isnull", False)),
                name="payment_sign",
            ),
        ),
    ]
