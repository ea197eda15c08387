"""Two provinces have a name in capitals, and were spelled as if they had none."""

from django.db import migrations

TABLES = ("revenuemove", "revenuestand", "cashmove", "bill", "term", "healthstand")
NAMES = {"Dki Jakarta": "DKI Jakarta", "Di Yogyakarta": "DI Yogyakarta"}


class Migration(migrations.Migration):
    dependencies = [
        ("reports", "0010_province_editions"),
    ]

    operations = [
        migrations.RunSQL(
            [
                (f"UPDATE reports_{table} SET province = %s WHERE province = %s", [new, old])  # noqa: S608  # names, no values
                for table in TABLES
                for old, new in NAMES.items()
            ],
            migrations.RunSQL.noop,
        ),
    ]
