"""What a payer paid on top for the payment method (K8); nothing on older payments."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("billing", "0010_usage_corrections")]

    operations = [migrations.AddField("payment", "fee", models.BigIntegerField(db_default=0, default=0))]
