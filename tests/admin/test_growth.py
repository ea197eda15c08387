"""The funnel in the admin: figures by head, the lists behind them, files, and what it costs."""

from collections.abc import Callable
from datetime import date
from io import BytesIO

import pytest
from django.test import Client
from openpyxl import load_workbook
from pytest_django import DjangoAssertNumQueries

from partners.models import Partner, Referral
from plans.models import VisitDay
from reports.services.following import follow_events
from tenants.models import Event, Tenant
from tests.admin.conftest import StaffAs
from tests.admin.test_revenue import rows_of

YEAR = "first=2026-01-01&last=2026-12-31"
D = date


def signup(name: str, product: str, on: date, trial: bool, paid: date | None = None, **more: object) -> Tenant:
    """A tenant without a schema, and the events of its steps."""
    tenant = Tenant.objects.create(
        schema_name=f"t_{name.lower()}", name=f"Pelanggan {name}", product_code=product, facts_changed=True, **more
    )
    steps = [("trial.started" if trial else "subscription.activated", on)]
    steps += [("payment.received", paid)] if paid else []
    for event, day in steps:
        Event.objects.create(tenant=tenant, name=event, occurred_on=day)
    return tenant


@pytest.fixture
def five(db: None) -> None:
    """Two complexes (one pays after 40 days), two schools (30 days; not yet), one academy by an agent that pays at once."""
    signup("A", "klustera", D(2026, 1, 1), trial=True, paid=D(2026, 2, 10))
    signup("B", "klustera", D(2026, 1, 20), trial=True)
    signup("C", "xclass", D(2026, 3, 1), trial=True, paid=D(2026, 3, 31), registration={"province": "jawa barat"})
    signup("D", "xclass", D(2026, 3, 31), trial=False)
    last = signup("E", "naikkelas", D(2026, 3, 31), trial=False, paid=D(2026, 3, 31))
    signup("X", "klustera", D(2026, 3, 1), trial=True, paid=D(2026, 3, 2), is_test=True)
    agent = Partner.objects.create(code="budi.agen", kind="agent", name="Budi", email="budi@example.test")
    Referral.objects.create(tenant=last, partner=agent, code=agent.code, referred_on=D(2026, 3, 31))
    follow_events()


@pytest.mark.usefixtures("five")
def test_each_figure_of_the_funnel_opens_the_list_behind_it_c13(staff_as: StaffAs) -> None:
    """K17: 5 signed up, 3 tried (60 %), 3 paid (60 %), 2 of 3 after a trial; 0, 30 and 40 days: 30."""
    client = staff_as("read-only")
    figures = client.get(f"/admin/pertumbuhan/?{YEAR}").context["figures"]
    assert [(figure.label, figure.value, figure.change) for figure in figures] == [
        ("Mendaftar", "5", ""),
        ("Mencoba", "3", "60 % dari yang mendaftar"),
        ("Membayar", "3", "60 % dari yang mendaftar"),
        ("Percobaan → bayar", "66,7 %", ""),
        ("Siklus penjualan", "30 hari", ""),
        ("CAC", "–", "belum dapat dihitung: belum ada biaya untuk memperoleh pelanggan"),
    ]
    listed = [{item.name[-1] for item, *_ in client.get(figure.url).context["rows"]} for figure in figures]
    assert listed == [set("ABCDE"), set("ABC"), set("ACE"), set("AC"), set("ACE"), set("ACE")]
    assert client.get(f"/admin/pertumbuhan/?{YEAR}&tests=on").context["figures"][0].value == "6"


@pytest.mark.usefixtures("five")
@pytest.mark.parametrize(
    ("by", "names"),
    [
        ("product", ["Klustera", "XClass", "Naik Kelas"]),
        ("province", ["tidak diketahui", "Jawa Barat"]),
        ("channel", ["langsung", "agen"]),
        ("variant", ["tidak diketahui"]),
        ("month", ["Januari 2026", "Maret 2026"]),
    ],
)
def test_each_way_of_dividing_sums_to_the_whole_and_can_be_opened(staff_as: StaffAs, by: str, names: list[str]) -> None:
    """C13."""
    client = staff_as("finance")
    groups = client.get(f"/admin/pertumbuhan/?{YEAR}&by={by}").context["groups"]
    assert [group.name for group in groups] == names
    assert sum(group.funnel.signups for group in groups) == 5
    for group in groups:
        if group.url:
            assert client.get(group.url).context["figures"][0].value == str(group.funnel.signups)


@pytest.mark.usefixtures("five")
def test_table_and_list_are_files_too(staff_as: StaffAs) -> None:
    client = staff_as("support")
    found = rows_of(client.get(f"/admin/pertumbuhan/?{YEAR}&berkas=csv"))
    assert found[1:] == [
        ["Klustera", "2", "2", "1", "1", "40", ""],
        ["XClass", "2", "1", "1", "1", "30", ""],
        ["Naik Kelas", "1", "0", "1", "0", "0", ""],
    ]
    answer = client.get(f"/admin/pertumbuhan/pelanggan/?{YEAR}&step=tried_paid&berkas=xlsx")
    book = load_workbook(BytesIO(b"".join(answer.streaming_content)))  # type: ignore[attr-defined]
    lines = list(book.worksheets[0].iter_rows(values_only=True))[1:]
    assert [(row[1], row[3], row[8]) for row in lines] == [("Pelanggan C", "Jawa Barat", 30), ("Pelanggan A", None, 40)]


def test_visits_by_product_open_their_days_n13(staff_as: StaffAs, db: None) -> None:
    """N13 landing → checkout: 50 of 200 at Klustera are 25 %, with XClass 60 of 240."""
    for product, on, *sums in (
        ("klustera", D(2026, 3, 1), 150, 30, 6),
        ("klustera", D(2026, 3, 2), 50, 20, 4),
        ("xclass", D(2026, 3, 2), 40, 10, 2),
        ("xclass", D(2025, 3, 2), 9, 9, 9),
    ):
        VisitDay.objects.create(product=product, on=on, landings=sums[0], checkouts=sums[1], signups=sums[2])
    client = staff_as("read-only")
    shown = client.get(f"/admin/pertumbuhan/kunjungan/?{YEAR}").context["visits"]
    assert [(row.name, row.visits.landed, row.to_checkout, row.to_signup) for row in shown] == [
        ("Klustera", 200, "25 %", "5 %"),
        ("XClass", 40, "25 %", "5 %"),
        ("", 240, "25 %", "5 %"),
    ]
    for row in shown:
        days = client.get(row.url).context["rows"]
        assert sum(day.landings for day, _row in days) == row.visits.landed
    assert rows_of(client.get(f"/admin/pertumbuhan/kunjungan/?{YEAR}&product=klustera&berkas=csv"))[1:] == [
        ["2026-03-02", "klustera", "50", "20", "4"],
        ["2026-03-01", "klustera", "150", "30", "6"],
    ]
    narrowed = client.get(f"/admin/pertumbuhan/?{YEAR}&product=xclass&channel=agent").text
    assert f'/admin/pertumbuhan/kunjungan/?{YEAR}&product=xclass"'.replace("&", "&amp;") in narrowed


def test_nothing_yet_and_wrong_days_are_pages_too(staff_as: StaffAs, client_at: Callable[..., Client]) -> None:
    client = staff_as("support")
    empty = client.get("/admin/pertumbuhan/")
    assert [figure.value for figure in empty.context["figures"]] == ["0", "0", "0", "–", "–", "–"]
    assert "Belum ada yang mendaftar" in empty.text
    for path, wrong in (
        ("", "last=2020-01-01"),
        ("kunjungan/", "last=2020-01-01"),
        ("pelanggan/", "last=2020-01-01"),
        ("pelanggan/", "step=gone"),
    ):
        assert client.get(f"/admin/pertumbuhan/{path}?{wrong}").status_code == 422
        assert client_at().get(f"/admin/pertumbuhan/{path}").status_code == 302


@pytest.mark.usefixtures("five")
def test_the_page_costs_the_same_however_many_there_are(
    staff_as: StaffAs, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = staff_as("read-only")
    client.get("/admin/pertumbuhan/")
    with django_assert_max_num_queries(20):
        client.get(f"/admin/pertumbuhan/?{YEAR}")
