"""Who is told what: tables without a database."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.urls import resolve

from notifications.rules.attempts import WAITS, next_try
from notifications.rules.audience import CHANGES, CHANNELS, PRICES, REMINDERS, TABLE, telling_of
from notifications.rules.lengths import fit, shorten
from notifications.rules.links import INVOICES, OVERVIEW, SUBSCRIPTION, invoice_path
from notifications.rules.recipients import Person, number_to_dial, recipients_of
from notifications.selectors.letters import LETTERS
from tests.notifications.people import AYU, BUDI, CONTACT, DINI

DAY = date(2025, 3, 1)
PAYERS, EVERYONE = frozenset({"owner", "finance"}), frozenset({"owner", "finance", "viewer"})


@pytest.mark.parametrize(
    ("name", "data", "letter", "roles", "channels"),
    [
        ("trial.started", {}, "trial_started", PAYERS, "email in_app"),
        ("subscription.activated", {"status": "free"}, "welcome_free", PAYERS, "email in_app"),
        ("invoice.issued", {}, "invoice_issued", PAYERS, "email in_app whatsapp"),
        ("invoice.voided", {}, "invoice_voided", PAYERS, "email in_app"),
        ("credit_note.issued", {}, "credit_note_issued", PAYERS, "email in_app"),
        ("late_fee.charged", {}, "late_fee_charged", PAYERS, "email in_app whatsapp"),
        ("payment.received", {}, "payment_received", PAYERS, "email in_app whatsapp"),
        ("transfer.submitted", {}, "transfer_submitted", PAYERS, "email in_app"),
        ("transfer.rejected", {}, "transfer_rejected", PAYERS, "email in_app whatsapp"),
        ("slip.submitted", {}, "slip_submitted", PAYERS, "email in_app"),
        ("slip.refused", {}, "slip_refused", PAYERS, "email in_app whatsapp"),
        ("subscription.suspended", {}, "suspended", EVERYONE, "email in_app whatsapp sms"),
        ("subscription.reactivated", {}, "reactivated", EVERYONE, "email in_app whatsapp"),
        ("subscription.cancel_scheduled", {"ends": "2025-04-01"}, "cancel_scheduled", PAYERS, "email in_app"),
        ("subscription.paused", {"until": "2025-04-01"}, "paused", EVERYONE, "email in_app"),
        ("subscription.resumed", {}, "resumed", EVERYONE, "email in_app"),
        ("subscription.cancelled", {}, "ended", EVERYONE, "email in_app"),
        ("subscription.changed", {"change": "free"}, "turned_free", PAYERS, "email in_app"),
        ("subscription.changed", {"change": "trial_extended"}, "trial_extended", PAYERS, "email in_app"),
        ("subscription.changed", {"change": "kept"}, "kept", PAYERS, "email in_app"),
        ("subscription.changed", {"change": "dates"}, "dates_changed", PAYERS, "email in_app"),
        ("subscription.changed", {"change": "plan", "amount": 0}, "plan_changed", PAYERS, "email in_app"),
        ("subscription.changed", {"change": "plan_scheduled"}, "plan_scheduled", PAYERS, "email in_app"),
        ("subscription.changed", {"change": "plan_withdrawn"}, "plan_withdrawn", PAYERS, "email in_app"),
        ("reminder.sent", {"about": "trial_end", "days": 7, "channel": "email"}, "reminder_trial_end", PAYERS, "email"),
        ("reminder.sent", {"about": "trial_end", "days": 3, "channel": "sms"}, "reminder_trial_end", PAYERS, "sms"),
        ("reminder.sent", {"about": "term_end", "days": 7, "channel": "in_app"}, "reminder_term_end", PAYERS, "in_app"),
        ("reminder.sent", {"about": "due", "days": 1, "channel": "email"}, "reminder_due", PAYERS, "email"),
        ("reminder.sent", {"about": "due", "days": 0, "channel": "email"}, "reminder_due", PAYERS, "email"),
        ("reminder.sent", {"about": "due", "days": -1, "channel": "email"}, "reminder_overdue", PAYERS, "email"),
        (
            "reminder.sent",
            {"about": "subscription_end", "days": 30, "channel": "whatsapp"},
            "reminder_subscription_end",
            PAYERS,
            "whatsapp",
        ),
    ],
)
def test_an_event_is_told_to_roles_on_channels(
    name: str, data: dict[str, Any], letter: str, roles: frozenset[str], channels: str
) -> None:
    """X6, X10, K6: the table of who is told what."""
    telling = telling_of(name, DAY, data)
    assert telling is not None
    assert (telling.letter, telling.roles, " ".join(telling.channels)) == (letter, roles, channels)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("trial.ended", {}),
        ("trial.will_end", {}),
        ("subscription.activated", {"status": "active"}),
        ("subscription.renewed", {}),
        ("subscription.changed", {"change": "paid"}),
        ("subscription.changed", {"change": "plan", "amount": 150_000}),
        ("subscription.changed", {"change": "plan", "amount": 0, "status": "free"}),
        ("subscription.changed", {}),
        ("subscription.past_due", {}),
        ("subscription.cancel_scheduled", {"ends": "2025-03-01"}),
        ("invoice.paid", {}),
        ("invoice.overdue", {}),
        ("invoice.skipped", {}),
        ("quantity.reported", {"outcome": "pro_rata"}),
        ("reminder.sent", {"about": "due", "days": 1, "channel": "call"}),
        ("reminder.sent", {"about": "something", "days": 1, "channel": "email"}),
    ],
)
def test_what_another_message_says_is_not_said_twice(name: str, data: dict[str, Any]) -> None:
    """The bill says it, the receipt says it, the reminder says it; a call is a task for staff (X6)."""
    assert telling_of(name, DAY, data) is None


def test_every_letter_named_by_a_rule_is_written_and_every_written_one_is_named() -> None:
    """Both tables hold the same names."""
    named = {telling.letter for telling in TABLE.values()} | set(CHANGES.values()) | set(REMINDERS.values())
    named |= set(PRICES.values())
    assert named | {"welcome_free", "reminder_overdue"} == set(LETTERS)


def reached(name: str, members: list[Person], contact: Person | None = None, **data: Any) -> set[tuple[str, str]]:
    """(channel, address) of everybody who is told."""
    telling = telling_of(name, DAY, data)
    assert telling is not None
    return {(item.channel, item.address) for item in recipients_of(telling, members, contact)}


def test_a_bill_goes_to_owner_and_finance_not_to_a_viewer() -> None:
    """By e-mail and in the app, as everybody has it at first."""
    assert reached("invoice.issued", [AYU, BUDI, DINI]) == {
        ("email", "ayu@example.test"),
        ("in_app", "user:1"),
        ("email", "dini@example.test"),
        ("in_app", "user:3"),
    }


def test_whatsapp_and_sms_reach_only_who_asked_for_them() -> None:
    """A preference per member."""
    ayu = replace(AYU, wants=frozenset(CHANNELS))
    dini = replace(DINI, wants=frozenset({"whatsapp"}))
    assert reached("subscription.suspended", [ayu, dini]) == {
        ("email", "ayu@example.test"),
        ("in_app", "user:1"),
        ("whatsapp", "6281200000001"),
        ("sms", "6281200000001"),
        ("whatsapp", "6281200000003"),
    }


def test_who_has_no_telephone_gets_no_short_message() -> None:
    """Asked for, but there is nowhere to send it."""
    ayu = replace(AYU, phone="", wants=frozenset({"email", "sms"}))
    assert reached("subscription.suspended", [ayu]) == {("email", "ayu@example.test")}


def test_the_contact_gets_mail_unless_a_member_has_the_address() -> None:
    """One address gets it once, whatever its capitals."""
    assert ("email", "tu@sman1.test") in reached("invoice.issued", [AYU], CONTACT)
    same = replace(CONTACT, email="AYU@Example.test")
    assert reached("invoice.issued", [AYU], same) == {("email", "ayu@example.test"), ("in_app", "user:1")}


def test_a_viewer_whose_address_is_that_for_bills_gets_them() -> None:
    """Who may only look is not told of bills as a member; as the contact for bills he is."""
    contact = replace(CONTACT, email="BUDI@example.test")
    assert ("email", "budi@example.test") in reached("invoice.issued", [AYU, BUDI], contact)
    assert ("email", "budi@example.test") not in reached("invoice.issued", [AYU, BUDI], CONTACT)


def test_a_bill_reaches_somebody_by_mail_even_if_all_have_turned_it_off() -> None:
    """First the contact, else the owners."""
    ayu, dini = replace(AYU, wants=frozenset({"in_app"})), replace(DINI, wants=frozenset())
    assert reached("invoice.issued", [ayu, dini]) == {("in_app", "user:1"), ("email", "ayu@example.test")}
    same = replace(CONTACT, email="ayu@example.test")
    assert ("email", "ayu@example.test") in reached("invoice.issued", [ayu, dini], same)


def test_a_welcome_does_not_go_to_who_turned_mail_off() -> None:
    """Only what is about money or access has to reach somebody."""
    assert reached("trial.started", [replace(AYU, wants=frozenset({"in_app"}))]) == {("in_app", "user:1")}


@pytest.mark.parametrize(
    ("phone", "dialled"),
    [
        ("0812-3456-7890", "6281234567890"),
        ("+62 812 3456 7890", "6281234567890"),
        ("812 3456 7890", "6281234567890"),
        ("(021) 5550 1001", "622155501001"),
        ("", ""),
        ("-", ""),
        ("12345", ""),
        ("1" * 16, ""),
    ],
)
def test_numbers_are_dialled_with_their_country_code(phone: str, dialled: str) -> None:
    """As people write them in Indonesia."""
    assert number_to_dial(phone) == dialled


@pytest.mark.parametrize(("attempts", "minutes"), [(1, 1), (2, 5), (3, 30), (4, 120), (5, 720)])
def test_a_failed_message_is_tried_again_later_and_later(attempts: int, minutes: int) -> None:
    """1 and 5 minutes, half an hour, 2 and 12 hours."""
    now = datetime(2025, 3, 1, 8, 0, tzinfo=UTC)
    assert next_try(attempts, now, retryable=True) == now + timedelta(minutes=minutes)


def test_the_sixth_failure_or_a_hopeless_one_gives_up() -> None:
    """Six attempts in all; a mailbox that is gone gets one."""
    now = datetime(2025, 3, 1, 8, 0, tzinfo=UTC)
    assert next_try(len(WAITS) + 1, now, retryable=True) is None
    assert next_try(1, now, retryable=False) is None


def test_a_short_message_keeps_its_link_and_drops_whole_paragraphs() -> None:
    """1.024 characters for WhatsApp; here 24 and 12."""
    paragraphs = ["Tagihan Rp 750.000.", "Jatuh tempo besok."]
    assert fit(paragraphs, 100, last="x.id") == "Tagihan Rp 750.000.\n\nJatuh tempo besok.\n\nx.id"
    assert fit(paragraphs, 30, last="x.id") == "Tagihan Rp 750.000.\n\nx.id"
    assert fit(paragraphs, 16, last="x.id") == "Tagihan R…\n\nx.id"
    assert len(shorten("a" * 50, 10)) == 10


@pytest.mark.parametrize("path", [OVERVIEW, INVOICES, SUBSCRIPTION, invoice_path("XC/INV/2025/03/00001")])
def test_links_lead_to_pages_of_the_tenants_host(path: str) -> None:
    """A letter's button must not end in "not found"."""
    assert resolve(path, "config.urls_tenant").url_name


def test_slashes_of_a_number_become_dashes_in_its_address() -> None:
    """As everywhere in addresses."""
    assert invoice_path("XC/INV/2025/03/00001") == "/tagihan/XC-INV-2025-03-00001/"
