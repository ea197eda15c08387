from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("billing", "0011_payment_fee")]

    operations = [
        migrations.AddField("document", "promised_on", models.DateField(null=True)),
        migrations.AddField("document", "taxation", models.JSONField(null=True)),
    ]
