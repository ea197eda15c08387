"""Who can be told: the tenant's members with their preferences, and its contact."""

from notifications.rules.audience import EMAIL, IN_APP, SMS, WHATSAPP
from notifications.rules.recipients import Person
from tenants.models import Membership, Tenant


def members_of(tenant: Tenant) -> list[Person]:
    """Everybody with a place in the tenant and a login that still works, owners first."""
    memberships = Membership.objects.filter(tenant=tenant, user__is_active=True).select_related("user")
    return [person_of(membership) for membership in memberships.order_by("created_at", "pk")]


def person_of(membership: Membership) -> Person:
    """A member as the rules take it."""
    user = membership.user
    wanted = {
        EMAIL: membership.by_email,
        IN_APP: membership.by_in_app,
        WHATSAPP: membership.by_whatsapp,
        SMS: membership.by_sms,
    }
    return Person(
        name=user.get_full_name(),
        email=user.email,
        phone=user.phone,
        language=user.language,
        role=membership.role,
        user_id=user.pk,
        wants=frozenset(channel for channel, on in wanted.items() if on),
    )


def contact_of(tenant: Tenant) -> Person | None:
    """The person named at sign-up, who may have no login; None without an address."""
    if not tenant.contact_email:
        return None
    return Person(name=tenant.contact_name, email=tenant.contact_email, language=tenant.language)
