"""The sign-up page's questions. What only the service knows (taken, known, not on sale) is put beside its field."""

import re
from datetime import date
from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from plans.rules.catalogue import Catalogue
from tenants.errors import DomainError
from tenants.forms.people import ProvinceField
from tenants.models import Tenant, User
from trials.forms.quotes import ADDON, QuoteForm
from trials.services.signups import Signup, check_subdomain

# What the service calls a field → what the page calls it.
FIELDS = {"name": "organisation_name", "interval_months": "period"}
OFFERS = re.compile(r"offers\[[0-9]+\]")
OWN = ("organisation_name", "subdomain", "timezone", "contact_name", "contact_email", "contact_phone")


class AddressForm(forms.Form):
    """The address alone, checked while the rest is still being filled in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["subdomain"] = subdomain_field()

    def clean_subdomain(self) -> str:
        """Well-formed, not reserved, not taken at this moment."""
        wanted = str(self.cleaned_data["subdomain"]).strip().lower()
        try:
            check_subdomain(wanted)
        except DomainError as error:
            raise forms.ValidationError(error.message, code=error.code) from error
        return wanted


class SignupForm(QuoteForm):
    """One short page: size, the institution, who asks. Registration questions come from the product's catalogue."""

    def __init__(self, *args: Any, catalogue: Catalogue, on: date, user: User | None, **kwargs: Any) -> None:
        super().__init__(*args, catalogue=catalogue, on=on, **kwargs)
        self.user = user
        self._add_own_fields()
        self._add_registration_fields(get_language() or "id")
        self._add_contact_fields()
        self._add_closing_fields()
        self._name_what_is_missing()

    def _name_what_is_missing(self) -> None:
        """Each field asks for itself: eight times "this field is required" helps nobody."""
        for name, field in self.fields.items():
            if name not in {"quantity", "accept_terms"}:
                asked = str(field.label or "")
                asked = asked if asked[:2].isupper() else asked[:1].lower() + asked[1:]
                field.error_messages["required"] = _("Isi %(field)s.") % {"field": asked}

    def _add_own_fields(self) -> None:
        self.fields["organisation_name"] = forms.CharField(
            label=_("Nama lembaga"), min_length=2, max_length=200, widget=_text("organization")
        )
        self.fields["subdomain"] = subdomain_field()
        self.fields["timezone"] = forms.ChoiceField(
            label=_("Zona waktu"),
            help_text=_("Menentukan kapan hari berganti untuk tagihan dan jatuh tempo Anda."),
            choices=Tenant.TimeZone.choices,
            initial=Tenant.TimeZone.WIB,
        )

    def _add_registration_fields(self, language: str) -> None:
        for item in self.catalogue.product.registration:
            shown: dict[str, Any] = {
                "label": item.label.of(language),
                "help_text": item.help.of(language) if item.help else "",
                "required": item.required,
            }
            self.fields[f"registration_{item.name}"] = (
                ProvinceField(**shown)
                if item.choices
                else forms.CharField(**shown, max_length=200, widget=_text("off"))
            )

    def _add_contact_fields(self) -> None:
        user = self.user
        self.fields["contact_name"] = forms.CharField(
            label=_("Nama Anda"), max_length=150, initial=user.get_full_name() if user else "", widget=_text("name")
        )
        self.fields["contact_email"] = forms.EmailField(
            label=_("Email"),
            help_text=_("Tagihan dan pengingat dikirim ke sini."),
            initial=user.email if user else "",
            max_length=254,
            widget=forms.EmailInput(attrs={"autocomplete": "email"}),
            error_messages={"invalid": _("Alamat email tidak lengkap. Contoh: ayu@sekolah.sch.id")},
        )
        self.fields["contact_phone"] = forms.CharField(
            label=_("Nomor telepon"),
            required=False,
            max_length=30,
            initial=user.phone if user else "",
            widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
        )

    def _add_closing_fields(self) -> None:
        """A login for who has none, who brought them, and the terms."""
        if self.user is None:
            self.fields["password"] = forms.CharField(
                label=_("Kata sandi"),
                help_text=_("Paling sedikit 10 huruf atau angka."),
                strip=False,
                max_length=128,
                widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}, render_value=False),
            )
        self.fields["referral"] = forms.CharField(
            label=_("Kode yang mengajak Anda"),
            required=False,
            max_length=60,
            widget=_text("off", autocapitalize="none"),
        )
        self.fields["accept_terms"] = forms.BooleanField(
            label=_("Saya menyetujui ketentuan layanan"),
            error_messages={"required": _("Setujui ketentuan layanan untuk mendaftar.")},
        )

    def registration_fields(self) -> list[forms.BoundField]:
        """The product's own questions, for the template."""
        return [self[name] for name in self.fields if name.startswith("registration_")]

    def clean_subdomain(self) -> str:
        """People type capitals and spaces around; an address has neither."""
        return str(self.cleaned_data["subdomain"]).strip().lower()

    def clean_password(self) -> str:
        """Long enough, not among the common ones, not the e-mail address."""
        password = str(self.cleaned_data["password"])
        probe = User(
            email=self.cleaned_data.get("contact_email", ""), first_name=self.cleaned_data.get("contact_name", "")
        )
        validate_password(password, probe)
        return password

    def signup(self) -> Signup:
        """What the service takes; call it on a valid form only."""
        said, wish = self.cleaned_data, self.wish()
        return Signup(
            product=wish.product,
            quantity=wish.quantity,
            plan=wish.plan,
            interval_months=wish.interval_months,
            addons=wish.addons,
            offers=wish.offers,
            anchor=wish.anchor,
            name=said["organisation_name"],
            subdomain=said["subdomain"],
            contact_name=said["contact_name"],
            contact_email=said["contact_email"],
            contact_phone=said["contact_phone"],
            timezone=said["timezone"],
            language=(get_language() or "id")[:2],
            registration={
                item.name: said.get(f"registration_{item.name}", "") for item in self.catalogue.product.registration
            },
            referral=said["referral"],
            password=said.get("password"),
            user=self.user,
        )

    def refuse(self, error: DomainError, message: str) -> None:
        """Put what the service refused beside its field, or above the form."""
        field = error.field.replace("registration.", "registration_").replace("addons.", ADDON)
        field = OFFERS.sub("offers", field)
        field = FIELDS.get(field, field)
        self.add_error(field if field in self.fields else None, message)


def subdomain_field() -> forms.CharField:
    """The wanted address: `smp-tunas-harapan` of smp-tunas-harapan.langganan.id."""
    return forms.CharField(
        label=_("Alamat di internet"),
        help_text=_("3–40 huruf kecil, angka, atau tanda hubung. Tidak dapat diubah sendiri nanti."),
        max_length=63,
        widget=_text("off", autocapitalize="none", spellcheck="false"),
    )


def _text(autocomplete: str, **attrs: str) -> forms.TextInput:
    return forms.TextInput(attrs={"autocomplete": autocomplete, **attrs})
