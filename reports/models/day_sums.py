"""Facts summed up by the day, so that a page reads thousands of rows instead of each fact."""

from django.db import models

KEPT = "kept"  # what a gateway kept, beside the kinds of `CashKind` and `PartKind`


def _by_day(name: str) -> list[models.Index]:
    """All of some days, and those that are to be merged."""
    return [
        models.Index(fields=["on"], name=name),
        models.Index(fields=["on"], name=f"{name}_new", condition=models.Q(merged=False)),
    ]


class DaySum(models.Model):
    """Rows of a day with the same words add up: they are written beside each other, and `merged` when there is time.

    They are the sums of the facts that say `summed`; those that do not say it are read from where they are.
    """

    id = models.BigAutoField(primary_key=True)
    on = models.DateField("tanggal")
    product = models.CharField("produk", max_length=60)
    is_test = models.BooleanField("tenant uji")
    merged = models.BooleanField(default=False)

    class Meta:
        abstract = True


class CashDay(DaySum):
    """Money of a day in rupiah; of the kind `kept` what gateways kept, of the kinds of `PartKind` what claims bill beside what
    recurs. `origin` is how the customer came.
    """

    kind = models.CharField("jenis", max_length=12)
    origin = models.CharField("asal", max_length=40, blank=True)
    channel = models.CharField("saluran", max_length=20, blank=True)
    method = models.CharField("cara", max_length=40, blank=True)
    amount = models.BigIntegerField("jumlah")
    fee = models.BigIntegerField("biaya")
    count = models.BigIntegerField("banyaknya")

    class Meta:
        verbose_name = "uang sehari"
        verbose_name_plural = "uang per hari"
        indexes = _by_day("cash_day")

    def __str__(self) -> str:
        return f"{self.on} {self.kind} {self.amount}"


class RevenueDay(DaySum):
    """What movements of a day added and took away, in rupiah a year; `channel` is how the customers came."""

    kind = models.CharField("jenis", max_length=12)
    channel = models.CharField("asal", max_length=40, blank=True)
    charges = models.CharField("biaya", max_length=10)
    gained = models.BigIntegerField("naik")
    lost = models.BigIntegerField("turun")

    class Meta:
        verbose_name = "gerak sehari"
        verbose_name_plural = "gerak per hari"
        indexes = _by_day("revenue_day")

    def __str__(self) -> str:
        return f"{self.on} {self.kind} {self.gained + self.lost}"


class CohortMonth(DaySum):
    """What those who first brought something in the month `cohort` did in the month that begins on `on`: how many came or came
    back, how many left, rupiah a year more or less.
    """

    cohort = models.DateField("angkatan")
    came = models.BigIntegerField("datang")
    gone = models.BigIntegerField("pergi")
    yearly = models.BigIntegerField("per tahun")

    class Meta:
        verbose_name = "angkatan sebulan"
        verbose_name_plural = "angkatan per bulan"
        indexes = _by_day("cohort_month")

    def __str__(self) -> str:
        return f"{self.cohort} {self.on} {self.yearly}"
