"""C11: lives of tenants that change plan, day by day: exact lines, dates, balances, events."""

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from billing.errors import ChangeRefused, NotVoidable, StalePreview, WrongState
from billing.models import DocumentLine, LineKind
from billing.rules.change_verdicts import Outcome
from billing.selectors.accounts import living_subscription
from billing.selectors.change_choices import Wanted, choices_of
from billing.selectors.changes import essence_of
from billing.selectors.drafts import forecast
from billing.services.steering import change_terms, void_invoice
from billing.services.subscriptions.changes import change_plan, withdraw_change
from billing.services.subscriptions.life import cancel_subscription, keep_subscription
from plans.errors import CatalogueError
from plans.services.catalogue import load_catalogue
from tenants.context import inside
from tenants.models import Event, Tenant
from tests.billing.ladders import BILLED, SIGNUP, Shop, change, changes_told, previewed, shop, subscription_of
from tests.billing.lives import books_balance, live_through, papers, pay, report, spans, standing
from tests.conftest import make_tenant, told
from tests.plans.ladder import LADDER

__all__ = ["shop"]
D = date


def upcoming(tenant: Tenant, on: date) -> tuple[str, int] | None:
    """The forecast of the overview: (issued, total)."""
    with inside(tenant):
        draft = forecast(living_subscription(), on)
    return None if draft is None else (str(draft.issued_on), draft.total)


def test_an_upgrade_holds_at_once_and_bills_the_days_left(shop: Shop) -> None:
    """C11: starter → growth on 16 June: 15 days × 10.000 = 150.000, due in ten days; July costs 600.000."""
    tenant = shop()
    live_through(tenant, SIGNUP, D(2025, 6, 16))
    pay(tenant, D(2025, 6, 16))
    preview = previewed(tenant, D(2025, 6, 16), "growth")
    assert (preview.outcome, preview.on) == (Outcome.NOW, D(2025, 6, 16))
    assert (preview.before.total, preview.upcoming.total) == (300_000, 600_000)  # type: ignore[union-attr]
    change(tenant, D(2025, 6, 16), "growth")
    assert papers(tenant)[-1] == (
        "plan-change 2025-06-16–2025-07-01 150000",
        150_000,
        D(2025, 6, 16),
        D(2025, 6, 26),
        D(2025, 7, 16),
    )
    assert (tenant.plan_code, tenant.entitlements["features"], tenant.balance) == (
        "growth",
        ["stock", "transfers"],
        150_000,
    )
    assert changes_told(tenant) == [("2025-06-16", "plan", "starter", "growth", 150_000)]
    pay(tenant, D(2025, 6, 20))
    live_through(tenant, D(2025, 6, 17), D(2025, 7, 1))
    assert spans(tenant)[-1] == ("2025-07-01", "2025-08-01", 600_000)
    books_balance(tenant, D(2025, 7, 1))


def test_a_downgrade_waits_for_the_end_of_the_period(shop: Shop) -> None:
    """C11: growth → starter asked for on 10 June holds from 1 July; the overview knows it before."""
    tenant = shop("growth")
    live_through(tenant, SIGNUP, D(2025, 6, 10))
    pay(tenant, D(2025, 6, 10))
    change(tenant, D(2025, 6, 10), "starter")
    assert (tenant.plan_code, spans(tenant)) == ("growth", [("2025-06-01", "2025-07-01", 600_000)])
    assert upcoming(tenant, D(2025, 6, 10)) == ("2025-07-01", 300_000)
    live_through(tenant, D(2025, 6, 11), D(2025, 7, 1))
    assert spans(tenant)[-1] == ("2025-07-01", "2025-08-01", 300_000)
    assert (tenant.plan_code, subscription_of(tenant).scheduled_change) == ("starter", None)
    assert changes_told(tenant) == [
        ("2025-06-10", "plan_scheduled", "growth", "starter", 0),
        ("2025-07-01", "plan", "growth", "starter", 300_000),
    ]
    books_balance(tenant, D(2025, 7, 1))


def test_a_late_run_lets_the_downgrade_hold_from_the_period_s_own_first_day(shop: Shop) -> None:
    """C11: the job stood still until 5 July; July was always to be on starter."""
    tenant = shop("growth")
    live_through(tenant, SIGNUP, BILLED)
    pay(tenant, BILLED)
    change(tenant, BILLED, "starter")
    live_through(tenant, D(2025, 7, 5), D(2025, 7, 5))
    assert spans(tenant)[-1] == ("2025-07-01", "2025-08-01", 300_000)
    assert papers(tenant)[-1][2] == D(2025, 7, 5)


def test_a_scheduled_change_is_taken_back_replaced_and_dropped_by_cancelling(shop: Shop) -> None:
    """C11."""
    tenant = shop("pro")
    live_through(tenant, SIGNUP, BILLED)
    pay(tenant, BILLED)
    change(tenant, D(2025, 6, 2), "starter")
    change(tenant, D(2025, 6, 3), "growth")  # replaces
    assert upcoming(tenant, D(2025, 6, 3)) == ("2025-07-01", 600_000)
    withdraw_change(tenant=tenant, today=D(2025, 6, 4))
    assert upcoming(tenant, D(2025, 6, 4)) == ("2025-07-01", 900_000)
    with pytest.raises(WrongState):
        withdraw_change(tenant=tenant, today=D(2025, 6, 4))
    change(tenant, D(2025, 6, 5), "starter")
    assert change(tenant, D(2025, 6, 6), "pro").preview.outcome is Outcome.KEPT  # to stay is to take it back
    change(tenant, D(2025, 6, 7), "starter")
    cancel_subscription(tenant=tenant, today=D(2025, 6, 8))
    keep_subscription(tenant=tenant, today=D(2025, 6, 9))
    live_through(tenant, D(2025, 6, 9), D(2025, 7, 1))
    assert spans(tenant)[-1] == ("2025-07-01", "2025-08-01", 900_000)
    assert [(day, name) for day, name, *_ in changes_told(tenant)] == [
        ("2025-06-02", "plan_scheduled"),
        ("2025-06-03", "plan_scheduled"),
        ("2025-06-04", "plan_withdrawn"),
        ("2025-06-05", "plan_scheduled"),
        ("2025-06-06", "plan_withdrawn"),
        ("2025-06-07", "plan_scheduled"),
    ]


def test_an_upgrade_replaces_a_scheduled_downgrade(shop: Shop) -> None:
    """C11."""
    tenant = shop("growth")
    live_through(tenant, SIGNUP, BILLED)
    pay(tenant, BILLED)
    change(tenant, D(2025, 6, 2), "starter")
    change(tenant, D(2025, 6, 16), "pro")
    assert spans(tenant)[-1] == ("2025-06-16", "2025-07-01", 150_000)
    pay(tenant, D(2025, 6, 16))
    live_through(tenant, D(2025, 6, 17), D(2025, 7, 1))
    assert spans(tenant)[-1][2] == 900_000


def test_several_upgrades_in_one_period_bill_each_day_once(shop: Shop) -> None:
    """C11: 10 days starter, 10 growth, 10 pro: 100.000 + 200.000 + 300.000 = 600.000; two on one day are two lines."""
    tenant = shop()
    live_through(tenant, SIGNUP, BILLED)
    change(tenant, D(2025, 6, 11), "growth")
    live_through(tenant, D(2025, 6, 2), D(2025, 6, 11))
    pay(tenant, D(2025, 6, 11))
    change(tenant, D(2025, 6, 21), "pro")
    assert [total for *_, total in spans(tenant)] == [300_000, 200_000, 100_000]
    other = shop("starter", "lain")
    live_through(other, SIGNUP, BILLED)
    change(other, D(2025, 6, 11), "growth")
    change(other, D(2025, 6, 11), "pro")
    assert [total for *_, total in spans(other)] == [300_000, 200_000, 200_000]
    with inside(other):
        lines = DocumentLine.objects.filter(kind=LineKind.CHANGE).order_by("sequence")
        assert [line.sequence for line in lines] == [0, 1]


def test_a_change_in_the_trial_holds_at_once_and_is_free_until_its_end(shop: Shop) -> None:
    """C11, C5: tried on starter, changed to growth and back to yearly; the first invoice has the last choice."""
    tenant = shop()
    preview = previewed(tenant, D(2025, 5, 10), "pro")
    assert (preview.outcome, preview.draft, preview.upcoming.total) == (Outcome.TRIAL, None, 900_000)  # type: ignore[union-attr]
    change(tenant, D(2025, 5, 10), "pro")
    assert (tenant.plan_code, tenant.status, spans(tenant)) == ("pro", "trialing", [])
    change(tenant, D(2025, 5, 11), "growth", 12)
    assert upcoming(tenant, D(2025, 5, 11)) == ("2025-06-01", 6_000_000)
    live_through(tenant, D(2025, 5, 12), BILLED)
    assert spans(tenant) == [("2025-06-01", "2026-06-01", 6_000_000)]


def test_a_free_plan_ends_the_trial_and_growing_out_of_it_begins_a_term(shop: Shop) -> None:
    """C11: nothing to try on a free plan; from it growth is billed at once, in full, from the day."""
    tenant = shop()
    change(tenant, D(2025, 5, 10), "free")
    assert standing(tenant) == ("free", True, 0)
    assert ("2025-05-10", "trial.ended") in told(tenant)
    preview = previewed(tenant, D(2025, 5, 20), "growth")
    assert (preview.outcome, preview.draft.total) == (Outcome.NEW_TERM, 600_000)  # type: ignore[union-attr]
    change(tenant, D(2025, 5, 20), "growth")
    begun = Event.objects.filter(tenant=tenant, name="subscription.changed").latest("id")
    assert begun.data["period"] == {"from": "2025-05-20", "to": "2025-06-20"}
    assert spans(tenant) == [("2025-05-20", "2025-06-20", 600_000)]
    assert standing(tenant) == ("active", True, 600_000)


def test_growing_out_of_a_free_plan_is_shown_with_what_is_paid_once_c2(shop: Shop, tmp_path: Path) -> None:
    """600.000 and a set-up of 250.000: in the preview, on the invoice, in the event."""
    set_up = """\
      - code: set-up
        plans: [growth]
        when: once
        quantity: one
        description: {id: Penyiapan, en: Set-up}
        pricing: {model: flat, amount: "250000"}
  - code: gudang-2027
"""
    (tmp_path / "ladder.yaml").write_text(LADDER.replace("  - code: gudang-2027\n", set_up), encoding="utf-8")
    load_catalogue(files=[tmp_path / "ladder.yaml"], now=datetime(2025, 1, 1, tzinfo=UTC))
    tenant = shop("free")
    preview = previewed(tenant, D(2025, 5, 20), "growth")
    change(tenant, D(2025, 5, 20), "growth")
    assert preview.draft is not None
    assert preview.upcoming is not None
    assert preview.upcoming.total == 600_000
    assert (preview.draft.total, standing(tenant)) == (850_000, ("active", True, 850_000))
    assert changes_told(tenant) == [("2025-05-20", "plan", "free", "growth", 850_000)]


def test_a_downgrade_to_the_free_plan_is_free_from_the_next_period_on(shop: Shop) -> None:
    """C11."""
    tenant = shop()
    live_through(tenant, SIGNUP, BILLED)
    pay(tenant, BILLED)
    change(tenant, D(2025, 6, 10), "free")
    assert upcoming(tenant, D(2025, 6, 10)) is None
    live_through(tenant, D(2025, 6, 11), D(2025, 7, 1))
    assert (standing(tenant), tenant.plan_code) == (("free", True, 0), "free")
    assert len(spans(tenant)) == 1


def test_monthly_to_yearly_counts_the_year_from_the_change_and_back(shop: Shop) -> None:
    """C11: a year from 1 July, whatever month billing began in; back to months on the same day."""
    tenant = shop("growth")
    live_through(tenant, SIGNUP, D(2025, 6, 10))
    change(tenant, D(2025, 6, 10), "growth", 12)
    pay(tenant, D(2025, 6, 10))
    live_through(tenant, D(2025, 6, 11), D(2025, 7, 1))
    assert spans(tenant)[-1] == ("2025-07-01", "2026-07-01", 6_000_000)
    pay(tenant, D(2025, 7, 1))
    change(tenant, D(2025, 9, 1), "starter", 1)
    live_through(tenant, D(2025, 9, 2), D(2026, 8, 1))
    assert spans(tenant)[-1] == ("2026-07-01", "2026-08-01", 300_000)
    books_balance(tenant, D(2026, 8, 1))


def test_a_scheduled_change_waits_through_a_suspension(shop: Shop) -> None:
    """C11, X10: June unpaid, closed on 1 July, paid on the 10th: July goes on at the old anchor, on the new plan."""
    tenant = shop("growth")
    live_through(tenant, SIGNUP, BILLED)
    change(tenant, BILLED, "starter")
    live_through(tenant, D(2025, 6, 2), D(2025, 7, 10))
    assert standing(tenant)[0] == "suspended"
    pay(tenant, D(2025, 7, 10))
    assert (standing(tenant), tenant.plan_code) == (("active", True, 300_000), "starter")
    assert spans(tenant)[-1] == ("2025-07-01", "2025-08-01", 300_000)
    assert changes_told(tenant)[-1] == ("2025-07-10", "plan", "growth", "starter", 300_000)
    books_balance(tenant, D(2025, 7, 10))


# --- what stands in the way ------------------------------------------------------------------------


def refusal(tenant: Tenant, on: date, plan: str = "growth") -> str:
    with pytest.raises(ChangeRefused) as refused:
        change(tenant, on, plan)
    assert refused.value.field == "plan"
    return refused.value.code


def test_who_owes_pays_first(shop: Shop) -> None:
    """C11: due on 11 June; from the 12th a change waits for the money, on the page as well as by the job."""
    tenant = shop()
    live_through(tenant, SIGNUP, D(2025, 6, 12))
    assert (standing(tenant)[0], refusal(tenant, D(2025, 6, 12))) == ("past_due", "pay_first")
    live_through(tenant, D(2025, 6, 13), D(2025, 7, 1))
    assert (standing(tenant)[0], refusal(tenant, D(2025, 7, 1))) == ("suspended", "pay_first")
    pay(tenant, D(2025, 7, 1))
    change(tenant, D(2025, 7, 1), "growth")
    assert tenant.plan_code == "growth"


def test_who_leaves_takes_that_back_first(shop: Shop) -> None:
    tenant = shop()
    live_through(tenant, SIGNUP, BILLED)
    pay(tenant, BILLED)
    cancel_subscription(tenant=tenant, today=BILLED)
    assert refusal(tenant, BILLED) == "take_cancellation_back_first"
    keep_subscription(tenant=tenant, today=BILLED)
    change(tenant, BILLED, "growth")


def test_a_change_waits_for_the_day_s_billing(shop: Shop) -> None:
    """Midnight has passed and the job has not been: which period the day belongs to is not settled yet."""
    tenant = shop()
    live_through(tenant, SIGNUP, BILLED)
    pay(tenant, BILLED)
    assert refusal(tenant, D(2025, 7, 1)) == "billing_behind"


def test_what_is_not_on_sale_is_refused_by_name(shop: Shop) -> None:
    tenant = shop()
    with pytest.raises(CatalogueError) as unknown:
        change(tenant, SIGNUP, "platinum")
    assert (unknown.value.field, unknown.value.code) == ("plan", "unknown_plan")
    with pytest.raises(CatalogueError) as odd:
        change(tenant, SIGNUP, "pro", 12)
    assert odd.value.field == "interval_months"


def test_what_was_agreed_to_must_still_hold(shop: Shop) -> None:
    """C11: pro rata falls day by day; somebody else changes meanwhile."""
    tenant = shop()
    live_through(tenant, SIGNUP, BILLED)
    pay(tenant, BILLED)
    agreed = essence_of(previewed(tenant, D(2025, 6, 16), "growth"))
    with pytest.raises(StalePreview):
        change_plan(tenant=tenant, wanted=Wanted("growth"), today=D(2025, 6, 17), agreed=agreed)
    change(tenant, D(2025, 6, 16), "growth")
    again = change(tenant, D(2025, 6, 16), "growth")
    assert (again.preview.outcome, again.document) == (Outcome.UNCHANGED, None)
    assert len(spans(tenant)) == 2


# --- what holds besides ----------------------------------------------------------------------------


def test_a_change_stays_within_the_kept_price_book(shop: Shop) -> None:
    """X3, C11: signed up in 2025; in 2027 growth still costs 600.000, not the 3.000.000 of the new book."""
    tenant = shop("starter", signup=D(2026, 12, 2))
    live_through(tenant, D(2026, 12, 2), D(2027, 1, 1))
    pay(tenant, D(2027, 1, 1))
    change(tenant, D(2027, 1, 1), "growth")
    assert spans(tenant)[-1] == ("2027-01-01", "2027-02-01", 300_000)
    assert subscription_of(tenant).book_code == "gudang-2025"


def test_payment_terms_go_along_where_the_new_plan_has_them(shop: Shop) -> None:
    """K3: net 30 stays on growth; pro does not offer it."""
    tenant = shop()
    change_terms(tenant=tenant, terms_code="net-30", reason="Diminta lewat telepon", today=SIGNUP)
    change(tenant, SIGNUP, "growth")
    assert subscription_of(tenant).terms.terms.code == "net-30"
    change(tenant, SIGNUP, "pro")
    assert subscription_of(tenant).terms.terms.code == "ten-days"


def test_a_voided_change_is_issued_again_for_the_same_amount(shop: Shop) -> None:
    """C11: the days it is for have not changed. The period before the change is not redrafted at the new plan's price."""
    tenant = shop()
    live_through(tenant, SIGNUP, BILLED)
    change(tenant, D(2025, 6, 6), "growth")
    with inside(tenant):
        first, second = (line.document.number for line in DocumentLine.objects.order_by("document__number"))
    made = void_invoice(tenant=tenant, number=second, reason="Salah alamat", reissue_it=True, today=D(2025, 6, 8))
    assert made is not None
    assert (made.total, made.issued_on, made.due_on) == (250_000, D(2025, 6, 8), D(2025, 6, 18))
    with pytest.raises(NotVoidable):
        void_invoice(tenant=tenant, number=first, reason="Salah alamat", reissue_it=True, today=D(2025, 6, 8))
    books_balance(tenant, D(2025, 6, 8))


def test_the_choices_are_those_the_catalogue_declares(shop: Shop) -> None:
    tenant = shop("growth")
    with inside(tenant):
        found = choices_of(living_subscription(), SIGNUP)
    assert [(choice.place.plan, choice.place.interval_months, choice.price) for choice in found] == [
        ("free", 1, 0),
        ("starter", 1, 300_000),
        ("starter", 12, 3_000_000),
        ("growth", 1, 600_000),
        ("growth", 12, 6_000_000),
        ("pro", 1, 900_000),
    ]


# --- the four products -----------------------------------------------------------------------------


def test_a_complex_goes_from_per_unit_to_flat_with_the_next_month(complex_: Tenant) -> None:
    """K2: 200 units: 600.000 per unit in March, 1.500.000 flat from April on, due on the 15th."""
    live_through(complex_, D(2026, 1, 31), D(2026, 3, 10))
    pay(complex_, D(2026, 3, 10))
    preview = previewed(complex_, D(2026, 3, 10), "flat")
    assert (preview.outcome, preview.on, preview.draft) == (Outcome.PERIOD_END, D(2026, 4, 1), None)
    change(complex_, D(2026, 3, 10), "flat")
    live_through(complex_, D(2026, 3, 11), D(2026, 4, 1))
    assert papers(complex_)[-1][:4] == (
        "flat 2026-04-01–2026-05-01 1500000",
        1_500_000,
        D(2026, 4, 1),
        D(2026, 4, 15),
    )


def test_a_complex_pays_by_the_year_from_the_next_month_and_by_the_month_again(complex_: Tenant) -> None:
    """K2, K5: 200 units: a year from 1 April for 6.000.000 (ten months), then months from the 1st."""
    live_through(complex_, D(2026, 1, 31), D(2026, 3, 10))
    pay(complex_, D(2026, 3, 10))
    change(complex_, D(2026, 3, 10), None, 12)
    live_through(complex_, D(2026, 3, 11), D(2026, 4, 1))
    assert spans(complex_)[-1] == ("2026-04-01", "2027-04-01", 6_000_000)
    pay(complex_, D(2026, 4, 1))
    change(complex_, D(2026, 4, 2), "flat", 1)
    live_through(complex_, D(2026, 4, 3), D(2027, 5, 1))
    assert spans(complex_)[-2:] == [("2027-04-01", "2027-05-01", 1_500_000), ("2027-05-01", "2027-06-01", 1_500_000)]


def test_a_year_that_began_within_a_month_ends_in_a_stub(db: None) -> None:
    """K3: a year from 14 February 2026; monthly again: 15 of February 2027's 28 days, then from the 1st."""
    tenant = make_tenant("tahunan", "Griya Tahunan", "klustera", 200, D(2026, 1, 15), interval_months=12)
    live_through(tenant, D(2026, 1, 16), D(2026, 2, 14))
    pay(tenant, D(2026, 2, 14))
    change(tenant, D(2026, 3, 1), None, 1)
    live_through(tenant, D(2026, 3, 2), D(2027, 3, 1))
    assert spans(tenant)[1:] == [("2027-02-14", "2027-03-01", 321_429), ("2027-03-01", "2027-04-01", 600_000)]


def test_students_decide_a_school_s_plan(school: Tenant) -> None:
    """X1: 150 students are Standard; naming that changes nothing, naming Enterprise is refused with the reason."""
    assert change(school, D(2025, 2, 10), "standard").preview.outcome is Outcome.UNCHANGED
    with pytest.raises(ChangeRefused) as refused:
        change(school, D(2025, 2, 10), "enterprise")
    assert (refused.value.code, refused.value.field) == ("quantity_decides", "plan")
    assert "dengan 150 siswa paketnya Standard, bukan Enterprise" in refused.value.message
    report(school, D(2025, 2, 11), 600)
    assert change(school, D(2025, 2, 12), "enterprise").preview.outcome is Outcome.UNCHANGED
    assert Decimal(600) == subscription_of(school).quantity
