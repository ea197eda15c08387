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
    "SHOW_VIEW_ON_SITE": False,
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": "config.operator_menu.favicon"}],
    "STYLES": ["config.operator_menu.stylesheet"],
    "SCRIPTS": ["config.operator_menu.script"],
    "DASHBOARD_CALLBACK": "config.admin.home.show_queues",
    "ACCOUNT": {
        "navigation": [{"title": gettext_lazy("Ringkasan lewat email"), "link": reverse_lazy("operator_digests")}]
    },
    "SIDEBAR": {"navigation": "config.operator_menu.navigation"},
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
