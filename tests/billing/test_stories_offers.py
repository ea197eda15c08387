"""K9, C3, C4: lives under offers, day by day; forecast and invoice agree on every one of them."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from billing.errors import WrongState
from billing.models import Document, DocumentLine
from billing.selectors.accounts import living_subscription
from billing.selectors.change_choices import Wanted
from billing.selectors.drafts import forecast
from billing.selectors.overview import account_on
from billing.services.offers.discounts import grant_discount
from billing.services.subscriptions.changes import change_plan
from billing.services.subscriptions.life import cancel_subscription
from plans.errors import CatalogueError
from plans.models import Redemption
from plans.rules.periods import add_months
from tenants.context import inside
from tenants.models import Event, NumberSeries, Tenant
from tests.billing.lives import books_balance, live_through, owes, pay
from tests.conftest import make_tenant
from trials.services.restarts import restart_subscription
from trials.services.trials import extend_trial, grant_pilot

D = date
WEST_JAVA = {"province": "Jawa Barat"}


def amounts(tenant: Tenant) -> list[list[tuple[str, int]]]:
    """(charge, amount) of the lines of each invoice, in the order they were issued."""
    with inside(tenant):
        found = Document.objects.filter(kind="invoice").order_by("issued_on", "created_at").prefetch_related("lines")
        return [[(line.charge, line.amount) for line in paper.lines.all()] for paper in found]


def totals(tenant: Tenant) -> list[int]:
    return [sum(amount for _, amount in lines) for lines in amounts(tenant)]


def live_paying(tenant: Tenant, first: date, months: int) -> None:
    """So many first days of a month's period, each foreseen the day before, billed and paid at once."""
    for at in range(months):
        day = add_months(first, at)
        with inside(tenant):
            foreseen = forecast(living_subscription(), day)
        before = len(totals(tenant))
        live_through(tenant, day, day)
        assert totals(tenant)[before:] == ([foreseen.total] if foreseen else [])
        if owes(tenant):
            pay(tenant, day)
        books_balance(tenant, day)


def complex_with(*codes: str, **wish: Any) -> Tenant:
    """200 units, signed up on 2026-01-30: on trial until 2026-03-01 (K6)."""
    return make_tenant("griya", "Griya Asri", "klustera", 200, D(2026, 1, 30), offers=codes, **wish)


def cooperative(*codes: str, **wish: Any) -> Tenant:
    """Signed up on 2026-03-10: on trial until 10 April (C5)."""
    wanted = {"plan": "starter", "offers": codes, **wish}
    return make_tenant("koperasi", "Koperasi Maju", "koperasi", 80, D(2026, 3, 10), **wanted)


def test_an_early_adopter_pays_480_000_six_times_and_then_600_000_k9(db: None) -> None:
    """K9: 200 units × 3.000 less 20 %."""
    tenant = complex_with("EARLY50")
    live_paying(tenant, D(2026, 3, 1), 8)
    assert totals(tenant) == [*[480_000] * 6, 600_000, 600_000]
    with inside(tenant):
        line = DocumentLine.objects.order_by("period_from").first()
        assert line is not None
        given = line.explanation["discounts"][0]
        assert (given["code"], given["from"], given["to"]) == ("early50", "2026-03-01", "2026-09-01")


def test_a_longer_trial_moves_the_six_months_with_it_k9(db: None) -> None:
    """An offer begins with billing, whenever that is: 15 March, half a month, then six whole ones."""
    tenant = complex_with("early50")
    extend_trial(tenant=tenant, ends_on=D(2026, 3, 15), reason="Menunggu data warga", today=D(2026, 2, 20))
    live_through(tenant, D(2026, 3, 15), D(2026, 3, 15))
    pay(tenant, D(2026, 3, 15))
    live_paying(tenant, D(2026, 4, 1), 7)
    assert totals(tenant) == [round(600_000 * 17 / 31 * 0.8), *[480_000] * 6, 600_000]


def test_a_shortened_month_shows_the_price_of_a_whole_one_k9(db: None) -> None:
    """480.000 a month, although the offer began on the 15th with billing."""
    tenant = complex_with("early50")
    extend_trial(tenant=tenant, ends_on=D(2026, 3, 15), reason="Menunggu data warga", today=D(2026, 2, 20))
    live_through(tenant, D(2026, 3, 15), D(2026, 3, 15))
    with inside(tenant):
        account = account_on(D(2026, 3, 16))
    assert account is not None
    assert (account.price.total, account.upcoming.total if account.upcoming else 0) == (480_000, 480_000)


def test_the_offer_of_one_interval_stays_behind_at_the_other_k9(db: None) -> None:
    """From April by the year: 6.000.000, without the monthly plan's offer; foreseen so."""
    tenant = complex_with("early50")
    live_paying(tenant, D(2026, 3, 1), 1)
    change_plan(tenant=tenant, wanted=Wanted(None, 12), today=D(2026, 3, 10))
    live_paying(tenant, D(2026, 4, 1), 1)
    assert totals(tenant) == [480_000, 6_000_000]


def test_the_other_plan_of_the_same_interval_keeps_offer_and_days_k2_k9(db: None) -> None:
    tenant = complex_with("early50")
    live_paying(tenant, D(2026, 3, 1), 1)
    change_plan(tenant=tenant, wanted=Wanted("flat"), today=D(2026, 3, 10))
    live_paying(tenant, D(2026, 4, 1), 6)
    assert totals(tenant) == [480_000, *[1_200_000] * 5, 1_500_000]


def test_a_launch_customer_pays_30_percent_less_for_its_first_year_c4(db: None) -> None:
    """349.300 twelve times, then 499.000; the implementation is no part of the offer."""
    tenant = cooperative("launch30", registration=WEST_JAVA)
    live_paying(tenant, D(2026, 4, 10), 13)
    assert amounts(tenant)[0] == [("starter", 349_300), ("implementation", 5_000_000)]
    assert totals(tenant)[1:] == [*[349_300] * 11, 499_000]


def test_a_launch_customer_who_pays_a_year_at_once_has_the_same_c4(db: None) -> None:
    """4.970.040 less 30 %, once; the second year in full."""
    tenant = cooperative("launch30", registration=WEST_JAVA, interval_months=12)
    live_paying(tenant, D(2026, 4, 10), 1)
    live_paying(tenant, D(2027, 4, 10), 1)
    assert amounts(tenant) == [[("starter", 3_479_028), ("implementation", 5_000_000)], [("starter", 4_970_040)]]


def test_another_province_has_no_launch_offer_c4(db: None) -> None:
    with pytest.raises(CatalogueError) as refused:
        cooperative("launch30", registration={"province": "Bali"})
    assert refused.value.code == "offer_for_others"


def test_a_pilot_is_free_for_three_months_then_half_price_for_nine_and_pays_no_implementation_c3(db: None) -> None:
    """Free until 10 June, 249.500 nine times, then 499.000."""
    tenant = cooperative()
    grant_pilot(tenant=tenant, reason="Pilot Jawa Barat", today=D(2026, 3, 12))
    live_through(tenant, D(2026, 3, 12), D(2026, 6, 9))
    assert amounts(tenant) == []
    live_paying(tenant, D(2026, 6, 10), 10)
    assert amounts(tenant)[0] == [("starter", 249_500), ("implementation", 0)]
    assert totals(tenant) == [*[249_500] * 9, 499_000]
    with inside(tenant):
        waived = DocumentLine.objects.get(charge="implementation").explanation
    assert (waived["list_amount"], waived["discounts"][0]["name"]["en"]) == (5_000_000, "Pilot implementation waived")
    assert set(Redemption.objects.values_list("code", "reason")) == {
        ("pilot-half", "Pilot Jawa Barat"),
        ("pilot-setup", "Pilot Jawa Barat"),
    }


def test_staff_give_an_offer_from_the_next_invoice_on_with_a_reason_k9(db: None) -> None:
    tenant = complex_with()
    live_paying(tenant, D(2026, 3, 1), 1)
    grant_discount(tenant=tenant, code="early50", reason="Dijanjikan saat pameran", today=D(2026, 3, 20))
    live_paying(tenant, D(2026, 4, 1), 7)
    assert totals(tenant) == [600_000, *[480_000] * 6, 600_000]
    event = Event.objects.get(tenant=tenant, name="subscription.changed")
    assert (event.cause, event.data["offer"], event.data["effective"]) == (
        "Dijanjikan saat pameran",
        "early50",
        "2026-04-01",
    )


def test_an_offer_is_given_once_and_not_while_suspended(db: None) -> None:
    tenant = complex_with("early50")
    with pytest.raises(CatalogueError) as refused:
        grant_discount(tenant=tenant, code="early50", reason="Sekali lagi", today=D(2026, 2, 20))
    assert refused.value.code == "offer_used"
    live_through(tenant, D(2026, 2, 20), D(2026, 4, 15))
    with pytest.raises(WrongState):
        grant_discount(tenant=tenant, code="early50", reason="Sekali lagi", today=D(2026, 4, 15))


def test_who_had_an_offer_under_an_earlier_subscription_is_refused_with_the_reason(db: None) -> None:
    tenant = complex_with()
    grant_discount(tenant=tenant, code="early50", reason="Pameran", today=D(2026, 2, 1))
    cancel_subscription(tenant=tenant, today=D(2026, 2, 2))
    live_through(tenant, D(2026, 2, 3), D(2026, 3, 1))
    restart_subscription(tenant=tenant, quantity=Decimal(200), today=D(2026, 3, 2))
    with inside(tenant):
        assert living_subscription().terms.discounts == ()
    with pytest.raises(CatalogueError) as refused:
        grant_discount(tenant=tenant, code="early50", reason="Pameran", today=D(2026, 3, 3))
    assert refused.value.code == "offer_used"


def test_staff_cannot_give_a_fifty_first_and_leave_nothing_half_written_k9(db: None) -> None:
    NumberSeries.objects.create(series="klustera:offer:early50", kind="places", year=0, last=50)
    tenant = complex_with()
    with pytest.raises(CatalogueError) as refused:
        grant_discount(tenant=tenant, code="early50", reason="Satu lagi", today=D(2026, 2, 20))
    assert refused.value.code == "offer_used_up"
    assert not Redemption.objects.exists()
    assert NumberSeries.objects.get(series="klustera:offer:early50").last == 50
    with inside(tenant):
        assert living_subscription().terms.discounts == ()


def test_an_offer_given_while_a_change_waits_is_not_lost_with_it_k9(db: None) -> None:
    tenant = complex_with()
    live_paying(tenant, D(2026, 3, 1), 1)
    change_plan(tenant=tenant, wanted=Wanted("flat"), today=D(2026, 3, 10))
    grant_discount(tenant=tenant, code="early50", reason="Dijanjikan saat pameran", today=D(2026, 3, 20))
    live_paying(tenant, D(2026, 4, 1), 1)
    assert totals(tenant) == [600_000, 1_200_000]
