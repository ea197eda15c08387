"""Tenants that need somebody: the tenant list filters by the queries that the home page counts."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

from django.db.models import DateField, ExpressionWrapper, F, QuerySet, Value
from django.db.models.functions import Coalesce

from billing.rules.lifecycle import Status
from tenants.models import ParkedJob, Tenant

TRIAL_DAYS = 7
STUCK_AFTER = timedelta(hours=1)


def trials_ending(today: date) -> "QuerySet[Tenant]":
    """Trials that end within seven days, each by its own clock."""
    last = ExpressionWrapper(
        Coalesce(F("clock_on"), Value(today)) + Value(timedelta(days=TRIAL_DAYS)), output_field=DateField()
    )
    return Tenant.objects.filter(status=Status.TRIALING, billing_due_on__lte=last)


def suspended() -> "QuerySet[Tenant]":
    """Tenants whose access is closed."""
    return Tenant.objects.filter(status=Status.SUSPENDED)


def stuck_messages(now: datetime) -> "QuerySet[Tenant]":
    """Tenants with a message that should have left an hour ago."""
    return Tenant.objects.filter(messages_due_at__lt=now - STUCK_AFTER)


def unprovisioned() -> "QuerySet[Tenant]":
    """Sign-ups whose schema could not be made."""
    return Tenant.objects.filter(provisioning=Tenant.ProvisioningState.FAILED)


def parked() -> "QuerySet[Tenant]":
    """Tenants set aside by a job."""
    return Tenant.objects.filter(pk__in=ParkedJob.objects.values("tenant_id"))


def owing() -> "QuerySet[Tenant]":
    """Tenants with something open, those of our own tests apart."""
    return Tenant.objects.filter(balance__gt=0, is_test=False)


TenantQueue = Callable[[date, datetime], "QuerySet[Tenant]"]
# By the code in the list's address: the label, and the tenants on a day at an instant.
TENANT_QUEUES: dict[str, tuple[str, TenantQueue]] = {
    "masa-coba": ("Masa percobaan berakhir dalam 7 hari", lambda today, _now: trials_ending(today)),
    "ditangguhkan": ("Sedang ditangguhkan", lambda _today, _now: suspended()),
    "pesan": ("Pesan tertahan", lambda _today, now: stuck_messages(now)),
    "gagal-disiapkan": ("Gagal disiapkan", lambda _today, _now: unprovisioned()),
    "disisihkan": ("Disisihkan", lambda _today, _now: parked()),
}
