"""Staff sell and change add-ons for a tenant, with a reason; examples among the prices say so."""

from datetime import date

import pytest

from billing.models import Document
from plans.models import PriceBook, Product
from tenants.context import inside
from tenants.models import Tenant, User
from tests.admin.conftest import StaffAs
from tests.admin.test_actions import REASON, do, last
from tests.admin.test_permissions import address
from tests.conftest import make_tenant

pytestmark = pytest.mark.usefixtures("at_noon")


@pytest.fixture
def taught(db: None) -> Tenant:
    """A school of 30 on a yearly contract, in the future of the other tests so that its prices are on sale."""
    tenant = make_tenant("kelas", "SMP Tunas", "naikkelas", 30, date(2026, 7, 1), plan="school", interval_months=12)
    Tenant.objects.filter(pk=tenant.pk).update(is_test=True, clock_on=date(2026, 7, 11))
    tenant.refresh_from_db()
    return tenant


def test_staff_sell_a_course_with_a_reason_n1(taught: Tenant, staff_as: StaffAs) -> None:
    client = staff_as("finance")
    form = client.get(address(taught, "jual")).content.decode()
    assert "Kursus Robotika Dasar (harga contoh)" in form
    assert do(client, taught, "jual", item="course-robotics", quantity=1).status_code == 302
    with inside(taught):
        assert Document.objects.filter(total=350_000).count() == 1
    assert last(taught, "purchase.made").actor_kind == "staff"


def test_staff_change_an_addon_with_a_reason_n8(taught: Tenant, staff_as: StaffAs) -> None:
    assert do(staff_as("finance"), taught, "tambahan", addon="robot-kits", quantity=12).status_code == 302
    assert last(taught, "subscription.changed").data["held"] == "12"


def test_what_a_product_does_not_sell_is_not_offered(billed: Tenant, staff_as: StaffAs) -> None:
    client = staff_as("finance")
    for slug in ("jual", "tambahan"):
        assert address(billed, slug) not in client.get(f"/admin/tenants/tenant/{billed.pk}/").content.decode()


def test_staff_see_which_prices_are_examples(staff: User, client_at: object, staff_as: StaffAs) -> None:
    client = staff_as("read-only")
    book = PriceBook.objects.get(code="naikkelas-2026")
    shown = client.get(f"/admin/plans/pricebook/{book.pk}/change/").content.decode()
    assert "harga contoh" in shown.lower()
    assert "menurut robot-kits" in shown
    product = Product.objects.get(code="naikkelas")
    assert "harga contoh" in client.get(f"/admin/plans/product/{product.pk}/change/").content.decode()


def test_staff_sign_a_contract_and_mark_its_milestones(taught: Tenant, staff_as: StaffAs) -> None:
    """N14: tried out first; each milestone is offered until it is billed."""
    client = staff_as("bizops")
    assert client.get(address(taught, "termin")).status_code == 409
    listed = client.post(address(taught, "kontrak"), REASON | {"item": "enterprise-academy"})
    assert "Catat kontrak Rp 250.000.000" in listed.content.decode()
    do(client, taught, "kontrak", item="enterprise-academy", total="100000000")
    assert last(taught, "contract.signed").data["parts"] == [30_000_000, 40_000_000, 30_000_000]
    page = client.get(address(taught, "termin"))
    choices = page.context["form"].fields["milestone"].choices
    assert [words.rpartition(": ")[2] for _value, words in choices] == [
        "Kontrak ditandatangani (Rp 30.000.000)",
        "Materi diserahkan (Rp 40.000.000)",
        "Serah terima (Rp 30.000.000)",
    ]
    looked = client.post(address(taught, "termin"), REASON | {"milestone": choices[0][0]})
    assert "Terbitkan tagihan Rp 30.000.000" in looked.content.decode()
    do(client, taught, "termin", milestone=choices[0][0])
    assert last(taught, "invoice.issued").data["amount"] == 30_000_000
    assert len(client.get(address(taught, "termin")).context["form"].fields["milestone"].choices) == 2
