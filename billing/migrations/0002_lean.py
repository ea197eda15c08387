"""Seven indexes that no query needs, and two texts narrowed so that payments need no TOAST table (docs/scaling.md)."""

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models

INDEXES = (
    ("billing_allocation_document_id_1f9d3534", "billing_allocation", "document_id"),
    ("billing_allocation_payment_id_23aa1b53", "billing_allocation", "payment_id"),
    ("billing_creditentry_document_id_65431608", "billing_creditentry", "document_id"),
    ("billing_creditentry_payment_id_68c5e592", "billing_creditentry", "payment_id"),
    ("billing_document_parent_id_d0e2ee86", "billing_document", "parent_id"),
    ("billing_document_subscription_id_20b6831e", "billing_document", "subscription_id"),
    ("billing_quantityreport_subscription_id_3acd2d85", "billing_quantityreport", "subscription_id"),
)


def without(index: str, table: str, column: str) -> migrations.RunSQL:
    """Django's own AlterField would drop the foreign key and check all rows again to put it back."""
    return migrations.RunSQL(
        f'DROP INDEX IF EXISTS "{index}"', f'CREATE INDEX IF NOT EXISTS "{index}" ON "{table}" ("{column}")'
    )


def shortened(column: str, length: int) -> migrations.RunSQL:
    """A longer text gets an ellipsis one can see; in full it stands in the payment's event, which keeps more."""
    return migrations.RunSQL(
        f"UPDATE billing_payment SET {column} = left({column}, {length - 1}) || '…' WHERE length({column}) > {length}",  # noqa: S608  # our own names
        migrations.RunSQL.noop,
    )


def refers(name: str, model: str, related: str, target: str, *, null: bool = True) -> migrations.AlterField:
    """A foreign key without an index of its own."""
    field = models.ForeignKey(
        db_index=False, null=null, on_delete=django.db.models.deletion.PROTECT, related_name=related, to=target
    )
    return migrations.AlterField(model, name, field)


class Migration(migrations.Migration):
    dependencies: ClassVar[list[tuple[str, str]]] = [("billing", "0001_initial")]
    not_additive = (
        "Old code may write a payment's note of 201–300 characters or a name of 101–200 in the minutes until it is replaced:"
        " refused by the database, nothing is lost. Dropped indexes change no result."
    )

    operations: ClassVar[list[migrations.operations.base.Operation]] = [
        migrations.SeparateDatabaseAndState(
            database_operations=[without(*index) for index in INDEXES],
            state_operations=[
                refers("document", "allocation", "allocations", "billing.document", null=False),
                refers("payment", "allocation", "allocations", "billing.payment"),
                refers("document", "creditentry", "credit", "billing.document"),
                refers("payment", "creditentry", "credit", "billing.payment"),
                refers("parent", "document", "fees", "billing.document"),
                refers("subscription", "document", "documents", "billing.subscription"),
                refers("subscription", "quantityreport", "reports", "billing.subscription", null=False),
            ],
        ),
        migrations.SeparateDatabaseAndState(
            database_operations=[
                shortened("note", 200),
                shortened("recorded_by", 100),
                # One statement, so that the table is rewritten once; PostgreSQL drops its TOAST table on the way.
                migrations.RunSQL(
                    "ALTER TABLE billing_payment"
                    " ALTER COLUMN note TYPE varchar(200), ALTER COLUMN recorded_by TYPE varchar(100)",
                    "ALTER TABLE billing_payment"
                    " ALTER COLUMN note TYPE varchar(300), ALTER COLUMN recorded_by TYPE varchar(200)",
                ),
            ],
            state_operations=[
                migrations.AlterField("payment", "note", models.CharField(blank=True, max_length=200)),
                migrations.AlterField("payment", "recorded_by", models.CharField(blank=True, max_length=100)),
            ],
        ),
    ]
