"""K15, C8: each way of leaving is taken back until it takes hold: in a trial, at a period's end, on a day, owing, paused."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from billing.errors import NoSubscription
from billing.services.dunning.pausing import pause_subscription
from billing.services.subscriptions.life import Leaving, cancel_subscription, keep_subscription
from plans.services.catalogue import load_catalogue
from tenants.models import Tenant
from tests.billing.ladders import BILLED, SIGNUP, subscription_of
from tests.billing.lives import books_balance, live_through, pay, spans, standing
from tests.conftest import make_tenant
from tests.plans.ladder import LADDER
from trials.services.restarts import restart_subscription

D = date
FREELY = LADDER.replace(
    "    suspend: {days_after_due: 20}\n",
    "    suspend: {days_after_due: 20}\n    contract: {ends: [term_end, date, now], rule: K15}\n",
    1,
).replace("    trial: {days: 30}\n", "    trial: {days: 30}\n    pause: {max_days: 60}\n", 1)
JULY = D(2025, 7, 1)
Begun = Callable[[date], Tenant]


@pytest.fixture
def begun(db: None, tmp_path: Path) -> Begun:
    """On Starter, 300.000 a month from 1 June 2025 on, paid; it may leave on any day. As it stands on a day."""
    path = tmp_path / "ladder.yaml"
    path.write_text(FREELY, encoding="utf-8")
    load_catalogue(files=[path], now=datetime(2025, 1, 1, tzinfo=UTC))

    def lived(day: date) -> Tenant:
        tenant = make_tenant("gudang", "Gudang Rapi", "gudang", 1, SIGNUP, plan="starter")
        live_through(tenant, SIGNUP, min(day, BILLED))
        if day > BILLED:
            pay(tenant, BILLED)
            live_through(tenant, BILLED, day)
        return tenant

    return lived


JUNE_BILL, JULY_BILL = ("2025-06-01", "2025-07-01", 300_000), ("2025-07-01", "2025-08-01", 300_000)


@pytest.mark.parametrize(
    ("day", "wanted", "ends", "back", "status", "billed"),
    [
        (D(2025, 5, 20), None, BILLED, D(2025, 5, 29), "trialing", JUNE_BILL),  # a trial at its end
        (BILLED, None, JULY, D(2025, 6, 23), "past_due", JULY_BILL),  # who owes, too, and is overdue meanwhile
        (D(2025, 6, 10), None, JULY, D(2025, 6, 30), "active", JULY_BILL),  # at the end of what is paid
        (D(2025, 6, 10), D(2025, 6, 25), D(2025, 6, 25), D(2025, 6, 24), "active", JULY_BILL),  # on a day within it
        (
            D(2025, 6, 10),
            D(2025, 7, 10),
            D(2025, 8, 1),
            D(2025, 6, 30),
            "active",
            JULY_BILL,
        ),  # after it: a whole period
    ],
)
def test_until_it_takes_hold_it_is_taken_back_and_nothing_has_changed(
    begun: Begun, day: date, wanted: date | None, ends: date, back: date, status: str, billed: tuple[str, str, int]
) -> None:
    """K15: asked for, taken back up to the day before, billed again as if nothing had been said."""
    tenant = begun(day)
    cancel_subscription(tenant=tenant, today=day, leaving=Leaving(on=wanted))
    assert subscription_of(tenant).cancel_on == ends
    live_through(tenant, day, back)
    keep_subscription(tenant=tenant, today=back)
    assert (standing(tenant)[0], subscription_of(tenant).cancel_on) == (status, None)
    if standing(tenant)[2]:
        pay(tenant, back)
    last = date.fromisoformat(billed[0])
    live_through(tenant, back, last)
    assert spans(tenant)[-1] == billed
    books_balance(tenant, last)


def test_in_a_pause_it_is_taken_back_and_the_pause_goes_on(begun: Begun) -> None:
    """K15, N2: paused from 10 June to 20 July, leaving in between and staying after all."""
    tenant = begun(D(2025, 6, 10))
    pause_subscription(tenant=tenant, today=D(2025, 6, 10), until=D(2025, 7, 20))
    cancel_subscription(tenant=tenant, today=D(2025, 6, 12))
    live_through(tenant, D(2025, 6, 12), D(2025, 6, 20))
    keep_subscription(tenant=tenant, today=D(2025, 6, 20))
    assert (standing(tenant)[0], subscription_of(tenant).cancel_on) == ("paused", None)
    live_through(tenant, D(2025, 6, 21), D(2025, 7, 20))
    assert spans(tenant)[-1] == ("2025-07-01", "2025-08-01", 300_000)
    books_balance(tenant, D(2025, 7, 20))


def test_now_is_now_and_whoever_comes_back_begins_anew(begun: Begun) -> None:
    """K15: ended on the very day, nothing refunded; there is nothing to take back, and a new start has no trial."""
    tenant, day = begun(D(2025, 6, 10)), D(2025, 6, 10)
    cancel_subscription(tenant=tenant, today=day, leaving=Leaving(on=day))
    assert standing(tenant) == ("ended", False, 0)
    with pytest.raises(NoSubscription):
        keep_subscription(tenant=tenant, today=day)
    restart_subscription(tenant=tenant, quantity=Decimal(1), today=D(2025, 6, 12))
    assert (standing(tenant)[0], spans(tenant)[-1][2]) == ("active", 300_000)
    books_balance(tenant, D(2025, 6, 12))
