"""What was bought and is billed later, by day or by milestone (N3, N14)."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("billing", "0012_taxation")]

    operations = [migrations.AddField("subscription", "schedule", models.JSONField(null=True))]
