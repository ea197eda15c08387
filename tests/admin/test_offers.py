"""Staff give an offer to a tenant through its page, with a reason (C3, K9)."""

from datetime import date

import pytest

from billing.selectors.accounts import living_subscription
from plans.models import Product, Redemption
from tenants.context import inside
from tenants.models import NumberSeries, Tenant
from tests.admin.conftest import StaffAs
from tests.admin.test_actions import REASON, do, last
from tests.admin.test_permissions import address

pytestmark = pytest.mark.usefixtures("at_noon")


@pytest.fixture
def tried(complex_: Tenant) -> Tenant:
    """The complex during its trial, on a day of its own."""
    Tenant.objects.filter(pk=complex_.pk).update(is_test=True, clock_on=date(2026, 2, 10))
    complex_.refresh_from_db()
    return complex_


def test_an_offer_is_given_with_a_reason_k9(tried: Tenant, staff_as: StaffAs) -> None:
    client = staff_as("bizops")
    assert "Pelanggan awal (early50)" in client.get(address(tried, "beri-penawaran")).content.decode()
    assert do(client, tried, "beri-penawaran", offer="early50").status_code == 302
    with inside(tried):
        assert [item.discount.code for item in living_subscription().terms.discounts] == ["early50"]
    assert last(tried, "subscription.changed").data["offer_name"]["id"] == "Pelanggan awal"
    assert Redemption.objects.get().reason == REASON["reason"]
    assert "early50" not in client.get(address(tried, "beri-penawaran")).content.decode()


def test_who_tries_it_out_takes_no_place_k9(tried: Tenant, staff_as: StaffAs) -> None:
    preview = staff_as("bizops").post(address(tried, "beri-penawaran"), REASON | {"offer": "early50"})
    assert preview.status_code == 200
    assert not Redemption.objects.exists()
    assert not NumberSeries.objects.filter(kind="places").exists()


def test_staff_see_who_has_an_offer_and_how_many_are_taken_k9(complex_: Tenant, staff_as: StaffAs) -> None:
    Redemption.objects.create(
        tenant=complex_,
        product_code="klustera",
        code="early50",
        customer="ayu@griya.test",
        redeemed_on=date(2026, 1, 30),
    )
    client = staff_as("read-only")
    listed = client.get("/admin/plans/redemption/").content.decode()
    assert "ayu@griya.test" in listed
    product = Product.objects.get(code="klustera")
    shown = client.get(f"/admin/plans/product/{product.pk}/change/").content.decode()
    assert "1 dari 50" in shown


def test_finance_gives_no_offers_and_a_school_has_none(tried: Tenant, billed: Tenant, staff_as: StaffAs) -> None:
    assert staff_as("finance").get(address(tried, "beri-penawaran")).status_code == 403
    assert staff_as("bizops").get(address(billed, "beri-penawaran")).status_code == 409
