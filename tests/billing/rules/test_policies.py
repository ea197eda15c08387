"""X3: the three renewal policies, on a subscription as the drafts take it; no database."""

from datetime import date
from decimal import Decimal

import pytest

from billing.models import Subscription
from billing.rules.lifecycle import Status
from billing.selectors.drafts import draft_next_period
from plans.rules.catalogue import AtRenewal
from tests.billing.rules.agreements import school, with_policy

KEEP_BOOK, KEEP_PRICE, CURRENT = AtRenewal.KEEP_BOOK, AtRenewal.KEEP_PRICE, AtRenewal.CURRENT_BOOK


def renewing(began_with: int, now: int) -> Subscription:
    """A school whose first year from 1 March 2025 is over."""
    return Subscription(
        status=Status.ACTIVE,
        quantity=Decimal(now),
        billed_quantity=Decimal(now),
        locked_prices=school().lock(Decimal(began_with)),
        anchor_day=1,
        billing_starts_on=date(2025, 3, 1),
        period_from=date(2025, 3, 1),
        period_to=date(2026, 3, 1),
        next_period_on=date(2026, 3, 1),
    )


@pytest.mark.parametrize(
    ("policy", "book_year", "began_with", "now", "rupiah", "lock"),
    [
        # the kept book, the tier chosen again
        (KEEP_BOOK, 2025, 100, 100, 500_000, "5000"),
        (KEEP_BOOK, 2025, 499, 502, 2_008_000, "4000"),
        (KEEP_BOOK, 2025, 600, 490, 2_450_000, "5000"),
        # the unit price as it was
        (KEEP_PRICE, 2025, 499, 502, 2_510_000, "5000"),
        (KEEP_PRICE, 2025, 600, 490, 1_960_000, "4000"),
        (KEEP_PRICE, 2025, 100, 600, 3_000_000, "5000"),
        # the book of the renewal day, which the caller has put into the agreement
        (CURRENT, 2026, 100, 100, 750_000, "7500"),
        (CURRENT, 2026, 499, 502, 3_012_000, "6000"),
    ],
)
def test_a_renewal_is_priced_by_the_plans_policy(
    policy: AtRenewal, book_year: int, began_with: int, now: int, rupiah: int, lock: str
) -> None:
    """X3: in all three the new term locks its price."""
    agreement = with_policy(school(began_with, book_year), policy)
    draft, locked = draft_next_period(renewing(began_with, now), agreement, date(2026, 3, 1))
    assert (draft.total, locked) == (rupiah, {"students": lock})
    assert (draft.period.start, draft.period.end, draft.due_on) == (
        date(2026, 3, 1),
        date(2027, 3, 1),
        date(2026, 3, 17),
    )


@pytest.mark.parametrize(("began_with", "now", "rupiah"), [(499, 502, 2_510_000), (600, 490, 1_960_000)])
def test_within_a_term_the_unit_price_holds_under_every_policy(began_with: int, now: int, rupiah: int) -> None:
    """X3: 499 → 502 stays 5.000, 600 → 490 stays 4.000."""
    agreement = school(began_with)
    assert agreement.price_of(Decimal(now), agreement.lock(Decimal(began_with))) == rupiah
