"""Whose receivables and whose books: product and province, as the other pages of figures have them."""

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backoffice.figures.form import YEARS, RevenueForm
from backoffice.frame.fields import DateInput

BY = {
    "tenant": gettext_lazy("pelanggan"),
    "product": gettext_lazy("produk"),
    "province": gettext_lazy("provinsi"),
    "issuer": gettext_lazy("penerbit"),
}
NOT_ASKED = ("first", "last", "plan", "channel", "variant", "cohort")


class TodayForm(RevenueForm):
    """Product and province alone: what is told is of today, whatever days a link brings along.

    `chosen` says that the filter was filled in: without it a demo shows its test tenants.
    """

    chosen = forms.CharField(required=False, widget=forms.HiddenInput())

    def __init__(self, data: dict[str, str]) -> None:
        super().__init__({**data, "chosen": "on"})
        for name in NOT_ASKED:
            del self.fields[name]

    @property
    def days(self) -> tuple[date, date]:
        """Today."""
        today = timezone.localdate()
        return today, today


class AgeingForm(TodayForm):
    """As of which day (none: today), by what (nothing: customers), whose."""

    field_order = ("per", "by", "product", "province", "tests")
    per = forms.DateField(label=gettext_lazy("Per tanggal"), widget=DateInput())
    by = forms.ChoiceField(label=gettext_lazy("Menurut"), choices=list(BY.items()))

    def __init__(self, data: dict[str, str]) -> None:
        per, by = data.get("per") or str(timezone.localdate()), data.get("by") or "tenant"
        super().__init__({**data, "per": per, "by": by})

    def clean(self) -> dict[str, Any]:
        """A day of a year that can be meant."""
        given = super().clean()
        if "per" in given and given["per"].year not in YEARS:
            self.add_error("per", _("Periksa tahunnya."))
        return given

    @property
    def days(self) -> tuple[date, date]:
        """The day that was asked for."""
        return self.cleaned_data["per"], self.cleaned_data["per"]
