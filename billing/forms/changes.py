"""The form of changing plan: one of the places on the page."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from billing.selectors.change_choices import Wanted

_PLACE = re.compile(r"(?P<plan>[a-z0-9-]{1,60})/(?P<months>[1-9][0-9]?)")


class ChangeForm(forms.Form):
    """A plan and interval, as "growth/12"; whether it may be had is the rules' affair."""

    place = forms.CharField(
        label=_("Paket"), max_length=70, error_messages={"required": _("Pilih satu paket.")}, widget=forms.HiddenInput
    )

    def clean_place(self) -> str:
        """A plan's code and a number of months."""
        place: str = self.cleaned_data["place"]
        if not _PLACE.fullmatch(place):
            raise forms.ValidationError(_("Pilih salah satu paket di bawah ini."), code="invalid")
        return place

    def wanted(self) -> Wanted:
        """What was chosen, after `is_valid`."""
        found: dict[str, Any] = {}
        if match := _PLACE.fullmatch(self.cleaned_data["place"]):
            found = {"plan": match["plan"], "interval_months": int(match["months"])}
        return Wanted(**found)
