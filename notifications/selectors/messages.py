"""Messages across tenants, for the demo page, and one tenant's, for staff."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from notifications.models import Message, MessageState
from tenants.context import inside
from tenants.models import Tenant

MOST_TENANTS = 50


@dataclass(frozen=True, slots=True)
class Shown:
    """A message with the tenant it belongs to."""

    tenant: Tenant
    message: Message

    @property
    def order(self) -> tuple[datetime, UUID]:
        """Newest first by this, reversed."""
        return self.message.created_at, self.message.pk


def tenants_with_messages() -> list[Tenant]:
    """The ready tenants, newest first; a demo has few."""
    ready = Tenant.objects.filter(provisioning=Tenant.ProvisioningState.READY)
    return list(ready.order_by("-created_at", "-pk")[:MOST_TENANTS])


def latest_messages(tenants: Sequence[Tenant], *, channel: str = "", limit: int = 100) -> list[Shown]:
    """The newest messages of some tenants, bodies left out."""
    found = [item for tenant in tenants for item in _latest_of(tenant, channel, limit)]
    return sorted(found, key=lambda item: item.order, reverse=True)[:limit]


def _latest_of(tenant: Tenant, channel: str, limit: int) -> list[Shown]:
    with inside(tenant):
        messages = Message.objects.defer("body_html").order_by("-id")
        if channel:
            messages = messages.filter(channel=channel)
        return [Shown(tenant, message) for message in messages[:limit]]


def message_of(tenant: Tenant, message_id: UUID) -> Message | None:
    """One message of a tenant with all it says."""
    with inside(tenant):
        return Message.objects.filter(pk=message_id).first()


def unsent_of(tenant: Tenant) -> list[Message]:
    """What failed or was given up, newest first, for staff."""
    with inside(tenant):
        failed = Message.objects.filter(state__in=[MessageState.FAILED, MessageState.GIVEN_UP])
        return list(failed.defer("body_html").order_by("-id")[:100])
