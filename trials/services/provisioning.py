"""Making a tenant that signed up: its schema and its subscription, in the background, as often as it takes."""

from datetime import datetime
from decimal import Decimal

import structlog
from django.db import connection, transaction

from billing.services.offers.claims import tell_wanted
from plans.rules.experiments import Assigned
from plans.services.catalogue import mark_book_used
from tenants.context import inside, local_today
from tenants.errors import DomainError
from tenants.models import Tenant
from tenants.services.hosts import forget_hosts
from tenants.services.schemas import create_schema, drop_schema
from trials.selectors.quotes import Wish
from trials.services.groups import take_what_was_earned
from trials.services.trials import begin_subscription

log = structlog.get_logger(__name__)
State = Tenant.ProvisioningState
# Steps a person sees: 1 accepted, 2 schema made, 3 subscription begun, 4 ready.
STEPS = 4
MOST_ATTEMPTS = 3


def provision_tenant(*, tenant: Tenant, now: datetime) -> Tenant:
    """Make the schema and begin the subscription in one transaction; a failure leaves nothing but its reason.

    Safe to repeat and to run twice at once: one worker holds the tenant's lock, and another takes up what a dead one left.
    """
    waiting = Tenant.objects.filter(pk=tenant.pk, provisioning__in=[State.PENDING, State.FAILED])
    waiting.update(provisioning=State.RUNNING, provisioning_step=2, provisioning_error="")
    try:
        with transaction.atomic():
            if _unmade(tenant):
                _make(tenant, now)
    except Exception as error:
        log.exception("provisioning_failed", tenant=tenant.schema_name)
        _give_up(tenant, error)
    forget_hosts(tenant)
    tenant.refresh_from_db()
    return tenant


def _unmade(tenant: Tenant) -> bool:
    """Whether the tenant is still to be made and nobody else is at it: read under a lock that ends with the transaction, so
    that a worker that dies holds nobody up."""
    with connection.cursor() as cursor:
        key = f"provision:{tenant.pk}"
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [key])
        if not cursor.fetchone()[0]:
            return False
    tenant.refresh_from_db()
    return tenant.provisioning == State.RUNNING


def _make(tenant: Tenant, now: datetime) -> None:
    create_schema(tenant=tenant)
    with inside(tenant):
        subscription = begin_subscription(tenant=tenant, wish=wish_of(tenant, now))
        take_what_was_earned(tenant, subscription, local_today(tenant, now))
        tell_wanted(tenant=tenant, today=local_today(tenant, now))
    mark_book_used(product=tenant.product_code, book=subscription.book_code, now=now)
    Tenant.objects.filter(pk=tenant.pk).update(provisioning=State.READY, provisioning_step=STEPS)


def _give_up(tenant: Tenant, error: Exception) -> None:
    reason = str(error) if isinstance(error, DomainError) else f"{type(error).__name__}: {error}"
    with transaction.atomic():
        if _unmade(tenant):
            drop_schema(tenant=tenant)
            Tenant.objects.filter(pk=tenant.pk).update(
                provisioning=State.FAILED,
                provisioning_error=reason[:500],
                provisioning_attempts=tenant.provisioning_attempts + 1,
            )


def pending_tenants() -> list[Tenant]:
    """Tenants that wait for their schema, failed ones until they have been tried often enough.

    Those under way are among them: one whose worker has died looks the same, and only its lock tells.
    """
    waiting = Tenant.objects.filter(provisioning__in=[State.PENDING, State.RUNNING])
    failed = Tenant.objects.filter(provisioning=State.FAILED, provisioning_attempts__lt=MOST_ATTEMPTS)
    return [*waiting.order_by("created_at", "pk")[:50], *failed.order_by("created_at", "pk")[:50]]


def wish_of(tenant: Tenant, now: datetime) -> Wish:
    """What the tenant signed up for; priced by the day of sign-up (X2), however long provisioning took."""
    asked = tenant.signup
    return Wish(
        product=tenant.product_code,
        quantity=Decimal(asked["quantity"]),
        on=datetime.fromisoformat(asked["on"]).date() if asked.get("on") else local_today(tenant, now),
        plan=asked.get("plan"),
        interval_months=asked.get("interval_months"),
        addons={code: Decimal(count) for code, count in asked.get("addons", {}).items()},
        variants=tuple(Assigned.model_validate(variant) for variant in asked.get("variants", ())),
        offers=tuple(asked.get("offers", ())),
        registration=tenant.registration,
        redeemed=True,
        anchor=asked.get("anchor"),
    )
