"""The forms of the quantity page: one number, or a file that is counted."""

from decimal import Decimal
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from billing.forms.count_file import MAX_BYTES, Count, FileRefused, read_count
from billing.forms.rupiah import WholeField

LARGEST = 10_000_000


class QuantityForm(forms.Form):
    """A new count of students or units."""

    quantity = WholeField(
        label=_("Jumlah sekarang"),
        min_value=0,
        max_value=LARGEST,
        error_messages={
            "required": _("Isi jumlahnya, misalnya 150."),
            "invalid": _("Isi bilangan bulat tanpa koma, misalnya 150."),
            "min_value": _("Jumlah tidak boleh kurang dari 0."),
            "max_value": _("Jumlah paling besar 10.000.000. Periksa angkanya."),
        },
        widget=forms.TextInput(attrs={"maxlength": 12}),
    )

    def clean_quantity(self) -> Decimal:
        """The count as the rules take it: "1500" and "1.500" are 1500."""
        return Decimal(self.cleaned_data["quantity"])


class CountFileForm(forms.Form):
    """A list of students or units (each row counts one), or one total."""

    file = forms.FileField(
        label=_("Berkas CSV atau XLSX"),
        help_text=_("Satu baris untuk tiap nama atau unit, atau satu kolom “jumlah”. Paling besar 2 MB."),
        error_messages={"required": _("Pilih berkas dahulu."), "empty": _("Berkas ini kosong.")},
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.xlsx"}),
    )

    def clean_file(self) -> Count:
        """The counted file; what is wrong with it is said by row and column."""
        upload: UploadedFile[Any] = self.cleaned_data["file"]
        if (upload.size or 0) > MAX_BYTES:
            raise forms.ValidationError(
                _("Berkas lebih besar dari 2 MB. Hapus kolom yang tidak perlu."), code="too_large"
            )
        try:
            return read_count(upload.name or "", upload.read())
        except FileRefused as refused:
            raise forms.ValidationError(refused.messages, code="file_refused") from refused
