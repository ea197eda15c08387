"""Starting again after a subscription has ended: the current price book, no trial (X3)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal

from django.utils.translation import gettext as _

from billing.errors import WrongState
from billing.models import Subscription
from billing.rules import drafting
from billing.rules.agreement import Agreement
from billing.rules.drafting import Draft
from billing.rules.progress import read_progress
from billing.rules.sides import Stand
from billing.selectors.accounts import is_overdue, latest_subscription, open_documents
from billing.selectors.drafts import first_with_sides
from billing.selectors.sides import held_addons
from billing.selectors.taxing import taxed
from billing.services.charges.sides import paid_before
from plans.services.catalogue import mark_book_used
from tenants.context import writing
from tenants.models import Tenant
from trials.rules.periods import anchor_day
from trials.selectors.quotes import Wish, quote
from trials.services.trials import begin_subscription


@dataclass(frozen=True, slots=True)
class Restart:
    """What starting again would mean: the agreement, and the invoice issued today (None where the plan is free)."""

    agreement: Agreement
    quantity: Decimal
    first: Draft | None


def preview_restart(*, tenant: Tenant, quantity: Decimal, today: date) -> Restart:
    """What `restart_subscription` would do, written nowhere. Call inside the tenant's schema.

    150 students whose subscription of 2025 ended, on 2027-02-01: the 2027 book, 150 × 10.000 = 1.500.000, issued today.
    WrongState while a subscription runs or an old invoice is overdue; a CatalogueError names what is not on sale.
    """
    made = quote(_wish(tenant, _ended_subscription(today), quantity, today))
    if made.free:
        return Restart(made.agreement, quantity, None)
    return Restart(
        made.agreement, quantity, taxed(_first(made.agreement, quantity, made.addons, today), made.agreement)
    )


def _first(agreement: Agreement, quantity: Decimal, addons: Mapping[str, Decimal], today: date) -> Draft:
    """The first invoice of a customer who was one before: what is paid once, and was, is not on it (C2)."""
    anchor = anchor_day(None, today)
    period = drafting.first_period(agreement, today, anchor)
    draft = drafting.draft_period(agreement, quantity, period, anchor, today, agreement.lock(quantity))
    paid = read_progress(paid_before(agreement, today))
    return first_with_sides(agreement, draft, Stand(today, anchor, quantity, addons, paid))


def restart_subscription(*, tenant: Tenant, quantity: Decimal, today: date) -> Subscription:
    """Begin a new subscription where the last one ended: the book on sale today, the plan as before, billed at once.

    A second call finds a running subscription and raises WrongState. What is overdue of the old one must be paid first:
    it would close access again the same day.
    """
    with writing(tenant) as locked:
        wish = _wish(locked, _ended_subscription(today), quantity, today)
        subscription = begin_subscription(tenant=locked, wish=wish, with_trial=False)
        mark_book_used(
            product=locked.product_code, book=subscription.book_code, now=datetime.combine(today, time(), UTC)
        )
    return subscription


def _ended_subscription(today: date) -> Subscription:
    last = latest_subscription()
    if last is None or last.ended_on is None:
        raise WrongState(_("Langganan Anda masih berjalan."))
    if is_overdue(open_documents(), today):
        raise WrongState(_("Bayar dahulu tagihan yang lewat jatuh tempo, lalu mulai lagi."), code="overdue_first")
    return last


def _wish(tenant: Tenant, last: Subscription, quantity: Decimal, today: date) -> Wish:
    """The same plan, interval, terms and variant (K13); where the quantity chooses the plan, it chooses again."""
    chosen = last.terms.plan_choice == "default"
    return Wish(
        product=tenant.product_code,
        quantity=quantity,
        on=today,
        plan=last.plan_code if chosen else None,
        interval_months=last.terms.interval_months,
        terms=last.terms.terms.code,
        addons=held_addons(last),
        variants=last.terms.variants,
        anchor=last.terms.anchor.value,
    )
