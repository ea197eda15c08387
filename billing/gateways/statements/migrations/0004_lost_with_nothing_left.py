from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    """A dispute may be lost with 0: all of its money had gone back before."""

    dependencies = [("statements", "0003_disputes")]

    operations = [
        migrations.RemoveConstraint(model_name="dispute", name="dispute_lost_something"),
        migrations.AddConstraint(
            model_name="dispute",
            constraint=models.CheckConstraint(
                condition=Q(state="lost", lost__gte=0, lost__lte=F("amount")) | (~Q(state="lost") & Q(lost=0)),
                name="dispute_lost_within_amount",
            ),
        ),
    ]
