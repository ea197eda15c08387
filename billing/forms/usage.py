"""The forms of the usage page: one day's turnover, or a file of many."""

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from billing.forms.count_file import MAX_BYTES, FileRefused
from billing.forms.rupiah import RupiahField
from billing.forms.usage_file import UsageRow, read_usage


class UsageForm(forms.Form):
    """What a meter read on a day."""

    on = forms.DateField(
        label=_("Tanggal"),
        error_messages={"required": _("Isi tanggalnya."), "invalid": _("Isi tanggal seperti 2025-03-17.")},
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    quantity = RupiahField(
        label=_("Jumlah"),
        min_value=0,
        max_value=10**15,
        error_messages={
            "required": _("Isi jumlahnya, misalnya 1250000."),
            "invalid": _("Isi angka saja, misalnya 1250000."),
            "min_value": _("Jumlah tidak boleh kurang dari 0."),
        },
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )

    def rows(self, key: str) -> list[UsageRow]:
        """The one report; call it on a valid form only."""
        on: date = self.cleaned_data["on"]
        return [UsageRow(on, Decimal(self.cleaned_data["quantity"]), key)]


class UsageFileForm(forms.Form):
    """Many reports at once."""

    file = forms.FileField(
        label=_("Berkas CSV atau XLSX"),
        help_text=_("Kolom “tanggal” dan “jumlah”; boleh juga “id” dan “koreksi” (id laporan yang dikoreksi)."),
        error_messages={"required": _("Pilih berkas dahulu."), "empty": _("Berkas ini kosong.")},
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.xlsx"}),
    )

    def clean_file(self) -> list[UsageRow]:
        """The rows; what is wrong with them is said by row and column."""
        upload: UploadedFile[Any] = self.cleaned_data["file"]
        if (upload.size or 0) > MAX_BYTES:
            raise forms.ValidationError(
                _("Berkas lebih besar dari 2 MB. Hapus kolom yang tidak perlu."), code="too_large"
            )
        try:
            return read_usage(upload.name or "", upload.read())
        except FileRefused as refused:
            raise forms.ValidationError(refused.messages, code="file_refused") from refused
