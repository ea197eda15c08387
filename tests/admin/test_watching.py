"""The page of customers to watch: who is on it, what is new, whose turn it is (B2)."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
import time_machine

from reports.models import Bill, HealthStand, RevenueMove
from reports.rules.watching import Signal, Turn
from reports.selectors.watching import standings, watched
from tenants.models import ApiKey, Event, Membership, Role, StaffTask, Tenant, User
from tests.admin.conftest import StaffAs
from tests.conftest import make_user
from tests.reports.year import live_the_year

D = date
TODAY = D(2026, 12, 10)
NOON = datetime(2026, 12, 10, 5, tzinfo=UTC)


@pytest.fixture
def customers(db: None) -> dict[str, Tenant]:
    """On 10 December: A owes, B leaves, C is quiet, D is a test, E was called for, F shrank on 30 November."""
    made = live_the_year()
    Tenant.objects.update(status="active", created_at=datetime(2026, 1, 1, tzinfo=UTC))
    for name, tenant in made.items():
        user = make_user(f"{name.lower()}@example.test", name)
        User.objects.filter(pk=user.pk).update(last_login=NOON - timedelta(days=34 if name in "CE" else 1))
        Membership.objects.create(user=user, tenant=tenant, role=Role.OWNER)
    _owe(made["A"], D(2026, 12, 6), 600_000)
    _owe(made["A"], D(2026, 12, 10), 50_000)
    _owe(made["D"], D(2026, 11, 1), 500_000)
    Tenant.objects.filter(pk=made["D"].pk).update(is_test=True)
    Tenant.objects.filter(pk=made["B"].pk).update(status="cancelled")
    Event.objects.create(tenant=made["B"], name="subscription.cancel_scheduled", occurred_on=D(2026, 12, 1))
    ApiKey.objects.create(name="E", prefix="e", secret_hash="e", tenant=made["E"], last_used_at=NOON)
    return made


def _owe(tenant: Tenant, due: date, amount: int) -> None:
    paper = {"number": f"INV/{due}", "kind": "invoice", "issued_on": D(2026, 11, 20), "product": "klustera"}
    Bill.objects.create(id=uuid4(), tenant=tenant, due_on=due, total=amount, left=amount, **paper)


def test_customers_to_watch_are_told_with_their_signals_and_days_b2(customers: dict[str, Tenant]) -> None:
    found = watched(TODAY)
    assert [(item.name[-1], item.signals, item.yearly, item.overdue) for item in found] == [
        ("A", ((Signal.LATE, D(2026, 12, 7)),), 7_200_000, 600_000),
        ("B", ((Signal.LEAVING, D(2026, 12, 1)),), 7_200_000, 0),
        ("C", ((Signal.QUIET, D(2026, 12, 6)),), 1_200_000, 0),
        ("F", ((Signal.SHRINKING, D(2026, 11, 30)),), 600_000, 0),
    ]
    assert [item.name[-1] for item in watched(TODAY, "klustera")] == ["A", "B"]
    HealthStand.objects.create(tenant=customers["C"], used_on=D(2026, 11, 20))
    assert "C" not in [item.name[-1] for item in watched(TODAY)]
    HealthStand.objects.update(used_on=D(2026, 11, 8))
    assert watched(TODAY)[2].signals == ((Signal.QUIET, D(2026, 12, 8)),)
    assert [item.name[-1] for item in watched(TODAY, tests=True)] == ["A", "B", "D", "C", "F"]
    assert RevenueMove.objects.filter(tenant=customers["F"], kind="contraction").count() == 1
    Event.objects.create(tenant=customers["A"], name="reminder.sent", occurred_on=D(2026, 12, 9), data={"about": "due"})
    StaffTask.objects.create(tenant=customers["B"], title="Telepon", due_on=D(2026, 12, 12), key="b")
    turns = standings([customers[name].pk for name in "ABC"], set(), TODAY)
    assert standings([customers["A"].pk], {customers["A"].pk}, TODAY)[customers["A"].pk].turn is Turn.OURS
    assert [turns[customers[name].pk].turn for name in "ABC"] == [Turn.THEIRS, Turn.OURS, Turn.NOBODY]


def test_the_page_says_what_is_new_and_gives_files_b2(customers: dict[str, Tenant], staff_as: StaffAs) -> None:
    with time_machine.travel(NOON, tick=False):
        client = staff_as("read-only")
        page = client.get("/admin/kesehatan/")
        assert [(count.count, count.new) for count in page.context["counts"]] == [(1, 0), (1, 1), (1, 0), (1, 1)]
        assert [row.turn for row in page.context["rows"]] == ["kita, belum ditindak"] * 4
        fresh = client.get("/admin/kesehatan/?new=on")
        assert [row.item.name[-1] for row in fresh.context["rows"]] == ["A", "C"]
        for count in page.context["counts"]:
            assert len(client.get(f"/admin/kesehatan/{count.url}").context["rows"]) == 1
        lines = b"".join(client.get("/admin/kesehatan/?signal=late&berkas=csv").streaming_content).decode()  # type: ignore[attr-defined]
        assert lines.splitlines()[1].endswith("Pelanggan A,klustera,,2026-12-07,,,600000,600000")
        assert client.get("/admin/kesehatan/?signal=none").status_code == 422
        Tenant.objects.update(is_test=True)
        assert "Tidak ada pelanggan" in client.get("/admin/kesehatan/").text
