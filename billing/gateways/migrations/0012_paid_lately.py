"""What was paid lately by its day, and transfers by the sum that came, so that jobs need not read all of them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("gateways", "0010_credit_requests"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="banktransfer",
            index=models.Index(
                condition=models.Q(("received__isnull", False)),
                fields=["account", "received"],
                name="transfer_received",
            ),
        ),
        migrations.AddIndex(
            model_name="checkout",
            index=models.Index(condition=models.Q(("state", "paid")), fields=["paid_at"], name="checkout_paid"),
        ),
    ]
