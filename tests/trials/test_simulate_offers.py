"""`simulate` plays offers, and refuses a code with its reason (K9, C4)."""

from pathlib import Path

import pytest
from django.core.management import CommandError

from plans.models import Redemption
from tenants.models import NumberSeries
from tests.trials.lives import Happening, commanded, played

pytestmark = pytest.mark.django_db
PAYS = [{"on": f"2026-{month:02}-05", "do": "pay"} for month in range(3, 10)]


def issued(happenings: list[Happening]) -> list[int]:
    return [item["amount"] for item in happenings if item["event"] == "invoice.issued"]


def test_an_early_adopters_eight_months_k9() -> None:
    """480.000 six times, then 600.000; nobody's place is taken, and a full offer is still played."""
    NumberSeries.objects.create(series="klustera:offer:early50", kind="places", year=0, last=50)
    happenings = played(
        product="klustera",
        signup="2026-01-30",
        quantity=200,
        offers=["early50"],
        until="2026-10-02",
        events=PAYS,
    )
    assert issued(happenings) == [*[480_000] * 6, 600_000, 600_000]
    assert not Redemption.objects.exists()
    assert NumberSeries.objects.get(series="klustera:offer:early50").last == 50


FILE = """\
product: koperasi
signup: 2026-03-10
quantity: 80
offers: [{code}]
registration: {{province: {province}}}
until: 2026-04-10
"""


def test_a_file_with_a_province_c4(tmp_path: Path) -> None:
    text = FILE.format(code="LAUNCH30", province="Jawa Barat")
    assert issued(commanded(tmp_path / "a.yaml", text)) == [349_300 + 5_000_000]


@pytest.mark.parametrize(
    ("code", "province", "said"),
    [
        ("hemat", "Bali", "Penawaran “hemat” tidak ada"),
        ("launch30", "Bali", "hanya untuk Provinsi: Jawa Barat"),
        ("pilot-half", "Bali", "hanya diberikan oleh staf kami"),
    ],
)
def test_a_code_that_is_refused_says_why(tmp_path: Path, code: str, province: str, said: str) -> None:
    with pytest.raises(CommandError, match=said) as refused:
        commanded(tmp_path / "a.yaml", FILE.format(code=code, province=province))
    assert "offers[0]" in str(refused.value)


def test_a_year_invoiced_in_january_k5() -> None:
    """200 units, billing from 1 March: 306/365 of 6.000.000 at once, 6.000.000 on 1 January, due on the 15th."""
    happenings = played(
        product="klustera",
        signup="2026-01-30",
        interval_months=12,
        anchor="calendar_year",
        quantity=200,
        until="2027-01-02",
        events=[{"on": "2026-03-05", "do": "pay"}],
    )
    bills = [(item["date"], item["due"], item["amount"]) for item in happenings if item["event"] == "invoice.issued"]
    assert bills == [("2026-03-01", "2026-03-15", 5_030_137), ("2027-01-01", "2027-01-15", 6_000_000)]
