"""Whole numbers and amounts as people type them."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

_GROUPED = re.compile(r"-?(?:\d{1,3}(?:\.\d{3})+|\d+)", re.ASCII)
_SIGN = re.compile(r"^rp\.?\s*", re.IGNORECASE)


class WholeField(forms.IntegerField):
    """A whole number, "1500" or "1.500" as in Indonesia; a point that groups no thousands is an error.

    A text box: the browser's own field for numbers takes "250.000" for two hundred and fifty, and sends nothing for "abc".
    """

    widget = forms.TextInput
    default_error_messages = {"invalid": _("Isi bilangan bulat, misalnya 1.500.")}

    def to_python(self, value: Any) -> int | None:
        """ "1.500" and "1500" are 1500, "-5" is -5 (for `min_value` to refuse); "1.5", "1,5" and "abc" are errors."""
        text = "" if value is None else str(value).strip()
        if text and not _GROUPED.fullmatch(text):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return super().to_python(text.replace(".", ""))

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Digits first on a phone's keyboard."""
        return {**super().widget_attrs(widget), "inputmode": "numeric", "autocomplete": "off"}


class RupiahField(WholeField):
    """Whole rupiah: "Rp 750.137", "750137"."""

    default_error_messages = {"invalid": _("Jumlah harus rupiah bulat, misalnya 1.500.000.")}

    def to_python(self, value: Any) -> int | None:
        """Without the sign of the currency."""
        return super().to_python(value if value is None else _SIGN.sub("", str(value).strip(), count=1))
