"""K13 in the admin: table, sentences, switch, and who may use it."""

import re
from datetime import date
from uuid import uuid4

import pytest
from django.test import Client

from plans.models import Enrolment, Experiment, ExperimentSwitch, Exposure
from tenants.models import Event, Tenant, User
from tenants.permissions import STAFF_ACTIONS, StaffRole
from tests.admin.conftest import StaffAs

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]
TODAY = date(2025, 3, 5)
ON = {"first_day": "2025-03-05", "last_day": "2025-03-31", "reason": "Uji harga kuartal ini"}


@pytest.fixture
def prices(db: None) -> Experiment:
    """The experiment on Klustera's price points."""
    return Experiment.objects.get(code="price-points")


def address(experiment: Experiment) -> str:
    return f"/admin/eksperimen/{experiment.pk}/"


def words(client: Client, experiment: Experiment) -> str:
    answer = client.get(address(experiment))
    assert answer.status_code == 200
    text = re.sub(r"<[^>]+>", " ", answer.content.decode().replace("\xa0", " "))
    return re.sub(r"\s+", " ", text)


def count(experiment: Experiment, variant: str, visitors: int, payers: list[Tenant]) -> None:
    """So many visitors of a variant, of whom these tenants' owners signed up and paid."""
    keys = [uuid4() for _ in range(visitors)]
    Exposure.objects.bulk_create(
        Exposure(experiment=experiment, visitor=key, variant=variant, first_on=TODAY) for key in keys
    )
    for key, tenant in zip(keys, payers, strict=False):
        Enrolment.objects.create(
            tenant=tenant, experiment=experiment, variant=variant, visitor=key, interval_months=1, signed_up_on=TODAY
        )
        Event.objects.create(tenant=tenant, name="payment.received", occurred_on=TODAY)


def test_an_experiment_nobody_has_seen_is_told_without_figures(prices: Experiment, staff_as: StaffAs) -> None:
    """K13: nothing divides by zero; what it would take is said beforehand (10 % → 15 %: 686 each)."""
    shown = words(staff_as("read-only"), prices)
    assert "belum berjalan" in shown
    assert "belum ada yang dapat dibandingkan dengan 5.000 / 3.000 / 2.000" in shown
    assert (
        "diperlukan 686 pengunjung per varian; varian terkecil punya 0. Jangan menyimpulkan sebelum jumlah itu tercapai."
        in shown
    )
    assert "units per 12 bulan: Rp 60.000 / Rp 40.000 / Rp 25.000" in shown


def test_the_table_says_share_interval_and_difference(
    prices: Experiment, staff_as: StaffAs, school: Tenant, complex_: Tenant
) -> None:
    """K13: 1 of 20 against 1 of 10 pay: 5,0 % (0,9 to 23,6) and 10,0 % (1,8 to 40,4); the difference is anybody's guess."""
    count(prices, "current", 20, [school])
    count(prices, "higher", 10, [complex_])
    shown = words(staff_as("read-only"), prices)
    assert "20 1 0 1 5,0 % 0,9 % sampai 23,6 % 415" in shown
    assert "10 1 0 1 10,0 % 1,8 % sampai 40,4 % 425" in shown
    assert "terlalu dini, kurang 425 pengunjung lagi. Sejauh ini selisih +5,0 poin (95 %: −15,3 sampai +35,7)" in shown


def test_what_looks_clear_is_early_and_enough_visitors_settle_it(
    prices: Experiment, staff_as: StaffAs, school: Tenant
) -> None:
    """K13: none of 400 against all of one, then one of 401 — by the sums that are left of forgotten visitors too."""
    count(prices, "higher", 1, [school])
    client = staff_as("read-only")
    Experiment.objects.filter(pk=prices.pk).update(past_visitors={"current": 400})
    assert "terlalu dini, kurang 151 pengunjung lagi. Sejauh ini selisih +100,0 poin" in words(client, prices)
    Experiment.objects.filter(pk=prices.pk).update(past_visitors={"current": 400, "higher": 400})
    assert "tidak berbeda 5 poin atau lebih: selisih +0,2 poin (95 %: −0,7 sampai +1,4)" in words(client, prices)


def test_bizops_switch_it_on_and_off_and_everybody_reads_why(prices: Experiment, staff_as: StaffAs) -> None:
    """K13: dates and reason; the same form sent again is refused with words."""
    client = staff_as("bizops")
    assert client.post(address(prices), ON).status_code == 302
    shown = words(client, prices)
    assert "berjalan sampai 31 Maret 2025" in shown
    assert "5 Maret 2025 – 31 Maret 2025 Uji harga kuartal ini" in shown
    assert client.post(address(prices), {"reason": "Terlalu mahal"}).status_code == 302
    assert "sudah berakhir 5 Maret 2025" in words(client, prices)
    assert list(ExperimentSwitch.objects.values_list("is_on", "by__email")) == [
        (False, "bizops@example.test"),
        (True, "bizops@example.test"),
    ]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"reason": ""}, "Alasan"),
        ({"first_day": "2025-03-04"}, "Hari pertama tidak boleh sudah lewat."),
        ({"last_day": "2025-03-01"}, "Hari terakhir harus setelah hari pertama."),
        ({"first_day": "kemarin"}, "Hari pertama"),
    ],
)
def test_what_is_wrong_with_the_switch_stands_beside_its_field(
    prices: Experiment, staff_as: StaffAs, given: dict[str, str], said: str
) -> None:
    """K13."""
    answer = staff_as("bizops").post(address(prices), ON | given)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not ExperimentSwitch.objects.exists()


def test_a_colliding_experiment_is_refused_with_its_name(prices: Experiment, staff_as: StaffAs) -> None:
    """K13."""
    client = staff_as("bizops")
    client.post(address(prices), ON)
    other = Experiment.objects.get(code="annual-discount")
    answer = client.post(address(other), ON)
    assert answer.status_code == 422
    assert "price-points berjalan pada waktu yang sama" in answer.content.decode()


@pytest.mark.parametrize("role", [role.value for role in StaffRole])
def test_every_role_reads_and_the_table_says_who_switches(role: str, prices: Experiment, staff_as: StaffAs) -> None:
    """K13."""
    client = staff_as(role)
    assert client.get("/admin/plans/experiment/").status_code == 200
    assert client.get(f"/admin/plans/experiment/{prices.pk}/change/", follow=True).status_code == 200
    assert client.get("/admin/plans/experiment/add/").status_code == 403
    refused = client.post(address(prices), ON).status_code == 403
    assert refused is (StaffRole(role) not in STAFF_ACTIONS["run_experiment"])
    assert ExperimentSwitch.objects.exists() is not refused


def test_nobody_else_reaches_it(prices: Experiment, school: Tenant, ayu: User, client_at) -> None:  # type: ignore[no-untyped-def]
    """K13: not a visitor, not a customer, not on a tenant's host."""
    assert client_at().get(address(prices)).status_code == 302
    assert client_at(None, ayu).get(address(prices), follow=True).status_code == 403
    assert client_at(school, ayu).get(address(prices)).status_code == 404


def test_strange_numbers_lead_nowhere(staff_as: StaffAs) -> None:
    client = staff_as("bizops")
    assert client.get("/admin/eksperimen/999999/").status_code == 404
    assert client.get("/admin/plans/experiment/abc/change/").status_code == 404
