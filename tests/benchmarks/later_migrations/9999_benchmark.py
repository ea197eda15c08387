"""One additive column in every tenant's schema."""

from django.db import migrations, models

from tests.benchmarks.later_migrations import BEFORE


class Migration(migrations.Migration):
    """After whatever the last migration is."""

    dependencies = [("trials", max(path.stem for path in BEFORE.glob("[0-9]*.py")))]
    operations = [migrations.AddField("Trial", "benchmark_note", models.CharField(max_length=20, null=True))]
