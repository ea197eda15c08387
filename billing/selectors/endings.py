"""When a subscription would end if it were cancelled today."""

from copy import copy
from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from billing.errors import EndNotPossible
from billing.models import Subscription
from billing.rules.contracts import EndRefused, Refusal, Running, chosen_end, earliest_end, notice_by
from billing.rules.drafting import Draft
from billing.rules.exit_fees import as_part, exit_charge
from billing.rules.lifecycle import Status
from billing.rules.schedules import Scheduled, draft_part
from billing.selectors.drafts import forecast
from billing.selectors.renewed import paid_ahead_to
from billing.selectors.taxing import taxed
from plans.rules.catalogue import AtRenewal


@dataclass(frozen=True, slots=True)
class Ending:
    """What cancelling does: the day it ends, the day where none is asked for, and what the terms say of it.

    `notice_days` is 0 and `notice_by` None where no notice is needed; `notice_by` is the last day for the contract that runs.
    `chooses` says whether another day can be asked for. `fee` is what leaving before the contract ends costs (C8).
    """

    on: date
    earliest: date
    notice_days: int = 0
    notice_by: date | None = None
    chooses: bool = False
    fee: Scheduled | None = None


def running_of(subscription: Subscription) -> Running | None:
    """The contract of a subscription that is billed; None where none runs: free, trying, suspended."""
    starts, to = subscription.billing_starts_on, paid_ahead_to(subscription)
    if subscription.status in {Status.SUSPENDED, Status.ENDED} or subscription.trial_ends_on or not starts or not to:
        return None
    return Running(subscription.terms, starts, subscription.anchor_day, to)


def ending_of(subscription: Subscription, today: date, wanted: date | None = None, *, waived: bool = False) -> Ending:
    """The end of the contract that the notice reaches (C8, K15), or the day asked for; of the trial; today where nothing
    is left: free, or suspended. Raises `EndNotPossible`."""
    running = running_of(subscription)
    if running is None:
        return _without_contract(subscription, today, wanted)
    try:
        on = chosen_end(running, today, wanted, waived=waived)
    except EndRefused as error:
        raise _refused(error.refusal, error.earliest) from error
    notice = running.agreement.terms.contract.notice_days
    by = notice_by(running) if notice else None
    fee = _fee(subscription, running, on)
    return Ending(on, earliest_end(running, today), notice, by, chooses=True, fee=fee)


def _fee(subscription: Subscription, running: Running, on: date) -> Scheduled | None:
    keeps = running.agreement.at_renewal is AtRenewal.KEEP_PRICE
    locked = subscription.locked_prices if keeps else {}
    charge = exit_charge(running, subscription.quantity, locked, on)
    return None if charge is None else as_part(charge, running, on)


def fee_draft(subscription: Subscription, ending: Ending) -> Draft | None:
    """The invoice of leaving before the contract ends, as it is issued on that day."""
    return None if ending.fee is None else taxed(draft_part(ending.fee, ending.on), subscription.terms)


def billed_before(subscription: Subscription, ending: Ending, today: date) -> Draft | None:
    """The next invoice, where it comes before the end; a scheduled change is dropped by leaving and counts no more."""
    leaving = copy(subscription)
    leaving.scheduled_change, leaving.cancel_on = None, ending.on
    if ending.on == subscription.period_to:
        leaving.renewed_early = None  # unpaid, it is taken back
    return forecast(leaving, today)


def _without_contract(subscription: Subscription, today: date, wanted: date | None) -> Ending:
    suspended = subscription.status == Status.SUSPENDED
    on = today if suspended else subscription.trial_ends_on or subscription.period_to or today
    if wanted is not None and wanted != on:
        raise _refused(Refusal.NOTICE if wanted < on else Refusal.PAST, on)
    return Ending(on, on)


def _refused(refusal: Refusal, earliest: date) -> EndNotPossible:
    message = _("Pada hari itu langganan tidak dapat berakhir; paling awal %(day)s.")
    day = date_format(earliest, "j F Y")
    return EndNotPossible(message % {"day": day}, field="on", code=refusal.value, data={"earliest_on": str(earliest)})
