import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import tenants.models.ids


class Migration(migrations.Migration):
    dependencies = [
        ("reports", "0008_costs"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Digest",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=tenants.models.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("weekly", "weekly"), ("monthly", "monthly"), ("quarterly", "quarterly")],
                        max_length=9,
                        verbose_name="jenis",
                    ),
                ),
                ("first", models.DateField(verbose_name="periode")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("sending", "sedang dikirim"),
                            ("sent", "terkirim"),
                            ("failed", "gagal, dicoba lagi"),
                            ("given_up", "gagal"),
                        ],
                        default="sending",
                        max_length=8,
                        verbose_name="status",
                    ),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=1)),
                ("next_try_at", models.DateTimeField(null=True)),
                ("sent_at", models.DateTimeField(null=True)),
                ("error", models.CharField(blank=True, max_length=500)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="digests", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "verbose_name": "ringkasan",
                "verbose_name_plural": "ringkasan",
                "constraints": [
                    models.UniqueConstraint(fields=("user", "kind", "first"), name="digest_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("next_try_at__isnull", False), ("state", "failed")),
                            models.Q(models.Q(("state", "failed"), _negated=True), ("next_try_at__isnull", True)),
                            _connector="OR",
                        ),
                        name="digest_failed_has_a_time",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DigestWish",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=tenants.models.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("weekly", "weekly"), ("monthly", "monthly"), ("quarterly", "quarterly")],
                        max_length=9,
                        verbose_name="jenis",
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="digest_wishes",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "ringkasan yang diminta",
                "verbose_name_plural": "ringkasan yang diminta",
                "constraints": [models.UniqueConstraint(fields=("user", "kind"), name="digest_wish_once")],
            },
        ),
    ]
