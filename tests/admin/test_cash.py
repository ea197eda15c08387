"""The page of money: figures, months, ways, the weeks ahead, the list behind them, and the same as files."""

import io
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import time_machine
from django.test import Client
from openpyxl import load_workbook
from pytest_django import DjangoAssertNumQueries

from billing.gateways.statements.models import GatewayFee, GatewayReport, GatewayReportRow
from reports.models import CashMove
from reports.services.following import follow_events
from tenants.models import Books, Event, Tenant, User
from tests.admin.conftest import StaffAs
from tests.admin.test_revenue import rows_of
from tests.reports.tills import live_half_a_year
from tests.reports.year import customer

DAYS = "first=2026-01-01&last=2026-05-31"
FILED = ("link_products", "link_ways")
# Ten past midnight on 2 May in Jakarta, where it is still the first in Greenwich.
NIGHT = datetime(2026, 5, 1, 17, 10, tzinfo=UTC)


def test_figures_of_some_days_lead_to_the_lists_behind_them(staff_as: StaffAs) -> None:
    """G: five bills of 600.000, four paid; H: 150.000 for 100.000, 50.000 back, 750.000 open. Days: 18, 18, 18, 18, 0."""
    live_half_a_year()
    with time_machine.travel(NIGHT, tick=False):
        client = staff_as("read-only")
        page = client.get(f"/admin/kas/?{DAYS}")
        shown = {figure.label: figure.value for figure in page.context["figures"]}
        lists = {figure.label: client.get(figure.url) for figure in page.context["figures"] if figure.url[0] == "/"}
        assert [answer.status_code for answer in lists.values()] == [200] * 5
        files = {name: rows_of(client.get(f"/admin/kas/?{page.context[name]}&berkas=csv"))[1:] for name in FILED}
    behind = {name: lists[name].context["rows"] for name in ("Ditagih", "Diterima", "Dikembalikan")}
    sums = {name: sum(row.amount for row, *_ in rows) for name, rows in behind.items()}
    assert sums == {"Ditagih": 3_850_000, "Diterima": 2_550_000, "Dikembalikan": -50_000}
    assert shown == {
        "Ditagih": "Rp 3.850.000",
        "Diterima": "Rp 2.550.000",
        "Dikembalikan": "Rp 50.000",
        "Lama sampai lunas": "18 hari",
        "Diterima di muka": "Rp 500.000",
        "Diharapkan": "Rp 1.800.000",
    }
    months = [(month.month, sums.invoiced, sums.net) for month, sums in page.context["months"]]
    assert months == [
        (1, 600_000, 600_000),
        (2, 700_000, 700_000),
        (3, 1_350_000, 600_000),
        (4, 600_000, 600_000),
        (5, 600_000, 0),
    ]
    assert [(name, sums.collected, speed) for name, sums, speed in page.context["products"]] == [
        ("Klustera", 2_400_000, ("18 hari", "4 hari sesudah")),
        ("XClass", 150_000, ("0 hari", "tepat")),
    ]
    assert [(name, sums.payments, sums.fees) for name, sums in page.context["ways"]] == [
        ("Midtrans (Virtual account)", 4, 16_000),
        ("Transfer bank", 1, 0),
    ]
    assert [(line[0], line[3], *line[8:]) for line in files["link_products"]] == [
        ("klustera", "2400000", "18", "4"),
        ("xclass", "150000", "0", "0"),
    ]
    assert [(*line[:2], line[7], line[8]) for line in files["link_ways"]] == [
        ("midtrans", "bank_transfer", "16000", "4"),
        ("transfer", "", "0", "1"),
    ]
    assert page.context["kept"] == [("Midtrans", 16_000, 0, -16_000)]
    # G's May bill of 600.000 is due on the 15th and comes on the 19th; June's and July's 19 days after the first.
    weeks = {str(week.first): week.total for week in page.context["ahead"].weeks if week.total}
    assert weeks == {"2026-05-16": 600_000, "2026-06-13": 600_000, "2026-07-18": 600_000}
    assert page.context["ahead"].missed == 750_000, "H has no habit: 750.000 were due on 15 March"
    assert 'aria-describedby="op-weeks"' in page.text


def test_a_product_or_a_province_alone_and_the_list_as_a_file(staff_as: StaffAs) -> None:
    live_half_a_year()
    client = staff_as("finance")
    page = client.get(f"/admin/kas/?{DAYS}&province=Bali")
    assert [name for name, _sums, _speed in page.context["products"]] == ["Klustera"]
    assert client.get(f"/admin/kas/?{DAYS}&product=koperasi").context["months"] == []
    found = rows_of(client.get(f"/admin/kas/gerak/?{DAYS}&kind=refunded&kind=voided&berkas=csv"))
    assert [(row[0], row[1], row[3], row[7], row[9]) for row in found[1:]] == [
        ("2026-02-20", "refunded", "Pelanggan H", "transfer", "-50000")
    ]
    answer = client.get(f"/admin/kas/?{DAYS}&berkas=xlsx")
    book = load_workbook(io.BytesIO(b"".join(answer.streaming_content)))  # type: ignore[attr-defined]
    assert [row[1:6] for row in book.worksheets[0].iter_rows(values_only=True)][2] == (
        700_000,
        0,
        750_000,
        -50_000,
        700_000,
    )
    with time_machine.travel(NIGHT, tick=False):
        weeks = rows_of(client.get("/admin/kas/?berkas=csv&tabel=minggu"))
    assert (len(weeks), weeks[1][:2], weeks[-1][:2]) == (14, ["2026-05-02", "2026-05-08"], ["2026-07-25", "2026-07-30"])
    slip = CashMove.objects.filter(kind="collected").latest("on")
    slip.pk, slip.channel, slip.method, slip.amount, slip.fee = uuid4(), "withholding", "pph23", 20_000, 0
    slip.save(force_insert=True)
    shown = {figure.label: figure for figure in client.get(f"/admin/kas/?{DAYS}").context["figures"]}
    listed = client.get(shown["Diterima"].url).context
    assert shown["Diterima"].value == listed["total"] == "Rp 2.550.000", "a slip is no money that came in"
    withheld = client.get(f"/admin/kas/gerak/?{DAYS}&kind=withholding").context
    assert (withheld["total"], [kind for _row, kind, _way in withheld["rows"]]) == ("Rp 20.000", ["PPh dipotong"])


def test_days_to_pay_open_the_bills_that_were_paid_in_these_days(staff_as: StaffAs) -> None:
    """G's four took 18 days, H's one none: the median of 0, 18, 18, 18, 18 is the figure. What is open is in no line."""
    made = live_half_a_year()
    client = staff_as("read-only")
    figures = {figure.label: figure for figure in client.get(f"/admin/kas/?{DAYS}").context["figures"]}
    figure = figures["Lama sampai lunas"]
    assert figure.url == f"/admin/kas/lunas/?{DAYS}"
    page = client.get(figure.url)
    assert [row.days for row, *_ in page.context["rows"]] == [18, 18, 18, 18, 0]
    assert (page.context["count"], page.context["median"]) == (5, figure.value)
    assert "5 tagihan lunas dalam hari-hari ini; mediannya 18 hari." in page.text
    found = rows_of(client.get(f"{figure.url}&berkas=csv"))
    keys = [str(made[name].pk) for name in "GH"]
    assert [(row[0], *row[2:]) for row in (found[1], found[-1])] == [
        ("G/7", "Pelanggan G", "klustera", "Bali", "2026-04-01", "2026-04-15", "2026-04-19", "18", "4", "600000"),
        ("H/1", "Pelanggan H", "xclass", "", "2026-02-10", "2026-02-10", "2026-02-10", "0", "0", "100000"),
    ]
    assert [found[1][1], found[-1][1]] == keys
    days = "first=2026-02-01&last=2026-02-28"
    assert [row.number for row, *_ in client.get(f"/admin/kas/lunas/?{days}").context["rows"]] == ["G/3", "H/1"]
    assert [row.number for row, *_ in client.get(f"/admin/kas/lunas/?{days}&province=Bali").context["rows"]] == ["G/3"]
    assert client.get(f"/admin/kas/lunas/?{days}&berkas=xlsx").status_code == 200


def test_deferred_opens_the_books_of_the_same_tenants(staff_as: StaffAs, settings: Any) -> None:
    """H is a test tenant with 500.000, G has 60.000, a third, whom no fact knows yet, 7.000: nobody is in one page alone."""
    made = live_half_a_year()
    third = Tenant.objects.create(name="Baru", product_code="xclass", schema_name="t_baru")
    Tenant.objects.filter(pk=made["H"].pk).update(is_test=True)
    for tenant, deferred in ((made["G"], -60_000), (third, -7_000)):
        facts = {"balances": {"deferred": deferred}, "agrees": True, "checked_at": NIGHT}
        Books.objects.create(tenant=tenant, **facts)
    client = staff_as("read-only")

    def both(query: str) -> tuple[str, int]:
        found = {figure.label: figure for figure in client.get(f"/admin/kas/?{query}").context["figures"]}
        figure = found["Diterima di muka"]
        return figure.value, sum(row["credit"] for row in client.get(figure.url).context["balances"])

    assert both(DAYS) == ("Rp 67.000", 67_000)
    assert both(f"{DAYS}&tests=on") == ("Rp 567.000", 567_000)
    assert both(f"{DAYS}&tests=on&product=xclass") == ("Rp 507.000", 507_000)
    assert both(f"{DAYS}&province=Bali") == ("Rp 60.000", 60_000)
    assert both(f"{DAYS}&province=-") == ("Rp 7.000", 7_000)
    settings.DEMO = True
    assert both("") == ("Rp 567.000", 567_000), "a demo has test tenants alone: shown in both"
    assert both(f"{DAYS}&chosen=on") == ("Rp 67.000", 67_000)


def test_gateway_fees_by_way_add_up_to_the_channel_k8(staff_as: StaffAs) -> None:
    """4.440 kept of G's first two payments, of the first 3.330 after all; of H 700 of a payment no fact knows."""
    made = live_half_a_year()
    first, second = CashMove.objects.filter(tenant=made["G"], kind="collected").order_by("on")[:2]
    nobody = uuid4()
    report = GatewayReport.objects.create(file_name="a.csv", sha256="a", imported_at=NIGHT)
    kept = [(made["G"], first.source, 4_440), (made["G"], second.source, 4_440)]
    kept += [(made["G"], first.source, -4_440), (made["G"], first.source, 3_330), (made["H"], nobody, 700)]
    fees = list[GatewayFee]()
    for at, (tenant, payment, amount) in enumerate(kept):
        facts = {"row": at, "kind": "payment", "amount": 604_000, "fee": 1, "tax": 0, "settled_on": date(2026, 2, 20)}
        row = GatewayReportRow.objects.create(report=report, fingerprint=str(at), **facts)
        reverses = fees[0] if amount < 0 else None
        fee = {"position": at, "channel": "midtrans", "amount": amount, "settled_on": date(2026, 2, 20), "row": row}
        fees.append(GatewayFee.objects.create(tenant=tenant, payment=payment, reverses=reverses, **fee))
    client = staff_as("read-only")
    path = f"/admin/kas/biaya-gateway/?{DAYS}"
    page = client.get(path)
    assert [(name, cost.payments, cost.on_top, cost.kept, cost.borne) for name, cost in page.context["rows"]] == [
        ("Midtrans (Virtual account)", 2, 16_000, 7_770, -8_230),
        ("Midtrans (cara tidak diketahui)", 1, 0, 700, 700),
    ]
    whole, cash = page.context["whole"], client.get(f"/admin/kas/?{DAYS}")
    assert [("Midtrans", whole.on_top, whole.kept, whole.borne)] == cash.context["kept"]
    assert path.replace("&", "&amp;") in cash.text
    assert client.get(f"{path}&province=Bali").context["whole"].kept == 7_770
    assert client.get(f"{path}&product=xclass").context["whole"].kept == 700
    assert rows_of(client.get(f"{path}&berkas=csv"))[1:] == [
        ["midtrans", "bank_transfer", "2", "16000", "7770", "-8230"],
        ["midtrans", "", "1", "0", "700", "700"],
    ]
    assert client.get("/admin/kas/biaya-gateway/?first=2020-01-01&last=2020-01-31").context["rows"] == []


def test_nothing_yet_is_a_page_too(staff_as: StaffAs, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    client = staff_as("support")
    with django_assert_max_num_queries(24):
        page = client.get("/admin/kas/")
    assert page.status_code == 200
    assert [figure.value for figure in page.context["figures"]] == ["Rp 0", "Rp 0", "Rp 0", "–", "–", "Rp 0"]
    assert ("<line" in page.text, 'id="op-weeks"' in page.text) == (False, True), "words instead of an empty chart"
    assert "Dalam 90 hari ini tidak ada uang yang diharapkan." in page.text
    empty = client.get("/admin/pendapatan/").text
    assert ("<line" in empty, 'id="op-table"' in empty) == (False, True)
    assert "Tidak ada yang masuk atau hilang dalam bulan-bulan ini." in empty


PAGES = [
    "kas/",
    "kas/gerak/",
    "kas/lunas/",
    "kas/biaya-gateway/",
    "perpanjangan/",
    "perpanjangan/masa/",
    "kursi/",
    "harga/isyarat/",
    "harga/dampak/",
    "dasbor/mingguan/",
    "dasbor/bulanan/",
    "dasbor/triwulan/",
    "ringkasan/",
    "biaya/",
]


def test_every_page_stands_without_a_customer_and_belongs_to_staff_on_the_public_host(
    staff_as: StaffAs, client_at: Callable[..., Client], school: Tenant, staff: User
) -> None:
    """The only school has never been billed: nothing divides by zero. Nobody else gets in, and no tenant's host has them."""
    client = staff_as("read-only")
    for path in PAGES:
        assert client.get(f"/admin/{path}").status_code == 200, path
        assert client_at().get(f"/admin/{path}").status_code == 302, path
        assert client_at(school, staff).get(f"/admin/{path}").status_code == 404, path
        if not path.startswith(("harga/dampak/", "dasbor/", "ringkasan/")):
            assert client.get(f"/admin/{path}?first=2026-02-01&last=2026-01-01").status_code == 422, path


def test_terms_that_ended_and_those_at_risk_are_pages_and_files(staff_as: StaffAs) -> None:
    """N13: one school renewed its year; the next ends in a month, and it has not been heard of since."""
    with time_machine.travel(NIGHT, tick=False):
        made = customer("W", "xclass", [(date(2024, 6, 1), 100, "240")])
        for year in (2024, 2025):
            period = {"from": f"{year}-06-01", "to": f"{year + 1}-06-01"}
            facts = {"period": period, "amount": 0}
            on = date(year, 6, 1)
            Event.objects.create(tenant=made, name="subscription.renewed", occurred_on=on, actor_kind="key", data=facts)
        Tenant.objects.filter(pk=made.pk).update(status="active")
        follow_events()
        client = staff_as("support")
        page = client.get("/admin/perpanjangan/?first=2025-01-01&last=2026-05-31")
        assert (page.context["rate"], [row[0] for row in page.context["tables"][1][1]]) == ("100 %", ["Jan–Jun 2025"])
        assert [(item.name, reasons) for item, _product, _length, reasons in page.context["rows"]] == [
            ("Pelanggan W", ["tidak ada kegiatan sejak 1 Jun 2025"])
        ]
        found = rows_of(client.get("/admin/perpanjangan/?berkas=csv"))
        assert [found[1][at] for at in (0, 2, 4, 6)] == ["2026-06-01", "Pelanggan W", "12", "quiet"]
        terms = rows_of(
            client.get("/admin/perpanjangan/masa/?first=2025-01-01&last=2026-05-31&state=renewed&berkas=csv")
        )
        assert [row[:3] for row in terms[1:]] == [["2025-06-01", "12", "renewed"]]
        assert client.get("/admin/perpanjangan/masa/?first=2025-01-01&last=2026-05-31&state=lost").context["rows"] == []
