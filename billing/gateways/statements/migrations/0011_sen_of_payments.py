"""A payment may have sen: they stay with the line of the bank."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("statements", "0010_fees_summed")]

    operations = [
        migrations.RemoveConstraint("bankline", "bank_line_placed_has_payment"),
        migrations.AddConstraint(
            "bankline",
            models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("amount__gt", 0),
                        ("incoming", True),
                        ("payment__isnull", False),
                        ("state__in", ("booked", "settled")),
                        ("tenant__isnull", False),
                    ),
                    models.Q(
                        models.Q(("state__in", ("booked", "settled")), _negated=True),
                        ("payment__isnull", True),
                        ("tenant__isnull", True),
                        ("transfer__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="bank_line_placed_has_payment",
            ),
        ),
    ]
