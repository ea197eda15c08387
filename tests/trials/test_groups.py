"""C7: three cooperatives that sign up with one group code get 10 %, all of them; each by its own job."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from pytest_django import DjangoDbBlocker

from billing.services.offers.owed import settle_all_owed
from plans.errors import CatalogueError
from plans.models import GroupMember, OfferGroup, OwedOffer, Redemption
from plans.rules.eligibility import find_discount
from plans.selectors.catalogue import catalogue_of
from plans.services.claims import frozen
from tenants.context import outside
from tenants.models import Domain, Event, NumberSeries, StaffTask, Tenant
from tests.billing.committed import at_once
from tests.billing.lives import live_through
from tests.billing.test_stories_offers import amounts, live_paying
from tests.conftest import make_tenant
from trials.services.provisioning import provision_tenant
from trials.services.signups import Signup, request_signup

D = date
FIRST = D(2026, 3, 10)


def noon(on: date) -> datetime:
    return datetime(on.year, on.month, on.day, 5, tzinfo=UTC)


def signing_up(number: int, *codes: str) -> Signup:
    return Signup(
        product="koperasi",
        quantity=Decimal(80),
        name=f"Koperasi {number}",
        subdomain=f"bersama{number}",
        contact_name="Ayu Lestari",
        contact_email=f"ayu@bersama{number}.test",
        plan="starter",
        registration={"cooperative_number": f"327301001000{number}", "province": "Bali"},
        offers=codes,
    )


def signed_up(number: int, on: date, *codes: str) -> Tenant:
    tenant = provision_tenant(tenant=request_signup(signup=signing_up(number, *codes), now=noon(on)), now=noon(on))
    assert tenant.provisioning == "ready", tenant.provisioning_error
    return tenant


def starter(tenant: Tenant) -> list[int]:
    return [lines[0][1] for lines in amounts(tenant)]


@pytest.mark.slow
def test_with_the_third_it_holds_for_all_and_the_fourth_takes_it_from_nobody_c7(db: None) -> None:
    """499.000 less 10 % = 449.100. The first is billed 499.000 before the group is complete, and 449.100 from then on."""
    first = signed_up(1, FIRST, "BERSAMA")
    code = OfferGroup.objects.get().code
    second = signed_up(2, D(2026, 3, 20), code)
    assert not OwedOffer.objects.exists()
    told = Event.objects.get(tenant=second, name="offer.group_joined").data
    assert (told["group"], told["missing"]) == (code, 1)
    OfferGroup.objects.update(closes_on=D(2026, 4, 30))
    live_paying(first, D(2026, 4, 10), 1)
    third = signed_up(3, D(2026, 4, 12), code.upper())
    assert {(row.tenant, row.state) for row in OwedOffer.objects.all()} == {
        (first, "owed"),
        (second, "owed"),
        (third, "given"),
    }
    live_through(second, D(2026, 4, 20), D(2026, 4, 20))
    assert settle_all_owed(now=noon(D(2026, 4, 20))) == 1
    assert settle_all_owed(now=noon(D(2026, 4, 20))) == 0
    fourth = signed_up(4, D(2026, 4, 25), code)
    live_paying(first, D(2026, 5, 10), 1)
    live_through(third, D(2026, 5, 12), D(2026, 5, 12))
    live_through(fourth, D(2026, 5, 25), D(2026, 5, 25))
    assert [starter(item) for item in (first, second, third, fourth)] == [[499_000, 449_100], *[[449_100]] * 3]
    assert Redemption.objects.filter(code="bersama").count() == 4
    with pytest.raises(CatalogueError) as refused:
        request_signup(signup=signing_up(5, code), now=noon(D(2026, 5, 2)))
    assert (refused.value.code, refused.value.field) == ("group_closed", "offers[0]")


def test_what_the_group_earned_and_cannot_be_given_is_left_to_staff_c7(db: None) -> None:
    """Meanwhile a member was given another offer that does not combine."""
    wish: dict[str, Any] = {"plan": "starter", "offers": ("launch30",), "registration": {"province": "Jawa Barat"}}
    tenant = make_tenant("koperasi", "Koperasi Maju", "koperasi", 80, FIRST, **wish)
    terms = frozen(find_discount(catalogue_of("koperasi"), "bersama"))
    OwedOffer.objects.create(
        tenant=tenant, code="bersama", terms=terms, because="group", cause="Lengkap", key="group:1"
    )
    live_through(tenant, D(2026, 4, 10), D(2026, 4, 10))
    row, task = OwedOffer.objects.get(), StaffTask.objects.get(kind="offer")
    assert (row.state, row.reason, task.note) == (
        "stuck",
        task.note,
        "Penawaran Peluncuran dan Beli bersama tidak dapat digabung.",
    )
    assert starter(tenant) == [349_300]


@pytest.fixture
def transactional_db(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The test database itself (see `tests.billing.test_races`)."""
    with django_db_blocker.unblock():
        yield


@pytest.fixture
def opened(transactional_db: None) -> Iterator[OfferGroup]:
    """A group with one member, committed; all of it is removed again."""
    with outside():
        try:
            request_signup(signup=signing_up(1, "bersama"), now=noon(FIRST))
            yield OfferGroup.objects.get()
        finally:
            mine = Tenant.objects.filter(schema_name__startswith="t_bersama")
            Domain.objects.filter(tenant__in=mine).delete()
            OfferGroup.objects.all().delete()
            mine.delete()
            NumberSeries.objects.all().delete()


@pytest.mark.slow
def test_two_at_the_same_instant_complete_the_group_once_and_each_is_owed_it_c7(opened: OfferGroup) -> None:
    both = [signing_up(number, opened.code) for number in (2, 3)]
    results = at_once(*[partial(request_signup, signup=signup, now=noon(FIRST)) for signup in both])
    assert all(isinstance(item, Tenant) for item in results), results
    opened.refresh_from_db()
    assert (opened.formed_on, GroupMember.objects.count()) == (FIRST, 3)
    assert sorted(OwedOffer.objects.values_list("tenant__name", flat=True)) == [f"Koperasi {at}" for at in (1, 2, 3)]
