"""Whether the reports have a fee in their sums."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("statements", "0009_payments_named_and_shares"),
        ("tenants", "0015_owing"),
    ]

    operations = [
        migrations.AddField(
            model_name="gatewayfee",
            name="summed",
            field=models.BooleanField(db_default=False, default=False, editable=False),
        ),
        migrations.AddIndex(
            model_name="gatewayfee",
            index=models.Index(
                condition=models.Q(("summed", False)), fields=["settled_on"], name="gateway_fee_not_summed"
            ),
        ),
    ]
