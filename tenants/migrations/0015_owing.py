"""Who owes, by the day it is due: whom auto-debit charges, and whose money a line of the bank may be."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("tenants", "0014_province_viewers"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="tenant",
            index=models.Index(condition=models.Q(("balance__gt", 0)), fields=["next_due_on"], name="tenant_owing"),
        ),
    ]
