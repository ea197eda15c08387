"""The what-if page: X12 and K18 as staff would ask for them."""

from urllib.parse import urlencode

from tests.admin.conftest import StaffAs
from tests.admin.test_revenue import rows_of

PATH = "/admin/proyeksi/"


def test_scenarios_years_and_break_even_x12_k18(staff_as: StaffAs) -> None:
    client = staff_as("read-only")
    assert client.get(PATH).status_code == 200
    schools = {"product": "xclass", "on": "2025-06-01", "groups": "20x100, 10×200, 5 x 500"}
    page = client.get(f"{PATH}?{urlencode(schools)}")
    assert page.context["found"].yearly == 32_500_000
    assert "Rp 32.500.000</span> setahun" in page.text
    assert (page.context["years"], page.context["units"]) == ([], None)
    complexes = {"product": "klustera", "on": "2026-06-01", "groups": "50×200", "churn": "20", "new": "30, 40, 50, 60"}
    page = client.get(f"{PATH}?{urlencode(complexes | {'fixed': '850000', 'variable': '150'})}")
    assert page.context["mrr"] == 30_000_000
    assert [(name, year.kept, year.customers, year.mrr) for name, year in page.context["years"]][:2] == [
        (2027, 40, 220, 132_000_000),
        (2028, 176, 356, 213_600_000),
    ]
    assert "Impas mulai 299 unit." in page.text
    at = f"{PATH}?{urlencode(complexes)}&berkas=csv"
    assert rows_of(client.get(at))[1] == ["50", "200", "7200000", "360000000"]
    assert rows_of(client.get(f"{at}&tabel=tahun"))[1] == ["2027", "40", "180", "220", "132000000", "1584000000"]


def test_what_cannot_be_read_names_its_field(staff_as: StaffAs) -> None:
    client = staff_as("read-only")
    asked = {"product": "xclass", "on": "2025-06-01", "groups": "20×100"}
    for name, value in (
        ("groups", "banyak"),
        ("groups", "1×1," * 21),
        ("new", "1,2,3,4,5"),
        ("churn", "101"),
        ("on", ""),
        ("variable", "1.5"),
    ):
        page = client.get(f"{PATH}?{urlencode(asked | {name: value})}")
        assert (page.status_code, list(page.context["form"].errors)) == (422, [name])
        assert f'href="#id_{name}"' in page.text, "listed, and leading to its field"
