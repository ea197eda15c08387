"""K9: the last places of an offer, on real connections and committed rows: never one too many, nothing half-written."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from pytest_django import DjangoDbBlocker

from billing.services.offers.discounts import grant_discount
from plans.models import Redemption
from tenants.context import outside
from tenants.models import Domain, NumberSeries, Tenant
from tests.billing.committed import at_once, committed
from trials.services.signups import Signup, request_signup, withdraw_signup

pytestmark = pytest.mark.slow
NOON = datetime(2026, 1, 30, 5, tzinfo=UTC)
SERIES = "klustera:offer:early50"


@pytest.fixture
def transactional_db(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The test database itself (see `tests.billing.test_races`)."""
    with django_db_blocker.unblock():
        yield


@pytest.fixture
def taken(transactional_db: None) -> Iterator[NumberSeries]:
    """Forty-seven of the fifty places are taken; whoever signs up in the test is removed again."""
    with outside():
        try:
            yield NumberSeries.objects.create(series=SERIES, kind="places", year=0, last=47)
        finally:
            mine = Tenant.objects.filter(schema_name__startswith="t_serentak")
            Domain.objects.filter(tenant__in=mine).delete()
            Redemption.objects.filter(tenant__in=mine).delete()
            mine.delete()
            NumberSeries.objects.all().delete()


def signing_up(number: int, email: str | None = None) -> Signup:
    return Signup(
        product="klustera",
        quantity=Decimal(200),
        name=f"Griya {number}",
        subdomain=f"serentak{number}",
        contact_name="Ayu Lestari",
        contact_email=email or f"ayu@serentak{number}.test",
        registration={"city": "Bekasi"},
        offers=("early50",),
    )


def codes(results: list[Any]) -> list[str]:
    return sorted(getattr(item, "code", repr(item)) for item in results if isinstance(item, Exception))


def test_eight_sign_ups_at_once_share_the_last_three_places_k9(taken: NumberSeries) -> None:
    results = at_once(*[partial(request_signup, signup=signing_up(number), now=NOON) for number in range(8)])
    assert codes(results) == ["offer_used_up"] * 5
    served = [item for item in results if isinstance(item, Tenant)]
    assert {item.tenant_id for item in Redemption.objects.all()} == {tenant.pk for tenant in served}
    assert Tenant.objects.filter(schema_name__startswith="t_serentak").count() == len(served) == 3
    taken.refresh_from_db()
    assert taken.last == 50


def test_one_customer_who_signs_up_twice_at_once_has_the_offer_once_k9(taken: NumberSeries) -> None:
    """The same e-mail for two complexes: the second waits for the first, and sees it."""
    same = [signing_up(number, "ayu@serentak.test") for number in range(2)]
    results = at_once(*[partial(request_signup, signup=signup, now=NOON) for signup in same])
    assert codes(results) == ["offer_used"]
    assert Redemption.objects.count() == 1
    taken.refresh_from_db()
    assert taken.last == 48


def test_a_sign_up_that_is_withdrawn_gives_its_place_back_k9(taken: NumberSeries) -> None:
    tenant = request_signup(signup=signing_up(1), now=NOON)
    Tenant.objects.filter(pk=tenant.pk).update(provisioning=Tenant.ProvisioningState.FAILED)
    withdraw_signup(tenant=tenant)
    taken.refresh_from_db()
    assert (taken.last, Redemption.objects.count()) == (47, 0)


def test_a_sign_up_and_staff_at_once_share_the_last_place_k9(taken: NumberSeries) -> None:
    with committed(("pameran", "klustera", 200, date(2026, 1, 30))) as (tenant,):
        NumberSeries.objects.filter(series=SERIES).update(last=49)
        grant = partial(grant_discount, tenant=tenant, code="early50", reason="Pameran", today=date(2026, 1, 31))
        results = at_once(grant, partial(request_signup, signup=signing_up(1), now=NOON))
        assert codes(results) == ["offer_used_up"]
        assert Redemption.objects.count() == 1
        taken.refresh_from_db()
        assert taken.last == 50
        Redemption.objects.filter(tenant=tenant).delete()
