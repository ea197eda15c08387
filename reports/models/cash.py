"""Money: every fact of it, each bill as it stands, and how each customer pays."""

from django.db import models
from django.db.models import Q

from reports.models.sold import Sold
from reports.rules.cash import CashKind
from tenants.models import Event, Tenant


class CashMove(Sold):
    """A claim or money, or what was taken back of it (below zero), in rupiah; never changed, rebuilt by `rebuild_facts`.

    `id` is made from the fact, `source` is the row of the tenant's schema it is about (document, payment, refund). `event` is
    empty where a fact is older than its event. `fee` came on top for the method (K8); of tax withheld the channel is
    "withholding". `summed`: it is in the day's sums (`CashDay`).
    """

    id = models.UUIDField(primary_key=True, editable=False)
    tenant = models.ForeignKey(Tenant, models.CASCADE, related_name="cash_moves", db_index=False)
    event = models.ForeignKey(Event, models.CASCADE, null=True, related_name="cash_moves")
    source = models.UUIDField()
    on = models.DateField("tanggal")
    kind = models.CharField("jenis", max_length=12, choices=[(kind.value, kind.value) for kind in CashKind])
    amount = models.BigIntegerField("jumlah")
    fee = models.BigIntegerField("biaya", default=0)
    channel = models.CharField("saluran", max_length=20, blank=True)
    method = models.CharField("cara", max_length=40, blank=True)
    number = models.CharField("nomor", max_length=60, blank=True)
    summed = models.BooleanField(default=False, db_default=False, editable=False)

    class Meta:
        verbose_name = "gerak uang"
        verbose_name_plural = "gerak uang"
        indexes = [
            models.Index(fields=["tenant", "number"], name="cash_of_tenant"),
            models.Index(fields=["on"], name="cash_on"),
            models.Index(fields=["on"], name="cash_not_summed", condition=Q(summed=False)),
        ]

    def __str__(self) -> str:
        return f"{self.on} {self.kind} {self.amount}"


class Bill(Sold):
    """An invoice or a late fee as it stands: `left` is owed on it. Of one that was paid `days` from issue and `late` after due.

    Paid is what money or credit settled in full: neither void, nor taken back, nor given up.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    tenant = models.ForeignKey(Tenant, models.CASCADE, related_name="bills")
    number = models.CharField("nomor", max_length=60)
    kind = models.CharField(max_length=14)
    issued_on = models.DateField("terbit")
    due_on = models.DateField("jatuh tempo")
    total = models.BigIntegerField("jumlah")
    left = models.BigIntegerField("sisa")
    paid_on = models.DateField("lunas", null=True)
    days = models.IntegerField("hari sampai lunas", null=True)
    late = models.IntegerField("hari lewat tempo", null=True)

    class Meta:
        verbose_name = "tagihan"
        verbose_name_plural = "tagihan"
        indexes = [
            models.Index(fields=["due_on"], name="bill_open", condition=Q(left__gt=0)),
            models.Index(fields=["paid_on"], name="bill_paid", condition=Q(paid_on__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.number


class Payer(models.Model):
    """How a customer pays after the last event that was followed (`seen_event`, of the day `seen_on`).

    `months` is the length of its running term, which ends before `period_to`; `first_on` the day of its first bill;
    `days` and `late` are its habit (`reports.rules.cash.habit`), empty until it has one.

    `closed`: access is closed for good or until it pays. `heard_on` is the last day on which a member or a program of it did
    something, `debit_off_on` the day it took its auto-debit back. From the renewal of `rise_on` it pays `rise_to` instead of
    `rise_from` a period (X4).
    """

    tenant = models.OneToOneField(Tenant, models.CASCADE, related_name="payer", primary_key=True)
    seen_event = models.BigIntegerField(default=0)
    seen_on = models.DateField(null=True)
    first_on = models.DateField(null=True)
    months = models.PositiveSmallIntegerField(null=True)
    period_to = models.DateField(null=True)
    days = models.IntegerField("hari sampai lunas", null=True)
    late = models.IntegerField("hari lewat tempo", null=True)
    closed = models.BooleanField(default=False, db_default=False)
    heard_on = models.DateField(null=True)
    debit_off_on = models.DateField(null=True)
    rise_on = models.DateField(null=True)
    rise_from = models.BigIntegerField(null=True)
    rise_to = models.BigIntegerField(null=True)

    class Meta:
        verbose_name = "kebiasaan bayar"
        verbose_name_plural = "kebiasaan bayar"

    def __str__(self) -> str:
        return f"{self.tenant_id}: {self.late}"
