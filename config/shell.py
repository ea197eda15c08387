"""What surrounds each page of a dashboard: menu, switcher between tenants, account menu, the product's colour.

Everything is worked out only when a template asks for it, and once a request.
"""

from collections.abc import Callable
from functools import cached_property
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from notifications.selectors.inbox import unread_count
from plans.rules.catalogue import Product
from plans.selectors.catalogue import product_of
from tenants.models import Membership, Tenant
from tenants.permissions import member_may

# path, icon, the permission without which the entry is not shown; the first four shown stand in the phone's bar
PLACES = (
    ("/", "home", "overview.view"),
    ("/jumlah/", "people", "quantity.view"),
    ("/tagihan/", "invoice", "invoices.view"),
    ("/bayar/", "card", "invoices.pay"),
    ("/pesan/", "message", "messages.view"),
    ("/langganan/", "calendar", "subscription.view"),
    ("/anggota/", "user", "members.view"),
    ("/riwayat/", "clock", "history.view"),
    ("/kunci-api/", "key", "keys.view"),
    ("/ekspor/", "download", "data.export"),
    ("/profil/", "building", "profile.view"),
)
PRIMARY = 4
# The switcher is a short list; a developer may have hundreds of complexes (K16).
MOST_CHOICES = 8
# X10: what a tenant without access can still open.
OPEN_WHEN_CLOSED = frozenset({"/", "/tagihan/", "/bayar/", "/langganan/", "/ekspor/"})


class Shell:
    """The surroundings of one request on a tenant's host."""

    def __init__(self, request: HttpRequest, tenant: Tenant, membership: Membership) -> None:
        self.request, self.tenant, self.membership = request, tenant, membership

    @cached_property
    def product(self) -> Product:
        """The product of the tenant."""
        return product_of(self.tenant.product_code)

    @cached_property
    def nav_items(self) -> list[dict[str, Any]]:
        """The menu of this member: what the role may not open is not shown."""
        unit = self.product.unit.of(get_language() or "id")
        names = {
            "/": (_("Ringkasan"), ""),
            "/tagihan/": (_("Tagihan"), ""),
            "/jumlah/": (_("Jumlah %(unit)s") % {"unit": unit}, unit.capitalize()),
            "/bayar/": (_("Bayar"), ""),
            "/pesan/": (_("Pesan"), ""),
            "/langganan/": (_("Langganan"), _("Paket")),
            "/anggota/": (_("Anggota"), ""),
            "/riwayat/": (_("Riwayat"), ""),
            "/kunci-api/": (_("Kunci API"), ""),
            "/ekspor/": (_("Unduh data"), ""),
            "/profil/": (_("Profil"), ""),
        }
        return [
            {
                "label": names[url][0],
                "short_label": names[url][1],
                "url": url,
                "icon": icon,
                "primary": at < PRIMARY,
                "current": self._is_current(url),
                "count": unread_count(user_id=self.membership.user_id) if url == "/pesan/" else 0,
            }
            for at, (url, icon) in enumerate(self._places())
        ]

    def _places(self) -> list[tuple[str, str]]:
        """What this member may open, and what is open at all."""
        return [
            (url, icon)
            for url, icon, permission in PLACES
            if member_may(self.membership, permission) and (self.tenant.has_access or url in OPEN_WHEN_CLOSED)
        ]

    def _is_current(self, url: str) -> bool:
        return self.request.path == url if url == "/" else self.request.path.startswith(url)

    @cached_property
    def tenant_choices(self) -> list[dict[str, Any]]:
        """This tenant and the first of the person's others, by name; who has more finds them behind "all of yours".

        Going to another one passes through the public host, which knows the login.
        """
        others = Tenant.objects.filter(
            memberships__user=self.membership.user_id, provisioning=Tenant.ProvisioningState.READY
        ).exclude(pk=self.tenant.pk)
        few = others.only("name", "schema_name", "status").order_by("name", "pk")[:MOST_CHOICES]
        return [self._choice(tenant) for tenant in sorted([self.tenant, *few], key=lambda tenant: tenant.name)]

    def _choice(self, tenant: Tenant) -> dict[str, Any]:
        current = tenant == self.tenant
        words = {
            "suspended": _("Ditangguhkan"),
            "past_due": _("Lewat jatuh tempo"),
            "free": _("Gratis"),
            "ended": _("Berakhir"),
        }
        return {
            "name": tenant.name,
            "url": "/" if current else reverse("switch_tenant", args=[tenant.subdomain]),
            "current": current,
            "note": words.get(tenant.status, ""),
        }


def surround(request: HttpRequest) -> dict[str, Callable[[], Any] | Any]:
    """The context of `dashboard/base.html`; nothing on the public host or for somebody who is no member."""
    tenant: Tenant | None = getattr(request, "tenant", None)
    membership: Membership | None = getattr(request, "membership", None)
    if tenant is None or membership is None:
        apart = {"page_base": "public/base.html", "account_home": "/lembaga/"}
        return apart | ({"accent": lambda: product_of(tenant.product_code).accent} if tenant is not None else {})
    shell, stay = Shell(request, tenant, membership), getattr(request, "impersonation", None)
    return {
        "page_base": "dashboard/base.html",
        "account_home": "/profil/",
        "accent": lambda: shell.product.accent,
        "product_name": lambda: shell.product.name,
        "nav_items": lambda: shell.nav_items,
        "tenant_choices": lambda: [] if stay else shell.tenant_choices,
        "switch_all_url": reverse("all_tenants"),
        "switch_all_label": _("Semua lembaga Anda"),
        "account_links": [] if stay else [{"label": _("Profil dan keamanan"), "url": "/profil/"}],
        "impersonated_by": stay.staff if stay else "",
        "stop_impersonation_url": reverse("stop_impersonation") if stay else "",
    }
