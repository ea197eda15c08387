"""Founding an organisation, asking a tenant to join, giving somebody a place."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tenants.models import OrganisationRole, Tenant

ROLE_WORDS = {
    OrganisationRole.MANAGER: gettext_lazy("Pengelola: melihat semua, membayar, mengajak, dan mengatur"),
    OrganisationRole.VIEWER: gettext_lazy("Pembaca: hanya melihat"),
}


class FoundForm(forms.Form):
    """Its name, and which of one's own tenants are in it."""

    def __init__(self, *args: Any, tenants: Sequence[Tenant], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"] = forms.CharField(
            label=_("Nama organisasi"),
            help_text=_("Misalnya nama pengembang, yayasan, atau perusahaan."),
            max_length=200,
            error_messages={"required": _("Isi nama organisasi.")},
        )
        self.fields["tenants"] = forms.MultipleChoiceField(
            label=_("Lembaga di dalamnya"),
            choices=[(str(tenant.pk), tenant.name) for tenant in tenants],
            widget=forms.CheckboxSelectMultiple,
            required=False,
            error_messages={"invalid_choice": _("Pilihan lembaga berubah. Periksa sekali lagi.")},
        )


class AskForm(forms.Form):
    """The address of a tenant."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["subdomain"] = forms.CharField(
            label=_("Alamat lembaga"),
            help_text=_("Bagian pertama alamat dasbornya, misalnya griya-asri."),
            max_length=63,
            widget=forms.TextInput(attrs={"autocapitalize": "none", "autocomplete": "off", "spellcheck": "false"}),
            error_messages={"required": _("Isi alamat lembaga.")},
        )


class PlaceForm(forms.Form):
    """Who, and as what."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"] = forms.EmailField(
            label=_("Email"),
            max_length=254,
            widget=forms.EmailInput(attrs={"autocomplete": "off"}),
            error_messages={
                "required": _("Isi alamat email."),
                "invalid": _("Alamat email tidak lengkap. Contoh: budi@sekolah.sch.id"),
            },
        )
        self.fields["role"] = forms.ChoiceField(
            label=_("Peran"),
            choices=[(role.value, words) for role, words in ROLE_WORDS.items()],
            widget=forms.RadioSelect,
            initial=OrganisationRole.VIEWER.value,
            error_messages={"required": _("Pilih peran: pengelola atau pembaca.")},
        )
