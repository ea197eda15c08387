"""Messages in the app."""

from datetime import UTC, date, datetime

import pytest

from notifications.models import Message
from notifications.selectors.inbox import inbox, unread_count
from notifications.services.reading import mark_read
from tenants.context import inside
from tenants.models import Tenant, User

pytestmark = pytest.mark.django_db
NOW = datetime(2025, 2, 1, 2, 0, tzinfo=UTC)


def write(tenant: Tenant, user: User, count: int) -> None:
    """So many in-app messages."""
    with inside(tenant):
        for number in range(count):
            Message.objects.create(
                event_id=1000 + number,
                event_name="payment.received",
                occurred_on=date(2025, 2, 1),
                channel="in_app",
                user_id=user.pk,
                recipient=f"user:{user.pk}",
                subject=f"Pesan {number}",
                body_text="Isi",
                state="sent",
                sent_at=NOW,
            )


def test_the_inbox_is_read_page_by_page_and_shows_no_one_elses(school: Tenant, ayu: User, budi: User) -> None:
    """Five messages in pages of two: 2, 2, 1."""
    write(school, ayu, 5)
    write(school, budi, 1)
    with inside(school):
        sizes, cursor, seen = [], None, set()
        for _ in range(3):
            page = inbox(user_id=ayu.pk, cursor=cursor, size=2)
            sizes.append(len(page.messages))
            seen |= {message.pk for message in page.messages}
            cursor = page.next_cursor
        assert (sizes, len(seen), cursor) == ([2, 2, 1], 5, None)
        assert {message.user_id for message in Message.objects.filter(pk__in=seen)} == {ayu.pk}


def test_a_cursor_that_is_none_begins_at_the_newest(school: Tenant, ayu: User) -> None:
    """Bad input is not an error page."""
    write(school, ayu, 1)
    with inside(school):
        assert len(inbox(user_id=ayu.pk, cursor="'; drop").messages) == 1


def test_reading_counts_once_and_only_ones_own(school: Tenant, ayu: User, budi: User) -> None:
    """One, then the rest; Budi cannot read Ayu's."""
    write(school, ayu, 3)
    with inside(school):
        newest = inbox(user_id=ayu.pk).messages[0]
        assert unread_count(user_id=ayu.pk) == 3
    assert mark_read(tenant=school, user_id=budi.pk, now=NOW, message_id=newest.pk) == 0
    assert mark_read(tenant=school, user_id=ayu.pk, now=NOW, message_id=newest.pk) == 1
    assert mark_read(tenant=school, user_id=ayu.pk, now=NOW, message_id=newest.pk) == 0
    assert mark_read(tenant=school, user_id=ayu.pk, now=NOW) == 2
    with inside(school):
        assert unread_count(user_id=ayu.pk) == 0
