"""Promises to pay, the week of Idulfitri, and schools that are never closed (BOS): what is said and closed on which day.

SMAN 1: 750.000 issued 1 March 2025, due on the 17th, a reminder each day of grace, closed on the 31st (X7).
"""

from datetime import date
from typing import Any

import pytest

from billing.errors import WrongState
from billing.models import Document, Subscription
from billing.rules import dunning
from billing.services.dunning.promises import promise_to_pay, set_never_suspend
from plans.rules.catalogue import Due, PaymentTerms, PromiseRules, Suspend, Text
from plans.rules.holidays import HolidayCalendar
from plans.selectors.holidays import holidays
from tenants.context import inside
from tenants.errors import DomainError
from tenants.models import Event, StaffTask, Tenant
from tests.billing.lives import books_balance, live_through, pay
from tests.conftest import told

D = date
TERMS = PaymentTerms(code="t", name=Text(id="t", en="t"), due=Due(days=16), suspend=Suspend(days_after_issue=30))


@pytest.mark.parametrize(
    ("waits", "promised", "closes"),
    [
        (True, D(2025, 4, 5), D(2025, 4, 6)),
        (True, D(2025, 3, 20), D(2025, 3, 31)),
        (True, D(2025, 3, 30), D(2025, 3, 31)),
        (True, None, D(2025, 3, 31)),
        (False, D(2025, 4, 5), D(2025, 3, 31)),
    ],
)
def test_suspension_waits_for_a_promise_where_the_terms_say_so(
    waits: bool, promised: date | None, closes: date
) -> None:
    terms = TERMS.model_copy(update={"promise": PromiseRules(suspension_waits=waits)})
    assert dunning.closes_on(terms, D(2025, 3, 31), promised) == closes
    assert dunning.closes_on(terms, None, promised) is None


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (D(2026, 3, 17), D(2026, 3, 17)),
        (D(2026, 3, 18), D(2026, 3, 25)),
        (D(2026, 3, 24), D(2026, 3, 25)),
        (D(2026, 3, 25), D(2026, 3, 25)),
    ],
)
def test_the_week_of_idulfitri_is_quiet_and_what_touches_it_too(day: date, works: date) -> None:
    assert holidays().working_day(day) == works
    beside = HolidayCalendar.model_validate(
        {
            "quiet": [
                {"name": {"id": "b", "en": "b"}, "from": "2026-03-25", "to": "2026-03-26"},
                {"name": {"id": "a", "en": "a"}, "from": "2026-03-18", "to": "2026-03-24"},
            ]
        }
    )
    assert beside.working_day(D(2026, 3, 20)) == D(2026, 3, 27)


def agree(tenant: Tenant, **terms: Any) -> None:
    """Other payment terms for a tenant's agreement."""
    with inside(tenant):
        subscription = Subscription.objects.get()
        changed = subscription.terms.terms.model_copy(update=terms)
        subscription.agreement = subscription.terms.model_copy(update={"terms": changed})
        subscription.save()


def number_of(tenant: Tenant) -> str:
    with inside(tenant):
        return Document.objects.get().number


def reminded(tenant: Tenant) -> list[str]:
    days = Event.objects.filter(tenant=tenant, name="reminder.sent", data__about="due", data__channel="email")
    return [f"{day:%m-%d}" for day in days.order_by("id").values_list("occurred_on", flat=True)]


def test_a_promise_silences_reminders_and_when_it_is_broken_somebody_calls(school: Tenant) -> None:
    """Promised on 19 March for 2 April: quiet until then, open until 3 April, closed on that day with a task."""
    agree(school, promise=PromiseRules(max_days=20, suspension_waits=True))
    live_through(school, D(2025, 3, 1), D(2025, 3, 19))
    number, said = number_of(school), reminded(school)
    assert said[-2:] == ["03-18", "03-19"]
    with pytest.raises(DomainError) as refused:
        promise_to_pay(tenant=school, number=number, on=D(2025, 4, 9), reason="lewat telepon", today=D(2025, 3, 19))
    assert refused.value.field == "on"
    promise_to_pay(tenant=school, number=number, on=D(2025, 4, 2), reason="lewat telepon", today=D(2025, 3, 19))
    live_through(school, D(2025, 3, 20), D(2025, 4, 2))
    assert reminded(school) == said
    assert school.status == "past_due"
    live_through(school, D(2025, 4, 3), D(2025, 4, 3))
    assert told(school)[-2:] == [("2025-04-03", "promise.broken"), ("2025-04-03", "subscription.suspended")]
    assert StaffTask.objects.get(key__startswith="promise.broken").due_on == D(2025, 4, 3)
    pay(school, D(2025, 4, 4))
    with pytest.raises(WrongState):
        promise_to_pay(tenant=school, number=number, on=D(2025, 4, 9), reason="lewat telepon", today=D(2025, 4, 4))
    books_balance(school, D(2025, 4, 4))


def test_nobody_is_reminded_or_closed_in_the_week_of_idulfitri_where_the_terms_say_so(school: Tenant) -> None:
    """28 March to 7 April 2025 are quiet: the last reminder is of the 27th, access closes on 8 April, not on 31 March."""
    agree(school, pause_on_holidays=True)
    live_through(school, D(2025, 3, 1), D(2025, 4, 7))
    assert (reminded(school)[-1], school.status) == ("03-27", "past_due")
    live_through(school, D(2025, 4, 8), D(2025, 4, 8))
    assert told(school)[-1] == ("2025-04-08", "subscription.suspended")


def test_a_school_paid_from_bos_is_overdue_and_stays_open(school: Tenant) -> None:
    set_never_suspend(tenant=school, never=True, reason="dana BOS", today=D(2025, 2, 2))
    school.refresh_from_db()
    live_through(school, D(2025, 3, 1), D(2025, 5, 30))
    assert (school.status, school.has_access) == ("past_due", True)
    set_never_suspend(tenant=school, never=False, reason="bukan BOS lagi", today=D(2025, 5, 31))
    live_through(school, D(2025, 5, 31), D(2025, 5, 31))
    assert (school.status, school.has_access) == ("suspended", False)
