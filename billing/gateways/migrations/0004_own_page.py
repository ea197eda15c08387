"""An attempt by a method chosen beforehand: what our own page shows, and the fee the payer pays on top."""

from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    dependencies = [("gateways", "0003_transfer_ends")]

    operations = [
        migrations.AddField(
            "checkout",
            "method",
            models.CharField("metode yang dipilih", max_length=20, blank=True, default=""),
            preserve_default=False,
        ),
        migrations.AddField("checkout", "instructions", models.JSONField("cara membayar", null=True, blank=True)),
        migrations.AddField("checkout", "fee", models.BigIntegerField("biaya dibebankan", default=0)),
        migrations.AddConstraint(
            "checkout",
            models.CheckConstraint(condition=Q(fee__gte=0, fee__lt=F("amount")), name="checkout_fee_within_amount"),
        ),
    ]
