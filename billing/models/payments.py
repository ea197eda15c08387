"""Money that came in and what it settled; append-only.

Rows are few (about one of each a month), so foreign keys have no index of their own; `docs/scaling.md` has the measure.
"""

from django.db import models
from django.db.models import Q

from billing.models.documents import Document
from tenants.models.append_only import AppendOnly
from tenants.models.ids import new_id

LONGEST_NOTE, LONGEST_NAME = 200, 100


class Payment(AppendOnly):
    """An amount received. `reference` is the outside world's own id of it, so the same money is booked once.

    A booking that was wrong stays; a row with the negative amount `reverses` it, and the sums are right again. Money that went
    back is a negative row, too; there `reverses` is the id of the public refund, which names the payment.

    `note` and `recorded_by` are as short as they are so that a row always fits on a page beside others and the table needs no
    TOAST table; what is longer stands in full in the event `payment.received`.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    channel = models.CharField(max_length=20)
    method = models.CharField(max_length=40, blank=True)
    amount = models.BigIntegerField()
    # Paid on top of `amount` for the method (K8): the gateway keeps it, and it settles nothing.
    fee = models.BigIntegerField(db_default=0, default=0)
    received_on = models.DateField()
    reference = models.CharField(max_length=120)
    note = models.CharField(max_length=LONGEST_NOTE, blank=True)
    recorded_by = models.CharField(max_length=LONGEST_NAME, blank=True)
    reverses = models.UUIDField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["reference"], name="payment_once"),
            models.CheckConstraint(
                condition=Q(amount__gt=0, reverses__isnull=True) | Q(amount__lt=0, reverses__isnull=False),
                name="payment_sign",
            ),
        ]


class Allocation(AppendOnly):
    """Part of a payment, or of the customer's credit (`payment` empty), that settles a document; negative takes it back."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="allocations", db_index=False)
    payment = models.ForeignKey(
        Payment, null=True, on_delete=models.PROTECT, related_name="allocations", db_index=False
    )
    amount = models.BigIntegerField()
    on = models.DateField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(amount=0), name="allocation_not_zero")]


class CreditEntry(AppendOnly):
    """The customer's credit, one signed row for each movement: what was paid too much and what of it was used."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    amount = models.BigIntegerField()
    on = models.DateField()
    cause = models.CharField(max_length=200)
    payment = models.ForeignKey(Payment, null=True, on_delete=models.PROTECT, related_name="credit", db_index=False)
    document = models.ForeignKey(Document, null=True, on_delete=models.PROTECT, related_name="credit", db_index=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(amount=0), name="credit_entry_not_zero")]
