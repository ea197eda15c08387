"""How many questions the operator's report pages put to the database: a ceiling for each."""

import pytest
from pytest_django import DjangoAssertNumQueries

from tenants.models import Tenant
from tests.admin.conftest import StaffAs
from tests.reports.tills import live_half_a_year
from tests.reports.year import live_the_year

DAYS = "first=2026-01-01&last=2026-12-31"
MOST = {
    "dasbor/mingguan/": 20,
    "dasbor/bulanan/": 20,
    "dasbor/triwulan/": 16,
    f"kas/?{DAYS}": 13,
    f"kas/gerak/?{DAYS}": 7,
    f"kas/biaya-gateway/?{DAYS}": 8,
    f"perpanjangan/?{DAYS}": 10,
    f"perpanjangan/masa/?{DAYS}": 6,
    "kursi/": 21,
    "kesehatan/": 15,
    "kesehatan/skor/": 11,
    f"pertumbuhan/?{DAYS}": 7,
    f"pertumbuhan/pelanggan/?{DAYS}": 7,
    f"harga/isyarat/?{DAYS}": 8,
    "harga/dampak/": 20,
}


@pytest.mark.usefixtures("db")
def test_no_page_asks_more_than_its_ceiling(
    staff_as: StaffAs, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    """Eight customers that bring something, owe, have a count and a habit; the first page of all fills what is remembered."""
    live_half_a_year()
    live_the_year()
    Tenant.objects.update(status="active", quantity=100, plan_code="standard", signup={"on": "2026-01-01"})
    client = staff_as("read-only")
    client.get("/admin/pendapatan/")
    for path, most in MOST.items():
        with django_assert_max_num_queries(most, info=path):
            assert client.get(f"/admin/{path}").status_code == 200, path
