"""Which province somebody may see the totals of (C14)."""

from typing import Any

from tenants.models import ProvinceViewer


def province_of(user: Any) -> str:
    """The one province whose totals a person may see, as it stands now; empty for everybody else, also for who became staff."""
    if not (user.is_authenticated and user.is_active) or user.is_staff:
        return ""
    found = ProvinceViewer.objects.filter(user=user.pk, ended_at__isnull=True).values_list("province", flat=True)
    return found.first() or ""
