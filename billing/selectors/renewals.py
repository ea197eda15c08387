"""What renewing early would do: in money and dates, nothing written (X4)."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.utils.translation import gettext as _

from billing.errors import RenewalRefused
from billing.models import Subscription
from billing.rules.agreement import Agreement
from billing.rules.causes import caused_by
from billing.rules.drafting import Draft
from billing.rules.lifecycle import Status
from billing.rules.renewals import Refusal, Situation, hindrance
from billing.selectors.accounts import is_overdue, open_documents
from billing.selectors.drafts import draft_next_period
from billing.selectors.price_books import renewed_agreement
from billing.selectors.taxing import taxed
from plans.errors import CatalogueError
from plans.rules.money import plain

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class EarlyRenewal:
    """What renewing today does: `draft` is the next term's invoice, `later` the one that would come on the term's first day at
    the prices of then. `agreement` holds in that term, `locked` its unit prices."""

    agreement: Agreement
    draft: Draft
    later: Draft
    locked: dict[str, str]

    @property
    def saved(self) -> int:
        """How much less it is, in rupiah."""
        return self.later.total - self.draft.total


def early_renewal_of(subscription: Subscription, today: date) -> EarlyRenewal:
    """The next term at the price list in force today, to be paid before it begins. Raises `RenewalRefused`."""
    refusal, start = renewal_hindrance(subscription, today), subscription.next_period_on
    if refusal is not None or start is None:
        raise refused(refusal or Refusal.NOT_RUNNING)
    try:
        now, then = (renewed_agreement(subscription, subscription.terms, day) for day in (today, start))
    except CatalogueError as error:
        raise refused(Refusal.NOTHING_TO_LOCK) from error
    draft, locked = draft_next_period(subscription, now, today)
    later, _later_lock = draft_next_period(subscription, then, start)
    draft, later = taxed(draft, now), taxed(later, then)
    if later.total <= draft.total:
        raise refused(Refusal.NOTHING_TO_LOCK)
    # It lapses the day after, at the latest when the term begins; meanwhile nothing is closed for it.
    draft = replace(draft, due_on=min(draft.due_on, start - ONE_DAY), suspend_on=None)
    return EarlyRenewal(now, caused_by(draft, now, "early_renewal"), later, locked)


def renewal_hindrance(subscription: Subscription, today: date) -> Refusal | None:
    """What stands in the way, prices aside."""
    start = subscription.next_period_on
    situation = Situation(
        status=Status(subscription.status),
        cancelling=subscription.cancel_on is not None,
        overdue=is_overdue(open_documents(), today),
        behind=start is not None and start <= today,
        waits=subscription.scheduled_change is not None,
        renewed=subscription.renewed_early is not None,
    )
    return hindrance(subscription.terms.at_renewal, situation)


def refused(refusal: Refusal) -> RenewalRefused:
    """Why not, and what to do."""
    reasons = {
        Refusal.NOTHING_TO_LOCK: _("Harga perpanjangan berikutnya tidak naik, jadi tidak ada yang perlu dikunci."),
        Refusal.NOT_RUNNING: _("Hanya langganan yang aktif dapat diperpanjang lebih awal."),
        Refusal.PAY_FIRST: _("Bayar dahulu tagihan yang lewat jatuh tempo, lalu perpanjang."),
        Refusal.RESUME_FIRST: _("Langganan ini sedang dijeda. Aktifkan dahulu, lalu perpanjang."),
        Refusal.KEEP_FIRST: _("Langganan ini akan berhenti. Batalkan dahulu penghentiannya, lalu perpanjang."),
        Refusal.WITHDRAW_FIRST: _("Perubahan paket sudah dijadwalkan. Batalkan dahulu perubahan itu, lalu perpanjang."),
        Refusal.RENEWED: _("Masa berikutnya sudah diperpanjang."),
        Refusal.BEHIND: _("Tagihan hari ini sedang disiapkan. Coba lagi beberapa menit lagi."),
    }
    return RenewalRefused(reasons[refusal], code=refusal.value)


def essence_of(early: EarlyRenewal) -> str:
    """What a person agrees to: "750000:2025-10-17:2026-03-01:2027-03-01", the amount, its due day and the term."""
    draft = early.draft
    days = (draft.due_on, draft.period.start, draft.period.end)
    return ":".join([str(draft.total), *(day.isoformat() for day in days)])


def stored(early: EarlyRenewal, subscription: Subscription, number: str) -> dict[str, object]:
    """As the row keeps it."""
    return {
        "from": early.draft.period.start.isoformat(),
        "to": early.draft.period.end.isoformat(),
        "quantity": plain(subscription.quantity),
        "locked": early.locked,
        "number": number,
        "agreement": early.agreement.model_dump(mode="json", by_alias=True),
    }
