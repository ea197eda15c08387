"""Learners who pause (N2): nothing is billed meanwhile, periods keep their days, and billing goes on with the current one."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from billing.errors import PauseRefused, WrongState
from billing.models import Subscription
from billing.selectors.accounts import latest_subscription
from billing.selectors.change_choices import Wanted
from billing.selectors.pausing import billed_on_return
from billing.services.dunning.pausing import pause_subscription, resume_subscription
from billing.services.subscriptions.changes import change_plan
from billing.services.subscriptions.life import cancel_subscription
from plans.services.catalogue import load_catalogue
from tenants.context import inside
from tenants.models import Tenant
from tests.billing.lives import agenda, books_balance, live_through, pay, reminders, report, spans, standing
from tests.billing.test_stories_seats import OFFICE
from tests.conftest import make_tenant, told
from tests.plans.ladder import LADDER

D = date
SIGNUP = D(2026, 3, 10)
FIRST, SECOND = ("2026-03-10", "2026-04-10", 99_000), ("2026-04-10", "2026-05-10", 99_000)


@pytest.fixture
def learner(db: None) -> Tenant:
    """By the month from 10 March 2026, the first one paid."""
    tenant = make_tenant("belajar", "Dewi", "naikkelas", 1, SIGNUP, plan="learner")
    pay(tenant, SIGNUP)
    return tenant


def of(tenant: Tenant) -> Subscription:
    """Its agreement."""
    with inside(tenant):
        found = latest_subscription()
    assert found is not None
    return found


def returning(tenant: Tenant, today: date) -> list[tuple[str, int]]:
    """What going on today would bill."""
    with inside(tenant):
        return [(str(draft.period.start), draft.total) for draft in billed_on_return(of(tenant), today)]


def pause(tenant: Tenant, on: date, until: date | None = None, **how: Any) -> None:
    live_through(tenant, on, on)
    pause_subscription(tenant=tenant, today=on, until=until, **how)


def test_while_paused_access_is_closed_and_nothing_is_billed(learner: Tenant) -> None:
    """N2: from 20 March to 20 June two periods pass unbilled; the current one, from 10 June, is billed in full."""
    pause(learner, D(2026, 3, 20), D(2026, 6, 18))
    assert standing(learner) == ("paused", False, 0)
    assert agenda(learner)[0] == D(2026, 6, 18)
    live_through(learner, D(2026, 3, 21), D(2026, 6, 17))
    assert (spans(learner), standing(learner)) == ([FIRST], ("paused", False, 0))
    live_through(learner, D(2026, 6, 18), D(2026, 6, 18))
    assert spans(learner) == [FIRST, ("2026-06-10", "2026-07-10", 99_000)]
    assert standing(learner) == ("active", True, 99_000)
    pay(learner, D(2026, 6, 18))
    live_through(learner, D(2026, 6, 19), D(2026, 7, 10))
    assert spans(learner)[-1] == ("2026-07-10", "2026-08-10", 99_000)
    books_balance(learner, D(2026, 7, 10))


def test_back_within_the_paid_period_nothing_is_billed_twice(learner: Tenant) -> None:
    pause(learner, D(2026, 3, 20))
    live_through(learner, D(2026, 3, 21), D(2026, 3, 30))
    assert returning(learner, D(2026, 3, 30)) == []
    resume_subscription(tenant=learner, today=D(2026, 3, 30))
    assert (spans(learner), standing(learner)) == ([FIRST], ("active", True, 0))
    live_through(learner, D(2026, 3, 31), D(2026, 4, 10))
    assert spans(learner) == [FIRST, SECOND]
    books_balance(learner, D(2026, 4, 10))


def test_back_later_it_is_billed_as_the_preview_says(learner: Tenant) -> None:
    pause(learner, D(2026, 4, 1))
    live_through(learner, D(2026, 4, 2), D(2026, 5, 1))
    assert returning(learner, D(2026, 5, 1)) == [("2026-04-10", 99_000)]
    resume_subscription(tenant=learner, today=D(2026, 5, 1))
    assert spans(learner) == [FIRST, SECOND]
    with pytest.raises(WrongState):
        resume_subscription(tenant=learner, today=D(2026, 5, 1))


def test_the_end_of_a_pause_is_said_before_and_caught_up_when_late(learner: Tenant) -> None:
    pause(learner, D(2026, 3, 20), D(2026, 4, 20))
    live_through(learner, D(2026, 3, 21), D(2026, 4, 19))
    days = [("2026-04-13", 7), ("2026-04-19", 1)]
    assert reminders(learner, "pause_end") == [
        (day, "pause_end", left, channel) for day, left in days for channel in ("email", "in_app")
    ]
    live_through(learner, D(2026, 4, 25), D(2026, 4, 25))
    assert told(learner, "subscription.paused", "subscription.resumed") == [
        ("2026-03-20", "subscription.paused"),
        ("2026-04-25", "subscription.resumed"),
    ]
    assert spans(learner) == [FIRST, SECOND]


@pytest.mark.parametrize(
    ("until", "code"),
    [(D(2026, 3, 20), "pause_too_long"), (D(2026, 6, 19), "pause_too_long"), (D(2026, 3, 1), "pause_too_long")],
)
def test_a_pause_too_long_or_over_before_it_begins_is_refused(learner: Tenant, until: date, code: str) -> None:
    with pytest.raises(PauseRefused) as error:
        pause(learner, D(2026, 3, 20), until)
    assert (error.value.code, error.value.field, standing(learner)[0]) == (code, "until", "active")


def test_who_owes_pays_first(db: None) -> None:
    tenant = make_tenant("belajar", "Dewi", "naikkelas", 1, SIGNUP, plan="learner")
    with pytest.raises(PauseRefused) as error:
        pause_subscription(tenant=tenant, today=SIGNUP)
    assert error.value.code == "pay_first"


def test_a_plan_without_pauses_has_none(db: None) -> None:
    tenant = make_tenant("perusahaan", "PT Maju", "naikkelas", 10, SIGNUP, plan="corporate")
    pay(tenant, SIGNUP)
    for by in ("customer", "staff"):
        with pytest.raises(PauseRefused) as error:
            pause_subscription(tenant=tenant, today=SIGNUP, by=by)
        assert error.value.code == "pause_not_offered"


def test_paused_twice_is_paused_once(learner: Tenant) -> None:
    pause(learner, D(2026, 3, 20), D(2026, 4, 20))
    pause(learner, D(2026, 3, 21), D(2026, 5, 20))
    assert of(learner).paused_until == D(2026, 4, 20)
    assert len(told(learner, "subscription.paused")) == 1


def test_who_leaves_while_paused_is_not_billed_again(learner: Tenant) -> None:
    """K15: the paid period has passed, so it ends at once; within it, at its end."""
    pause(learner, D(2026, 3, 20))
    cancel_subscription(tenant=learner, today=D(2026, 3, 25))
    assert (of(learner).cancel_on, standing(learner)[0]) == (D(2026, 4, 10), "paused")
    live_through(learner, D(2026, 3, 26), D(2026, 4, 10))
    assert (standing(learner), spans(learner)) == (("ended", False, 0), [FIRST])
    books_balance(learner, D(2026, 4, 10))


def test_who_leaves_in_a_pause_longer_than_what_was_paid_ends_at_once(learner: Tenant) -> None:
    pause(learner, D(2026, 3, 20))
    live_through(learner, D(2026, 3, 21), D(2026, 4, 20))
    cancel_subscription(tenant=learner, today=D(2026, 4, 20))
    assert (standing(learner), spans(learner)) == (("ended", False, 0), [FIRST])


def open_shop(text: str, folder: Path, plan: str, quantity: int) -> Tenant:
    """A customer from 1 June 2025 on, the month paid, of a product whose plans may be paused."""
    (folder / "shop.yaml").write_text(text, encoding="utf-8")
    load_catalogue(files=[folder / "shop.yaml"], now=datetime(2025, 1, 1, tzinfo=UTC))
    tenant = make_tenant("gudang", "Gudang Rapi", "gudang", quantity, D(2025, 6, 1), plan=plan)
    pay(tenant, D(2025, 6, 1))
    return tenant


def went_on(tenant: Tenant, on: date) -> tuple[list[int], list[int]]:
    """What was shown before going on, and what was billed."""
    shown, before = [total for _from, total in returning(tenant, on)], len(spans(tenant))
    resume_subscription(tenant=tenant, today=on)
    return shown, [total for *_days, total in spans(tenant)[before:]]


QUIET = "    reminders: quiet\n"
PAUSED = QUIET + "    pause: {max_days: 90, reminders: [], rule: N2}\n"


def test_who_goes_on_is_shown_the_plan_that_waited(db: None, tmp_path: Path) -> None:
    """C11: from Growth to Starter with the next period, paused over its first day: 300.000."""
    text = LADDER.replace("    trial: {days: 30}\n", "").replace(QUIET, PAUSED)
    tenant = open_shop(text, tmp_path, "growth", 1)
    change_plan(tenant=tenant, wanted=Wanted("starter"), today=D(2025, 6, 10))
    pause(tenant, D(2025, 6, 20), D(2025, 7, 10))
    assert went_on(tenant, D(2025, 7, 5)) == ([300_000], [300_000])


@pytest.mark.parametrize(
    ("plan", "reported", "back", "total"),
    [
        ("waits", D(2025, 6, 16), D(2025, 7, 5), 390_000),  # 12 × 30.000, and 2 × 15.000 gathered in June
        ("team", D(2025, 6, 20), D(2025, 6, 21), 20_000),  # reported while paused: 2 × 10.000 for the days left of June
    ],
)
def test_who_goes_on_is_shown_the_rise_that_is_billed(
    plan: str, reported: date, back: date, total: int, db: None, tmp_path: Path
) -> None:
    """X8: gathered before the pause, or reported while it lasts."""
    tenant = open_shop(OFFICE.replace(QUIET, PAUSED), tmp_path, plan, 10)
    if plan == "waits":
        report(tenant, reported, 12)
    pause(tenant, D(2025, 6, 18), D(2025, 7, 10))
    if plan == "team":
        report(tenant, reported, 12)
    assert went_on(tenant, back) == ([total], [total])
