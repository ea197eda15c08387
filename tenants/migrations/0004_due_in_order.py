from django.db import migrations, models

COLUMNS = {
    "tenant_billing_due": "billing_due_on",
    "tenant_reminder_due": "reminder_due_on",
    "tenant_suspension_due": "suspension_due_on",
    "tenant_messages_due": "messages_due_at",
}


class Migration(migrations.Migration):
    dependencies = [("tenants", "0003_schema_name_upper")]

    operations = [
        operation
        for name, column in COLUMNS.items()
        for operation in (
            migrations.RemoveIndex(model_name="tenant", name=name),
            migrations.AddIndex(model_name="tenant", index=models.Index(fields=[column, "id"], name=name)),
        )
    ]
