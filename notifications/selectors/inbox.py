"""A person's messages in the app. Read inside the tenant's schema, as every page of the tenant's host does."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from notifications.models import ChannelName, Message

PAGE = 20


@dataclass(frozen=True, slots=True)
class InboxPage:
    """Messages, newest first, and the cursor of the next page (None on the last)."""

    messages: Sequence[Message]
    next_cursor: str | None


def unread_count(*, user_id: int) -> int:
    """How many in-app messages the person has not read."""
    return _of(user_id).filter(read_at__isnull=True).count()


def inbox(*, user_id: int, cursor: str | None = None, size: int = PAGE) -> InboxPage:
    """A page of in-app messages, newest first; a cursor that is none begins at the newest."""
    found = _of(user_id).order_by("-id")
    before = _read_cursor(cursor)
    if before is not None:
        found = found.filter(id__lt=before)
    messages = list(found[: size + 1])
    more = len(messages) > size
    return InboxPage(messages[:size], str(messages[size - 1].pk) if more else None)


def _of(user_id: int) -> "QuerySet[Message]":
    return Message.objects.filter(channel=ChannelName.IN_APP, user_id=user_id)


def _read_cursor(cursor: str | None) -> UUID | None:
    """Ids are in order of time, so an id is a cursor."""
    try:
        return UUID(cursor) if cursor else None
    except ValueError:
        return None
