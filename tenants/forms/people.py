"""Inviting, accepting, keys, profile and the tenant's own data."""

import re
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tenants.models import Membership, Role, Tenant, User
from tenants.rules.provinces import PROVINCES, province_in, province_named

ROLE_WORDS = {
    Role.OWNER: gettext_lazy("Pemilik: semua, termasuk anggota dan kunci API"),
    Role.FINANCE: gettext_lazy("Keuangan: melihat tagihan, membayar, melaporkan jumlah"),
    Role.VIEWER: gettext_lazy("Pembaca: hanya melihat"),
}


def _role_field() -> forms.ChoiceField:
    return forms.ChoiceField(
        label=_("Peran"),
        choices=[(role.value, words) for role, words in ROLE_WORDS.items()],
        widget=forms.RadioSelect,
        error_messages={"required": _("Pilih peran: pemilik, keuangan, atau pembaca.")},
    )


class InviteForm(forms.Form):
    """Whom, and as what."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"] = forms.EmailField(
            label=_("Email"),
            max_length=254,
            widget=forms.EmailInput(attrs={"autocomplete": "off"}),
            error_messages={"invalid": _("Alamat email tidak lengkap. Contoh: budi@sekolah.sch.id")},
        )
        self.fields["role"] = _role_field()
        self.fields["role"].initial = Role.FINANCE.value


class RoleForm(forms.Form):
    """Another role for a member."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"] = _role_field()


class AcceptForm(forms.Form):
    """A new login for somebody who was invited."""

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.email = email
        self.fields["name"] = forms.CharField(
            label=_("Nama Anda"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "name"})
        )
        self.fields["password"] = forms.CharField(
            label=_("Kata sandi"),
            help_text=_("Paling sedikit 10 huruf atau angka."),
            strip=False,
            max_length=128,
            widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        )

    def clean_password(self) -> str:
        """Long enough, not among the common ones, not the address."""
        password = str(self.cleaned_data["password"])
        validate_password(password, User(email=self.email, first_name=self.cleaned_data.get("name", "")))
        return password


class KeyForm(forms.Form):
    """A name that says which program uses the key."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"] = forms.CharField(
            label=_("Nama kunci"),
            help_text=_("Program mana yang memakainya, misalnya “Aplikasi rapor”."),
            min_length=2,
            max_length=80,
            widget=forms.TextInput(attrs={"autocomplete": "off"}),
        )


class PersonForm(forms.ModelForm):  # type: ignore[type-arg]  # subscriptable for the type checker alone
    """A person's own name, number and language."""

    class Meta:
        model = User
        fields = ("first_name", "phone", "language")
        widgets = {
            "first_name": forms.TextInput(attrs={"autocomplete": "name"}),
            "phone": forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
            "language": forms.RadioSelect,
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["first_name"].label = _("Nama")
        self.fields["first_name"].required = True
        self.fields["phone"].label = _("Nomor telepon")
        self.fields["phone"].help_text = _("Untuk WhatsApp dan SMS, bila Anda memilihnya.")
        self.fields["language"] = forms.ChoiceField(
            label=_("Bahasa"), choices=settings.LANGUAGES, widget=forms.RadioSelect
        )


class ChannelForm(forms.ModelForm):  # type: ignore[type-arg]  # subscriptable for the type checker alone
    """How this person wants to be told about this tenant."""

    class Meta:
        model = Membership
        fields = ("by_email", "by_in_app", "by_whatsapp", "by_sms")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        labels = {
            "by_email": _("Email"),
            "by_in_app": _("Pesan di dasbor"),
            "by_whatsapp": _("WhatsApp"),
            "by_sms": _("SMS"),
        }
        for name, label in labels.items():
            self.fields[name].label = label

    def clean(self) -> dict[str, Any]:
        """WhatsApp and SMS need a number to go to."""
        cleaned = super().clean() or self.cleaned_data
        if (cleaned.get("by_whatsapp") or cleaned.get("by_sms")) and not self.instance.user.phone:
            raise forms.ValidationError(_("Isi nomor telepon Anda dulu, baru pilih WhatsApp atau SMS."))
        return cleaned


class ProvinceField(forms.ChoiceField):
    """One of Indonesia's provinces; another spelling that is sent is read, too."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", gettext_lazy("Provinsi"))
        kwargs.setdefault("widget", forms.Select(attrs={"autocomplete": "address-level1"}))
        super().__init__(
            choices=[("", gettext_lazy("Pilih provinsi")), *((name, name) for name in PROVINCES)], **kwargs
        )

    def to_python(self, value: Any) -> str:
        """By its official name."""
        written = str(value or "")
        return province_named(written) or written


class NpwpField(forms.RegexField):
    """A tax number of 15 or 16 digits, or none; the points and the dash that it is printed with are left out.

    "01.345.678.9-012.000" is 013456789012000.
    """

    default_error_messages = {"invalid": gettext_lazy("NPWP terdiri dari 15 atau 16 angka.")}

    def __init__(self, **kwargs: Any) -> None:
        typed = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})
        super().__init__(r"^(?:[0-9]{15,16})?$", **{"label": gettext_lazy("NPWP"), "widget": typed, **kwargs})

    def to_python(self, value: Any) -> str:
        """The digits alone; anything else that was typed stays, to be refused."""
        return re.sub(r"[\s.-]", "", str(super().to_python(value)))


class ContactForm(forms.ModelForm):  # type: ignore[type-arg]  # subscriptable for the type checker alone
    """Who the tenant is on its next invoices, and where they go."""

    npwp = NpwpField(required=False)

    class Meta:
        model = Tenant
        fields = ("name", "address", "npwp", "contact_name", "contact_email", "contact_phone")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        labels = {
            "name": _("Nama lembaga"),
            "address": _("Alamat"),
            "contact_name": _("Nama kontak"),
            "contact_email": _("Email tagihan"),
            "contact_phone": _("Telepon kontak"),
        }
        for name, label in labels.items():
            self.fields[name].label = label
        self._add_province()
        self.fields["npwp"].help_text = _("15 atau 16 angka. Dicetak pada tagihan berikutnya.")
        self.fields["contact_email"].required = True

    def _add_province(self) -> None:
        """Filled in with what is known, else with what the address names. What is known can be changed, not taken away."""
        known = province_named(str(self.instance.registration.get("province", "")))
        suggested = known or province_in(self.instance.address)
        self.fields["province"] = ProvinceField(required=bool(known), initial=suggested)
        self.order_fields(["name", "address", "province"])

    def values(self) -> dict[str, str]:
        """What was typed, for the service; call it on a valid form only."""
        return {name: str(self.cleaned_data[name]) for name in (*(self._meta.fields or ()), "province")}
