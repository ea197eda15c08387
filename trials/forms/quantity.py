"""A quantity as people type it."""

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from plans.errors import CatalogueError
from plans.rules.quantities import check_quantity

GROUPED = re.compile(r"[0-9]{1,3}(?:[.\s][0-9]{3})+")
WHOLE = re.compile(r"-?[0-9]+")
MOST_DIGITS = 12


class QuantityField(forms.CharField):
    """A whole number, written "1500" or "1.500" as in Indonesia; anything else is explained."""

    default_error_messages = {"required": gettext_lazy("Isi jumlahnya, misalnya 150.")}

    def __init__(self, **kwargs: Any) -> None:
        # A text box: a number box sends nothing at all for "abc", and what was typed would be lost.
        widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})
        super().__init__(**{"widget": widget, "max_length": 40, **kwargs})

    def clean(self, value: Any) -> Decimal | None:
        """The quantity as a Decimal; negative, fractional and far too large ones are refused with a reason."""
        said = str(super().clean(value)).strip()
        if not said:
            return None
        if GROUPED.fullmatch(said):
            said = re.sub(r"[.\s]", "", said)
        if not WHOLE.fullmatch(said):
            raise forms.ValidationError(_reason(said), code="not_a_number")
        try:
            return check_quantity(Decimal(said[:MOST_DIGITS]))
        except CatalogueError as error:
            raise forms.ValidationError(worded(error), code=error.code) from error


def worded(error: CatalogueError) -> str:
    """The catalogue's words in the language of the reader."""
    return error.message_en if (get_language() or "").startswith("en") else error.message


def _reason(said: str) -> str:
    if re.fullmatch(r"-?[0-9]+[.,][0-9]+", said):
        return _("Jumlah harus bilangan bulat, tanpa koma. Contoh: 150.")
    return _("Jumlah harus berupa angka. Contoh: 150.")
