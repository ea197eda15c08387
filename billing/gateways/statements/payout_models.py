"""Money that the gateway sent on to our account."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tenants.models.ids import new_id


class GatewayPayout(models.Model):
    """A day of the settlement report whose money arrived with a line of the bank, as staff confirmed.

    `net` is what the reports said of the day then: payments less what was kept and what went back, rupiah. One line may bring
    several days; a day arrives once.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    day = models.DateField(_("hari"), unique=True)
    line = models.ForeignKey("statements.BankLine", on_delete=models.PROTECT, related_name="payouts")
    net = models.BigIntegerField(_("bersih"))

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d} {self.net}"
