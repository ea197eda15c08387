"""An announced transfer has a first and a last day; older ones get theirs from the day they were made."""

from datetime import date

from django.db import migrations, models
from django.db.models import Q

EPOCH = date(1970, 1, 1)
DAYS = """
    UPDATE gateways_banktransfer
       SET announced_on = (created_at AT TIME ZONE 'Asia/Jakarta')::date,
           expires_on = (created_at AT TIME ZONE 'Asia/Jakarta')::date + 14
"""


class Migration(migrations.Migration):
    dependencies = [("gateways", "0002_notice_confirmed")]

    operations = [
        migrations.AddField(
            "banktransfer", "announced_on", models.DateField("diumumkan", default=EPOCH), preserve_default=False
        ),
        migrations.AddField(
            "banktransfer", "expires_on", models.DateField("kode berlaku sampai", default=EPOCH), preserve_default=False
        ),
        migrations.RunSQL(DAYS, migrations.RunSQL.noop),
        migrations.AlterField(
            "banktransfer",
            "state",
            models.CharField(
                choices=[
                    ("announced", "menunggu transfer"),
                    ("submitted", "menunggu konfirmasi"),
                    ("approved", "diterima"),
                    ("rejected", "ditolak"),
                    ("cancelled", "dibatalkan"),
                    ("expired", "kedaluwarsa"),
                ],
                default="announced",
                max_length=10,
                verbose_name="status",
            ),
        ),
        migrations.AddIndex(
            "banktransfer",
            models.Index(condition=Q(("state", "announced")), fields=["expires_on"], name="transfer_expiring"),
        ),
        migrations.AddIndex("banktransfer", models.Index(fields=["account", "asked"], name="transfer_sum")),
    ]
