"""Terms that came to their end."""

from django.db import models

from reports.models.sold import Sold
from reports.rules.renewals import TermState
from tenants.models import Event, Tenant


class Term(Sold):
    """A term of two `months` or more that ended on a day; the next was `billed` rupiah on `billed_on`. Drawn from its event.

    `state` changes with what is paid (`reports.rules.renewals.state_of`); of who left there is no next term.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    tenant = models.ForeignKey(Tenant, models.CASCADE, related_name="terms")
    event = models.ForeignKey(Event, models.CASCADE, related_name="terms")
    on = models.DateField("berakhir")
    months = models.PositiveSmallIntegerField("bulan")
    billed = models.BigIntegerField("tagihan berikut", default=0)
    billed_on = models.DateField("ditagih")
    state = models.CharField("status", max_length=7, choices=[(state.value, state.value) for state in TermState])

    class Meta:
        verbose_name = "masa yang berakhir"
        verbose_name_plural = "masa yang berakhir"
        indexes = [models.Index(fields=["on"], name="term_on")]

    def __str__(self) -> str:
        return f"{self.on} {self.state}"
