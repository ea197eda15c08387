"""Entering and importing costs: previewed, by those in the table, all or nothing, safe to repeat, every amount kept."""

from collections.abc import Callable
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from reports.models import Cost, CostChange
from reports.rules.costs import Entry, Key, Planned
from reports.services.costs import Written, keep_costs
from tenants.errors import Conflict
from tenants.models import Tenant, User
from tenants.permissions import STAFF_ACTIONS, StaffRole
from tests.admin.conftest import NOW, StaffAs
from tests.admin.test_revenue import rows_of

pytestmark = pytest.mark.usefixtures("at_noon")
FEBRUARY = Key(date(2025, 2, 1), "klustera", "", "marketing")
DAYS = "first=2025-01-01&last=2025-03-31"
GIVEN = {"month": "2025-02-01", "product": "klustera", "channel": "", "kind": "marketing"}
HEAD = "month,product,channel,kind,amount"


def stored() -> dict[Key, int]:
    return {cost.key: cost.amount for cost in Cost.objects.all()}


def send(client: Client, *lines: str, name: str = "biaya.csv") -> object:
    file = SimpleUploadedFile(name, "\n".join((HEAD, *lines)).encode())
    return client.post("/admin/biaya/impor/", {"file": file})


def test_a_cost_is_previewed_entered_and_corrected_and_each_amount_stays_b1(staff_as: StaffAs) -> None:
    client = staff_as("finance")
    page = client.post("/admin/biaya/catat/", GIVEN | {"amount": "1500000"})
    assert (page.context["line"].before, page.context["line"].amount, stored()) == ("–", "Rp 1.500.000", {})
    sure = {"confirm": "1", "shown": page.context["shown"]}
    changed = client.post("/admin/biaya/catat/", GIVEN | sure | {"amount": "2500000"})
    assert (changed.status_code, changed.context["line"].amount, stored()) == (200, "Rp 2.500.000", {})
    assert client.post("/admin/biaya/catat/", GIVEN | sure | {"amount": "1500000"}).status_code == 302
    client.post("/admin/biaya/catat/", GIVEN | sure | {"amount": "1500000"})
    assert (stored(), CostChange.objects.count()) == ({FEBRUARY: 1_500_000}, 1), "sent twice it is written once"
    unsaid = client.post("/admin/biaya/catat/", GIVEN | {"amount": "1200000"})
    assert (unsaid.status_code, list(unsaid.context["form"].errors)) == (422, ["note"])
    why = {"amount": "1200000", "note": "Tagihan iklan dikoreksi"}
    page = client.post("/admin/biaya/catat/", GIVEN | why)
    client.post("/admin/biaya/catat/", GIVEN | why | {"confirm": "1", "shown": page.context["shown"]})
    kept = [
        (change.before, change.after, change.note, change.at, str(change.by)) for change in CostChange.objects.all()
    ]
    rina = str(User.objects.get(email="finance@example.test"))
    assert kept == [
        (None, 1_500_000, "", NOW, rina),
        (1_500_000, 1_200_000, "Tagihan iklan dikoreksi", NOW, rina),
    ]
    assert "Tagihan iklan dikoreksi" in client.post("/admin/biaya/catat/", GIVEN | {"amount": "1200000"}).text


@pytest.mark.parametrize("wrong", [{"amount": "-1"}, {"kind": "rent"}, {"month": "2025-02-02"}, {"product": "nothing"}])
def test_what_is_wrong_stands_beside_its_field(staff_as: StaffAs, wrong: dict[str, str]) -> None:
    page = staff_as("bizops").post("/admin/biaya/catat/", GIVEN | {"amount": "1"} | wrong)
    assert (page.status_code, list(page.context["form"].errors), stored()) == (422, list(wrong), {})


def test_a_file_is_previewed_written_whole_and_safe_to_repeat(staff_as: StaffAs) -> None:
    client = staff_as("finance")
    keep_costs(shown=[Planned(Entry(FEBRUARY, 9), None)], by=None, now=NOW)
    lines = ("2025-02,klustera,,marketing,1.500.000", "2025-02,,,hosting,400000", "2025-01,xclass,agen,penjualan,10")
    page = send(client, *lines)
    assert page.context["counts"] == {"new": 2, "changed": 1, "same": 0}  # type: ignore[attr-defined]
    assert len(stored()) == 1
    token = {"token": page.context["token"]}  # type: ignore[attr-defined]
    for _time in range(2):
        assert client.post("/admin/biaya/impor/", token).status_code == 302
        assert (sorted(stored().values()), CostChange.objects.count()) == ([10, 400_000, 1_500_000], 4)
    again = send(client, *lines)
    assert again.context["counts"] == {"new": 0, "changed": 0, "same": 3}  # type: ignore[attr-defined]
    assert {change.note for change in CostChange.objects.exclude(before=None)} == {"biaya.csv"}
    client.post("/admin/biaya/impor/", {"token": "forged"})
    assert CostChange.objects.count() == 4


def test_a_file_with_any_fault_writes_nothing_and_says_where(staff_as: StaffAs) -> None:
    client = staff_as("bizops")
    page = send(client, "2025-02,klustera,,marketing,1", "2025-02,klustera,,gaji,-5")
    assert page.status_code == 422  # type: ignore[attr-defined]
    found = [(fault.row, fault.column, fault.found) for fault in page.context["faults"]]  # type: ignore[attr-defined]
    assert (found, stored()) == ([(3, "kind", "gaji"), (3, "amount", "-5")], {})
    for name, content in (("biaya.pdf", b"%PDF"), ("biaya.csv", b""), ("biaya.csv", b"\xff\xfe")):
        refused = client.post("/admin/biaya/impor/", {"file": SimpleUploadedFile(name, content)})
        assert (refused.status_code, "file" in refused.context["form"].errors) == (422, True), name


def test_nobody_overwrites_what_another_entered_since_the_preview(db: None) -> None:
    """Both saw nothing; the first wrote 5. The same 5 again is no contradiction, 6 is, and nothing of that file is written."""
    other = FEBRUARY._replace(kind="sales")
    assert keep_costs(shown=[Planned(Entry(FEBRUARY, 5), None)], by=None, now=NOW) == Written(1, 0, 0)
    assert keep_costs(shown=[Planned(Entry(FEBRUARY, 5), None)], by=None, now=NOW) == Written(0, 0, 1)
    with pytest.raises(Conflict):
        keep_costs(shown=[Planned(Entry(other, 1), None), Planned(Entry(FEBRUARY, 6), None)], by=None, now=NOW)
    assert stored() == {FEBRUARY: 5}
    assert keep_costs(shown=[Planned(Entry(FEBRUARY, 0), 5)], by=None, now=NOW) == Written(0, 1, 0)


def test_the_list_by_month_product_channel_and_kind_is_a_file_that_can_be_imported(staff_as: StaffAs) -> None:
    keys = [FEBRUARY, FEBRUARY._replace(product="", kind="hosting"), Key(date(2025, 3, 1), "xclass", "agent", "sales")]
    keep_costs(shown=[Planned(Entry(key, 100 * at), None) for at, key in enumerate(keys, 1)], by=None, now=NOW)
    client = staff_as("finance")

    def listed(query: str) -> list[int]:
        return [row.amount for row, *_ in client.get(f"/admin/biaya/?{DAYS}{query}").context["rows"]]

    assert [
        listed(query) for query in ("", "&product=-", "&product=xclass", "&channel=-", "&kind=sales", "&kind=other")
    ] == [
        [300, 200, 100],
        [200],
        [300],
        [200, 100],
        [300],
        [],
    ]
    found = rows_of(client.get(f"/admin/biaya/?{DAYS}&berkas=csv"))
    assert found[1] == ["2025-03", "xclass", "agent", "sales", "300"]
    again = send(client, *(",".join(row) for row in found[1:]))
    assert again.context["counts"]["same"] == 3  # type: ignore[attr-defined]
    assert rows_of(client.get("/admin/biaya/impor/templat.csv")) == [HEAD.split(",")]
    assert client.get("/admin/biaya/impor/templat.pdf").status_code == 404
    assert "Belum ada biaya" in client.get("/admin/biaya/?first=2020-01-01&last=2020-01-31").text
    assert client.get("/admin/biaya/?first=2025-02-01&last=2025-01-01").status_code == 422


def test_who_enters_costs_is_in_the_table_and_no_tenants_host_has_them(
    staff_as: StaffAs, client_at: Callable[..., Client], school: Tenant, staff: User
) -> None:
    for role in StaffRole:
        client, may = staff_as(role.value), role in STAFF_ACTIONS["enter_costs"]
        assert ("/admin/biaya/catat/" in client.get("/admin/biaya/").text) is may
        for path in ("biaya/catat/", "biaya/impor/"):
            assert (client.post(f"/admin/{path}", GIVEN).status_code != 403) is may, (role, path)
    for path in ("biaya/", "biaya/catat/", "biaya/impor/", "biaya/impor/templat.csv"):
        assert client_at().get(f"/admin/{path}").status_code == 302, path
        assert client_at(school, staff).get(f"/admin/{path}").status_code == 404, path
