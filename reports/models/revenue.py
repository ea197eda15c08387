"""Recurring revenue: every movement, and how each customer stands after the last of them."""

from django.db import models

from reports.models.sold import Sold
from reports.rules.revenue import MoveKind
from tenants.models import Event, Tenant


class Placed(Sold):
    """What else figures of revenue can be asked by, as it was at that time; `cohort` is the month of the first rupiah."""

    plan = models.CharField("paket", max_length=60, blank=True)
    channel = models.CharField("asal", max_length=40, blank=True)
    variant = models.CharField("varian", max_length=130, blank=True)
    cohort = models.DateField("angkatan", null=True)

    class Meta:
        abstract = True


class RevenueMove(Placed):
    """An event changed what a tenant brings by `yearly` rupiah a year; never changed, rebuilt by `rebuild_facts`.

    What all tenants brought on a day is the sum of the rows up to it. `id` is made from the event, so that nothing is
    written twice. `charges` is the kind of the charges: main, side (another rhythm, in arrears), addon. `summed`: it is in the
    day's sums (`RevenueDay`).
    """

    id = models.UUIDField(primary_key=True, editable=False)
    tenant = models.ForeignKey(Tenant, models.CASCADE, related_name="revenue_moves", db_index=False)
    event = models.ForeignKey(Event, models.CASCADE, related_name="revenue_moves")
    on = models.DateField("tanggal")
    kind = models.CharField("jenis", max_length=12, choices=[(kind.value, kind.value) for kind in MoveKind])
    charges = models.CharField("biaya", max_length=10)
    yearly = models.BigIntegerField("per tahun")
    summed = models.BooleanField(default=False, db_default=False, editable=False)

    class Meta:
        verbose_name = "gerak pendapatan"
        verbose_name_plural = "gerak pendapatan"
        indexes = [
            models.Index(fields=["tenant", "on"], name="revenue_of_tenant"),
            models.Index(fields=["on"], name="revenue_on"),
            models.Index(fields=["on"], name="revenue_not_summed", condition=models.Q(summed=False)),
        ]

    def __str__(self) -> str:
        return f"{self.on} {self.kind} {self.yearly}"


class RevenueStand(Placed):
    """What a tenant brings after the last event that was followed (`seen_event`): `{"main": [7200000, "200"]}`.

    `signed_up_on`, `tried_on` and `paid_on` are the first day of each step (`reports.rules.growth`), by the tenant's own days.
    """

    tenant = models.OneToOneField(Tenant, models.CASCADE, related_name="revenue", primary_key=True)
    seen_event = models.BigIntegerField(default=0)
    charges = models.JSONField(default=dict)
    yearly = models.BigIntegerField("per tahun", default=0)
    first_on = models.DateField("pertama", null=True)
    signed_up_on = models.DateField("mendaftar", null=True)
    tried_on = models.DateField("mencoba", null=True)
    paid_on = models.DateField("membayar", null=True)

    class Meta:
        verbose_name = "pendapatan pelanggan"
        verbose_name_plural = "pendapatan pelanggan"

    def __str__(self) -> str:
        return f"{self.tenant_id}: {self.yearly}"
