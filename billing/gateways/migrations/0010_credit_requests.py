"""Credit notes above the limit wait for a second person."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import tenants.models.ids


class Migration(migrations.Migration):
    dependencies = [
        ("gateways", "0009_notice_tenant"),
        ("tenants", "0012_archives"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="CreditRequest",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=tenants.models.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("document_id", models.UUIDField()),
                ("number", models.CharField(max_length=60, verbose_name="dokumen")),
                ("amount", models.BigIntegerField(verbose_name="jumlah")),
                ("net", models.BigIntegerField(blank=True, null=True, verbose_name="sebelum pajak")),
                ("by_line", models.JSONField(blank=True, default=dict, verbose_name="per baris")),
                ("reason", models.CharField(max_length=300, verbose_name="alasan")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("requested", "menunggu persetujuan"),
                            ("done", "diterbitkan"),
                            ("rejected", "ditolak"),
                        ],
                        default="requested",
                        max_length=9,
                        verbose_name="status",
                    ),
                ),
                ("needs_second", models.BooleanField(verbose_name="perlu orang kedua")),
                ("requested_at", models.DateTimeField(verbose_name="diminta")),
                ("approved_at", models.DateTimeField(blank=True, null=True, verbose_name="disetujui")),
                ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="diputuskan")),
                ("decision", models.CharField(blank=True, max_length=300, verbose_name="keputusan")),
                ("note", models.CharField(blank=True, max_length=60, verbose_name="nota")),
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
                (
                    "tenant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="credit_requests",
                        to="tenants.tenant",
                    ),
                ),
            ],
            options={
                "verbose_name": "nota kredit yang diminta",
                "verbose_name_plural": "nota kredit yang diminta",
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "requested")),
                        fields=["requested_at"],
                        name="credit_request_queue",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("amount__gt", 0)), name="credit_request_positive"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("approved_by__isnull", True),
                            models.Q(("approved_by", models.F("requested_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="credit_request_two_people",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("needs_second", False),
                            models.Q(("state", "done"), _negated=True),
                            ("approved_at__isnull", False),
                            _connector="OR",
                        ),
                        name="credit_request_approved_before_done",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "requested")),
                        fields=("document_id",),
                        name="credit_request_asked_once",
                    ),
                ],
            },
        ),
    ]
