"""Which event tells whom on which channel (X6, X10, X11, K6): a table, and the few cases that need a look at the facts.

One matter makes one message: a payment's receipt names the invoices it paid, so `invoice.paid` says nothing; the bill
of a rise, of a trial's end or of a renewal is `invoice.issued`, so the events beside it say nothing; what is overdue is
said by `reminder.sent`, whose first one comes on the day of `invoice.overdue`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

EMAIL, IN_APP, WHATSAPP, SMS = "email", "in_app", "whatsapp", "sms"
CHANNELS = (EMAIL, IN_APP, WHATSAPP, SMS)
OWNER, FINANCE, VIEWER = "owner", "finance", "viewer"
PAYERS = frozenset({OWNER, FINANCE})
EVERYONE = frozenset({OWNER, FINANCE, VIEWER})


@dataclass(frozen=True, slots=True)
class Telling:
    """What is said: the letter's name, the members' roles, the channels.

    `must_reach`: by e-mail at least one person whatever the preferences are. `invitee`: the one address that the event
    names, instead of members.
    """

    letter: str
    roles: frozenset[str]
    channels: tuple[str, ...]
    must_reach: bool = False
    invitee: bool = False


_USUAL = (EMAIL, IN_APP)
_WITH_CHAT = (EMAIL, IN_APP, WHATSAPP)

TABLE: Mapping[str, Telling] = {
    "trial.started": Telling("trial_started", PAYERS, _USUAL),
    "invoice.issued": Telling("invoice_issued", PAYERS, _WITH_CHAT, must_reach=True),
    "invoice.voided": Telling("invoice_voided", PAYERS, _USUAL, must_reach=True),
    "credit_note.issued": Telling("credit_note_issued", PAYERS, _USUAL, must_reach=True),
    "late_fee.charged": Telling("late_fee_charged", PAYERS, _WITH_CHAT, must_reach=True),
    "payment.received": Telling("payment_received", PAYERS, _WITH_CHAT, must_reach=True),
    "payment.refunded": Telling("payment_refunded", PAYERS, _USUAL, must_reach=True),
    "debit.announced": Telling("debit_announced", PAYERS, _WITH_CHAT, must_reach=True),
    "debit.failed": Telling("debit_failed", PAYERS, _WITH_CHAT, must_reach=True),
    "debit.enabled": Telling("debit_enabled", PAYERS, _USUAL, must_reach=True),
    "debit.disabled": Telling("debit_disabled", PAYERS, _USUAL, must_reach=True),
    "transfer.submitted": Telling("transfer_submitted", PAYERS, _USUAL),
    "transfer.rejected": Telling("transfer_rejected", PAYERS, _WITH_CHAT, must_reach=True),
    "slip.submitted": Telling("slip_submitted", PAYERS, _USUAL),
    "slip.refused": Telling("slip_refused", PAYERS, _WITH_CHAT, must_reach=True),
    "subscription.suspended": Telling("suspended", EVERYONE, CHANNELS, must_reach=True),
    "subscription.reactivated": Telling("reactivated", EVERYONE, _WITH_CHAT),
    "subscription.paused": Telling("paused", EVERYONE, _USUAL, must_reach=True),
    "subscription.resumed": Telling("resumed", EVERYONE, _USUAL),
    "subscription.cancel_scheduled": Telling("cancel_scheduled", PAYERS, _USUAL, must_reach=True),
    "subscription.cancelled": Telling("ended", EVERYONE, _USUAL, must_reach=True),
    "pilot.granted": Telling("pilot_granted", PAYERS, _USUAL),
    "pilot.duty_late": Telling("pilot_duty_late", PAYERS, _USUAL),
    "pilot.duty_reopened": Telling("pilot_duty_reopened", PAYERS, _USUAL),
    "offer.wanted": Telling("offer_wanted", PAYERS, _USUAL),
    "offer.submitted": Telling("offer_submitted", PAYERS, _USUAL),
    "offer.refused": Telling("offer_refused", PAYERS, _USUAL, must_reach=True),
    "offer.group_joined": Telling("offer_group_joined", PAYERS, _USUAL),
    "member.invited": Telling("invitation", frozenset(), (EMAIL,), invitee=True),
}

# What a `subscription.changed` says, by its `change`; `paid` is said by the invoice of the new term, and a change of plan
# that is billed on its day by that invoice.
CHANGES: Mapping[str, str] = {
    "free": "turned_free",
    "trial_extended": "trial_extended",
    "kept": "kept",
    "dates": "dates_changed",
    "plan": "plan_changed",
    "plan_scheduled": "plan_scheduled",
    "plan_withdrawn": "plan_withdrawn",
    "offer": "offer_given",
    "offer_taken_back": "offer_taken_back",
    "credit": "credit_given",
    "credit_taken_back": "credit_taken_back",
}

# What a `price.announced` says to those who keep their price, and to those who will pay more (X4).
PRICES: Mapping[bool, str] = {True: "price_kept", False: "price_rise"}

# What a `reminder.sent` says, by what it is about, before and after the day.
REMINDERS: Mapping[str, str] = {
    "trial_end": "reminder_trial_end",
    "term_end": "reminder_term_end",
    "due": "reminder_due",
    "pause_end": "reminder_pause_end",
    "subscription_end": "reminder_subscription_end",
}


def telling_of(name: str, on: date, data: Mapping[str, object]) -> Telling | None:
    """What an event tells; None where it is said by another event or needs no word.

    `reminder.sent` goes out on the channel it names and on no other (X6: 7 days before by e-mail and in the app, 3 days
    before by e-mail and SMS); `call` is a task for staff, not a message.
    """
    if name == "reminder.sent":
        return _reminder(data)
    if name == "price.announced":
        return _price(data)
    if name == "subscription.changed":
        letter = CHANGES.get(str(data.get("change")))
        if letter == "plan_changed" and (data.get("amount") or data.get("status") == "free"):
            return None
        if letter == "offer_given" and not data.get("because"):
            return None  # part of something else, such as a pilot, which says it
        return Telling(letter, PAYERS, _USUAL) if letter else None
    if name == "subscription.activated":
        # With a price the invoice of the same day says it; the free plan has none.
        return Telling("welcome_free", PAYERS, _USUAL) if data.get("status") == "free" else None
    if name == "subscription.cancel_scheduled" and str(data.get("ends", "")) <= on.isoformat():
        return None  # effective at once: `subscription.cancelled` says it
    return TABLE.get(name)


def _price(data: Mapping[str, object]) -> Telling:
    """On the channels that the catalogue names (X4); who pays more is reached whatever the preferences are."""
    named = data.get("channels")
    channels = tuple(channel for channel in CHANNELS if isinstance(named, list) and channel in named)
    kept = bool(data.get("kept"))
    return Telling(PRICES[kept], PAYERS, channels, must_reach=not kept and EMAIL in channels)


def _reminder(data: Mapping[str, object]) -> Telling | None:
    letter, channel = REMINDERS.get(str(data.get("about"))), str(data.get("channel"))
    if letter is None or channel not in CHANNELS:
        return None
    if letter == "reminder_due" and int(str(data.get("days", 0))) < 0:
        letter = "reminder_overdue"
    return Telling(letter, PAYERS, (channel,), must_reach=channel == EMAIL)
