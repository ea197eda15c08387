"""The first day of each step from sign-up to payment, filled from the events that are there."""

from django.db import migrations, models

FILL = """
UPDATE reports_revenuestand SET signed_up_on = steps.signed_up_on, tried_on = steps.tried_on, paid_on = steps.paid_on
FROM (SELECT tenant_id,
             (array_agg(occurred_on ORDER BY id) FILTER (WHERE name <> 'payment.received'))[1] AS signed_up_on,
             (array_agg(occurred_on ORDER BY id) FILTER (WHERE name = 'trial.started'))[1] AS tried_on,
             (array_agg(occurred_on ORDER BY id) FILTER (WHERE name = 'payment.received'))[1] AS paid_on
      FROM tenants_event WHERE name IN ('trial.started', 'subscription.activated', 'payment.received')
      GROUP BY tenant_id) AS steps
WHERE reports_revenuestand.tenant_id = steps.tenant_id
"""


class Migration(migrations.Migration):
    dependencies = [
        ("reports", "0001_facts"),
        ("tenants", "0011_facts"),
    ]

    operations = [
        migrations.AddField(
            model_name="revenuestand",
            name="signed_up_on",
            field=models.DateField(null=True, verbose_name="mendaftar"),
        ),
        migrations.AddField(
            model_name="revenuestand",
            name="tried_on",
            field=models.DateField(null=True, verbose_name="mencoba"),
        ),
        migrations.AddField(
            model_name="revenuestand",
            name="paid_on",
            field=models.DateField(null=True, verbose_name="membayar"),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
