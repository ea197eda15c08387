"""What was done of a duty."""

from django import forms
from django.utils.translation import gettext_lazy as _


class DutyForm(forms.Form):
    """In a sentence (C3)."""

    note = forms.CharField(
        label=_("Apa yang sudah dilakukan"),
        min_length=5,
        max_length=500,
        error_messages={"required": _("Tulis apa yang sudah dilakukan.")},
    )
