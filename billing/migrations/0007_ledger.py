"""The tenant's books. What was issued before has NULL in `deferred` until `check_books --rebuild` takes it in."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    dependencies = [("billing", "0006_pause")]

    operations = [
        migrations.AddField("document", "deferred", models.JSONField(null=True)),
        migrations.CreateModel(
            name="Entry",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("on", models.DateField()),
                ("fact", models.CharField(max_length=16)),
                ("debit", models.CharField(max_length=26)),
                ("credit", models.CharField(max_length=26)),
                ("amount", models.BigIntegerField()),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "document",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entries",
                        to="billing.document",
                    ),
                ),
                (
                    "payment",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entries",
                        to="billing.payment",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=Q(("amount__gt", 0)), name="entry_positive"),
                    models.CheckConstraint(condition=~Q(("debit", F("credit"))), name="entry_two_accounts"),
                ],
            },
        ),
    ]
