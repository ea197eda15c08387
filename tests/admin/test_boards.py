"""The dashboards of sales, management and the board (C13, C18): figures by head, the lists behind them, the files."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
import time_machine
from django.test import Client

from backoffice.boards.catalogue import BOARDS
from backoffice.boards.figures import FIGURES
from backoffice.boards.tables import TABLES
from reports.models import HealthStand, RevenueStand
from reports.rules.costs import Entry, Key, Planned
from reports.services.costs import keep_costs
from reports.services.following import follow_events
from tenants.models import Event, Tenant
from tests.admin.conftest import StaffAs
from tests.admin.test_revenue import rows_of
from tests.reports.tills import live_half_a_year
from tests.reports.year import customer, live_the_year

D = date
# Half past midnight on Wednesday 1 July in Jakarta, where it is still June in Greenwich.
NIGHT = datetime(2026, 6, 30, 17, 30, tzinfo=UTC)
PAGES = ("mingguan", "bulanan", "triwulan")


@pytest.fixture
def at_night() -> object:
    """The clock of the whole test."""
    with time_machine.travel(NIGHT, tick=False):
        yield NIGHT


def shown(client: Client, path: str) -> dict[str, tuple[str, str]]:
    """Value and change of each figure of a dashboard."""
    page = client.get(f"/admin/dasbor/{path}")
    assert page.status_code == 200
    return {item.code: (item.value, item.change) for item in page.context["figures"]}


def opened(client: Client, path: str) -> dict[str, tuple[str, str]]:
    """The same, after each figure and each table has opened what stands behind it."""
    page = client.get(f"/admin/dasbor/{path}")
    assert "<svg" in page.text
    assert 'aria-describedby="op-table"' in page.text, "what is drawn stands in a table, too"
    behind = {item.url for item in [*page.context["figures"], *page.context["tables"]]}
    assert {url: client.get(url).status_code for url in behind} == dict.fromkeys(behind, 200)
    return shown(client, path)


def test_management_sees_the_month_that_is_over_with_what_changed_c13(staff_as: StaffAs, at_night: datetime) -> None:
    """June: D leaves with 500.000 of 2.280.000; five customers become four. One month, one of five left: five months each."""
    live_the_year()
    client = staff_as("read-only")
    found = opened(client, "bulanan/")
    assert {code: found[code] for code in ("mrr", "mrr_growth", "new_mrr", "churned", "customers", "lost", "nrr")} == {
        "mrr": ("Rp 1.780.000", "-Rp 500.000 (-21,9 %)"),
        "mrr_growth": ("-21,9 %", "-21,9 poin"),
        "new_mrr": ("Rp 0", "tidak berubah"),
        "churned": ("-Rp 500.000", "-Rp 500.000"),
        "customers": ("4", "-1 (-20 %)"),
        "lost": ("1", "+1"),
        "nrr": ("78,1 %", "-21,9 poin"),
    }
    assert found["ltv"] == ("Rp 2.280.000", ""), "456.000 each for five months; nobody left in May"
    page = client.get("/admin/dasbor/bulanan/?period=2026-06-01")
    assert "<details open><summary>Angka</summary>" in page.content.decode(), "the menu shows where one is"
    assert [texts[0] for _period, texts in page.context["rows"]][-6:] == [
        f"Rp {amount}" for amount in ("900.000", "1.000.000", "1.980.000", "2.280.000", "2.280.000", "1.780.000")
    ]
    assert [row.name for table in page.context["tables"] for row in table.rows] == ["Langganan berakhir"]
    lines = rows_of(client.get("/admin/dasbor/bulanan/?period=2026-06-01&berkas=csv"))
    assert [line[3:5] + line[-2:] for line in lines if line[0] == "mrr_growth"] == [
        ["-0.219298", "0.000000", "0.000000", "-0.219298"]
    ]
    assert client.get("/admin/dasbor/bulanan/?berkas=xlsx").status_code == 200
    # Klustera lost nobody; in Jawa Barat nothing is left.
    assert shown(client, "bulanan/?product=klustera")["mrr"] == ("Rp 1.680.000", "tidak berubah")
    assert shown(client, "bulanan/?province=Jawa+Barat")["customers"] == ("0", "-1 (-100 %)")


def test_the_board_sees_the_quarter_and_where_customers_are_c13(staff_as: StaffAs, at_night: datetime) -> None:
    """From 1.980.000 to 1.780.000 a month: + 300.000, − 500.000. Logo churn 1 of 5, three months: 15 months each."""
    live_the_year()
    found = opened(staff_as("finance"), "triwulan/?period=2026-04-01")
    assert {code: found[code] for code in ("arr", "arr_growth", "quick_ratio", "logo_churn", "lifetime")} == {
        "arr": ("Rp 21.360.000", "-Rp 2.400.000 (-10,1 %)"),
        "arr_growth": ("-10,1 %", ""),
        "quick_ratio": ("0,6", ""),
        "logo_churn": ("20 %", ""),
        "lifetime": ("15 bulan", ""),
    }
    assert found["provinces"] == ("0", "-1 (-100 %)"), "Jawa Barat had D; the others gave none"


def test_sales_see_who_came_who_pays_and_what_is_in_sight(staff_as: StaffAs, at_night: datetime) -> None:
    """In the week of 22 June three try; one of two of the week before has paid after four days. C brings 100.000."""
    live_half_a_year()
    customer("C", "xclass", [(D(2026, 2, 1), 100, "240")])
    for name, day, paid in (("P", 15, 19), ("Q", 18, 0), ("R", 22, 0), ("S", 28, 0), ("T", 28, 0)):
        tenant = customer(name, "xclass", [])
        Event.objects.create(tenant=tenant, name="trial.started", occurred_on=D(2026, 6, day))
        if paid:
            Event.objects.create(tenant=tenant, name="payment.received", occurred_on=D(2026, 6, paid))
    Tenant.objects.filter(name__in=[f"Pelanggan {name}" for name in "QRST"]).update(status="trialing")
    follow_events()
    for name, colour in (("Q", "red"), ("R", "yellow"), ("S", "yellow"), ("T", "green")):
        stand = {"product": "xclass", "colour": colour, "on": D(2026, 6, 30)}
        HealthStand.objects.update_or_create(tenant=Tenant.objects.get(name=f"Pelanggan {name}"), defaults=stand)
    client = staff_as("support")
    found = opened(client, "mingguan/?period=2026-06-22")
    assert {code: found[code] for code in ("signups", "tried", "conversion", "sales_cycle", "trying", "pipeline")} == {
        "signups": ("3", "+1 (+50 %)"),
        "tried": ("3", "+1 (+50 %)"),
        "conversion": ("20 %", "-30 poin"),
        "sales_cycle": ("4 hari", "tidak berubah"),
        "trying": ("4", ""),
        # H brings 62.000 and C 100.000, 81.000 each.
        "pipeline": ("Rp 324.000", ""),
    }
    assert (found["red"], found["yellow"]) == (("1", ""), ("2", ""))
    assert shown(client, "mingguan/?product=klustera")["yellow"] == ("0", "")
    RevenueStand.objects.filter(tenant__name="Pelanggan Q").update(province="Bali")
    for where, count in (("Bali", 1), ("-", 3)):
        page = client.get(f"/admin/dasbor/mingguan/?province={where}")
        figure = next(item for item in page.context["figures"] if item.label == "Sedang mencoba")
        listed = client.get(figure.url).context["cl"].result_count
        assert (figure.value, listed) == (str(count), count)


def test_a_dashboard_says_the_same_as_the_pages_behind_it(staff_as: StaffAs, at_night: datetime) -> None:
    live_half_a_year()
    live_the_year()
    client = staff_as("read-only")
    days = "first=2026-06-01&last=2026-06-30"
    keep_costs(
        shown=[
            Planned(Entry(Key(D(2026, 6, 1), "", "", kind), amount), None)
            for kind, amount in (("marketing", 500_000), ("hosting", 238_000))
        ],
        by=None,
        now=NIGHT,
    )
    RevenueStand.objects.filter(tenant__name="Pelanggan E").update(paid_on=D(2026, 6, 30))
    board = {item.label: (item.value, item.change) for item in client.get("/admin/dasbor/bulanan/").context["figures"]}
    assert board["CAC"] == ("Rp 500.000", "")
    in_bali = client.get("/admin/dasbor/bulanan/?province=Bali").context["figures"]
    assert {item.value for item in in_bali if item.code in ("costs", "result", "cac")} == {"–"}, "by no province"
    for path in ("pendapatan", "kas", "pendapatan-biaya"):
        page = {item.label: item.value for item in client.get(f"/admin/{path}/?{days}").context["figures"]}
        shared = page.keys() & board.keys()
        assert len(shared) >= 5
        assert {label: board[label][0] for label in shared} == {label: page[label] for label in shared}


def test_nothing_yet_is_a_page_and_a_strange_period_is_told(
    staff_as: StaffAs, client_at: Callable[..., Client], at_night: datetime
) -> None:
    client = staff_as("support")
    for path in PAGES:
        found = shown(client, f"{path}/")
        assert not [value for value, _change in found.values() if value not in {"–", "0", "Rp 0"}]
        assert found.get("deferred", ("–", "")) == ("–", ""), "no books were checked: unknown, not nothing"
        assert client.get(f"/admin/dasbor/{path}/?period=2026-06-03").status_code == 422
        assert client_at().get(f"/admin/dasbor/{path}/").status_code == 302
    assert "pembukuan belum diperiksa" in client.get("/admin/kas/").text


def test_each_figure_and_each_table_stands_on_a_dashboard() -> None:
    assert {name for board in BOARDS.values() for name in board.figures} == FIGURES.keys()
    assert {name for board in BOARDS.values() for name in board.tables} == TABLES.keys()
    assert all(board.chart in board.figures for board in BOARDS.values())
