"""How many looked at the pages of a product: sums of a day, nothing about anybody."""

from django.db import models
from django.db.models import F, Q


class VisitDay(models.Model):
    """Browsers that came to a product's public pages on a day (N13), that opened its sign-up, that sent it.

    Who opens the sign-up without having seen the prices has landed there: `landings` >= `checkouts` >= `signups`.
    """

    pk = models.CompositePrimaryKey("product", "on")
    product = models.CharField("produk", max_length=60)
    on = models.DateField("tanggal")
    landings = models.PositiveIntegerField("kunjungan")
    checkouts = models.PositiveIntegerField("pendaftaran dibuka")
    signups = models.PositiveIntegerField("pendaftaran terkirim")

    class Meta:
        verbose_name = "kunjungan sehari"
        verbose_name_plural = "kunjungan sehari"
        constraints = (
            models.CheckConstraint(
                condition=Q(landings__gte=F("checkouts"), checkouts__gte=F("signups")), name="plans_visits_narrow"
            ),
        )

    def __str__(self) -> str:
        return f"{self.on} {self.product}: {self.landings}"
