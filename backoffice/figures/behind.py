"""The list behind a figure: an existing page with the same filter."""

from collections.abc import Callable, Mapping
from datetime import date
from urllib.parse import urlencode

from django.urls import reverse

from reports.selectors.readings import QUARTER

HEALTH = ("product", "province", "tests")
Link = Mapping[str, str]
Behind = Callable[[Link], str]


def page(name: str, anchor: str = "", **more: str) -> Behind:
    """A page by the name of its address."""
    return lambda link: f"{reverse(name)}?{urlencode({**link, **more})}{anchor}"


def moves(name: str, *kinds: str) -> Behind:
    """The movements of some kinds."""
    chosen = [("kind", kind) for kind in kinds]
    return lambda link: f"{reverse(name)}?{urlencode([*link.items(), *chosen])}"


def thirteen_weeks(name: str, **more: str) -> Behind:
    """A page of the thirteen weeks up to the last day."""

    def address(link: Link) -> str:
        first = date.fromisoformat(link["last"]) - QUARTER
        return f"{reverse(name)}?{urlencode({**link, 'first': str(first), **more})}"

    return address


def health(**more: str) -> Behind:
    """Customers by their health, which is of today: it knows no days."""
    return lambda link: (
        f"{reverse('operator_health')}?{urlencode({name: link[name] for name in HEALTH if name in link} | more)}"
    )


def trying(link: Link) -> str:
    """Those who try now, of the product and the province that are asked for."""
    asked = {"product": "product_code", "province": "provinsi"}
    whose = {name: link[ours] for ours, name in asked.items() if ours in link}
    real = {} if "tests" in link else {"is_test__exact": "0"}
    return f"{reverse('admin:tenants_tenant_changelist')}?{urlencode({'status': 'trialing', **whose, **real})}"
