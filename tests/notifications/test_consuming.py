"""From events to messages: never twice, in the right schema, and one broken event holds up nobody."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core import mail

from notifications.models import Message
from notifications.services.consuming import RETRY_AT_AGE, notify, pending_events, retry_event
from notifications.services.delivering import CLAIM, deliver
from tenants.context import inside
from tenants.models import Event, Membership, Tenant, User
from tests.notifications.stage import at_once, tell
from tests.watching import behind

NOW = datetime(2025, 2, 1, 2, 0, tzinfo=UTC)


def count(tenant: Tenant) -> int:
    """Messages of a tenant."""
    with inside(tenant):
        return Message.objects.count()


@pytest.mark.django_db
def test_running_twice_writes_nothing_twice(school: Tenant, ayu: User) -> None:
    """Handled events are marked; even an event whose mark was lost writes nothing again."""
    first = notify(now=NOW)
    written = count(school)
    assert first.messages == written + count(Tenant.objects.get(schema_name="t_griya"))
    assert notify(now=NOW).events == 0
    Event.objects.update(notified_at=None)
    notify(now=NOW)
    assert count(school) == written


@pytest.mark.django_db
def test_messages_lie_in_their_own_tenants_schema(school: Tenant, complex_: Tenant, ayu: User) -> None:
    """One run over two tenants."""
    notify(now=NOW)
    for tenant, name in ((school, "SMAN 1"), (complex_, "Griya Asri")):
        with inside(tenant):
            assert {name in message.body_text for message in Message.objects.all()} == {True}


@pytest.mark.django_db
def test_delivery_is_called_only_when_there_is_something_to_send(school: Tenant, ayu: User) -> None:
    """An in-app message has arrived once it is written."""
    Membership.objects.update(by_email=False)
    Tenant.objects.update(contact_email="")
    notify(now=NOW)
    school.refresh_from_db()
    assert (school.messages_due_at, count(school)) == (None, 1)
    tell(school)
    notify(now=NOW)
    school.refresh_from_db()
    assert school.messages_due_at == NOW


@pytest.mark.django_db
def test_a_broken_event_is_set_back_with_its_reason_and_holds_up_no_other(school: Tenant, ayu: User) -> None:
    """An amount that is no number; the events before and after it are told."""
    broken, sound = tell(school, amount="banyak"), tell(school)
    outcome = notify(now=NOW)
    broken.refresh_from_db()
    sound.refresh_from_db()
    assert outcome.failed == [broken.pk]
    assert (broken.notified_at, broken.notify_attempts) == (None, 1)
    assert "ValueError" in broken.notify_error
    assert sound.notified_at == NOW


@pytest.mark.django_db
def test_a_broken_event_is_tried_again_later_and_finally_waits_for_staff(school: Tenant, ayu: User) -> None:
    """By its age: 1 and 10 minutes, 1, 6 and 24 hours; then staff let it be tried again."""
    broken = tell(school, amount="banyak")
    begin = broken.recorded_at
    for attempts, age in enumerate(RETRY_AT_AGE, start=1):
        if age:
            assert notify(now=begin + age - timedelta(seconds=1)).failed == []
        assert notify(now=begin + age).failed == [broken.pk]
        broken.refresh_from_db()
        assert broken.notify_attempts == attempts
    assert not pending_events(begin + timedelta(days=30)).filter(pk=broken.pk).exists()
    with behind(Event) as events:
        events.filter(pk=broken.pk).update(data={"amount": 5000, "balance": 0})
    retry_event(event=broken)
    assert notify(now=begin + timedelta(days=30)).events == 1


@pytest.mark.django_db
def test_events_of_long_ago_are_told_too(school: Tenant, ayu: User) -> None:
    """The first run on an installation that already has a history."""
    notify(now=NOW)
    event = tell(school)
    with behind(Event) as events:
        events.filter(pk=event.pk).update(recorded_at=NOW - timedelta(days=400))
    assert notify(now=NOW).events == 1


@pytest.mark.django_db
def test_a_tenant_that_is_not_ready_waits(school: Tenant, ayu: User) -> None:
    """Its schema may not be there."""
    Tenant.objects.filter(pk=school.pk).update(provisioning=Tenant.ProvisioningState.FAILED)
    notify(now=NOW)
    assert Event.objects.filter(tenant=school, notified_at=None).exists()


@pytest.mark.django_db
def test_a_tenant_with_a_test_clock_is_told_as_any_other(school: Tenant, ayu: User) -> None:
    """Events are made by its clock, told by ours; the message carries the tenant's own day."""
    Tenant.objects.filter(pk=school.pk).update(is_test=True, clock_on=date(2030, 1, 1))
    notify(now=NOW)
    with inside(school):
        assert {message.occurred_on for message in Message.objects.all()} == {date(2025, 2, 1)}


@pytest.mark.django_db
def test_each_is_told_in_the_own_language(school: Tenant, ayu: User) -> None:
    """Ayu reads English, the contact what the school chose."""
    User.objects.filter(pk=ayu.pk).update(language="en")
    notify(now=NOW)
    with inside(school):
        subjects = dict(Message.objects.filter(channel="email").values_list("recipient", "subject"))
    assert subjects == {
        "ayu@example.test": "XClass is ready, free until 1 March 2025",
        "tagihan@sman1.test": "XClass siap dipakai, gratis sampai 1 Maret 2025",
    }


@pytest.mark.django_db
def test_an_invitation_goes_to_the_one_who_is_invited(school: Tenant, ayu: User) -> None:
    """The event names the address and brings the link."""
    notify(now=NOW)
    link = "http://sman1.localhost:8000/invitations/rahasia/"
    facts = {"email": "Budi@Example.test", "role": "finance", "inviter": "Ayu", "link": link, "expires": "2025-02-10"}
    event = tell(school, "member.invited", **facts)
    notify(now=NOW)
    with inside(school):
        mail = Message.objects.get(event_id=event.pk)
    assert (mail.recipient, mail.link) == ("budi@example.test", link)
    assert "Ayu mengundang Anda sebagai keuangan SMAN 1 di XClass." in mail.body_text
    assert "Atur pesan" not in mail.body_text


@pytest.mark.slow
def test_two_workers_at_once_write_each_message_once(committed_school: Tenant) -> None:
    """Real connections, batches of five: 41 events, each told by e-mail twice (owner, contact) and once in the app."""
    at_once(lambda: notify(now=NOW, limit=5).events)
    with inside(committed_school):
        assert Message.objects.count() == 41 * 3
        assert Message.objects.values("event_id", "channel", "recipient").distinct().count() == 41 * 3
    assert not Event.objects.filter(tenant=committed_school, notified_at=None).exists()


@pytest.mark.slow
def test_two_workers_at_once_send_each_mail_once(committed_school: Tenant) -> None:
    """Three connections, four mails a round: 82 mails, each with an id of its own."""
    notify(now=NOW)
    at_once(lambda: deliver(now=NOW, limit=4).tenants)
    deliver(now=NOW + CLAIM)
    ids = [letter.extra_headers["Message-ID"] for letter in mail.outbox]
    assert (len(ids), len(set(ids))) == (82, 82)
    with inside(committed_school):
        assert not Message.objects.exclude(state="sent").exists()
