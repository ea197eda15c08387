"""Digests by e-mail (C18): on their day, to who asked, never twice; caught up after an outage; stopped by a link."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.core import mail
from django.core.management import call_command
from django.test import Client
from pytest_django import Settings

from backoffice.boards.digests import send_digests
from backoffice.tasks import tell_digests
from config.schedule import SCHEDULE
from plans.rules.holidays import NO_HOLIDAYS
from reports.models import Digest, DigestState
from reports.rules.lookbacks import Cadence, told_by
from reports.selectors.digests import wishes_of
from reports.services.digests import choose_digests
from tenants.models import Tenant, User
from tests.admin.conftest import StaffAs
from tests.conftest import make_user
from tests.reports.tills import live_half_a_year
from tests.reports.year import live_the_year

D = date
# Wednesday 1 July 2026, 7.00 in Jakarta.
SEVEN = datetime(2026, 7, 1, 0, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("now", "told"),
    [
        (datetime(2026, 11, 30, 6, 59, tzinfo=UTC), [D(2026, 10, 1), D(2026, 7, 1)]),
        (datetime(2026, 11, 30, 7, 0, tzinfo=UTC), [D(2026, 11, 23), D(2026, 10, 1), D(2026, 7, 1)]),
        (datetime(2026, 12, 1, 6, 59, tzinfo=UTC), [D(2026, 11, 23), D(2026, 7, 1)]),
        (datetime(2026, 12, 1, 7, 0, tzinfo=UTC), [D(2026, 11, 23), D(2026, 11, 1), D(2026, 7, 1)]),
        (datetime(2027, 1, 1, 7, 0, tzinfo=UTC), [D(2026, 12, 21), D(2026, 12, 1), D(2026, 10, 1)]),
        (datetime(2026, 8, 2, 23, 0, tzinfo=UTC), [D(2026, 7, 20), D(2026, 4, 1)]),  # July waits for Monday
        (datetime(2026, 8, 3, 7, 0, tzinfo=UTC), [D(2026, 7, 27), D(2026, 7, 1), D(2026, 4, 1)]),
    ],
)
def test_a_digest_is_due_from_seven_on_its_day_c18(now: datetime, told: list[date]) -> None:
    assert [back.first for back in told_by(now, NO_HOLIDAYS)] == told


@pytest.fixture
def rina(db: None) -> User:
    """A member of staff who has wanted the monthly digest since June."""
    call_command("make_staff_roles")
    user = make_user("rina@example.test", "Rina", is_staff=True)
    user.groups.add(Group.objects.get(name="read-only"))
    with time_machine.travel(SEVEN - timedelta(days=20), tick=False):
        choose_digests(user=user, kinds=[Cadence.MONTHLY])
    return user


def sent_at(now: datetime) -> list[str]:
    """Subjects of what leaves at an instant."""
    mail.outbox.clear()
    with time_machine.travel(now, tick=False):
        tell_digests()
    return [str(message.subject) for message in mail.outbox]


def test_a_month_is_told_on_its_first_working_day_once_in_text_and_html_c18(rina: User) -> None:
    """June by head: 2.280.000 less 500.000; the links of the letter open the pages they name."""
    live_the_year()
    assert sent_at(SEVEN - MINUTE) == []
    assert sent_at(SEVEN) == ["Manajemen bulanan: Juni 2026"]
    letter = mail.outbox[0]
    html = str(letter.alternatives[0][0])  # type: ignore[union-attr]
    assert letter.to == ["Rina <rina@example.test>"]
    assert "MRR: Rp 1.780.000, -Rp 500.000 (-21,9 %)" in letter.body
    assert "http://localhost:8000/admin/dasbor/bulanan/?period=2026-06-01" in letter.body
    assert re.findall(r">(Rp [\d.]+)</a><br>", html)[0] == "Rp 1.780.000"
    assert sent_at(SEVEN + MINUTE) == []
    assert sent_at(SEVEN + timedelta(days=20)) == []
    assert Digest.objects.get().state == DigestState.SENT
    rina.language = "en"
    rina.save()
    assert sent_at(SEVEN + timedelta(days=33)) == ["Monthly management: July 2026"], "Monday 3 August"


def test_who_was_cut_off_catches_up_and_who_comes_later_waits_for_the_next(rina: User) -> None:
    budi = make_user("budi@example.test", "Budi", is_staff=True)
    budi.groups.add(Group.objects.get(name="read-only"))
    with time_machine.travel(SEVEN + timedelta(days=2), tick=False):
        choose_digests(user=budi, kinds=list(Cadence))
    assert sent_at(SEVEN + timedelta(days=3)) == ["Manajemen bulanan: Juni 2026"]
    assert mail.outbox[0].to == ["Rina <rina@example.test>"]
    assert sent_at(SEVEN + timedelta(days=5)) == ["Penjualan mingguan: 29 Jun–5 Jul 2026"], "Monday; Budi alone"
    rina.groups.clear()
    assert sent_at(SEVEN + timedelta(days=34)) == [
        "Penjualan mingguan: 27 Jul–2 Agu 2026",
        "Manajemen bulanan: Juli 2026",
    ], "Rina's role reads nothing any more"
    assert {address for message in mail.outbox for address in message.to} == {"Budi <budi@example.test>"}


def test_it_waits_for_the_facts_until_noon_and_says_what_is_missing(
    rina: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    live_half_a_year()
    Tenant.objects.filter(name="Pelanggan G").update(facts_changed=True)
    monkeypatch.setattr(
        "backoffice.boards.digests.follow_events", lambda: 0
    )  # as where somebody else holds the tenant's lock
    assert sent_at(SEVEN) == []
    assert not Digest.objects.exists()
    assert sent_at(SEVEN + timedelta(hours=4, minutes=59)) == []
    assert len(sent_at(SEVEN + timedelta(hours=5))) == 1
    assert "Kabar terakhir 1 pelanggan belum masuk hitungan." in mail.outbox[0].body


def test_a_failure_is_tried_again_and_a_cut_off_one_is_not(
    rina: User, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever fails: the mail server, or a letter that cannot be written, which keeps nobody else from theirs."""
    settings.EMAIL_BACKEND = "tests.admin.test_digests.Broken"
    assert send_digests(now=SEVEN) == 0
    digest = Digest.objects.get()
    assert (digest.state, digest.next_try_at) == (DigestState.FAILED, SEVEN + MINUTE)
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert sent_at(SEVEN) == []
    with monkeypatch.context() as broken:
        broken.delattr("backoffice.boards.letter.SALT")
        assert sent_at(SEVEN + MINUTE) == []
    assert len(sent_at(SEVEN + 6 * MINUTE)) == 1
    Digest.objects.update(state=DigestState.SENDING, sent_at=None)
    assert sent_at(SEVEN + timedelta(hours=3)) == [], "the mail server may have had it"


class Broken:
    """A mail server that is not there."""

    def __init__(self, **_options: object) -> None:
        """Takes what every backend takes."""

    def send_messages(self, _messages: object) -> int:
        """Never."""
        raise ConnectionRefusedError("mail server")


def test_everybody_chooses_for_himself_and_a_link_in_the_letter_stops_it(
    staff_as: StaffAs, client_at: Callable[..., Client]
) -> None:
    client = staff_as("support")
    user = User.objects.get(email="support@example.test")
    assert client.post("/admin/ringkasan/", {"kinds": ["weekly", "monthly"]}).status_code == 302
    assert wishes_of(user) == {Cadence.WEEKLY, Cadence.MONTHLY}
    assert client.get("/admin/ringkasan/").text.count("checked") == 2
    assert client.post("/admin/ringkasan/", {"kinds": ["daily"]}).status_code == 422
    client.post("/admin/ringkasan/", {"kinds": ["monthly"]})
    assert len(sent_at(datetime.now(UTC) + timedelta(days=40))) == 1
    stop = mail.outbox[0].extra_headers["List-Unsubscribe"].strip("<>").removeprefix("http://localhost:8000")
    assert stop in mail.outbox[0].body
    outside = client_at()
    assert outside.get("/admin/ringkasan/").status_code == 302
    assert "Hentikan ringkasan ini?" in outside.get(stop).text
    User.objects.filter(pk=user.pk).update(language="en")
    assert "Stop this digest?" in outside.get(stop).text, "in the letter's language"
    assert wishes_of(user) == {Cadence.MONTHLY}, "looking changes nothing"
    assert outside.get(f"{stop[:-4]}xyz/").status_code == 404
    assert outside.post(stop).status_code == 200
    assert outside.post(stop).status_code == 200
    assert wishes_of(user) == frozenset()


def test_the_beat_looks_every_quarter_of_an_hour() -> None:
    assert SCHEDULE["digests"]["task"] == tell_digests.name
