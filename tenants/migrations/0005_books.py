"""What the operator knows of the tenants' books without walking their schemas, and the day of the next recognition."""

import django.db.models.deletion
from django.db import migrations, models

JOBS = [
    ("billing", "penagihan"),
    ("reminders", "pengingat"),
    ("suspensions", "penangguhan"),
    ("recognition", "pengakuan pendapatan"),
]


class Migration(migrations.Migration):
    dependencies = [("tenants", "0004_due_in_order")]

    operations = [
        migrations.AddField("tenant", "recognition_due_on", models.DateField(blank=True, null=True)),
        migrations.AddField(
            "tenant", "books_changed", models.BooleanField(db_default=False, default=False, editable=False)
        ),
        migrations.AddIndex("tenant", models.Index(fields=["recognition_due_on", "id"], name="tenant_recognition_due")),
        migrations.AddIndex(
            "tenant",
            models.Index(condition=models.Q(("books_changed", True)), fields=["id"], name="tenant_books_changed"),
        ),
        migrations.AlterField("jobrun", "job", models.CharField(choices=JOBS, max_length=20, verbose_name="pekerjaan")),
        migrations.AlterField(
            "parkedjob", "job", models.CharField(choices=JOBS, max_length=20, verbose_name="pekerjaan")
        ),
        migrations.CreateModel(
            name="Books",
            fields=[
                (
                    "tenant",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="books",
                        serialize=False,
                        to="tenants.tenant",
                    ),
                ),
                ("balances", models.JSONField(default=dict)),
                ("deferred", models.JSONField(default=dict)),
                ("differences", models.JSONField(default=list)),
                ("agrees", models.BooleanField(verbose_name="cocok")),
                ("checked_at", models.DateTimeField(verbose_name="diperiksa")),
            ],
            options={
                "verbose_name": "pembukuan",
                "verbose_name_plural": "pembukuan",
                "indexes": [
                    models.Index(condition=models.Q(("agrees", False)), fields=["tenant"], name="books_disagree")
                ],
            },
        ),
    ]
