"""A kind of line for corrections of usage; nothing changes in the database."""

from django.db import migrations, models

LINES = [
    ("period", "periode"),
    ("rise", "tambahan"),
    ("change", "ganti paket"),
    ("one_off", "sekali"),
    ("late_fee", "denda"),
    ("once", "biaya sekali"),
    ("usage", "pemakaian"),
    ("correct", "koreksi pemakaian"),
    ("addon", "tambahan paket"),
    ("item", "pembelian"),
    ("credit", "nota kredit"),
]


class Migration(migrations.Migration):
    dependencies = [("billing", "0009_papers")]

    operations = [migrations.AlterField("documentline", "kind", models.CharField(choices=LINES, max_length=8))]
