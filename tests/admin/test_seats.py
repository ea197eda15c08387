"""How full sizes are (N13) and how far the next size and the next bill are (X1, X8, K1, K4), by head and on the page."""

from datetime import date
from fractions import Fraction

import pytest

from plans.selectors.catalogue import catalogue_of
from reports.rules.seats import Room, Sizes, room
from reports.selectors.seats import sizes_of
from reports.services.following import follow_events
from tenants.models import Event, Tenant
from tests.admin.conftest import StaffAs
from tests.reports.year import customer
from tests.watching import behind

D = date
XCLASS = Sizes((50, 501), 20, (500,))
KLUSTERA = Sizes((100, 501))


@pytest.mark.parametrize(
    ("count", "billed", "sizes", "found"),
    [
        (45, None, XCLASS, Room(None, 50, 5, None)),
        (115, 100, XCLASS, Room(Fraction(115, 100), 501, 386, 5)),
        (119, 100, XCLASS, Room(Fraction(119, 100), 501, 382, 1)),
        (90, 100, XCLASS, Room(Fraction(9, 10), 501, 411, 30)),
        (495, 490, XCLASS, Room(Fraction(99, 98), 501, 6, 6)),  # crossing 500 bills all that were added
        (600, 600, XCLASS, Room(Fraction(1), None, None, 20)),
        (99, 99, KLUSTERA, Room(Fraction(1), 100, 1, None)),  # K4: a rise is not billed within the month
        (30, 40, Sizes((), 0), Room(Fraction(3, 4), None, None, 11)),  # N4: the next seat beyond those billed
        (0, 0, Sizes(), Room(None, None, None, None)),
    ],
)
def test_the_room_of_a_size_x8_n13(count: int, billed: int | None, sizes: Sizes, found: Room) -> None:
    assert room(count, billed, sizes) == found


def test_sizes_are_those_of_the_list_of_sign_up_x2_k1(db: None) -> None:
    xclass, klustera = catalogue_of("xclass"), catalogue_of("klustera")
    assert sizes_of(xclass, "standard", "xclass-2025") == XCLASS
    later = sizes_of(xclass, "enterprise", "xclass-2028")
    assert later is not None
    assert list(later.begins) == [50, 201, 501]
    book = klustera.price_books[0].code
    assert sizes_of(klustera, "per-unit", book) == Sizes((100, 501), None, ())
    assert sizes_of(catalogue_of("koperasi"), "starter", catalogue_of("koperasi").price_books[0].code) is None


def test_the_page_has_who_is_nearest_first_and_the_same_as_a_file(staff_as: StaffAs) -> None:
    """P is one unit from the next size, Q five students from a bill; R's price counts nothing."""
    rows = [
        ("P", "klustera", "per-unit", 99, "99"),
        ("Q", "xclass", "standard", 115, "100"),
        ("R", "koperasi", "starter", 5, "1"),
    ]
    for name, product, plan, count, billed in rows:
        made = customer(name, product, [(D(2026, 1, 1), 100, billed)])
        values = {"status": "active", "quantity": count, "plan_code": plan, "signup": {"on": "2025-02-01"}}
        Tenant.objects.filter(pk=made.pk).update(**values)
    follow_events()
    client = staff_as("support")
    page = client.get("/admin/kursi/")
    assert [(name[-1], shown) for _item, name, _product, shown in page.context["rows"]] == [
        ("P", ("99", "99", "100 %", "100 (kurang 1)", "–")),
        ("Q", ("115", "100", "115 %", "501 (kurang 386)", "5")),
    ]
    text = b"".join(client.get("/admin/kursi/?product=xclass&berkas=csv").streaming_content).decode()  # type: ignore[attr-defined]
    assert text.splitlines()[1].split(",")[1:] == ["Pelanggan Q", "xclass", "standard", "115", "100", "501", "386", "5"]
    assert client.get("/admin/kursi/?product=naikkelas").context["rows"] == []


def test_seats_beside_a_fee_of_another_rhythm_are_held_against_the_seats_n6(staff_as: StaffAs) -> None:
    """An academy's month is one fee, its 40 seats are billed by the year: 44 of 40 are 110 %, never 4.400 % of one fee."""
    made = customer("S", "naikkelas", [(D(2026, 1, 1), 2500, "1")])
    values = {"status": "active", "quantity": 44, "plan_code": "academy", "signup": {"on": "2026-01-01"}}
    Tenant.objects.filter(pk=made.pk).update(**values)
    both = {"academy-platform": ["main", 30_000_000, "1"], "academy-seats": ["side", 4_800_000, "40"]}
    with behind(Event) as events:
        events.filter(tenant=made).update(recurring=both)
    follow_events()
    [(_item, _name, _product, shown)] = staff_as("support").get("/admin/kursi/").context["rows"]
    assert shown[:3] == ("44", "40", "110 %")
