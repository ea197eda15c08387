"""X3, X4, K14: prices that rise are said three months ahead to whom they concern, locked by renewing early, kept by the plan's
policy, and refused where they rise too fast; day by day."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from billing.errors import RenewalRefused
from billing.models import DocumentLine, Subscription
from billing.rules.lifecycle import Status
from billing.selectors.accounts import living_subscription
from billing.selectors.endings import ending_of
from billing.selectors.renewals import early_renewal_of
from billing.services.subscriptions.early_renewals import renew_early
from billing.services.subscriptions.life import cancel_subscription, keep_subscription
from plans.errors import CatalogueFileError
from plans.services.catalogue import load_catalogue
from tenants.context import inside
from tenants.models import Event, Tenant
from tenants.models.jobs import Job
from tests.billing.lives import agenda, books_balance, credit_of, live_through, pay, report, spans, standing
from tests.conftest import make_tenant, told
from tests.plans.clinic import CLINIC
from trials.services.daily import run_job

D = date
SIGNUP, BILLED, NOTICE, NEW, TERM_END = D(2025, 7, 18), D(2025, 8, 1), D(2025, 10, 1), D(2026, 1, 1), D(2026, 8, 1)
LOADED = D(2025, 7, 1)
YEARLY = CLINIC.replace("interval_months: 3", "interval_months: 12")
LATER = YEARLY[YEARLY.index("  - code: clinic-2025") :].replace("clinic-2025", "clinic-2026")
LATER = LATER.replace("2025-07-01", "2026-01-01").replace('"300000"', '"320000"')


def load(tmp_path: Path, policy: str, text: str, day: date = LOADED) -> None:
    """A clinic that is paid by the year, 300.000 a doctor, from 2026 on 320.000, with a policy at renewal."""
    seats = f"  at_renewal: {policy}\n  price_notice: {{months: 3}}\n  rules: {{early_renewal: X4}}\n  seats:"
    path = tmp_path / "clinic.yaml"
    path.write_text(text.replace("  seats:", seats), encoding="utf-8")
    load_catalogue(files=[path], now=datetime(day.year, day.month, day.day, tzinfo=UTC))


@pytest.fixture
def rising(tmp_path: Path, db: None) -> None:
    """Its plan takes the book of the day at renewal."""
    load(tmp_path, "current_book", YEARLY + LATER)


def clinic(name: str = "klinik", **wish: Any) -> Tenant:
    """4 doctors, billed from 1 August 2025, 1.200.000 paid on that day."""
    tenant = make_tenant(name, name, "clinic", 4, SIGNUP, **wish)
    live_through(tenant, SIGNUP, BILLED)
    pay(tenant, BILLED)
    return tenant


def announced(tenant: Tenant) -> list[dict[str, Any]]:
    """What was said of prices to come."""
    found = Event.objects.filter(tenant=tenant, name="price.announced").order_by("id")
    return [{"on": str(event.occurred_on), **event.data} for event in found]


def billed(tenant: Tenant) -> list[tuple[str, str, int, int, int]]:
    """(from, kind, how many, at how much, rupiah) of every line."""
    with inside(tenant):
        found = DocumentLine.objects.order_by("period_from")
        return [(str(x.period_from), x.kind, int(x.quantity), int(x.unit_price), x.amount) for x in found]


def of(tenant: Tenant) -> Subscription:
    """Its living agreement."""
    with inside(tenant):
        return living_subscription()


@pytest.mark.usefixtures("rising")
def test_who_takes_the_current_book_is_told_on_the_first_of_october_once() -> None:
    """X4: 1.200.000 becomes 1.280.000 on 1 August 2026; the old price is locked by renewing before 1 January."""
    tenant = clinic()
    assert agenda(tenant)[2] == NOTICE
    live_through(tenant, D(2025, 8, 2), D(2025, 12, 31))
    (said,) = announced(tenant)
    assert (said["on"], said["kept"], said["amount_before"], said["amount"]) == (
        "2025-10-01",
        False,
        1_200_000,
        1_280_000,
    )
    assert (said["effective"], said["renews"]) == ("2026-01-01", "2026-08-01")
    assert (said["lock_from"], said["lock_before"], said["channels"]) == (
        "2025-10-01",
        "2026-01-01",
        ["email", "in_app"],
    )
    live_through(tenant, NEW, TERM_END)
    assert spans(tenant)[-1] == ("2026-08-01", "2027-08-01", 1_280_000)
    assert len(announced(tenant)) == 1
    books_balance(tenant, TERM_END)


def test_a_kept_price_is_said_to_stay(school: Tenant) -> None:
    """X3, X4: XClass 2026 costs 7.500 a student; the school of 2025 is told in the app that it pays 750.000 as before."""
    live_through(school, D(2025, 2, 1), D(2025, 3, 1))
    pay(school, D(2025, 3, 1))
    live_through(school, D(2025, 3, 2), D(2025, 10, 2))
    (said,) = announced(school)
    assert (said["on"], said["kept"], said["amount_before"], said["amount"]) == ("2025-10-01", True, 750_000, 750_000)
    assert said["channels"] == ["in_app"]
    with pytest.raises(RenewalRefused) as refused:
        renew_early(tenant=school, today=D(2025, 10, 2))
    assert refused.value.code == "nothing_to_lock"


@pytest.mark.usefixtures("rising")
def test_renewed_early_the_term_goes_on_at_the_locked_price() -> None:
    """X4: on 2 October the year from 1 August 2026 is billed at 1.200.000; two doctors more from then on are billed when it
    begins, 4 × 300.000 + 2: (5 × 300.000 + 200.000) − 1.200.000 = 500.000; the year after costs the prices of then."""
    tenant = clinic()
    live_through(tenant, D(2025, 8, 2), D(2025, 10, 2))
    made = renew_early(tenant=tenant, today=D(2025, 10, 2))
    assert (made.document.total, made.document.due_on, made.document.suspend_on) == (1_200_000, D(2025, 10, 12), None)
    assert made.early.saved == 80_000
    pay(tenant, D(2025, 10, 10))
    assert (of(tenant).period_to, of(tenant).next_period_on) == (TERM_END, TERM_END)
    live_through(tenant, D(2025, 10, 11), D(2026, 7, 31))
    assert standing(tenant) == ("active", True, 0)
    report(tenant, D(2026, 7, 31), 6)
    pay(tenant, D(2026, 7, 31))
    live_through(tenant, D(2026, 8, 1), D(2026, 8, 1))
    subscription = of(tenant)
    assert (subscription.period_from, subscription.period_to, subscription.book_code) == (
        TERM_END,
        D(2027, 8, 1),
        "clinic-2025",
    )
    assert spans(tenant)[-1] == ("2026-08-01", "2027-08-01", 500_000)
    pay(tenant, TERM_END)
    live_through(tenant, D(2026, 8, 2), D(2027, 8, 1))
    assert spans(tenant)[-1] == ("2027-08-01", "2028-08-01", 5 * 320_000 + 200_000)
    books_balance(tenant, D(2027, 8, 1))


def test_a_plan_that_keeps_the_unit_price_renews_at_it_whatever_tier_and_book(tmp_path: Path, db: None) -> None:
    """X3, the policy that XClass does not use: begun with 4 doctors at 300.000. The book says 200.000 each from 6 on, that of
    2026 says 320.000 below: 8 doctors renew at 8 × 300.000, 3 of them a year later at 3 × 300.000."""
    volume = (YEARLY + LATER).replace("graduated", "volume")
    load(tmp_path, "keep_unit_price", volume)
    tenant = clinic()
    assert report(tenant, D(2026, 2, 1), 8) == "pro_rata"
    pay(tenant, D(2026, 2, 1))
    live_through(tenant, D(2026, 2, 2), TERM_END)
    pay(tenant, TERM_END)
    report(tenant, D(2027, 3, 1), 3)
    live_through(tenant, D(2026, 8, 2), D(2027, 8, 1))
    assert billed(tenant) == [
        ("2025-08-01", "period", 4, 300_000, 1_200_000),
        ("2026-02-01", "rise", 4, 300_000, 595_068),  # 1.200.000 × 181/365
        ("2026-08-01", "period", 8, 300_000, 2_400_000),
        ("2027-08-01", "period", 3, 300_000, 900_000),
    ]
    assert of(tenant).book_code == "clinic-2025"
    books_balance(tenant, D(2027, 8, 1))


def test_a_price_that_rises_too_fast_reaches_nobody_until_it_says_why(tmp_path: Path, db: None) -> None:
    """K14: 331.000 is 10,3 % more than 300.000 and refused: who signs up pays 300.000. With a reason it is published, and
    holds for those who sign up from then on (X2); who was there renews at 300.000 (X3)."""
    load(tmp_path, "keep_book_choose_tier", YEARLY)
    before, steep = clinic(), YEARLY + LATER.replace("320000", "331000")
    with pytest.raises(CatalogueFileError, match=r"costs 331\.000, 10,3 % more .*K14"):
        load(tmp_path, "keep_book_choose_tier", steep, D(2025, 11, 20))
    refused = make_tenant("antara", "Antara", "clinic", 4, NEW)
    live_through(refused, NEW, D(2026, 1, 15))
    why = "    effective_from: 2026-01-01\n    steep_move: {reason: Obat ikut dicatat sejak 2026}"
    load(tmp_path, "keep_book_choose_tier", steep.replace("    effective_from: 2026-01-01", why), D(2026, 1, 20))
    after = make_tenant("sesudah", "Sesudah", "clinic", 4, D(2026, 2, 1))
    live_through(after, D(2026, 2, 1), D(2026, 2, 15))
    live_through(before, D(2025, 8, 2), TERM_END)
    assert [spans(item)[-1] for item in (refused, after, before)] == [
        ("2026-01-15", "2027-01-15", 1_200_000),
        ("2026-02-15", "2027-02-15", 1_324_000),
        ("2026-08-01", "2027-08-01", 1_200_000),
    ]


def test_the_tax_on_an_early_renewal_is_in_its_preview(tmp_path: Path, db: None) -> None:
    """X4 of a PKP: 1.200.000 and 11/12 × 12 % of it = 1.332.000 instead of 1.280.000 and 140.800 later."""
    pkp = (YEARLY + LATER).replace("  signatory: Bagian", '  is_pkp: true\n  branch: "000001"\n  signatory: Bagian')
    goods = '  goods: {opt: B, code: "620000", unit: UM.0024}\n  seats: {policy: within_term}'
    load(tmp_path, "current_book", pkp.replace("  seats: {policy: within_term}", goods))
    tenant = clinic()
    live_through(tenant, D(2025, 8, 2), D(2025, 10, 2))
    with inside(tenant):
        early = early_renewal_of(living_subscription(), D(2025, 10, 2))
    assert (early.draft.total, early.later.total, early.saved) == (1_332_000, 1_420_800, 88_800)
    assert renew_early(tenant=tenant, today=D(2025, 10, 2)).document.total == 1_332_000


@pytest.mark.usefixtures("rising")
def test_unpaid_an_early_renewal_lapses_and_closes_nothing() -> None:
    """X4: due 12 October, voided on the 13th; 200.000 paid on it is credit, the renewal costs the new price."""
    tenant = clinic()
    live_through(tenant, D(2025, 8, 2), D(2025, 10, 2))
    renew_early(tenant=tenant, today=D(2025, 10, 2))
    pay(tenant, D(2025, 10, 5), 200_000)
    live_through(tenant, D(2025, 10, 3), D(2025, 10, 12))
    assert of(tenant).renewed_early is not None
    live_through(tenant, D(2025, 10, 13), D(2025, 10, 13))
    assert (of(tenant).renewed_early, standing(tenant), credit_of(tenant)) == (None, ("active", True, 0), 200_000)
    assert told(tenant, "invoice.overdue", "subscription.past_due") == []
    live_through(tenant, D(2025, 10, 14), TERM_END)
    assert spans(tenant)[-1] == ("2026-08-01", "2027-08-01", 1_280_000)
    assert standing(tenant)[2] == 1_080_000
    books_balance(tenant, TERM_END)


@pytest.mark.usefixtures("rising")
def test_leaving_after_an_early_renewal_ends_with_what_is_paid() -> None:
    """X4, K15: unpaid it is taken back and the running year ends it; paid, the year after does."""
    tenant = clinic()
    live_through(tenant, D(2025, 8, 2), D(2025, 10, 2))
    renew_early(tenant=tenant, today=D(2025, 10, 2))
    cancel_subscription(tenant=tenant, today=D(2025, 10, 2))
    assert (of(tenant).cancel_on, of(tenant).renewed_early) == (TERM_END, None)
    keep_subscription(tenant=tenant, today=D(2025, 10, 3))
    renew_early(tenant=tenant, today=D(2025, 10, 3))
    with pytest.raises(RenewalRefused) as refused:
        renew_early(tenant=tenant, today=D(2025, 10, 3))
    assert refused.value.code == "renewed_early"
    pay(tenant, D(2025, 10, 3))
    with inside(tenant):
        assert ending_of(living_subscription(), D(2025, 10, 4)).on == D(2027, 8, 1)
    live_through(tenant, D(2025, 10, 4), D(2025, 10, 4))
    assert len(announced(tenant)) == 1
    books_balance(tenant, D(2025, 10, 4))


def test_a_book_that_comes_late_calls_every_tenant_of_its_product_at_once(tmp_path: Path, db: None) -> None:
    """X4: published on 20 November, said on that day, by one statement and the agenda; other products are left alone."""
    load(tmp_path, "current_book", YEARLY)
    tenant, leaving = clinic(), clinic("pulang")
    cancel_subscription(tenant=leaving, today=BILLED)
    other = make_tenant("griya", "Griya", "klustera", 200, D(2025, 8, 1))
    days = [agenda(item)[2] for item in (other, tenant)]
    assert days[1] is None
    load(tmp_path, "current_book", YEARLY + LATER, D(2025, 11, 20))
    assert [agenda(item)[2] for item in (other, tenant)] == [days[0], D(2025, 11, 20)]
    Tenant.objects.filter(pk=other.pk).update(reminder_due_on=None)
    drained = run_job(job=Job.REMINDERS, now=datetime(2025, 11, 20, 3, tzinfo=UTC))
    assert (drained.done, drained.failed) == (2, 0)
    assert [item["on"] for item in announced(tenant)] == ["2025-11-20"]
    assert (announced(leaving), of(leaving).status) == ([], Status.CANCELLED)
    assert agenda(tenant)[2] is None
