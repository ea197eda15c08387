"""Which period, and whose figures: the filter of a dashboard."""

from datetime import date
from typing import Any, ClassVar

from django import forms
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backoffice.figures.form import RevenueForm
from reports.rules.lookbacks import Cadence, Lookback, last_whole, lookback_of

CHOICES = 13
QUARTERS = ("I", "II", "III", "IV")


class BoardForm(RevenueForm):
    """A period (without one the latest that is over), product, province."""

    cadence: ClassVar[Cadence]
    field_order = ("period", "product", "province", "tests")
    period = forms.ChoiceField(label=gettext_lazy("Periode"))

    def __init__(self, data: dict[str, str]) -> None:
        today = timezone.localdate()
        latest, running = last_whole(self.cadence, today), lookback_of(self.cadence, today)
        super().__init__({"period": str(latest.first), **data})
        del self.fields["first"], self.fields["last"]
        field = self.fields["period"]
        if isinstance(field, forms.ChoiceField):
            past = [latest.moved(-back) for back in range(CHOICES)]
            now = (str(running.first), _("%(period)s (berjalan)") % {"period": spelled(running)})
            field.choices = [now, *((str(item.first), spelled(item)) for item in past)]

    def clean(self) -> dict[str, Any]:
        """With the days of the period."""
        given = super().clean()
        if "period" in given:
            found = Lookback(self.cadence, date.fromisoformat(given["period"]))
            given |= {"first": found.first, "last": found.last}
        return given


class WeeklyForm(BoardForm):
    """Of a week."""

    cadence = Cadence.WEEKLY


class MonthlyForm(BoardForm):
    """Of a month."""

    cadence = Cadence.MONTHLY


class QuarterlyForm(BoardForm):
    """Of a quarter."""

    cadence = Cadence.QUARTERLY


def spelled(period: Lookback) -> str:
    """ "16–22 Nov 2026", "November 2026", "Triwulan IV 2026"."""
    if period.cadence is Cadence.MONTHLY:
        return formats.date_format(period.first, "F Y")
    if period.cadence is Cadence.QUARTERLY:
        number = QUARTERS[(period.first.month - 1) // 3]
        return _("Triwulan %(number)s %(year)s") % {"number": number, "year": period.first.year}
    begin = "j" if period.first.month == period.last.month else "j M"
    return f"{formats.date_format(period.first, begin)}–{formats.date_format(period.last, 'j M Y')}"
