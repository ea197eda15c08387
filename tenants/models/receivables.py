"""What each document is still owed, as a public trail, so that the age of all receivables is one query."""

from django.db import models

from tenants.models.ids import new_id
from tenants.models.tenant import Tenant


class ReceivableMove(models.Model):
    """A document was issued, settled, opened again or voided: `amount` more (or less, negative) is owed on it from a day on.

    Written by billing in the transaction of the fact; of the fact nothing ever changes. What a document was owed on a day is
    the sum of its moves up to that day. `due_on` is that of the document when the row was written; moved by staff it is
    written with an amount of 0. `id` is made from the fact, so that nothing is written twice.

    `closed_on` is no part of it, but a mark of the reports (`reports.services.receivables`): the row belongs to a group of rows
    of its document that add up to zero, all of them of that day or before. From then on the group says nothing of what is
    owed, and is passed over. Empty where something is owed, or nobody looked yet.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="receivable_moves", db_index=False)
    document = models.UUIDField()
    number = models.CharField("nomor", max_length=60)
    kind = models.CharField(max_length=14)
    product = models.CharField("produk", max_length=60)
    issuer = models.CharField("penerbit", max_length=60)
    due_on = models.DateField("jatuh tempo")
    on = models.DateField("tanggal")
    amount = models.BigIntegerField("jumlah")
    closed_on = models.DateField("selesai", null=True, editable=False)

    class Meta:
        verbose_name = "gerak piutang"
        verbose_name_plural = "gerak piutang"
        indexes = [
            models.Index(fields=["tenant", "document"], name="receivable_of_tenant"),
            # What is empty, or later than a day, is little beside what was settled in all the years.
            models.Index(fields=["closed_on"], name="receivable_closed"),
        ]

    def __str__(self) -> str:
        return f"{self.on} {self.number} {self.amount}"
