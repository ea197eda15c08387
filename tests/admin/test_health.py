"""Health scores: drawn from what is reported and paid, told on the page, called for by tasks (C12)."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile

from reports.models import Bill, HealthMove, HealthReport, HealthStand, Payer
from reports.rules.health_reports import MOST_VERSIONS, Fact
from reports.rules.health_table import Measure
from reports.services.health_reports import Said, Source, keep_reports
from reports.services.health_scoring import score_health
from tenants.models import Domain, StaffTask, Tenant, User
from tests.admin.conftest import StaffAs
from tests.reports.year import live_the_year

D = date
TODAY = D(2026, 12, 10)
NOON = datetime(2026, 12, 10, 5, tzinfo=UTC)
IMPORT = "/admin/kesehatan/impor/"
HEALTHY = {"usage": 7, "adoption": 90, "tickets": 0, "nps": 10}


@pytest.fixture(autouse=True)
def _at_noon() -> Iterator[None]:
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def customers(db: None) -> dict[str, Tenant]:
    """On 1 December A, B and D (Jawa Barat) do well; C was used on one day of seven, and nothing is known of E; F has ended."""
    made = live_the_year()
    Tenant.objects.update(status="active")
    Tenant.objects.filter(pk=made["F"].pk).update(status="ended")
    Payer.objects.filter(tenant__in=[made["A"], made["B"]]).update(first_on=D(2026, 1, 5))
    for name in "ABD":
        say(made[name], D(2026, 12, 1), **HEALTHY)
    say(made["C"], D(2026, 12, 1), usage=1)
    score_health(today=D(2026, 12, 1))
    return made


def say(tenant: Tenant, on: date, **values: int) -> None:
    """A product reports."""
    facts = [Fact(Measure(name), Decimal(value), on) for name, value in values.items()]
    source = Source("api", "Aplikasi", datetime.combine(on, NOON.time(), UTC))
    keep_reports(said=[Said(tenant.pk, fact) for fact in facts], source=source)


def owe(tenant: Tenant, due: date) -> None:
    """An open bill, as the facts of money have it; what the job that draws them marks is marked."""
    paper = {"number": "INV", "kind": "invoice", "issued_on": due - timedelta(days=14), "total": 600, "left": 600}
    Bill.objects.create(id=uuid4(), tenant=tenant, due_on=due, product="klustera", **paper)
    HealthStand.objects.filter(tenant=tenant).update(changed=True)


def told(customers: dict[str, Tenant]) -> dict[str, tuple[int | None, str]]:
    """Score and colour of each."""
    stands = HealthStand.objects.in_bulk()
    found = {name: stands[tenant.pk] for name, tenant in customers.items() if tenant.pk in stands}
    return {name: (stand.score, stand.colour) for name, stand in found.items()}


def test_scores_follow_reports_bills_and_the_days_and_are_caught_up_c12(customers: dict[str, Tenant]) -> None:
    """A owes since the 3rd: yellow from the 4th, 100 - 10 = 90. B is used no more: 70. C's only figure is old on the 16th."""
    assert told(customers) == {
        "A": (100, "green"),
        "B": (100, "green"),
        "C": (50, "yellow"),
        "D": (100, "green"),
        "E": (None, ""),
    }
    assert score_health(today=D(2026, 12, 1)) == 0
    owe(customers["A"], D(2026, 12, 3))
    assert score_health(today=D(2026, 12, 3)) == 1
    say(customers["B"], D(2026, 12, 8), usage=0)
    say(customers["B"], D(2026, 11, 1), usage=7)  # late: the newer one stands
    assert score_health(today=TODAY) == 2
    assert {name: told(customers)[name] for name in "AB"} == {"A": (90, "green"), "B": (70, "yellow")}
    moves = HealthMove.objects.filter(on=TODAY).order_by("score_before", "score")
    assert [(move.score_before, move.score) for move in moves] == [(100, 70), (100, 90)]
    score_health(today=D(2026, 12, 16))
    assert told(customers)["C"] == (None, "")
    Tenant.objects.filter(pk=customers["D"].pk).update(is_test=True, clock_on=D(2027, 1, 16))
    score_health(today=D(2026, 12, 16))
    assert HealthStand.objects.get(tenant=customers["D"]).on == D(2027, 1, 16)


def test_figures_are_kept_for_400_days_of_the_customers_own_c12(customers: dict[str, Tenant]) -> None:
    """D's test clock stands on 20 December 2026, whatever the year outside."""
    Tenant.objects.filter(pk=customers["D"].pk).update(is_test=True, clock_on=D(2026, 12, 20))
    score_health(today=D(2028, 1, 20))
    assert set(HealthReport.objects.values_list("tenant", flat=True)) == {customers["D"].pk}


def test_red_calls_staff_within_48_hours_and_yellow_within_a_week_once_c12(customers: dict[str, Tenant]) -> None:
    """C is yellow on the 1st and red on the 4th: one task, then due earlier. Done, it does not come again by itself.

    E is yellow on the 1st, due on the 8th, and red on the 9th: it stays due on the 8th.
    """

    def tasks() -> list[tuple[str, date]]:
        found = StaffTask.objects.filter(kind="health", done_at__isnull=True).order_by("title")
        return [(task.title, task.due_on) for task in found]

    assert tasks() == [("Pelanggan perlu perhatian: Pelanggan C", D(2026, 12, 8))]
    say(customers["C"], D(2026, 12, 4), usage=0, nps=3)
    score_health(today=D(2026, 12, 4))
    score_health(today=D(2026, 12, 5))
    assert tasks() == [("Pelanggan berisiko: Pelanggan C", D(2026, 12, 6))]
    note = StaffTask.objects.get(kind="health").note
    assert note.startswith("Skor 0 (sebelumnya 50): pemakaian merah, NPS merah.")
    StaffTask.objects.update(done_at=NOON)
    say(customers["C"], D(2026, 12, 7), tickets=9)
    score_health(today=D(2026, 12, 7))
    assert tasks() == []
    owe(customers["A"], D(2026, 12, 8))
    say(customers["E"], D(2026, 12, 1), usage=1)
    score_health(today=D(2026, 12, 1))
    say(customers["E"], D(2026, 12, 9), usage=0)
    score_health(today=TODAY)
    assert tasks() == [("Pelanggan berisiko: Pelanggan E", D(2026, 12, 8))]


def test_the_page_tells_colours_parts_and_what_changed_and_gives_files_c12(
    customers: dict[str, Tenant], staff_as: StaffAs
) -> None:
    say(customers["B"], D(2026, 12, 8), usage=0)
    score_health(today=TODAY)
    client = staff_as("read-only")
    page = client.get("/admin/kesehatan/skor/")
    figures = [(figure.label, int(figure.value)) for figure in page.context["figures"]]
    assert [count for _, count in figures] == [0, 2, 2, 1, 1, 0]
    assert [row.stand.tenant.name[-1] for row in page.context["rows"]] == ["C", "B", "A", "D", "E"]
    assert [(row.before and row.before.score) for row in page.context["rows"]] == [None, 100, None, None, None]
    first = D(2026, 12, 1)
    assert [(part.value, part.day, part.colour) for part in page.context["rows"][1].parts] == [
        ("0 dari 7 hari", D(2026, 12, 8), "red"),
        ("90 %", first, "green"),
        ("0 dalam sebulan", first, "green"),
        ("lancar", None, "green"),
        ("10 dari 10", first, "green"),
    ]
    assert "Perlu perhatian" in page.text
    for figure in page.context["figures"]:
        assert client.get(figure.url).context["paged"].paginator.count == int(figure.value), figure.label
    narrowed = {
        "product=klustera": "BAE",
        "province=Jawa Barat": "D",
        "change=worse": "B",
        "product=xclass&colour=red": "",
    }
    for query, names in narrowed.items():
        rows = client.get(f"/admin/kesehatan/skor/?{query}").context["rows"]
        assert "".join(row.stand.tenant.name[-1] for row in rows) == names, query
    lines = b"".join(client.get("/admin/kesehatan/skor/?change=worse&berkas=csv").streaming_content).decode()  # type: ignore[attr-defined]
    assert lines.splitlines()[1].endswith("Pelanggan B,klustera,,70,yellow,100,600000")
    assert client.get("/admin/kesehatan/skor/?berkas=xlsx").status_code == 200
    assert client.get("/admin/kesehatan/skor/?colour=blue").status_code == 422


def test_a_customers_page_has_its_score_with_the_parts_c12(customers: dict[str, Tenant], staff_as: StaffAs) -> None:
    page = staff_as("read-only").get(f"/admin/tenants/tenant/{customers['C'].pk}/")
    stand, parts = page.context["health"]
    assert (stand.score, [part.colour for part in parts]) == (50, ["yellow", "", "", "", ""])
    assert "1 dari 7 hari" in page.text


def test_a_task_has_an_owner_and_notes_until_it_is_done_c12(customers: dict[str, Tenant], staff_as: StaffAs) -> None:
    """Rina of support takes it; who may only read may not, and nobody is given one who may not work it."""
    task, client = StaffTask.objects.get(kind="health"), staff_as("support")
    address, rina = f"/admin/tugas/{task.pk}/", User.objects.get(email="support@example.test")
    reader = staff_as("read-only")
    assert reader.post(f"{address}catatan/", {"note": "x"}).status_code == 403
    assert "catatan/" not in reader.get(address).text
    given = ((rina.pk, "Kepala sekolah baru."), (rina.pk, "Dihubungi Senin."), (10**9, "tidak ada"))
    for minute, (owner, note) in enumerate(given):
        with time_machine.travel(NOON.replace(minute=minute), tick=False):
            client.post(f"{address}catatan/", {"owner": owner, "note": note})
    page = client.get(address)
    assert (page.context["owner"], [item.text for item in page.context["notes"]]) == (
        rina,
        ["Kepala sekolah baru.", "Dihubungi Senin."],
    )
    assert list(page.context["care"].fields["owner"].queryset) == [rina]
    tasks = "/admin/tenants/stafftask/?pemilik="
    assert [client.get(f"{tasks}{whose}").context["cl"].result_count for whose in ("saya", "tidak-ada")] == [1, 0]
    assert client.get("/admin/kesehatan/skor/").context["rows"][0].task.care.owner == rina
    client.post(f"{address}catatan/", {"owner": "", "initial-owner": "", "note": ""})  # opened before she had it
    assert client.get(address).context["owner"] == rina
    assert f'name="initial-owner" value="{rina.pk}"' in client.get(address).text
    client.post(f"{address}catatan/", {"owner": "", "initial-owner": rina.pk, "note": ""})
    assert client.get(f"{tasks}tidak-ada").context["cl"].result_count == 1
    client.post(address, {"outcome": "Pelatihan ulang minggu depan."})
    client.post(f"{address}catatan/", {"owner": rina.pk, "note": "terlambat"})
    task.refresh_from_db()
    assert (task.outcome, task.notes.count(), hasattr(task, "care")) == ("Pelatihan ulang minggu depan.", 2, False)


def test_who_stays_red_after_the_outcome_is_asked_about_again_c12(
    customers: dict[str, Tenant], staff_as: StaffAs
) -> None:
    """C is red on the 10th and finished that day: again on the 12th. Finished then, yellow since the 13th: a week later."""
    client, c = staff_as("support"), customers["C"]
    tasks = StaffTask.objects.filter(kind="health", tenant=c)

    def scored(*days: int) -> list[date]:
        """When what is open is due, after each of these days of December, twice."""
        for day in [*days, *days]:
            score_health(today=D(2026, 12, day))
        return list(tasks.filter(done_at__isnull=True).values_list("due_on", flat=True))

    def finish(day: int) -> None:
        with time_machine.travel(NOON.replace(day=day), tick=False):
            client.post(f"/admin/tugas/{tasks.get(done_at=None).pk}/", {"outcome": "Akan dilatih."})

    say(c, TODAY, usage=0, nps=3)
    assert scored(10) == [D(2026, 12, 8)], "it was yellow since the 1st"
    assert "tetap merah 2 hari" in client.get(f"/admin/tugas/{tasks.get().pk}/").text
    finish(10)
    assert scored(10, 11) == []
    assert scored(12) == [D(2026, 12, 14)]
    assert "Masih merah setelah tugas yang selesai 10/12/2026: Akan dilatih." in tasks.get(done_at=None).note
    finish(12)
    say(c, D(2026, 12, 13), usage=3, nps=8)
    assert scored(13, 18) == []
    assert scored(20) == [D(2026, 12, 27)], "a day that was missed is caught up"
    finish(20)
    say(c, D(2026, 12, 21), usage=7, nps=10)
    assert scored(21, 30) == []
    assert tasks.count() == 3


def test_a_file_of_figures_is_shown_kept_whole_and_refused_by_line_and_column_c12(
    customers: dict[str, Tenant], staff_as: StaffAs
) -> None:
    for name in "AC":
        Domain.objects.create(domain=f"{name.lower()}.{settings.BASE_DOMAIN}", tenant=customers[name])
    client, kept = staff_as("support"), HealthReport.objects.count()
    assert staff_as("read-only").get(IMPORT).status_code == 403

    def sent(*lines: str) -> Any:
        text = "\n".join(("Tenant;Tanggal;Pemakaian;Fitur;NPS", *lines))
        return client.post(IMPORT, {"file": SimpleUploadedFile("angka.csv", text.encode())})

    wrong = sent("a;2026-12-09;8;;", "b;2026-12-09;5;;", "c;09/13/2026;1;;", "a;11/12/2026;1;x;", "a;2026-12-09;3;;")
    assert (wrong.status_code, wrong.context["form"].errors["file"]) == (
        422,
        [
            "Baris 2, kolom “Pemakaian”: Nilainya 0 sampai 7.",
            "Baris 3, kolom “Tenant”: tidak ada tenant dengan alamat ini.",
            "Baris 4, kolom “Tanggal”: tulis tanggal seperti 2026-11-20 atau 20/11/2026.",
            "Baris 5, kolom “Tanggal”: Tanggal ini belum tiba.",
            "Baris 5, kolom “Fitur”: “x” bukan angka.",
            "Baris 6, kolom “Pemakaian”: sudah ada di baris 2.",
        ],
    )
    shown = sent("A;01/12/2026;6;90;", "c;2026-12-09;5;72,5;9")
    assert [count for _, count in shown.context["counts"]] == [3, 1, 1]
    assert HealthReport.objects.count() == kept
    sealed = shown.context["sealed"]
    assert client.post(IMPORT, {"shown": f"{sealed}x"}).status_code == 302
    assert HealthReport.objects.count() == kept
    for _ in range(2):
        client.post(IMPORT, {"shown": sealed})
    assert HealthReport.objects.count() == kept + 3
    row = HealthReport.objects.get(tenant=customers["A"], measure="usage")
    assert (row.value, row.source, row.said_by) == (Decimal(6), "file", "Rina support")
    score_health(today=TODAY)
    assert told(customers)["C"] == (100, "green")
    HealthReport.objects.filter(pk=row.pk).update(versions=[["6", ""]] * MOST_VERSIONS)
    assert sent("a;2026-12-01;5;;").context["form"].errors["file"] == [
        "Nilai hari ini sudah terlalu sering diperbaiki."
    ]
