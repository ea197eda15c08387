"""What claims come to without tax, by what they bill."""

from django.db import models
from django.db.models import Q

from reports.models.cash import CashMove
from reports.models.sold import Sold
from reports.rules.claim_parts import PartKind


class ClaimPart(Sold):
    """A part of a claim, or of what was taken back of it (below zero), without tax, in rupiah; drawn with its `move`.

    Of one move each kind once; `id` is made of both. A claim from before events said this has none until `rebuild_facts`.
    `summed`: it is in the day's sums (`CashDay`); what recurs never is.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    move = models.ForeignKey(CashMove, models.CASCADE, related_name="parts")
    on = models.DateField("tanggal")
    kind = models.CharField("jenis", max_length=12, choices=[(kind.value, kind.value) for kind in PartKind])
    amount = models.BigIntegerField("jumlah")
    summed = models.BooleanField(default=False, db_default=False, editable=False)

    class Meta:
        verbose_name = "bagian tagihan"
        verbose_name_plural = "bagian tagihan"
        indexes = [
            # What recurs is told by its movements; only what stands beside it is looked for by days.
            models.Index(fields=["on"], name="claim_part_beside", condition=~Q(kind=PartKind.RECURRING.value)),
            models.Index(
                fields=["on"], name="part_not_summed", condition=Q(summed=False) & ~Q(kind=PartKind.RECURRING.value)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.on} {self.kind} {self.amount}"
