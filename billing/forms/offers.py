"""The document of an offer."""

from django import forms
from django.utils.translation import gettext_lazy as _


class ClaimForm(forms.Form):
    """The document (K12). The file's content is judged by the service; its errors come back to `document`."""

    document = forms.FileField(
        label=_("Foto atau PDF dokumen"),
        help_text=_("JPEG, PNG, WebP, atau PDF, paling besar 5 MB."),
        error_messages={
            "required": _("Pilih foto atau PDF dokumen."),
            "empty": _("Berkas ini kosong. Pilih foto atau PDF."),
        },
        widget=forms.ClearableFileInput(attrs={"accept": "image/jpeg,image/png,image/webp,application/pdf"}),
    )
    note = forms.CharField(label=_("Catatan"), max_length=300, required=False)
