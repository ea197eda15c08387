"""How allauth's logins behave here."""

from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from tenants.selectors.addresses import public_address, tenant_address
from tenants.selectors.provinces import province_of


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts are made by sign-up of a tenant, by invitation or by staff, never by allauth's own form."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _("Email atau kata sandi tidak cocok."),
        "too_many_login_attempts": _("Terlalu sering mencoba masuk. Tunggu beberapa menit, lalu coba lagi."),
        "incorrect_password": _("Kata sandi tidak cocok."),
        "rate_limited": _("Terlalu sering. Tunggu beberapa menit, lalu coba lagi."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Closed: see trials (sign-up) and invitations."""
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """A tenant's host: its overview. The public host: staff to their desk, officials to their province's totals (unless
        they have tenants, too), everybody else to their tenants."""
        if getattr(request, "tenant", None) is not None:
            return "/"
        user: Any = request.user
        if user.is_staff:
            return "/admin/"
        return "/provinsi/" if province_of(user) and not user.memberships.exists() else "/lembaga/"

    def get_reset_password_from_key_url(self, key: str) -> str:
        """The link in the letter: the address by our settings, never what a request's Host header says."""
        path = urlsplit(super().get_reset_password_from_key_url(key)).path
        tenant = getattr(self.request, "tenant", None)
        return public_address(path) if tenant is None else tenant_address(tenant, path)

    def populate_username(self, request: HttpRequest, user: Any) -> None:
        """There are no user names, only addresses."""
