"""What went back in part, or is disputed, is asked about again: few rows of many."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("gateways", "0012_paid_lately")]

    operations = [
        migrations.AddIndex(
            model_name="checkout",
            index=models.Index(
                condition=models.Q(("state__in", ("refunded", "disputed"))),
                fields=["paid_at"],
                name="checkout_gone_back",
            ),
        ),
    ]
