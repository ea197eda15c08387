"""What of a tenant's journal was there when its books were checked."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tenants", "0015_owing")]

    operations = [
        migrations.AddField("books", "sealed", models.JSONField(default=dict)),
    ]
