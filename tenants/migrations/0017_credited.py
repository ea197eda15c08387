"""Whether a tenant ever had credit: who is there already may have had, and so has who is made by an older version meanwhile."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tenants", "0016_sealed_books")]

    operations = [
        migrations.AddField("tenant", "credited", models.BooleanField(db_default=True, default=False, editable=False)),
    ]
