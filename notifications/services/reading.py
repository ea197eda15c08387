"""Marking in-app messages as read."""

from datetime import datetime
from uuid import UUID

from notifications.models import ChannelName, Message
from tenants.context import inside
from tenants.models import Tenant


def mark_read(*, tenant: Tenant, user_id: int, now: datetime, message_id: UUID | None = None) -> int:
    """Mark one in-app message of a person as read, or all of them; returns how many were unread.

    Another person's message is never touched. Safe to repeat: the first reading stays.
    """
    with inside(tenant):
        mine = Message.objects.filter(channel=ChannelName.IN_APP, user_id=user_id, read_at__isnull=True)
        if message_id is not None:
            mine = mine.filter(pk=message_id)
        return mine.update(read_at=now)
