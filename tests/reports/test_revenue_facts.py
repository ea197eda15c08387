"""Facts of revenue follow the events of real services, and can be drawn again from the tenants."""

import io
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from billing.selectors.change_choices import Wanted
from billing.services.subscriptions.changes import change_plan
from billing.services.subscriptions.life import cancel_subscription
from reports.models import Bill, CashMove, ClaimPart, HealthMove, HealthStand, RevenueMove, RevenueStand
from reports.selectors.revenue import Scope, report_of
from reports.services.following import follow_events
from reports.services.health_scoring import score_health
from reports.services.rebuilding import _told
from tenants.models import Event, Tenant
from tenants.services.residence import set_province
from tests.billing.lives import live_through, pay, report, spans
from tests.conftest import make_tenant
from tests.reports.year import customer
from tests.watching import behind

D = date


def facts(tenant: Tenant) -> list[tuple[str, str, int, str]]:
    """(day, kind, yearly, event) of each movement, in order."""
    follow_events()
    rows = RevenueMove.objects.filter(tenant=tenant).select_related("event").order_by("event_id", "-kind", "yearly")
    return [(str(row.on), row.kind, row.yearly, row.event.name) for row in rows]


def checked(*options: str) -> str:
    """What `rebuild_facts` prints."""
    out = io.StringIO()
    call_command("rebuild_facts", *options, stdout=out)
    return out.getvalue()


def test_a_school_from_trial_to_suspension_and_back(school: Tenant) -> None:
    """750.000 a year from 1 March; 25 students more on 15 March: 125.000; unpaid, closed on the 31st; paid on 5 April."""
    live_through(school, D(2025, 2, 2), D(2025, 3, 14))
    report(school, D(2025, 3, 15), 175)
    live_through(school, D(2025, 3, 15), D(2025, 4, 4))
    pay(school, D(2025, 4, 5))
    assert facts(school) == [
        ("2025-03-01", "new", 750_000, "invoice.issued"),
        ("2025-03-15", "expansion", 125_000, "invoice.issued"),
        ("2025-03-31", "churn", -875_000, "subscription.suspended"),
        ("2025-04-05", "reactivation", 875_000, "subscription.reactivated"),
    ]
    stand = RevenueStand.objects.get(tenant=school)
    assert (stand.yearly, stand.first_on, stand.cohort) == (875_000, D(2025, 3, 1), D(2025, 3, 1))
    assert follow_events() == 0, "nothing is new"
    assert checked("--check").endswith("1 tenants, 0 with other facts than stored\n")


def test_units_and_offers_of_a_complex_and_its_end_k1_k9_k15(db: None) -> None:
    """200 units, 20 % off for six months: 5.760.000 a year; 250 from April: 7.200.000; from September 9.000.000."""
    complex_ = make_tenant("griya", "Griya", "klustera", 200, D(2026, 1, 30), offers=("early50",))
    live_through(complex_, D(2026, 1, 31), D(2026, 3, 10))
    report(complex_, D(2026, 3, 10), 250)
    for month in range(4, 12):
        live_through(complex_, D(2026, month, 1), D(2026, month, 5))
        pay(complex_, D(2026, month, 5))
    cancel_subscription(tenant=complex_, today=D(2026, 11, 5))
    live_through(complex_, D(2026, 12, 1), D(2026, 12, 1))
    assert [(day, kind, yearly) for day, kind, yearly, _ in facts(complex_)] == [
        ("2026-03-01", "new", 5_760_000),
        ("2026-04-01", "expansion", 1_440_000),
        ("2026-09-01", "price", 1_800_000),
        ("2026-12-01", "churn", -9_000_000),
    ]
    # The ledger's own word: what recurred at the end of each month is what was invoiced for it.
    months = report_of(Scope(D(2026, 11, 1), D(2026, 11, 30)), months=9).months
    assert [month.mrr for month in months] == [total for _, _, total in spans(complex_)]


def test_an_upgrade_and_a_set_up_fee_c2_c11(db: None) -> None:
    """Starter 499.000, then Growth 999.000 a month; the 5.000.000 of the implementation recur never."""
    coop = make_tenant("koperasi", "Koperasi", "koperasi", 1, D(2026, 1, 1), plan="starter")
    live_through(coop, D(2026, 1, 2), D(2026, 2, 2))
    pay(coop, D(2026, 2, 2))
    change_plan(tenant=coop, wanted=Wanted("growth", None), today=D(2026, 2, 10))
    assert [(kind, yearly) for _, kind, yearly, _ in facts(coop)] == [
        ("new", 5_988_000),
        ("moved", -5_988_000),
        ("moved", 5_988_000),
        ("expansion", 6_000_000),
    ]
    assert set(RevenueMove.objects.values_list("province", "channel")) == {("", "direct")}
    # Told later, it is the province of all that was; put right, too. Nothing of it is a movement.
    for written, kept in ((" jawa  BARAT", "Jawa Barat"), ("jatim", "Jawa Timur"), ("Jawa Timur", "Jawa Timur")):
        set_province(tenant=coop, province=written, today=D(2026, 2, 11))
        follow_events()
        tables = (RevenueMove, RevenueStand, CashMove, ClaimPart, Bill)
        assert {name for table in tables for name in table.objects.values_list("province", flat=True)} == {kept}
        checked("--check")
    assert Event.objects.filter(name="tenant.province_changed").count() == 2
    assert RevenueMove.objects.count() == 4
    assert dict(RevenueMove.objects.filter(kind="moved").values_list("plan", "yearly")) == {
        "starter": -5_988_000,
        "growth": 5_988_000,
    }


def test_facts_can_be_drawn_again_and_a_wrong_one_is_told(school: Tenant) -> None:
    """Its bill is due on 17 March: three days late is yellow, 50."""
    live_through(school, D(2025, 2, 2), D(2025, 3, 2))
    follow_events()
    score_health(today=D(2025, 3, 20))
    checked("--check")
    RevenueMove.objects.filter(tenant=school).update(yearly=1)
    HealthStand.objects.filter(tenant=school).update(score=90, colour="green", look_on=None)
    HealthMove.objects.filter(tenant=school).update(score_before=70, colour_before="yellow")
    with pytest.raises(CommandError, match="1 of 1"):
        checked("--check", "--tenant", school.schema_name)
    assert RevenueMove.objects.get(tenant=school).yearly == 1, "a check changes nothing"
    said = checked()
    assert {f"expected {fact}" in said for fact in ("RevenueMove", "HealthStand", "HealthMove")} == {True}
    assert RevenueMove.objects.get(tenant=school).yearly == 750_000
    stand, move = HealthStand.objects.get(tenant=school), HealthMove.objects.get(tenant=school)
    assert (stand.score, stand.colour, stand.look_on) == (50, "yellow", D(2025, 4, 17))
    assert (move.score_before, move.score, move.colour) == (None, 50, "yellow")
    checked("--check")


def test_the_order_in_which_the_database_keeps_charges_is_no_difference() -> None:
    """It puts short names first: an add-on that was drawn before the subscription comes back after it."""
    main, addon = ("main", [7_200_000, "200"]), ("addon", [600_000, "2"])
    assert _told(RevenueStand(charges=dict([addon, main]))) == _told(RevenueStand(charges=dict([main, addon])))
    assert _told(RevenueStand(charges=dict([main]))) != _told(RevenueStand(charges=dict([main, addon])))


def test_a_life_older_than_its_figures_is_taken_from_the_tenant(school: Tenant) -> None:
    live_through(school, D(2025, 2, 2), D(2025, 3, 2))
    with behind(Event) as events:
        events.filter(tenant=school).update(recurring=None)
    checked()
    assert [(kind, yearly) for _, kind, yearly, _ in facts(school)] == [("new", 750_000)]
    checked("--check")


def test_the_order_of_following_does_not_matter(school: Tenant) -> None:
    """Day by day or all at once: the same facts."""
    for day in (1, 15, 31):
        live_through(school, D(2025, 3, day), D(2025, 3, day))
        follow_events()
    daily = facts(school)
    rows: list[Any] = list(RevenueMove.objects.order_by("id").values())
    RevenueMove.objects.all().delete()
    RevenueStand.objects.all().delete()
    Tenant.objects.update(facts_changed=True)
    assert (facts(school), list(RevenueMove.objects.order_by("id").values())) == (daily, rows)
    assert Decimal(sum(yearly for _, _, yearly, _ in daily)) == 0


def test_a_tenant_whose_events_cannot_be_read_holds_nobody_up(db: None) -> None:
    bad, good = (customer(name, "klustera", [(D(2026, 1, 1), 600, "200")]) for name in "XY")
    with behind(Event) as events:
        events.filter(tenant=bad).update(recurring={"it": ["main"]})
    follow_events()
    assert list(RevenueMove.objects.values_list("tenant", "yearly")) == [(good.pk, 7_200_000)]
    assert list(Tenant.objects.filter(facts_changed=True)) == [bad]
    with behind(Event) as events:
        events.filter(tenant=bad).update(recurring={"it": ["main", 1200, "1"]})
    assert follow_events() == 1
    assert sum(RevenueMove.objects.values_list("yearly", flat=True)) == 7_201_200


@pytest.mark.usefixtures("db")
def test_the_demo_has_figures_before_the_first_beat(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Standard output stays the logins', which `script/demo` prints."""
    settings.DEMO = True
    monkeypatch.setattr("trials.management.commands.make_demo.make_demo", lambda **_now: [])
    made = customer("A", "klustera", [(D(2026, 1, 5), 600, "200")])
    out = io.StringIO()
    call_command("make_demo", stdout=out, stderr=io.StringIO())
    assert (out.getvalue(), RevenueStand.objects.get(tenant=made).yearly) == ("", 7_200_000)
