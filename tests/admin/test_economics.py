"""The page of revenue beside costs: figures, both sides, months, groups; each leads to its list; files; and what it costs."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from reports.models import RevenueStand
from reports.rules.costs import Entry, Key, Planned
from reports.services.costs import keep_costs
from reports.services.following import follow_events
from tenants.models import Event, Tenant, User
from tests.admin.conftest import StaffAs
from tests.admin.test_revenue import rows_of
from tests.reports.tills import bill, settle
from tests.reports.year import customer, live_the_year

TWO = "first=2026-09-01&last=2026-10-31"
PAGE = "/admin/pendapatan-biaya/"
SEPTEMBER, OCTOBER = date(2026, 9, 1), date(2026, 10, 1)
COSTS = [
    (Key(SEPTEMBER, "klustera", "", "marketing"), 1_000_000),
    (Key(OCTOBER, "klustera", "", "hosting"), 360_000),
    (Key(OCTOBER, "", "", "sales"), 500_000),
    (Key(OCTOBER, "xclass", "agent", "other"), 40_000),
]


@pytest.fixture
def spent(db: None) -> None:
    """The year of six; E paid first in September, F in October."""
    made = live_the_year()
    for name, on in (("E", date(2026, 9, 10)), ("F", date(2026, 10, 2))):
        RevenueStand.objects.filter(tenant=made[name]).update(paid_on=on, signed_up_on=on)
    shown = [Planned(Entry(key, amount), None) for key, amount in COSTS]
    keep_costs(shown=shown, by=None, now=datetime(2026, 11, 1, tzinfo=UTC))


@pytest.mark.usefixtures("spent")
def test_both_sides_and_their_result_lead_to_the_lists_behind_them_b1_c13(
    staff_as: StaffAs, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    """2.400.000 + 2.500.000 come in, 1.900.000 goes out; 1.500.000 for two new ones; 408.333 × 92,7 % a month: 2 months."""
    client = staff_as("read-only")
    client.get(PAGE)
    with django_assert_max_num_queries(13):
        context = client.get(f"{PAGE}?{TWO}").context
    assert {figure.label: figure.value for figure in context["figures"]} == {
        "Pendapatan": "Rp 4.900.000",
        "Biaya": "Rp 1.900.000",
        "Hasil": "Rp 3.000.000",
        "Margin kotor": "92,7 %",
        "Pelanggan baru": "2",
        "CAC": "Rp 750.000",
        "Balik modal": "1,94 bulan",
        "LTV : CAC": "–",
        "Siklus penjualan": "0 hari",
        "Konversi": "100 %",
    }
    assert context["figures"][7].change == "belum dapat dihitung: belum ada yang berhenti, masa hidup belum diketahui"
    assert [(str(name), amount) for name, amount, _url in context["streams"]] == [
        ("langganan", 4_900_000),
        ("biaya berkala lain", 0),
        ("tambahan", 0),
        ("biaya cara bayar dari pembayar", 0),
    ]
    assert [figure.url for figure in context["figures"][1:3]] == ["#op-sides"] * 2, (
        "the list of entered costs is another sum"
    )
    for name, amount, url in context["costs"][:-1]:
        listed = client.get(url).context["rows"]
        assert sum(row.amount for row, *_ in listed) == amount, name
    won = client.get(context["figures"][4].url).context["rows"]
    assert {item.name for item, *_ in won} == {"Pelanggan E", "Pelanggan F"}
    urls = [figure.url for figure in context["figures"]] + [url for _name, _amount, url in context["streams"]]
    assert {client.get(url).status_code for url in {*urls, context["costs"][-1][2]} if url.startswith("/")} == {200}


def test_what_is_billed_beside_the_subscription_stands_on_its_day_with_its_list_b1(staff_as: StaffAs) -> None:
    """G brings 600.000 a month from February on. Set-up 400.000, 100.000 of it taken back; usage 50.000, void a month later;
    a late fee 60.000, of which 20.000 are given up. The subscription's part of a bill is told by its days alone."""
    made = customer("G", "klustera", [(date(2026, 2, 1), 600, "200")])
    first = bill(made, date(2026, 2, 1), 1_050_000, once=400_000, period=600_000, usage=50_000)
    metered = bill(made, date(2026, 2, 3), 50_000, usage=50_000)
    bill(made, date(2026, 2, 4), 60_000, late_fee=60_000)
    follow_events()
    later = [
        ("credit_note.issued", date(2026, 2, 9), uuid4(), 110_000, {"once": 100_000}),
        ("invoice.voided", date(2026, 3, 2), metered.document, 50_000, {}),
        ("invoice.written_off", date(2026, 3, 5), uuid4(), 20_000, {"loss": 20_000}),
    ]
    for name, on, document, amount, net in later:
        data = {"document": str(document), "invoice": first.number, "amount": amount, "net": net}
        Event.objects.create(tenant=made, name=name, occurred_on=on, data=data)
    Tenant.objects.update(facts_changed=True)
    follow_events()
    client = staff_as("read-only")
    context = client.get(f"{PAGE}?first=2026-02-01&last=2026-03-31").context
    shown = {str(name): (amount, url) for name, amount, url in [*context["streams"], *context["costs"]]}
    assert {name: amount for name, (amount, _url) in shown.items()} == {
        "langganan": 1_200_000,
        "biaya berkala lain": 0,
        "tambahan": 0,
        "biaya awal": 300_000,
        "pemakaian": 50_000,
        "denda": 60_000,
        "biaya cara bayar dari pembayar": 0,
        "biaya gateway, dari pembukuan": 0,
        "piutang yang dihapusbukukan, dari pembukuan": 20_000,
    }
    assert [(row.told.revenue, row.told.spent) for row in context["months"]] == [(1_060_000, 0), (550_000, 20_000)]
    for name in ("biaya awal", "pemakaian", "denda", "piutang yang dihapusbukukan, dari pembukuan"):
        amount, url = shown[name]
        assert abs(sum(amount for _move, _kind, amount in client.get(url).context["rows"])) == amount, name
    path = f"{PAGE}rincian/?first=2026-03-01&last=2026-03-31"
    assert [row[0:2] + row[-2:-1] for row in rows_of(client.get(f"{path}&berkas=csv"))[1:]] == [
        ["2026-03-05", "loss", "-20000"],
        ["2026-03-02", "usage", "-50000"],
    ]
    assert client.get(f"{path}&kind=usage&berkas=xlsx").status_code == 200
    assert client.get(f"{path}&channel=agent").context["rows"] == []


def test_revenue_by_the_day_opens_a_list_that_adds_up_to_it_b1(staff_as: StaffAs) -> None:
    """G brings 600.000 a month since 16 February: 13 of 28 days 278.571, March whole; 400.000 set-up; H 90.000 and a fee of
    4.000. The customers of the last day bring 690.000: not what was earned."""
    made = customer("G", "klustera", [(date(2026, 2, 16), 600, "200")])
    bill(made, date(2026, 2, 16), 1_000_000, once=400_000, period=600_000)
    other = customer("H", "koperasi", [(date(2026, 3, 1), 90, "1")])
    settle(bill(other, date(2026, 3, 1), 90_000, period=90_000), date(2026, 3, 4), fee=4_000)
    follow_events()
    client, days = staff_as("read-only"), "first=2026-02-01&last=2026-03-31"
    context = client.get(f"{PAGE}?{days}").context
    figure = context["figures"][0]
    assert (figure.label, figure.value, figure.url) == (
        "Pendapatan",
        "Rp 1.372.571",
        f"{PAGE}menurut-hari/?{days}",
    )
    page = client.get(figure.url)
    assert (page.context["total"], sum(item.amount for item, *_ in page.context["rows"])) == (figure.value, 1_372_571)
    assert [
        (f"{item.month:%m}", product, str(stream), item.amount) for item, product, stream, _ in page.context["rows"]
    ] == [
        ("02", "Klustera", "langganan", 278_571),
        ("02", "Klustera", "biaya awal", 400_000),
        ("03", "Klustera", "langganan", 600_000),
        ("03", "Cooperative ERP Lite", "biaya cara bayar dari pembayar", 4_000),
        ("03", "Cooperative ERP Lite", "langganan", 90_000),
    ]
    assert {client.get(row[3]).status_code for row in page.context["rows"]} == {200}
    for name, amount, url in context["streams"]:
        listed = [row[0 if "menurut-hari" in url else 2] for row in client.get(url).context["rows"]]
        assert sum(getattr(item, "amount", item) for item in listed) == amount, name
    lines = rows_of(client.get(f"{figure.url}&kind=main&berkas=csv"))
    assert lines[1] == ["2026-02-01", "klustera", "main", "278571"]
    assert sum(int(row[3]) for row in lines[1:]) == 968_571
    assert client.get(f"{figure.url}&channel=agent").context["rows"] == []
    assert client.get(f"{figure.url}&product=koperasi&berkas=xlsx").status_code == 200


@pytest.mark.usefixtures("spent")
def test_months_products_and_channels_with_cac_and_the_same_as_files(staff_as: StaffAs) -> None:
    client = staff_as("finance")
    context = client.get(f"{PAGE}?{TWO}").context
    assert [(row.told.revenue, row.told.spent, row.figures[1][0]) for row in context["months"]] == [
        (2_400_000, 1_000_000, "Rp 1.000.000"),
        (2_500_000, 900_000, "Rp 500.000"),
    ]
    assert [(row.name, row.told.result, [text for text, _why in row.figures]) for row in context["groups"]] == [
        ("Klustera", 2_240_000, ["90 %", "Rp 1.000.000", "1,85 bulan", "–"]),
        ("Cooperative ERP Lite", 1_000_000, ["100 %", "–", "–", "–"]),
        ("XClass", 160_000, ["100 %", "–", "–", "–"]),
        ("Naik Kelas", 100_000, ["100 %", "–", "–", "–"]),
        ("semua produk", -500_000, ["–", "–", "–", "–"]),
    ]
    assert context["shared"] == 500_000, "sales of all products: said below the table"
    klustera = client.get(context["groups"][0].url).context
    assert (klustera["told"].result, klustera["left_out"]) == (2_240_000, 500_000)
    assert [row.name for row in client.get(f"{PAGE}?{TWO}&by=channel").context["groups"]] == [
        "langsung",
        "agen",
        "semua asal",
    ]
    lines = rows_of(client.get(f"{PAGE}?{TWO}&berkas=csv"))
    assert ["2026-10-01", "klustera", "serving", "hosting", "360000"] in lines
    sums = {side: sum(int(row[4]) for row in lines[1:] if (row[2] == "revenue") is side) for side in (True, False)}
    assert sums == {True: 4_900_000, False: 1_900_000}
    groups = rows_of(client.get(f"{PAGE}?{TWO}&berkas=csv&tabel=kelompok"))
    assert groups[1] == ["klustera", "3600000", "1360000", "2240000", "0.900000", "1", "1000000.000000", "1.851852", ""]
    assert client.get(f"{PAGE}?{TWO}&berkas=xlsx").status_code == 200


@pytest.mark.usefixtures("spent")
def test_the_funnel_and_the_price_signals_show_the_same_cac_k17(staff_as: StaffAs) -> None:
    client = staff_as("support")
    growth = client.get(f"/admin/pertumbuhan/?{TWO}").context
    assert (growth["figures"][-1].label, growth["figures"][-1].value) == ("CAC", "Rp 750.000")
    assert {group.name: group.winning[0] for group in growth["groups"]} == {
        "Klustera": "Rp 1.000.000",
        "Naik Kelas": "–",
    }
    by_month = client.get(f"/admin/pertumbuhan/?{TWO}&by=month").context["groups"]
    assert [group.winning[0] for group in by_month] == ["Rp 1.000.000", "Rp 500.000"]
    by_province = client.get(f"/admin/pertumbuhan/?{TWO}&by=province").context["groups"]
    assert {group.winning[1] for group in by_province} == {
        "belum dapat dihitung: biaya hanya dicatat menurut produk dan asal"
    }
    signals = client.get(f"/admin/harga/isyarat/?{TWO}").context["rows"]
    assert {row[0]: row[-2] for row in signals}["Klustera"] == "Rp 1.000.000"


def test_nothing_yet_wrong_days_and_others_hosts(
    staff_as: StaffAs, client_at: Callable[..., Client], school: Tenant, staff: User
) -> None:
    client = staff_as("read-only")
    page = client.get(PAGE)
    values = [figure.value for figure in page.context["figures"]]
    assert values == ["Rp 0", "Rp 0", "Rp 0", "–", "0", "–", "–", "–", "–", "–"]
    assert "Belum ada pendapatan maupun biaya dalam pilihan ini." in page.text
    assert ("<line" in page.text, 'id="op-table"' in page.text) == (False, True), "words instead of an empty chart"
    for days in (
        "first=2026-02-01&last=2026-01-01",
        "first=0026-01-01&last=2026-01-31",
        "first=2026-01-01&last=9999-12-31",
    ):
        assert client.get(f"{PAGE}?{days}").status_code == 422, days
    for path in (PAGE, f"{PAGE}rincian/", f"{PAGE}menurut-hari/"):
        assert client.get(path).status_code == 200
        assert client_at().get(path).status_code == 302
        assert client_at(school, staff).get(path).status_code == 404
