"""The days of a statement of account."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class DaysForm(forms.Form):
    """From a day to a day, both included; this year up to today where nothing is given."""

    first = forms.DateField(label=_("Dari"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
    last = forms.DateField(label=_("Sampai"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))

    def __init__(self, given: Any, *, today: date) -> None:
        usual = {"first": today.replace(month=1, day=1).isoformat(), "last": today.isoformat()}
        super().__init__({name: given.get(name) or usual[name] for name in usual})

    def clean(self) -> dict[str, Any]:
        """The days in their order."""
        cleaned: dict[str, Any] = super().clean() or {}
        if "first" in cleaned and "last" in cleaned and cleaned["first"] > cleaned["last"]:
            self.add_error("last", _("Hari terakhir tidak boleh sebelum hari pertama."))
        return cleaned
