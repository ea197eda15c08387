"""The tenant's books: an append-only journal."""

from django.db import models
from django.db.models import F, Q

from billing.models.documents import Document
from billing.models.payments import Payment
from tenants.models.append_only import AppendOnly


class Entry(AppendOnly):
    """`amount` rupiah debited to one account and credited to another: a row is balanced by itself.

    `id` is made from the key of the fact it posts (`billing.rules.ledger.Transfer`), so nothing is posted twice. Rows are never
    changed; a correction is a row of its own. `document` and `payment` say what it is about, where there is one.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    on = models.DateField()
    fact = models.CharField(max_length=16)
    debit = models.CharField(max_length=26)
    credit = models.CharField(max_length=26)
    amount = models.BigIntegerField()
    document = models.ForeignKey(Document, null=True, on_delete=models.PROTECT, related_name="entries", db_index=False)
    payment = models.ForeignKey(Payment, null=True, on_delete=models.PROTECT, related_name="entries", db_index=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="entry_positive"),
            models.CheckConstraint(condition=~Q(debit=F("credit")), name="entry_two_accounts"),
        ]

    def __str__(self) -> str:
        return f"{self.on} {self.debit} → {self.credit} {self.amount}"
