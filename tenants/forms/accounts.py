"""allauth's forms in our words: same checks, labels a person would say, no placeholders instead of labels."""

from typing import Any

from allauth.account.forms import (
    ChangePasswordForm,
    LoginForm,
    ReauthenticateForm,
    ResetPasswordForm,
    ResetPasswordKeyForm,
)
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as CodeReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tenants.models import Tenant, User


class Worded:
    """Labels and hints by field name; a form that lacks a field is left alone."""

    words: dict[str, Any] = {}
    hints: dict[str, Any] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, forms.Field] = self.fields  # type: ignore[attr-defined]
        for name, field in fields.items():
            field.widget.attrs.pop("placeholder", None)
            field.label = self.words.get(name, field.label)
            field.help_text = self.hints.get(name, "")


class TenantLoginForm(Worded, LoginForm):  # type: ignore[misc]
    """Login; on a tenant's host for its members only, so that nobody ends up in front of a closed door."""

    words = {
        "login": gettext_lazy("Email"),
        "password": gettext_lazy("Kata sandi"),
        "remember": gettext_lazy("Tetap masuk di perangkat ini"),
    }

    def clean(self) -> dict[str, Any]:
        """Password first; then whether the person belongs here."""
        cleaned: dict[str, Any] = super().clean()
        tenant = getattr(self.request, "tenant", None)
        if tenant is not None and self.user is not None and not may_come_in(self.user, tenant):
            said = _("Akun ini bukan anggota %(tenant)s. Masuk di alamat lembaga Anda sendiri.")
            raise forms.ValidationError(said % {"tenant": tenant.name}, code="not_a_member")
        return cleaned


def may_come_in(user: User, tenant: Tenant) -> bool:
    """Members, and those with an invitation to answer: they have to log in to accept it."""
    open_ones = tenant.invitations.filter(accepted_at__isnull=True, revoked_at__isnull=True)
    return user.memberships.filter(tenant=tenant).exists() or open_ones.filter(email__iexact=user.email).exists()


class TenantResetPasswordForm(Worded, ResetPasswordForm):  # type: ignore[misc]
    """Asking for a new password."""

    words = {"email": gettext_lazy("Email")}


NEW_PASSWORD = {"password1": gettext_lazy("Kata sandi baru"), "password2": gettext_lazy("Ulangi kata sandi baru")}
NEW_HINTS = {"password1": gettext_lazy("Paling sedikit 10 huruf atau angka.")}


class TenantResetPasswordKeyForm(Worded, ResetPasswordKeyForm):  # type: ignore[misc]
    """Choosing it, behind the link in the mail."""

    words, hints = NEW_PASSWORD, NEW_HINTS


class TenantChangePasswordForm(Worded, ChangePasswordForm):  # type: ignore[misc]
    """Choosing it while logged in."""

    words, hints = NEW_PASSWORD | {"oldpassword": gettext_lazy("Kata sandi sekarang")}, NEW_HINTS


class TenantReauthenticateForm(Worded, ReauthenticateForm):  # type: ignore[misc]
    """The password once more before something that matters."""

    words = {"password": gettext_lazy("Kata sandi")}


CODE = gettext_lazy("Kode")
CODE_HINT = gettext_lazy("6 angka dari aplikasi autentikator, atau salah satu kode pemulihan.")


class TenantAuthenticateForm(Worded, AuthenticateForm):  # type: ignore[misc]
    """The second factor at login."""

    words, hints = {"code": CODE}, {"code": CODE_HINT}


class TenantCodeReauthenticateForm(Worded, CodeReauthenticateForm):  # type: ignore[misc]
    """The second factor once more."""

    words, hints = {"code": CODE}, {"code": CODE_HINT}


class TenantActivateTOTPForm(Worded, ActivateTOTPForm):  # type: ignore[misc]
    """The first code proves that the app was set up."""

    words, hints = {"code": CODE}, {"code": gettext_lazy("6 angka yang sekarang terlihat di aplikasi.")}
