"""How customers do: what products report of them, the score as it stands, and every change of it (C12)."""

from django.db import models
from django.db.models import Q

from reports.models.sold import Sold
from reports.rules.health_reports import REPORTED
from reports.rules.health_table import Colour
from tenants.models import Tenant, new_id

COLOURS = [(colour.value, colour.value) for colour in Colour]


class HealthReport(models.Model):
    """A measure of a day as it was reported last; kept for 400 days.

    `versions` is every value under its caller's name, the last one is `value`: `[["5", "week-47"], ["3", ""]]`. `source` is
    api or file, `said_by` the key's or the person's name.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    tenant = models.ForeignKey(Tenant, models.CASCADE, related_name="health_reports", db_index=False)
    measure = models.CharField("ukuran", max_length=10, choices=[(item.value, item.value) for item in REPORTED])
    on = models.DateField("tanggal")
    value = models.DecimalField("nilai", max_digits=6, decimal_places=1)
    versions = models.JSONField(default=list)
    source = models.CharField("asal", max_length=10)
    said_by = models.CharField("oleh", max_length=150, blank=True)
    said_at = models.DateTimeField("dilaporkan")

    class Meta:
        verbose_name = "laporan kesehatan"
        verbose_name_plural = "laporan kesehatan"
        constraints = [
            models.UniqueConstraint(fields=["tenant", "measure", "on"], name="health_report_once"),
            models.CheckConstraint(condition=Q(value__gte=0), name="health_report_value"),
        ]
        indexes = [models.Index(fields=["on"], name="health_report_on")]

    def __str__(self) -> str:
        return f"{self.measure} {self.on}: {self.value}"


class HealthStand(Sold):
    """A customer's score as of the day `on`; `colour` is empty where nothing is known.

    `on` is empty of who was not looked at yet, or is not looked after any more (paused, ended).

    `parts` is what it is made of: `{"usage": ["5", "2026-11-20", "green", 30]}` (value, its day, colour, weight); of payment
    the day is that on which the oldest open bill is due. It is worked out anew when `changed`, or on the day `look_on`.
    `used_on` is the last day of which usage was reported.
    """

    tenant = models.OneToOneField(Tenant, models.CASCADE, related_name="health", primary_key=True)
    on = models.DateField("per", null=True)
    score = models.PositiveSmallIntegerField("skor", null=True)
    colour = models.CharField("warna", max_length=6, blank=True, choices=COLOURS)
    parts = models.JSONField(default=dict)
    used_on = models.DateField("terakhir dipakai", null=True)
    changed = models.BooleanField(default=True)
    look_on = models.DateField(null=True)

    class Meta:
        verbose_name = "kesehatan pelanggan"
        verbose_name_plural = "kesehatan pelanggan"

    def __str__(self) -> str:
        return f"{self.tenant_id}: {self.score}"


class HealthMove(models.Model):
    """On this day the score came to `score` from `score_before`, which it had at the end of the day before (None: unknown)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    tenant = models.ForeignKey(Tenant, models.CASCADE, related_name="health_moves", db_index=False)
    on = models.DateField("tanggal")
    score = models.PositiveSmallIntegerField("skor", null=True)
    colour = models.CharField("warna", max_length=6, blank=True, choices=COLOURS)
    score_before = models.PositiveSmallIntegerField("skor sebelumnya", null=True)
    colour_before = models.CharField("warna sebelumnya", max_length=6, blank=True, choices=COLOURS)

    class Meta:
        verbose_name = "perubahan kesehatan"
        verbose_name_plural = "perubahan kesehatan"
        constraints = [models.UniqueConstraint(fields=["tenant", "on"], name="health_move_once")]
        indexes = [models.Index(fields=["on"], name="health_move_on")]

    def __str__(self) -> str:
        return f"{self.on}: {self.score_before} → {self.score}"
