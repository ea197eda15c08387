"""Papers that answer a claim: credit notes, write-offs, receipts; and what they take off it."""

from django.db import migrations, models
from django.db.models import F, Q

KINDS = [
    ("invoice", "tagihan"),
    ("late_fee", "denda"),
    ("credit", "nota kredit"),
    ("write_off", "penghapusan"),
    ("receipt", "kuitansi"),
]
LINES = [
    ("period", "periode"),
    ("rise", "tambahan"),
    ("change", "ganti paket"),
    ("one_off", "sekali"),
    ("late_fee", "denda"),
    ("once", "biaya sekali"),
    ("usage", "pemakaian"),
    ("addon", "tambahan paket"),
    ("item", "pembelian"),
    ("credit", "nota kredit"),
]
STATUSES = [("open", "terbuka"), ("paid", "lunas"), ("void", "batal"), ("closed", "ditutup")]


class Migration(migrations.Migration):
    not_additive = "With nothing credited the new rules are the old ones, and old code credits nothing."
    dependencies = [("billing", "0008_price_notices")]

    operations = [
        migrations.AddField("document", "credited", models.BigIntegerField(db_default=0, default=0)),
        migrations.AlterField("document", "kind", models.CharField(choices=KINDS, max_length=10)),
        migrations.AlterField("document", "status", models.CharField(choices=STATUSES, default="open", max_length=6)),
        migrations.AlterField("documentline", "kind", models.CharField(choices=LINES, max_length=8)),
        migrations.RemoveConstraint("document", "document_paid_within_total"),
        migrations.RemoveConstraint("document", "document_paid_is_paid"),
        migrations.RemoveConstraint("document", "document_open_is_open"),
        migrations.AddConstraint(
            "document",
            models.CheckConstraint(
                condition=Q(("credited__gte", 0), ("paid__gte", 0), ("paid__lte", F("total") - F("credited"))),
                name="document_settled_within_total",
            ),
        ),
        migrations.AddConstraint(
            "document",
            models.CheckConstraint(
                condition=Q(
                    ~Q(("status__in", ["paid", "closed"])), ("paid", F("total") - F("credited")), _connector="OR"
                ),
                name="document_settled_is_settled",
            ),
        ),
        migrations.AddConstraint(
            "document",
            models.CheckConstraint(
                condition=Q(~Q(("status", "open")), ("paid__lt", F("total") - F("credited")), _connector="OR"),
                name="document_open_has_rest",
            ),
        ),
    ]
