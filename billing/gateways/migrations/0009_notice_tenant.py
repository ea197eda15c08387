"""Whom staff booked the money of a notice to, so that the fee of it finds the same books."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("gateways", "0008_sent_slips"),
        ("tenants", "0012_archives"),
    ]

    operations = [
        migrations.AddField(
            model_name="notice",
            name="tenant",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="tenants.tenant",
            ),
        ),
        migrations.AddIndex(
            model_name="notice",
            index=models.Index(
                condition=models.Q(("tenant__isnull", False)), fields=["transaction_id"], name="notice_booked"
            ),
        ),
    ]
