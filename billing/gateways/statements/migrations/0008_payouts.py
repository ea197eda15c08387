"""The gateway's payouts: which days of its reports have arrived, and with which line of the bank."""

import django.db.models.deletion
from django.db import migrations, models

import tenants.models.ids


class Migration(migrations.Migration):
    dependencies = [
        ("statements", "0007_fee_corrections"),
    ]

    operations = [
        migrations.AlterField(
            model_name="bankline",
            name="ignored_as",
            field=models.CharField(
                blank=True,
                choices=[
                    ("outgoing", "uang keluar"),
                    ("fee", "biaya bank"),
                    ("interest", "bunga bank"),
                    ("own_transfer", "pindahan rekening sendiri"),
                    ("payout", "penerusan dana gateway"),
                    ("other", "lainnya"),
                ],
                max_length=12,
                verbose_name="jenis",
            ),
        ),
        migrations.AlterField(
            model_name="gatewaydifference",
            name="kind",
            field=models.CharField(
                choices=[
                    ("missing", "tidak ada pada kita"),
                    ("surplus", "tidak ada di laporan gateway"),
                    ("amount", "jumlah berbeda"),
                    ("fee", "biaya berbeda"),
                    ("back", "uang kembali yang belum dibukukan"),
                    ("state", "status berbeda"),
                    ("payout", "penerusan dana berbeda"),
                ],
                max_length=8,
                verbose_name="jenis",
            ),
        ),
        migrations.AlterField(
            model_name="gatewaydifference",
            name="source",
            field=models.CharField(
                choices=[("report", "laporan settlement"), ("status", "pemeriksaan status"), ("bank", "mutasi bank")],
                max_length=6,
                verbose_name="dari",
            ),
        ),
        migrations.AddIndex(
            model_name="gatewayreportrow",
            index=models.Index(fields=["settled_on"], name="gateway_row_days"),
        ),
        migrations.CreateModel(
            name="GatewayPayout",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=tenants.models.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("day", models.DateField(unique=True, verbose_name="hari")),
                ("net", models.BigIntegerField(verbose_name="bersih")),
                (
                    "line",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="payouts", to="statements.bankline"
                    ),
                ),
            ],
        ),
    ]
