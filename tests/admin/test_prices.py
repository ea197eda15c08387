"""Signals of the price (K17) and the effect of another price book (X2, X3): the rules by head, and their pages."""

from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from plans.models import PriceBook
from plans.rules.catalogue import AtRenewal
from plans.selectors.catalogue import catalogue_of
from reports.rules.price_effect import Alike, Effect, YearlyOf, effects, together
from reports.rules.projections import Signal
from reports.selectors.price_effect import book_before, effect_of, yearly_by
from reports.selectors.revenue import Scope
from reports.selectors.signals import signals
from reports.services.following import follow_events
from tenants.models import Event, Tenant
from tests.admin.conftest import StaffAs
from tests.admin.test_growth import signup
from tests.admin.test_revenue import rows_of
from tests.reports.year import customer
from tests.watching import behind

D = date
XCLASS = Path(__file__).parents[2] / "plans/catalogues/xclass.yaml"


@pytest.mark.parametrize(("moves", "then"), [(False, 5_000_000), (True, 7_500_000)])
def test_new_customers_pay_the_new_list_and_old_ones_as_their_plan_renews_x2_x3(moves: bool, then: int) -> None:
    """Ten schools of 100: 500.000, then 750.000 each. One more is on a plan that the new book does not sell."""
    alike = [Alike("standard", 100, 12, 10, 5_000_000), Alike("old", 1, 12, 1, 90_000)]
    lists = {"before": {"standard": 5_000}, "after": {"standard": 7_500}}

    def prices(name: str) -> YearlyOf:
        return lambda plan, count, _months: count * lists[name][plan] if plan in lists[name] else None

    found = effects(alike, prices("before"), prices("after"), lambda _plan: moves)
    assert found["standard"] == Effect(10, 5_000_000, 7_500_000, 5_000_000, then, dearer=10)
    assert (found["standard"].of_new, found["old"].unsold, found["old"].then) == (Fraction(1, 2), 1, 90_000)
    total = together(found.values())
    assert (total.customers, total.now, total.then) == (11, 5_090_000, then + 90_000)
    assert (Effect().of_new, Effect().of_old) == (None, None)


def two_schools() -> None:
    """S: 100 students at 5.000; T: 600 at 4.000, both since 2025."""
    for name, plan, count, yearly in (("S", "standard", 100, 500_000), ("T", "enterprise", 600, 2_400_000)):
        made = customer(name, "xclass", [(D(2025, 2, 1), 1, str(count))])
        row = {"status": "active", "quantity": count, "plan_code": plan}
        Tenant.objects.filter(pk=made.pk).update(**row)
        with behind(Event) as events:
            events.filter(tenant=made).update(recurring={"students": ["main", yearly, str(count)]})
    follow_events()


def test_a_book_is_priced_by_the_calculation_of_the_quotes_x2_x3(db: None) -> None:
    """2026 against 2025: 100 × 7.500 and 600 × 6.000 for new ones, 750.000 + 3.600.000; old ones keep their prices."""
    two_schools()
    xclass = catalogue_of("xclass")
    assert book_before(xclass, "xclass-2025") is None
    assert book_before(xclass, "xclass-2026") == "xclass-2025"
    price = yearly_by(xclass, "xclass-2028")
    assert [price("standard", count, 0) for count in (49, 100, 201, 501)] == [0, 1_200_000, 2_010_000, 4_008_000]
    assert price("standard", 100, 7) is None, "not sold by seven months"
    total = together(effect_of(xclass, "xclass-2026", "xclass-2025").values())
    assert (total.before, total.after, total.now, total.then, total.dearer) == (
        2_900_000,
        4_350_000,
        2_900_000,
        2_900_000,
        2,
    )
    product = xclass.product.model_copy(update={"at_renewal": AtRenewal.CURRENT_BOOK})
    plans = tuple(plan.model_copy(update={"at_renewal": None}) for plan in xclass.plans)
    moving = xclass.model_copy(update={"product": product, "plans": plans})
    assert together(effect_of(moving, "xclass-2026", "xclass-2025").values()).then == 4_350_000


def test_a_file_is_looked_at_without_being_loaded_and_its_faults_are_told(staff_as: StaffAs) -> None:
    two_schools()
    client = staff_as("read-only")
    dearer = XCLASS.read_text(encoding="utf-8").replace('unit_price: "7500"', 'unit_price: "9000"')
    assert "9000" in dearer
    file = SimpleUploadedFile("xclass.yaml", dearer.encode())
    page = client.post("/admin/harga/dampak/", {"file": file})
    book = next(item for item in page.context["books"] if item["book"].code == "xclass-2026")
    assert book["total"][1].after == 900_000 + 3_600_000
    stored = client.get("/admin/harga/dampak/").context["books"]
    assert next(item for item in stored if item["book"].code == "xclass-2026")["total"][1].after == 4_350_000
    book_page = client.get(f"/admin/plans/pricebook/{PriceBook.objects.get(code='xclass-2026').pk}/change/")
    assert 'href="/admin/harga/dampak/"' in book_page.text
    for wrong in (b"product: [", b"\xff\xfe\x00"):
        page = client.post("/admin/harga/dampak/", {"file": SimpleUploadedFile("x.yaml", wrong)})
        assert (page.status_code, page.context["books"]) == (422, [])
        assert page.context["form"].errors["file"]


def test_the_effect_can_be_taken_along_of_what_is_loaded_and_of_a_file(staff_as: StaffAs) -> None:
    """A line for each plan, as on the page: S 500.000 → 750.000, T 2.400.000 → 3.600.000 for new ones, or 900.000 for S."""
    two_schools()
    client = staff_as("read-only")
    assert 'href="?&amp;berkas=xlsx"' in client.get("/admin/harga/dampak/").text
    found = rows_of(client.get("/admin/harga/dampak/?berkas=csv"))
    assert found[0][:5] == ["product", "book", "effective_from", "before", "plan"]
    lines = {row[4]: row[5:] for row in found if row[1] == "xclass-2026" and row[3] == "xclass-2025"}
    assert lines == {
        "standard": ["1", "500000", "750000", "500000", "500000", "1", "0", "0"],
        "enterprise": ["1", "2400000", "3600000", "2400000", "2400000", "1", "0", "0"],
    }
    dearer = XCLASS.read_text(encoding="utf-8").replace('unit_price: "7500"', 'unit_price: "9000"')
    given = {"file": SimpleUploadedFile("xclass.yaml", dearer.encode()), "berkas": "csv"}
    posted = rows_of(client.post("/admin/harga/dampak/", given))
    assert {row[7] for row in posted if row[1:5:3] == ["xclass-2026", "standard"]} == {"900000"}
    assert client.get("/admin/harga/dampak/?berkas=xlsx").status_code == 200
    faulty = {"file": SimpleUploadedFile("x.yaml", b"product: ["), "berkas": "xlsx"}
    assert client.post("/admin/harga/dampak/", faulty).status_code == 422


def test_signals_stand_beside_the_figures_they_come_from_k17(staff_as: StaffAs) -> None:
    """Three of Klustera in 2026: none leaves. Of six sign-ups one tries still and one's first bill is open; two of the other
    four have paid: 50 %, and the list behind them has two."""
    for name in "ABC":
        customer(name, "klustera", [(D(2025, 12, 1), 600, "200")])
    statuses = {"D": "active", "E": "ended", "F": "ended", "G": "suspended", "H": "trialing", "I": "active"}
    for name, status in statuses.items():
        paid = D(2026, 3, 20) if name in "DE" else None
        signup(name, "koperasi", D(2026, 2, 1), trial=True, paid=paid, status=status)
    Tenant.objects.filter(product_code="klustera").update(status="active")
    follow_events()
    found = {row.product: row for row in signals(Scope(D(2026, 1, 1), D(2026, 6, 30)))}
    klustera, koperasi = found["klustera"], found["koperasi"]
    assert (klustera.customers, klustera.churn, klustera.conversion) == (3, Fraction(0), None)
    assert klustera.of_churn is Signal.RAISE
    assert (koperasi.decided, koperasi.paying, koperasi.conversion) == (4, 2, Fraction(1, 2))
    assert (koperasi.churn, koperasi.of_churn, koperasi.of_conversion) == (None, None, Signal.RAISE)
    client = staff_as("support")
    page = client.get("/admin/harga/isyarat/?first=2026-01-01&last=2026-06-30")
    assert [row[2:] for row in page.context["rows"]][1][2] == "50 %"
    listed = f"/admin/pertumbuhan/pelanggan/?{page.context['link']}&product=koperasi&step=paid"
    assert listed.replace("&", "&amp;") in page.text
    assert client.get(listed).context["paged"].paginator.count == 2
    text = b"".join(
        client.get("/admin/harga/isyarat/?first=2026-01-01&last=2026-06-30&berkas=csv").streaming_content  # type: ignore[attr-defined]
    )
    assert b"klustera,3,0.000000,0,0,,raise," in text
    assert client.get("/admin/harga/isyarat/?first=2026-02-01&last=2026-01-01").status_code == 422
