from django.db import migrations, models


class Migration(migrations.Migration):
    """An invoice paid in parts has a slip for each part."""

    not_additive = "The new constraint forbids nothing that the one in its place allowed."
    dependencies = [("tenants", "0012_archives")]
    operations = [
        migrations.RemoveConstraint(model_name="withholdingslip", name="slip_of_invoice_once"),
        migrations.AddConstraint(
            model_name="withholdingslip",
            constraint=models.UniqueConstraint(fields=("tenant", "number", "slip_number"), name="slip_of_invoice_once"),
        ),
    ]
