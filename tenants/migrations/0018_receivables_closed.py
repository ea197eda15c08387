"""What is settled is closed on the trail. Nothing is yet: the job is told to in the next migration."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tenants", "0017_credited")]

    operations = [
        migrations.AddField("receivablemove", "closed_on", models.DateField("selesai", null=True, editable=False)),
        migrations.AddIndex("receivablemove", models.Index(fields=["closed_on"], name="receivable_closed")),
    ]
