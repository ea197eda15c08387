"""What a subscription was told of coming prices, and the term it has paid ahead (X4)."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("billing", "0007_ledger")]

    operations = [
        migrations.AddField("subscription", "price_notice_on", models.DateField(null=True)),
        migrations.AddField("subscription", "price_told_to", models.DateField(null=True)),
        migrations.AddField("subscription", "renewed_early", models.JSONField(null=True)),
    ]
