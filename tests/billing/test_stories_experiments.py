"""K13: whoever signed up in a variant stays in it: renewals, changes of plan, a new start."""

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from billing.selectors.accounts import living_subscription
from billing.selectors.change_choices import choices_of
from billing.selectors.shop import items_on_sale, sold_to
from billing.services.subscriptions.life import cancel_subscription
from plans.models import Experiment
from plans.rules.experiments import Assigned, named
from plans.selectors.experiments import value_of
from plans.services.catalogue import load_catalogue
from tenants.context import inside
from tenants.models import Tenant
from tests.billing.ladders import change
from tests.billing.lives import books_balance, live_through, pay, spans
from tests.conftest import make_tenant
from tests.plans.clinic import CLINIC
from trials.services.restarts import restart_subscription

SIGNUP = date(2026, 1, 30)  # 30 days of trial end on 1 March
CHEAPER = """\
experiments:
  - code: cheaper
    name: {id: Lebih murah, en: Cheaper}
    price_book: clinic-2025
    variants:
      - {code: list, name: {id: Daftar, en: List}}
      - code: less
        name: {id: Kurang, en: Less}
        charges:
          - {code: doctors, interval_months: 3, pricing: {model: per_unit, unit_price: "250000"}}
"""


def taken(experiment: str, variant: str) -> Assigned:
    """A variant of an experiment as a sign-up brings it."""
    found = named(value_of(Experiment.objects.get(code=experiment)), variant)
    assert found is not None
    return found


def complex_in(experiment: str, variant: str) -> Tenant:
    """200 units by the month, signed up on 30 January 2026 in a variant, billed from 1 March."""
    return make_tenant("griya", "Griya Asri", "klustera", 200, SIGNUP, variants=(taken(experiment, variant),))


def prices(tenant: Tenant, today: date) -> dict[tuple[str, int], int]:
    """What each plan and interval on the page of changes costs."""
    with inside(tenant):
        return {
            (item.place.plan, item.place.interval_months): item.price
            for item in choices_of(living_subscription(), today)
        }


@pytest.mark.usefixtures("db")
def test_a_complex_at_the_higher_price_pays_it_every_month_and_sees_it_for_the_year() -> None:
    """K13, K5: 200 × 4.000 = 800.000 a month; the year it may change to costs ten of those."""
    tenant = complex_in("price-points", "higher")
    live_through(tenant, SIGNUP, date(2026, 3, 1))
    pay(tenant, date(2026, 3, 1))
    live_through(tenant, date(2026, 3, 2), date(2026, 4, 1))
    assert [total for _from, _to, total in spans(tenant)] == [800_000, 800_000]
    seen = prices(tenant, date(2026, 4, 1))
    assert (seen["per-unit", 1], seen["per-unit", 12], seen["flat", 1]) == (800_000, 8_000_000, 1_500_000)
    books_balance(tenant, date(2026, 4, 1))


@pytest.mark.usefixtures("db")
def test_three_months_free_hold_for_the_year_chosen_later() -> None:
    """K13, K5: signed up by the month, the complex changes to the year from April: 200 × 27.000 = 5.400.000."""
    tenant = complex_in("annual-discount", "three-months")
    live_through(tenant, SIGNUP, date(2026, 3, 10))
    pay(tenant, date(2026, 3, 10))
    change(tenant, date(2026, 3, 10), months=12)
    live_through(tenant, date(2026, 3, 11), date(2026, 4, 1))
    assert spans(tenant)[-1] == ("2026-04-01", "2027-04-01", 5_400_000)
    books_balance(tenant, date(2026, 4, 1))


@pytest.mark.usefixtures("db")
def test_who_ends_and_starts_again_finds_the_same_variant_while_its_book_is_on_sale() -> None:
    """K13, X3: the current book, which is still the experiment's."""
    tenant = complex_in("price-points", "higher")
    live_through(tenant, SIGNUP, date(2026, 3, 10))
    pay(tenant, date(2026, 3, 10))
    cancel_subscription(tenant=tenant, today=date(2026, 3, 11))
    live_through(tenant, date(2026, 3, 12), date(2026, 6, 1))
    restart_subscription(tenant=tenant, quantity=Decimal(200), today=date(2026, 6, 1))
    assert spans(tenant)[-1] == ("2026-06-01", "2026-07-01", 800_000)


@pytest.fixture
def clinic(tmp_path: Path, db: None) -> None:
    """A clinic that takes the current book at renewal, with another book from 2026 on."""
    later = CLINIC[CLINIC.index("  - code: clinic-2025") :].replace("clinic-2025", "clinic-2026")
    later = later.replace("2025-07-01", "2026-01-01").replace('"300000"', '"320000"')
    text = CLINIC.replace("  seats:", "  at_renewal: current_book\n  seats:") + later + CHEAPER
    path = tmp_path / "clinic.yaml"
    path.write_text(text, encoding="utf-8")
    load_catalogue(files=[path], now=datetime(2025, 7, 1, tzinfo=UTC))


@pytest.mark.usefixtures("clinic")
def test_a_renewal_in_the_same_book_keeps_the_variant_and_the_next_book_has_its_own_price() -> None:
    """K13, X3: 4 × 250.000 in August and November 2025, 4 × 320.000 from February 2026 on."""
    tenant = make_tenant("klinik", "Klinik", "clinic", 4, date(2025, 7, 18), variants=(taken("cheaper", "less"),))
    day = date(2025, 7, 18)
    for until in (date(2025, 8, 1), date(2025, 11, 1), date(2026, 2, 1)):
        live_through(tenant, day, until)
        pay(tenant, until)
        day = until
    assert [(start, total) for start, _to, total in spans(tenant)] == [
        ("2025-08-01", 1_000_000),
        ("2025-11-01", 1_000_000),
        ("2026-02-01", 1_280_000),
    ]
    books_balance(tenant, date(2026, 2, 1))


@pytest.mark.usefixtures("db")
def test_a_school_that_was_offered_kits_to_rent_finds_none_to_buy_and_the_other_way_round() -> None:
    """N12: what a variant does not offer is not sold later either, on no page and by no program."""
    for name, variant, sells in (("satu", "rented", False), ("dua", "bought", True)):
        seen = taken("kit-rented-or-bought", variant)
        tenant = make_tenant(name, name, "naikkelas", 30, date(2026, 8, 3), plan="school", variants=(seen,))
        Tenant.objects.filter(pk=tenant.pk).update(signup={"variants": [seen.model_dump(mode="json")]})
        tenant.refresh_from_db()
        with inside(tenant):
            agreement = living_subscription().terms
            items = [sold.item.code for sold in items_on_sale(tenant, sold_to(tenant), date(2026, 8, 3))]
        assert ("robot-kit" in items, agreement.addon("robot-kits") is not None) == (sells, not sells)
