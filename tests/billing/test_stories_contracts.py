"""C8, C9, K15: contracts that renew by themselves, and leaving them, day by day."""

from datetime import date
from typing import Any

import pytest

from billing.documents.explain import explain
from billing.errors import EndNotPossible, StalePreview
from billing.models import DocumentLine, Subscription
from billing.selectors.accounts import latest_subscription
from billing.selectors.change_choices import Wanted
from billing.services.subscriptions.changes import change_plan
from billing.services.subscriptions.life import Leaving, cancel_subscription, keep_subscription
from plans.errors import CatalogueError
from tenants.context import inside
from tenants.models import Event, StaffTask, Tenant
from tests.billing.ladders import change
from tests.billing.lives import books_balance, live_through, pay, reminders, spans, standing
from tests.billing.test_stories_charges import turnover
from tests.conftest import make_tenant
from trials.services.daily import live_day

D = date
SIGNUP, BILLED = D(2026, 3, 10), D(2026, 4, 10)


def cooperative(**wish: Any) -> Tenant:
    """Starter, on trial until 10 April 2026 (C5)."""
    return make_tenant("koperasi", "Koperasi Maju", "koperasi", 80, SIGNUP, **{"plan": "starter", **wish})


def billed(**wish: Any) -> Tenant:
    """The same, its first invoice paid on the day it came."""
    tenant = cooperative(**wish)
    live_through(tenant, SIGNUP, BILLED)
    pay(tenant, BILLED)
    return tenant


def of(tenant: Tenant) -> Subscription:
    """Its agreement, ended or not."""
    with inside(tenant):
        found = latest_subscription()
    assert found is not None
    return found


def facts_told(tenant: Tenant) -> dict[str, Any]:
    """What the latest reminder before the end of a contract says."""
    events = Event.objects.filter(tenant=tenant, name="reminder.sent", data__about="term_end")
    facts: dict[str, Any] = events.latest("id").data
    return facts


def renewal_tasks(tenant: Tenant) -> list[tuple[str, str]]:
    """(due, note) of each task to see to a renewal."""
    tasks = StaffTask.objects.filter(tenant=tenant, kind="renewal").order_by("due_on")
    return [(str(task.due_on), task.note) for task in tasks]


def test_a_month_is_left_with_thirty_days_of_notice(db: None) -> None:
    """C8: asked on 10 April for 10 May (30 days); that period is paid, nothing is refunded, nothing more is billed."""
    tenant = billed()
    cancel_subscription(tenant=tenant, today=BILLED, reason="Pindah")
    assert of(tenant).cancel_on == D(2026, 5, 10)
    live_through(tenant, BILLED, D(2026, 5, 10))
    assert standing(tenant) == ("ended", False, 0)
    assert [item[0] for item in spans(tenant)] == ["2026-04-10"]
    books_balance(tenant, D(2026, 5, 10))


def test_notice_given_a_day_too_late_pays_for_the_next_month(db: None) -> None:
    """C8: asked on 11 April the notice ends on 11 May, within the next period, which is billed in full: 499.000."""
    tenant = billed()
    live_through(tenant, BILLED, D(2026, 4, 11))
    cancel_subscription(tenant=tenant, today=D(2026, 4, 11))
    assert of(tenant).cancel_on == D(2026, 6, 10)
    live_through(tenant, D(2026, 4, 12), D(2026, 5, 10))
    assert spans(tenant)[-1] == ("2026-05-10", "2026-06-10", 499_000)
    pay(tenant, D(2026, 5, 10))
    live_through(tenant, D(2026, 5, 11), D(2026, 6, 10))
    assert standing(tenant) == ("ended", False, 0)
    assert len(spans(tenant)) == 2
    books_balance(tenant, D(2026, 6, 10))


def test_a_notice_is_taken_back_and_given_again_from_then(db: None) -> None:
    """C8: taken back on 1 May; given again that day it reaches 10 June, not 10 May."""
    tenant = billed()
    cancel_subscription(tenant=tenant, today=BILLED)
    live_through(tenant, BILLED, D(2026, 5, 1))
    keep_subscription(tenant=tenant, today=D(2026, 5, 1))
    assert standing(tenant)[0] == "active"
    cancel_subscription(tenant=tenant, today=D(2026, 5, 1))
    assert of(tenant).cancel_on == D(2026, 6, 10)


def test_a_trial_is_left_without_notice_at_its_end(db: None) -> None:
    tenant = cooperative()
    cancel_subscription(tenant=tenant, today=D(2026, 4, 8))
    live_through(tenant, D(2026, 4, 8), BILLED)
    assert (of(tenant).ended_on, spans(tenant)) == (BILLED, [])


def test_a_later_end_is_the_end_of_its_contract_and_an_earlier_one_is_refused(db: None) -> None:
    """C8: nothing is written where the notice does not reach."""
    tenant = billed()
    with pytest.raises(EndNotPossible) as refused:
        cancel_subscription(tenant=tenant, today=BILLED, leaving=Leaving(on=D(2026, 5, 9)))
    assert (refused.value.field, refused.value.data) == ("on", {"earliest_on": "2026-05-10"})
    assert of(tenant).cancel_on is None
    cancel_subscription(tenant=tenant, today=BILLED, leaving=Leaving(on=D(2026, 7, 1)))
    assert of(tenant).cancel_on == D(2026, 7, 10)


def test_an_end_other_than_the_one_shown_is_not_taken(db: None) -> None:
    """C8: shown on 10 April, confirmed after midnight, it would end a month later."""
    tenant = billed()
    live_through(tenant, BILLED, D(2026, 4, 11))
    with pytest.raises(StalePreview):
        cancel_subscription(tenant=tenant, today=D(2026, 4, 11), leaving=Leaving(agreed=D(2026, 5, 10)))
    assert of(tenant).cancel_on is None


def test_staff_let_go_on_a_day_within_what_was_paid(db: None) -> None:
    """The notice is waived: 20 April, nothing refunded."""
    tenant = billed()
    cancel_subscription(tenant=tenant, today=BILLED, leaving=Leaving(on=D(2026, 4, 20), waived=True))
    live_through(tenant, BILLED, D(2026, 4, 20))
    assert (of(tenant).ended_on, len(spans(tenant))) == (D(2026, 4, 20), 1)
    books_balance(tenant, D(2026, 4, 20))


def test_turnover_is_billed_to_the_day_it_ends(db: None) -> None:
    """C8, C15: a meter read before a waived end is billed with it, never lost."""
    tenant = billed(plan="growth")
    live_through(tenant, BILLED, D(2026, 4, 15))
    turnover(tenant, D(2026, 4, 15), 10_000_000)
    cancel_subscription(tenant=tenant, today=D(2026, 4, 15), leaving=Leaving(on=D(2026, 4, 20), waived=True))
    live_through(tenant, D(2026, 4, 16), D(2026, 4, 20))
    assert spans(tenant)[-1][2] == 100_000
    assert standing(tenant) == ("ended", False, 100_000)


def test_a_year_renews_by_itself_with_a_notice_and_a_task(db: None) -> None:
    """C8, C9: staff on 24 February 2027, the members on 11 March, renewed on 10 April at the price of the book."""
    tenant = billed(interval_months=12)
    live_through(tenant, BILLED, D(2027, 4, 10))
    assert renewal_tasks(tenant) == [
        ("2027-02-24", "Starter; berakhir 2027-04-10, berlanjut sendiri: Rp 4.970.040. " + tenant.contact_phone)
    ]
    assert reminders(tenant, "term_end") == [
        ("2027-03-11", "term_end", 30, "email"),
        ("2027-03-11", "term_end", 30, "in_app"),
    ]
    assert facts_told(tenant)["notice_by"] == "2027-03-11"
    assert spans(tenant)[-1] == ("2027-04-10", "2028-04-10", 4_970_040)
    live_through(tenant, D(2027, 4, 11), D(2027, 4, 13))
    assert len(renewal_tasks(tenant)) == 1


def test_notice_and_task_that_were_missed_are_caught_up_once(db: None) -> None:
    """C8, C9: the jobs stood still from 20 February to 20 March: both come then, with the days that are left."""
    tenant = billed(interval_months=12)
    live_through(tenant, BILLED, D(2027, 2, 20))
    for _twice in range(2):
        live_day(tenant, D(2027, 3, 20))
    assert [day for day, _note in renewal_tasks(tenant)] == ["2027-03-20"]
    assert reminders(tenant, "term_end") == [
        ("2027-03-20", "term_end", 21, "email"),
        ("2027-03-20", "term_end", 21, "in_app"),
    ]
    assert "notice_by" not in facts_told(tenant), "the last day for notice has passed"


def test_who_has_given_notice_is_told_of_no_renewal(db: None) -> None:
    """C8, C9."""
    tenant = billed(interval_months=12)
    cancel_subscription(tenant=tenant, today=BILLED)
    live_through(tenant, BILLED, D(2027, 4, 10))
    assert (renewal_tasks(tenant), reminders(tenant, "term_end")) == ([], [])
    assert of(tenant).ended_on == D(2027, 4, 10)


def test_a_month_is_too_short_for_a_task(db: None) -> None:
    """C9: 45 days before a month ends it had not begun."""
    tenant = billed()
    live_through(tenant, BILLED, D(2026, 6, 10))
    assert renewal_tasks(tenant) == []


def test_a_cooperative_goes_up_to_the_year_and_onto_a_contract_of_its_own(db: None) -> None:
    """C1, C11, C15: each invoice to the rupiah; the share of turnover follows the plan, the implementation is paid once.

    25 April: 500.000 × 15/30 = 250.000. 10 May: 999.000 + 1 % of 10.000.000. 10 June: the year 9.950.040, with 40.000 of
    turnover up to it. 20 June Enterprise at 15.000.000 a year, at once: (15.000.000 − 9.950.040) × 355/365 = 4.911.605, and
    1 % of the 3.000.000 since 10 June.
    """
    tenant = billed()
    live_through(tenant, BILLED, D(2026, 4, 25))
    change(tenant, D(2026, 4, 25), "growth")
    assert spans(tenant)[-1] == ("2026-04-25", "2026-05-10", 250_000)
    pay(tenant, D(2026, 4, 25))
    turnover(tenant, D(2026, 5, 1), 10_000_000)
    live_through(tenant, D(2026, 4, 26), D(2026, 5, 10))
    assert spans(tenant)[-1] == ("2026-05-10", "2026-06-10", 1_099_000)
    pay(tenant, D(2026, 5, 10))
    change(tenant, D(2026, 5, 20), months=12)
    turnover(tenant, D(2026, 5, 25), 4_000_000)
    live_through(tenant, D(2026, 5, 11), D(2026, 6, 10))
    year = round(999_000 * 12 * 0.83)
    assert spans(tenant)[-1] == ("2026-06-10", "2027-06-10", year + 40_000)
    pay(tenant, D(2026, 6, 10))
    turnover(tenant, D(2026, 6, 15), 3_000_000)
    live_through(tenant, D(2026, 6, 11), D(2026, 6, 20))
    with pytest.raises(CatalogueError) as refused:
        change_plan(tenant=tenant, wanted=Wanted("growth", 12, 15_000_000), today=D(2026, 6, 20))
    assert refused.value.code == "plan_not_by_contract"
    wanted = Wanted("enterprise", 12, 15_000_000)
    made = change_plan(tenant=tenant, wanted=wanted, today=D(2026, 6, 20), reason="Kontrak 7/2026")
    assert made.document is not None
    net = round((15_000_000 - year) * 355 / 365)
    assert made.document.total == net + 30_000
    assert change_plan(tenant=tenant, wanted=wanted, today=D(2026, 6, 20)).document is None
    pay(tenant, D(2026, 6, 20))
    tenant.refresh_from_db()
    assert (tenant.plan_code, tenant.entitlements["response_hours"]) == ("enterprise", 2)
    assert (of(tenant).terms.terms.code, of(tenant).addons) == ("contract", {})
    live_through(tenant, D(2026, 6, 21), D(2027, 6, 10))
    assert spans(tenant)[-1] == ("2027-06-10", "2028-06-10", 15_000_000)
    books_balance(tenant, D(2027, 6, 10))


def enterprise(**wish: Any) -> Tenant:
    """Starter from 10 April 2026, on 10 May on a contract of its own at 3.500.000 a month, to 10 April 2027."""
    tenant = billed(**wish)
    live_through(tenant, BILLED, D(2026, 5, 10))
    pay(tenant, D(2026, 5, 10))
    change_plan(tenant=tenant, wanted=Wanted("enterprise", 1, 3_500_000), today=D(2026, 5, 10), reason="Kontrak 8/2026")
    pay(tenant, D(2026, 5, 10))
    return tenant


def test_leaving_a_contract_early_costs_half_of_what_is_left(db: None) -> None:
    """C8: asked on 12 May for 10 August (90 days): 50 % × 8 × 3.500.000 = 14.000.000, invoiced on the last day; agreed on at
    that price, gone when it is taken back, and none where staff let it go."""
    tenant = enterprise()
    day, ends = D(2026, 5, 12), D(2026, 8, 10)
    live_through(tenant, D(2026, 5, 11), day)
    with pytest.raises(StalePreview):
        cancel_subscription(tenant=tenant, today=day, leaving=Leaving(on=ends, agreed_fee=13_000_000))
    cancel_subscription(tenant=tenant, today=day, leaving=Leaving(on=ends, agreed_fee=14_000_000))
    assert (
        Event.objects.filter(tenant=tenant, name="subscription.cancel_scheduled").get().data["exit_fee"] == 14_000_000
    )
    keep_subscription(tenant=tenant, today=day)
    assert of(tenant).schedule is None, "taken back, nothing is to come"
    cancel_subscription(tenant=tenant, today=day, leaving=Leaving(on=ends, no_fee=True))
    assert of(tenant).schedule is None
    keep_subscription(tenant=tenant, today=day)
    cancel_subscription(tenant=tenant, today=day, leaving=Leaving(on=ends))
    for month in (6, 7):
        live_through(tenant, D(2026, month - 1, 13), D(2026, month, 10))
        pay(tenant, D(2026, month, 10))
    live_through(tenant, D(2026, 7, 11), ends)
    assert standing(tenant) == ("ended", False, 14_000_000)
    assert [amount for _from, _to, amount in spans(tenant)][-3:] == [3_500_000, 3_500_000, 14_000_000]
    with inside(tenant):
        line = DocumentLine.objects.get(charge__startswith="exit-fee")
    assert line.description == "Biaya berhenti sebelum kontrak berakhir pada 10 April 2027"
    told = explain(line.explanation, "id")
    assert (told.rule, told.rows[-1].value) == ("C8", "50 % × Rp 28.000.000 = Rp 14.000.000")
    books_balance(tenant, ends)


def test_a_suspended_customer_pays_no_fee_for_leaving(db: None) -> None:
    """C8: nothing was paid since 10 June; suspended, its contract ends on the day asked for without the fee."""
    tenant = enterprise()
    live_through(tenant, D(2026, 5, 11), D(2026, 6, 10))
    cancel_subscription(tenant=tenant, today=D(2026, 6, 10), leaving=Leaving(on=D(2026, 10, 10)))
    live_through(tenant, D(2026, 6, 11), D(2026, 10, 10))
    assert of(tenant).ended_on == D(2026, 10, 10)
    with inside(tenant):
        assert not DocumentLine.objects.filter(charge__startswith="exit-fee").exists()
    books_balance(tenant, D(2026, 10, 10))


def test_turnover_is_billed_where_staff_end_it_at_once(db: None) -> None:
    """C8, C15: ended on the very day, what was read until then is not lost: 1 % of 10.000.000."""
    tenant = billed(plan="growth")
    live_through(tenant, BILLED, D(2026, 4, 15))
    turnover(tenant, D(2026, 4, 14), 10_000_000)
    cancel_subscription(tenant=tenant, today=D(2026, 4, 15), leaving=Leaving(on=D(2026, 4, 15), waived=True))
    assert standing(tenant) == ("ended", False, 100_000)
    books_balance(tenant, D(2026, 4, 15))
