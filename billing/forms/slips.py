"""A slip of tax withheld, as the customer sends it."""

from django import forms
from django.utils.translation import gettext_lazy as _

from billing.forms.rupiah import RupiahField


class SlipForm(forms.Form):
    """The paper and what stands on it. The service judges file and amount; its errors come back to their fields."""

    paper = forms.FileField(
        label=_("Foto atau PDF bukti potong"),
        help_text=_("JPEG, PNG, WebP, atau PDF, paling besar 5 MB."),
        error_messages={
            "required": _("Pilih foto atau PDF bukti potong."),
            "empty": _("Berkas ini kosong. Pilih foto atau PDF."),
        },
        widget=forms.ClearableFileInput(attrs={"accept": "image/jpeg,image/png,image/webp,application/pdf"}),
    )
    slip_number = forms.CharField(
        label=_("Nomor bukti potong"),
        max_length=60,
        error_messages={"required": _("Isi nomor seperti pada bukti potong.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    slip_on = forms.DateField(
        label=_("Tanggal bukti potong"),
        error_messages={"required": _("Isi tanggal bukti potong."), "invalid": _("Isi tanggal seperti 2025-03-17.")},
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    amount = RupiahField(
        label=_("PPh yang dipotong"),
        min_value=1,
        max_value=10**12,
        error_messages={
            "required": _("Isi jumlah yang dipotong."),
            "invalid": _("Isi angka saja, misalnya 15000."),
            "min_value": _("Jumlah yang dipotong harus lebih dari nol."),
            "max_value": _("Jumlah ini terlalu besar. Periksa angkanya."),
        },
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
