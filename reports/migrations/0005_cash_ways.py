"""Kinds, products and ways to pay go together: told so, the planner adds the days' money up in memory instead of sorting it."""

from django.db import migrations

MAKE = "CREATE STATISTICS IF NOT EXISTS cash_ways (ndistinct) ON kind, product, channel, method FROM reports_cashmove"


class Migration(migrations.Migration):
    dependencies = [("reports", "0004_terms")]

    operations = [migrations.RunSQL([MAKE, "ANALYZE reports_cashmove"], "DROP STATISTICS IF EXISTS cash_ways")]
