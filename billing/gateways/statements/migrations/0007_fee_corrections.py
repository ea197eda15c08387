"""The fee of a payment as steps: the first, and where a later report says another, the one taken back and the new one."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [
        ("statements", "0006_one_open_dispute"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="gatewayfee", name="gateway_fee_not_negative"),
        migrations.AlterField(model_name="gatewayfee", name="payment", field=models.UUIDField()),
        migrations.AddField(
            model_name="gatewayfee", name="position", field=models.PositiveSmallIntegerField(default=0)
        ),
        migrations.AddField(
            model_name="gatewayfee",
            name="reverses",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="reversal",
                to="statements.gatewayfee",
            ),
        ),
        migrations.AddConstraint(
            model_name="gatewayfee",
            constraint=models.UniqueConstraint(fields=("payment", "position"), name="gateway_fee_once"),
        ),
        migrations.AddConstraint(
            model_name="gatewayfee",
            constraint=models.CheckConstraint(
                condition=Q(("amount__gte", 0), ("reverses__isnull", True))
                | Q(("amount__lte", 0), ("reverses__isnull", False)),
                name="gateway_fee_sign",
            ),
        ),
    ]
