"""The letters: each is one function from facts to a `Letter` in the active language; `write_letter` picks it."""

from collections.abc import Callable, Mapping

from notifications.selectors.facts import Facts
from notifications.selectors.letters import access, bills, debits, offers, people, plans, prices, reminders, slips
from notifications.selectors.letters.letter import Letter

LETTERS: Mapping[str, Callable[[Facts], Letter]] = {
    "trial_started": access.trial_started,
    "trial_extended": access.trial_extended,
    "welcome_free": access.welcome_free,
    "turned_free": access.turned_free,
    "kept": access.kept,
    "plan_changed": plans.changed,
    "plan_scheduled": plans.scheduled,
    "plan_withdrawn": plans.withdrawn,
    "price_rise": prices.rise,
    "price_kept": prices.kept,
    "pilot_granted": offers.pilot_granted,
    "pilot_duty_late": offers.pilot_duty_late,
    "pilot_duty_reopened": offers.pilot_duty_reopened,
    "offer_wanted": offers.wanted,
    "offer_submitted": offers.submitted,
    "offer_refused": offers.refused,
    "offer_group_joined": offers.group_joined,
    "offer_given": offers.given,
    "offer_taken_back": offers.taken_back,
    "credit_given": offers.credit_given,
    "credit_taken_back": offers.credit_taken_back,
    "suspended": access.suspended,
    "reactivated": access.reactivated,
    "paused": access.paused,
    "resumed": access.resumed,
    "cancel_scheduled": access.cancel_scheduled,
    "ended": access.ended,
    "invoice_issued": bills.invoice_issued,
    "invoice_voided": bills.invoice_voided,
    "credit_note_issued": bills.credit_note_issued,
    "dates_changed": bills.dates_changed,
    "late_fee_charged": bills.late_fee_charged,
    "payment_received": bills.payment_received,
    "payment_refunded": bills.payment_refunded,
    "debit_announced": debits.announced,
    "debit_failed": debits.failed,
    "debit_enabled": debits.enabled,
    "debit_disabled": debits.disabled,
    "transfer_submitted": bills.transfer_submitted,
    "transfer_rejected": bills.transfer_rejected,
    "slip_submitted": slips.submitted,
    "slip_refused": slips.refused,
    "reminder_trial_end": reminders.trial_end,
    "reminder_term_end": reminders.term_end,
    "reminder_due": reminders.due,
    "reminder_overdue": reminders.overdue,
    "reminder_pause_end": reminders.pause_end,
    "reminder_subscription_end": reminders.subscription_end,
    "invitation": people.invitation,
}


def write_letter(name: str, facts: Facts) -> Letter:
    """The letter of that name; a KeyError is a rule that names a letter nobody wrote (a test compares both tables)."""
    return LETTERS[name](facts)
