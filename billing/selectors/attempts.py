"""Attempts to pay, as their payer may see them."""

from uuid import UUID

from django.db.models import QuerySet

from billing.gateways.models import Checkout, CheckoutState
from billing.gateways.values import ORDER_ID
from tenants.models import Role, Tenant, User


def attempt_of_member(order_id: str, user: User) -> Checkout | None:
    """An attempt all of whose tenants this person belongs to; anything else is as if it were not there."""
    checkout = _with_order_id(order_id).first()
    if checkout is None:
        return None
    tenants = set(checkout.items.values_list("tenant_id", flat=True))
    mine = set(user.memberships.filter(tenant_id__in=tenants).values_list("tenant_id", flat=True))
    return checkout if tenants and tenants == mine else None


def attempt_of_document(order_id: str, tenant: Tenant, document_id: UUID) -> Checkout | None:
    """An attempt that pays this document of this tenant; for the page that needs no login."""
    return _with_order_id(order_id).filter(items__tenant=tenant, items__document_id=document_id).first()


def _with_order_id(order_id: str) -> "QuerySet[Checkout]":
    """By an id out of an address: what is no order id (a NUL, which PostgreSQL refuses) is not there."""
    found = Checkout.objects.filter(order_id=order_id)
    return found if ORDER_ID.fullmatch(order_id) else found.none()


def live_attempt(tenant: Tenant) -> Checkout | None:
    """The tenant's number or code that could still be paid, if there is one."""
    live = Checkout.objects.filter(
        items__tenant=tenant, items__live=True, state=CheckoutState.PENDING, instructions__isnull=False
    )
    return live.order_by("-created_at", "-pk").first()


def payable_tenants(user: User) -> list[Tenant]:
    """Tenants with something open for which this person may pay, by name (K16). The public rows say what is open."""
    return list(
        Tenant.objects.filter(
            memberships__user=user,
            memberships__role__in=[Role.OWNER, Role.FINANCE],
            provisioning=Tenant.ProvisioningState.READY,
            balance__gt=0,
        ).order_by("name", "pk")
    )
