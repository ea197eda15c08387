"""How many of an add-on are to be held, or of an item to be bought."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from billing.forms.rupiah import WholeField

ADDON, ITEM = "addon", "item"
LARGEST = 10_000_000


class ExtraForm(forms.Form):
    """Which of what is sold, and how many."""

    kind = forms.ChoiceField(choices=[(ADDON, ADDON), (ITEM, ITEM)], widget=forms.HiddenInput)
    code = forms.SlugField(max_length=60, widget=forms.HiddenInput)
    quantity = WholeField(
        label=_("Jumlah"),
        min_value=0,
        max_value=LARGEST,
        error_messages={
            "required": _("Isi jumlahnya, misalnya 1."),
            "invalid": _("Isi bilangan bulat tanpa koma, misalnya 12."),
            "min_value": _("Jumlah tidak boleh kurang dari 0."),
            "max_value": _("Jumlah terlalu besar. Periksa angkanya."),
        },
        widget=forms.TextInput(attrs={"maxlength": 12}),
    )

    instalments = forms.BooleanField(label=_("Bayar dengan angsuran"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        code = self.data.get("code") or self.initial.get("code") or "x"
        self.auto_id = f"id_{code}_%s"  # several of these forms stand on one page

    def clean_quantity(self) -> Decimal:
        """How many as the rules take it: "1500" and "1.500" are 1500."""
        return Decimal(self.cleaned_data["quantity"])
