"""Costs that staff enter, and every amount they ever had."""

from django.db import models
from django.db.models import Q

from reports.rules.costs import Key
from tenants.models import User
from tenants.models.ids import new_id


class Cost(models.Model):
    """What a kind of costs (`reports/costs/kinds.yaml`) came to in a month, in rupiah.

    `month` is its first day; product and channel are empty where it is of all of them. Staff with `enter_costs` change it;
    each amount it had stays in its changes. Nothing is deleted: what was entered by mistake is 0.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    month = models.DateField("bulan")
    product = models.CharField("produk", max_length=60, blank=True)
    channel = models.CharField("asal", max_length=40, blank=True)
    kind = models.CharField("jenis", max_length=60)
    amount = models.BigIntegerField("jumlah")
    changed_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", verbose_name="oleh")
    changed_at = models.DateTimeField("diubah")

    class Meta:
        verbose_name = "biaya"
        verbose_name_plural = "biaya"
        constraints = [
            models.UniqueConstraint(fields=["month", "product", "channel", "kind"], name="cost_once"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="cost_not_negative"),
            models.CheckConstraint(condition=Q(month__day=1), name="cost_of_a_month"),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.product} {self.channel} {self.kind}: {self.amount}"

    @property
    def key(self) -> Key:
        """What it is of."""
        return Key(self.month, self.product, self.channel, self.kind)


class CostChange(models.Model):
    """An amount that was entered: by whom, when, what stood there before (empty: nothing), and why or from which file."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    cost = models.ForeignKey(Cost, models.CASCADE, related_name="changes")
    before = models.BigIntegerField("sebelum", null=True)
    after = models.BigIntegerField("sesudah")
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", verbose_name="oleh")
    at = models.DateTimeField("pada")
    note = models.CharField("keterangan", max_length=300, blank=True)

    class Meta:
        verbose_name = "perubahan biaya"
        verbose_name_plural = "perubahan biaya"

    def __str__(self) -> str:
        return f"{self.cost_id}: {self.before} → {self.after}"
