"""How the operator's admin looks: names, menu, colours."""

from typing import Any

from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy

UNFOLD: dict[str, Any] = {
    "SITE_TITLE": "Langganan",
    "SITE_HEADER": "Langganan BizOps",
    "SITE_SYMBOL": "receipt_long",
    "SITE_URL": None,
    "SHOW_HISTORY": False,
    "SHOW_LANGUAGES": True,
    "SHOW_VIEW_ON_SITE": False,
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": "backoffice.menu.favicon"}],
    "STYLES": ["backoffice.menu.stylesheet"],
    "SCRIPTS": ["backoffice.menu.script", "backoffice.menu.keys"],
    "DASHBOARD_CALLBACK": "backoffice.queues.home.show_queues",
    "ACCOUNT": {
        "navigation": [
            {"title": gettext_lazy("Ringkasan lewat email"), "link": reverse_lazy("operator_digests")},
            {"title": gettext_lazy("Ganti kata sandi"), "link": reverse_lazy("account_change_password")},
            {"title": gettext_lazy("Verifikasi dua langkah"), "link": reverse_lazy("mfa_index")},
        ]
    },
    "SIDEBAR": {"navigation": "backoffice.menu.navigation"},
    "COLORS": {
        "primary": {
            "50": "#eef5fc",
            "100": "#d9e8f7",
            "200": "#b8d4ef",
            "300": "#8ab8e2",
            "400": "#5595d0",
            "500": "#3078b8",
            "600": "#1d5c96",
            "700": "#194c7b",
            "800": "#184167",
            "900": "#183756",
            "950": "#0f2339",
        },
    },
}
