import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("reports", "0011_names_of_provinces"),
    ]

    operations = [
        migrations.CreateModel(
            name="ClaimPart",
            fields=[
                ("product", models.CharField(max_length=60, verbose_name="produk")),
                ("province", models.CharField(blank=True, max_length=60, verbose_name="provinsi")),
                ("is_test", models.BooleanField(default=False, verbose_name="tenant uji")),
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("on", models.DateField(verbose_name="tanggal")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("recurring", "recurring"),
                            ("once", "once"),
                            ("item", "item"),
                            ("one_off", "one_off"),
                            ("usage", "usage"),
                            ("late_fee", "late_fee"),
                            ("loss", "loss"),
                        ],
                        max_length=12,
                        verbose_name="jenis",
                    ),
                ),
                ("amount", models.BigIntegerField(verbose_name="jumlah")),
                (
                    "move",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="parts", to="reports.cashmove"
                    ),
                ),
            ],
            options={
                "verbose_name": "bagian tagihan",
                "verbose_name_plural": "bagian tagihan",
                "indexes": [
                    models.Index(
                        condition=models.Q(("kind", "recurring"), _negated=True),
                        fields=["on"],
                        name="claim_part_beside",
                    )
                ],
            },
        ),
    ]
