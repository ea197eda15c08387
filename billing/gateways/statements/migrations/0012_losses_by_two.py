"""A dispute above the limit is lost by two people."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import tenants.models.ids


class Migration(migrations.Migration):
    dependencies = [
        ("statements", "0011_sen_of_payments"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="DisputeLoss",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=tenants.models.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("amount", models.BigIntegerField(verbose_name="jumlah")),
                ("disputed", models.BigIntegerField(verbose_name="dapat ditarik saat diminta")),
                ("reason", models.CharField(max_length=300, verbose_name="alasan")),
                (
                    "state",
                    models.CharField(
                        choices=[("requested", "menunggu persetujuan"), ("done", "selesai"), ("rejected", "ditolak")],
                        default="requested",
                        max_length=9,
                        verbose_name="status",
                    ),
                ),
                ("requested_at", models.DateTimeField(verbose_name="diminta")),
                ("approved_at", models.DateTimeField(blank=True, null=True, verbose_name="disetujui")),
                ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="diputuskan")),
                ("decision", models.CharField(blank=True, max_length=300, verbose_name="keputusan")),
                (
                    "approved_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "dispute",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="losses", to="statements.dispute"
                    ),
                ),
                (
                    "rejected_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "requested_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "kekalahan sengketa",
                "verbose_name_plural": "kekalahan sengketa",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("amount__gt", 0), ("amount__lte", models.F("disputed"))),
                        name="dispute_loss_within",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("approved_by__isnull", True),
                            models.Q(("approved_by", models.F("requested_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="dispute_loss_two_people",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "done"), _negated=True), ("approved_at__isnull", False), _connector="OR"
                        ),
                        name="dispute_loss_approved_before_done",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "requested")), fields=("dispute",), name="dispute_loss_asked_once"
                    ),
                ],
            },
        ),
    ]
