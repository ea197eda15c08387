"""The days' sums. Facts that are there are in none yet and read where they are, until the job has followed everybody again."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("reports", "0014_claim_parts"),
        ("tenants", "0016_sealed_books"),
    ]

    operations = [
        migrations.CreateModel(
            name="CashDay",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("on", models.DateField(verbose_name="tanggal")),
                ("product", models.CharField(max_length=60, verbose_name="produk")),
                ("is_test", models.BooleanField(verbose_name="tenant uji")),
                ("merged", models.BooleanField(default=False)),
                ("kind", models.CharField(max_length=12, verbose_name="jenis")),
                ("origin", models.CharField(blank=True, max_length=40, verbose_name="asal")),
                ("channel", models.CharField(blank=True, max_length=20, verbose_name="saluran")),
                ("method", models.CharField(blank=True, max_length=40, verbose_name="cara")),
                ("amount", models.BigIntegerField(verbose_name="jumlah")),
                ("fee", models.BigIntegerField(verbose_name="biaya")),
                ("count", models.BigIntegerField(verbose_name="banyaknya")),
            ],
            options={
                "verbose_name": "uang sehari",
                "verbose_name_plural": "uang per hari",
            },
        ),
        migrations.CreateModel(
            name="CohortMonth",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("on", models.DateField(verbose_name="tanggal")),
                ("product", models.CharField(max_length=60, verbose_name="produk")),
                ("is_test", models.BooleanField(verbose_name="tenant uji")),
                ("merged", models.BooleanField(default=False)),
                ("cohort", models.DateField(verbose_name="angkatan")),
                ("came", models.BigIntegerField(verbose_name="datang")),
                ("gone", models.BigIntegerField(verbose_name="pergi")),
                ("yearly", models.BigIntegerField(verbose_name="per tahun")),
            ],
            options={
                "verbose_name": "angkatan sebulan",
                "verbose_name_plural": "angkatan per bulan",
            },
        ),
        migrations.CreateModel(
            name="RevenueDay",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("on", models.DateField(verbose_name="tanggal")),
                ("product", models.CharField(max_length=60, verbose_name="produk")),
                ("is_test", models.BooleanField(verbose_name="tenant uji")),
                ("merged", models.BooleanField(default=False)),
                ("kind", models.CharField(max_length=12, verbose_name="jenis")),
                ("channel", models.CharField(blank=True, max_length=40, verbose_name="asal")),
                ("charges", models.CharField(max_length=10, verbose_name="biaya")),
                ("gained", models.BigIntegerField(verbose_name="naik")),
                ("lost", models.BigIntegerField(verbose_name="turun")),
            ],
            options={
                "verbose_name": "gerak sehari",
                "verbose_name_plural": "gerak per hari",
            },
        ),
        migrations.AddField(
            model_name="cashmove",
            name="summed",
            field=models.BooleanField(db_default=False, default=False, editable=False),
        ),
        migrations.AddField(
            model_name="claimpart",
            name="summed",
            field=models.BooleanField(db_default=False, default=False, editable=False),
        ),
        migrations.AddField(
            model_name="revenuemove",
            name="summed",
            field=models.BooleanField(db_default=False, default=False, editable=False),
        ),
        migrations.AddIndex(
            model_name="cashmove",
            index=models.Index(condition=models.Q(("summed", False)), fields=["on"], name="cash_not_summed"),
        ),
        migrations.AddIndex(
            model_name="claimpart",
            index=models.Index(
                condition=models.Q(("summed", False), models.Q(("kind", "recurring"), _negated=True)),
                fields=["on"],
                name="part_not_summed",
            ),
        ),
        migrations.AddIndex(
            model_name="revenuemove",
            index=models.Index(condition=models.Q(("summed", False)), fields=["on"], name="revenue_not_summed"),
        ),
        migrations.AddIndex(
            model_name="cashday",
            index=models.Index(fields=["on"], name="cash_day"),
        ),
        migrations.AddIndex(
            model_name="cashday",
            index=models.Index(condition=models.Q(("merged", False)), fields=["on"], name="cash_day_new"),
        ),
        migrations.AddIndex(
            model_name="cohortmonth",
            index=models.Index(fields=["on"], name="cohort_month"),
        ),
        migrations.AddIndex(
            model_name="cohortmonth",
            index=models.Index(condition=models.Q(("merged", False)), fields=["on"], name="cohort_month_new"),
        ),
        migrations.AddIndex(
            model_name="revenueday",
            index=models.Index(fields=["on"], name="revenue_day"),
        ),
        migrations.AddIndex(
            model_name="revenueday",
            index=models.Index(condition=models.Q(("merged", False)), fields=["on"], name="revenue_day_new"),
        ),
        migrations.RunSQL(
            "UPDATE tenants_tenant SET facts_changed = true WHERE provisioning = 'ready'", migrations.RunSQL.noop
        ),
    ]
