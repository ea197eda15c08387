"""How old receivables are, on any day: each bucket's bounds, and a life read back day by day."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from backoffice.money.receivables import spelled
from billing.models import Document
from billing.services.books.checking import rebuild_books
from billing.services.steering import change_dates, void_invoice
from reports.models import RevenueStand
from reports.rules.ageing import Ageing, Owed, bucket_of
from reports.selectors.receivables import Said, ageing, said_to
from reports.services.following import follow_events
from tenants.context import inside
from tenants.models import Books, Event, ReceivableMove, Tenant, User
from tests.admin.conftest import StaffAs, member_of_staff, staff_as
from tests.billing.lives import live_through, owes, pay
from tests.conftest import make_tenant

D = date
__all__ = ["member_of_staff", "staff_as"]


@pytest.mark.parametrize(
    ("late", "bucket"),
    [
        (-5, "current"),
        (0, "current"),
        (1, "1-30"),
        (30, "1-30"),
        (31, "31-60"),
        (60, "31-60"),
        (61, "61-90"),
        (90, "61-90"),
        (91, "90+"),
    ],
)
def test_an_age_is_counted_from_the_due_day(late: int, bucket: str) -> None:
    assert bucket_of(D(2025, 3, 17), D(2025, 3, 17) + timedelta(days=late)) == bucket


def test_documents_are_summed_by_group_and_the_worst_comes_first() -> None:
    on = D(2025, 5, 1)
    owed = [Owed("b", D(2025, 5, 9), 900), Owed("a", D(2025, 4, 1), 100), Owed("a", D(2025, 1, 1), 50)]
    found = Ageing(on, [*owed, Owed("c", on, 900), Owed("0", on, 900)])
    assert found.groups() == ["a", "0", "b", "c"], "the same amounts by name"
    assert [(row.group, row.total, row.overdue, row.documents) for row in found.rows(["b", "a"])] == [
        ("a", 150, 150, 2),
        ("b", 900, 0, 1),
    ]
    assert [row.group for row in found.rows(found.groups())] == found.groups()
    total = Ageing(on, owed).total()
    assert (total.amounts, total.oldest) == (
        {"current": 900, "1-30": 100, "31-60": 0, "61-90": 0, "90+": 50},
        D(2025, 1, 1),
    )


def amounts(on: date, by: str = "tenant") -> dict[str, int]:
    return {name: amount for name, amount in ageing(on, by).total().amounts.items() if amount}


def test_what_was_owed_can_be_read_back_for_any_day_without_opening_a_schema(school: Tenant) -> None:
    """750.000 issued 1 March, due on the 17th, moved to the 24th; 250.000 on the 20th, the rest on 30 March; then void."""
    live_through(school, D(2025, 3, 1), D(2025, 3, 10))
    with inside(school):
        number = Document.objects.get().number
    change_dates(
        tenant=school,
        number=number,
        due_on=D(2025, 3, 24),
        suspend_on=D(2025, 4, 20),
        reason="libur",
        today=D(2025, 3, 10),
    )
    pay(school, D(2025, 3, 20), 250_000)
    live_through(school, D(2025, 3, 20), D(2025, 3, 30))
    said = said_to([school.pk], D(2025, 3, 30))[school.pk]
    assert said[0].name == "reminder.sent"
    assert said[0].invoice == number
    pay(school, D(2025, 3, 30))
    void_invoice(tenant=school, number=number, reason="salah jumlah", reissue_it=False, today=D(2025, 4, 1))
    for look in (lambda: None, follow_events):
        look()
        assert ageing(D(2025, 2, 28), "tenant").owed == []
        assert amounts(D(2025, 3, 18)) == {"current": 750_000}
        assert amounts(D(2025, 3, 20), "product") == {"current": 500_000}
        assert amounts(D(2025, 3, 25), "issuer") == {"1-30": 500_000}
        assert amounts(D(2025, 3, 30)) == {}
        assert amounts(D(2025, 4, 1)) == {}
    assert not ReceivableMove.objects.filter(closed_on=None).exists(), "all of it is settled"
    moves = set(ReceivableMove.objects.values_list("pk", "amount"))
    rebuild_books(tenant=school, now=timezone.now())
    assert set(ReceivableMove.objects.values_list("pk", "amount")) == moves
    ReceivableMove.objects.all().delete()
    rebuild_books(tenant=school, now=timezone.now())
    assert sum(ReceivableMove.objects.values_list("amount", flat=True)) == owes(school) == 0


def test_the_page_shows_every_tenant_with_its_age_and_only_staff_see_it(
    school: Tenant, staff: User, client_at: object
) -> None:
    live_through(school, D(2025, 3, 1), D(2025, 3, 19))
    make_tenant("kosong", "Sekolah Lunas", "xclass", 60, D(2025, 2, 1))
    assert callable(client_at)
    client: Client = client_at(None, staff)
    text = client.get("/admin/piutang/?per=2025-03-18").content.decode()
    assert "SMAN 1" in text
    assert "Rp 750.000" in text
    assert "Sekolah Lunas" not in text
    assert client.get("/admin/piutang/?per=2025-03-18&by=issuer").status_code == 200
    file = b"".join(client.get("/admin/piutang/?per=2025-03-18&berkas=csv")).decode("utf-8-sig").splitlines()
    assert file[0] == "group,name,documents,oldest_due,current,1-30,31-60,61-90,90+,total"
    assert file[1].startswith(f"{school.pk},SMAN 1,1,2025-03-17,")
    assert "berkas=xlsx" in text
    assert client_at(None).get("/admin/piutang/").status_code == 302
    assert client_at(school, staff).get("/admin/piutang/").status_code == 404


@pytest.mark.parametrize(
    ("name", "channel", "sentence"),
    [
        ("reminder.sent", "email", "18/03 Pengingat dikirim (email) X/1"),
        ("invoice.overdue", "", "18/03 Tagihan X/1 lewat jatuh tempo"),
        ("promise.made", "", "18/03 Janji bayar X/1"),
        ("promise.broken", "", "18/03 Janji bayar X/1 tidak ditepati"),
        ("subscription.suspended", "", "18/03 Akses ditangguhkan"),
    ],
)
def test_a_step_is_told_in_a_whole_sentence(name: str, channel: str, sentence: str) -> None:
    invoice = "" if name == "subscription.suspended" else "X/1"
    assert spelled(Said(D(2025, 3, 18), name, invoice, channel)) == sentence


def test_each_customer_has_its_own_latest_steps_however_much_was_said_to_others(db: None) -> None:
    """P was reminded once, Q on seven days after; what was said of other things, or later, is no step."""
    p, q = owing("p", 100, "xclass"), owing("q", 200, "xclass")
    due, other = {"about": "due", "invoice": "Q/1", "channel": "email"}, {"about": "trial"}
    said = [(p, "reminder.sent", 18, {**due, "invoice": "P/1"}), (p, "invoice.paid", 19, {})]
    said += [(q, "reminder.sent", day, due) for day in range(20, 27)]
    said += [(q, "reminder.sent", 27, other), (q, "promise.made", 28, {}), (q, "promise.broken", 30, {})]
    Event.objects.bulk_create(
        [Event(tenant=tenant, name=name, occurred_on=D(2025, 3, day), data=data) for tenant, name, day, data in said]
    )
    found = said_to([p.pk, q.pk, owing("r", 1, "xclass").pk], D(2025, 3, 29))
    assert found == {
        p.pk: [Said(D(2025, 3, 18), "reminder.sent", "P/1", "email")],
        q.pk: [
            Said(D(2025, 3, 28), "promise.made", "", ""),
            *(Said(D(2025, 3, day), "reminder.sent", "Q/1", "email") for day in (26, 25, 24, 23)),
        ],
    }


def owing(name: str, amount: int, product: str, *, is_test: bool = False) -> Tenant:
    """A public row that owes so much since 17 March, and its books, which say so."""
    tenant = Tenant.objects.create(
        schema_name=f"t_{name}", name=name, product_code=product, is_test=is_test, provisioning="ready", balance=amount
    )
    ReceivableMove.objects.create(
        tenant=tenant, document=uuid4(), number=name, kind="invoice", product=product, issuer=f"pt-{product}",
        due_on=D(2025, 3, 17), on=D(2025, 3, 1), amount=amount,
    )  # fmt: skip
    balances, deferred = {"receivable": amount, "deferred": -amount}, {"2025-04": amount}
    Books.objects.create(tenant=tenant, balances=balances, deferred=deferred, agrees=True, checked_at=timezone.now())
    return tenant


def test_products_and_provinces_add_up_to_the_whole(staff_as: StaffAs) -> None:
    """P gave its province, Q gave none, of R nothing is drawn yet; T is a test."""
    made = [owing("p", 100, "xclass"), owing("q", 200, "klustera"), owing("r", 400, "xclass")]
    owing("t", 800, "xclass", is_test=True)
    for tenant, province in zip(made, ("Jawa Barat", ""), strict=False):
        RevenueStand.objects.create(tenant=tenant, product=tenant.product_code, province=province)
    client, on = staff_as("read-only"), "per=2025-03-20"

    def told(query: str) -> list[tuple[str, int]]:
        context = client.get(f"/admin/piutang/?{on}&{query}").context
        assert sum(row.aged.total for row in context["rows"]) == context["total"].aged.total
        return [(row.name, row.aged.overdue) for row in context["rows"]]

    assert told("by=product") == [("XClass", 500), ("Klustera", 200)]
    assert told("by=province") == [("tidak diketahui", 600), ("Jawa Barat", 100)]
    assert told("product=xclass") == [("r", 400), ("p", 100)]
    assert told("product=xclass&province=-") == [("r", 400)]
    assert told("province=-") == [("r", 400), ("q", 200)]
    assert told("province=Jawa+Barat&by=issuer&first=2020-01-01&plan=standard") == [("pt-xclass", 100)]
    assert told("product=xclass&tests=on&by=product") == [("XClass", 1300)]
    file = b"".join(client.get(f"/admin/piutang/?{on}&product=klustera&berkas=csv").streaming_content)  # type: ignore[attr-defined]
    assert file.decode("utf-8-sig").splitlines()[1].endswith(",q,1,2025-03-17,0,200,0,0,0,200")
    assert client.get("/admin/piutang/?per=0026-03-20").status_code == 422
    for query, owed in {"": 700, "product=xclass": 500, "province=-": 600, "province=Jawa+Barat": 100}.items():
        context = client.get(f"/admin/pembukuan/?{query}").context
        assert (context["total"].owed, context["deferred_sum"], context["total"].agrees) == (owed, owed, True), query
        assert f"{query}" in context["link"].replace("%2B", "+")
    lines = b"".join(client.get("/admin/pembukuan/?province=-&berkas=csv").streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    assert lines.splitlines()[-1] == "deferred,2025-04,,600"
