"""Money that came in and what it settled; append-only."""

from django.db import models
from django.db.models import Q

from billing.models.documents import Document
from tenants.models.ids import new_id


class Payment(models.Model):
    """An amount received. `reference` is the outside world's own id of it, so the same money is booked once."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    channel = models.CharField(max_length=20)
    method = models.CharField(max_length=40, blank=True)
    amount = models.BigIntegerField()
    received_on = models.DateField()
    reference = models.CharField(max_length=120)
    note = models.CharField(max_length=300, blank=True)
    recorded_by = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["reference"], name="payment_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="payment_positive"),
        ]


class Allocation(models.Model):
    """Part of a payment, or of the customer's credit (`payment` empty), that settles a document; negative takes it back."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="allocations")
    payment = models.ForeignKey(Payment, null=True, on_delete=models.PROTECT, related_name="allocations")
    amount = models.BigIntegerField()
    on = models.DateField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(amount=0), name="allocation_not_zero")]


class CreditEntry(models.Model):
    """The customer's credit, one signed row for each movement: what was paid too much and what of it was used."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    amount = models.BigIntegerField()
    on = models.DateField()
    cause = models.CharField(max_length=200)
    payment = models.ForeignKey(Payment, null=True, on_delete=models.PROTECT, related_name="credit")
    document = models.ForeignKey(Document, null=True, on_delete=models.PROTECT, related_name="credit")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(amount=0), name="credit_entry_not_zero")]
