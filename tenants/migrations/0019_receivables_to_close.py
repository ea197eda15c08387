"""The job follows everybody once more, and closes what is settled.

In a transaction of its own. With the column and its index (0018) it would hold the trail against every invoice and payment of
the release that still serves, each of which holds its customer's row: this statement would wait for that row, and they for it.
"""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("tenants", "0018_receivables_closed")]

    operations = [
        migrations.RunSQL(
            "UPDATE tenants_tenant SET facts_changed = true WHERE provisioning = 'ready'", migrations.RunSQL.noop
        ),
    ]
