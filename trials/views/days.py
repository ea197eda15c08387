"""The day on the public pages."""

from datetime import date
from zoneinfo import ZoneInfo

from django.utils import timezone

from tenants.models.tenant import TimeZone


def public_today(zone: str = "") -> date:
    """The day on the public pages: in the zone that somebody chose for a new tenant, until then in Jakarta."""
    known = zone if zone in TimeZone.values else TimeZone.WIB.value
    return timezone.now().astimezone(ZoneInfo(known)).date()
