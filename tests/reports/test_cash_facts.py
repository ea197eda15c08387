"""Facts of money follow the events of real services, and agree with the tenant's ledger to the rupiah."""

from collections import Counter
from datetime import UTC, date, datetime

from billing.gateways.models import RefundWay
from billing.models import Document, Entry, Payment
from billing.selectors.books import figures
from billing.services.corrections.credit_notes import issue_credit_note, write_off
from billing.services.payments.receiving import Received, record_payment
from billing.services.payments.reversing import reverse_payment
from billing.services.refunds.requests import Account, Wanted
from billing.services.refunds.taken import record_taken
from billing.services.steering import void_invoice
from reports.models import Bill, CashMove, ClaimPart, Payer
from reports.rules.cash import CashKind
from reports.selectors.cash import cash_in, deferred_now, outlook, paid_in
from reports.selectors.revenue import Scope
from reports.services.following import follow_events
from tenants.context import inside
from tenants.models import Event, Tenant, User
from tests.billing.lives import live_through, pay
from tests.reports.test_revenue_facts import checked
from tests.watching import behind

D = date
YEAR = Scope(D(2026, 1, 1), D(2026, 12, 31))


def by_gateway(tenant: Tenant, on: date, amount: int, method: str, fee: int = 0) -> Payment:
    received = Received(amount, "midtrans", f"midtrans:{on}:{tenant.schema_name}", on, method=method, fee=fee)
    return record_payment(tenant=tenant, received=received)


def newest(tenant: Tenant) -> str:
    """The number of the latest invoice."""
    with inside(tenant):
        return Document.objects.filter(kind="invoice").latest("issued_on").number


def live_through_everything(complex_: Tenant, staff: User) -> None:
    """March paid three days late with its fee; April booked twice, credited, paid, charged back, given up; May void."""
    live_through(complex_, D(2026, 1, 31), D(2026, 3, 18))
    pay(complex_, D(2026, 3, 18))
    follow_events()
    live_through(complex_, D(2026, 3, 19), D(2026, 4, 5))
    wrong = by_gateway(complex_, D(2026, 4, 5), 600_000, "bank_transfer", 4_000)
    reason = "Salah tenant"
    reverse_payment(tenant=complex_, payment_id=wrong.pk, reason=reason, today=D(2026, 4, 6))
    follow_events()
    issue_credit_note(tenant=complex_, number=newest(complex_), reason=reason, today=D(2026, 4, 7), amount=100_000)
    right = by_gateway(complex_, D(2026, 4, 8), 500_000, "qris")
    follow_events()
    taken = Wanted(right.pk, 200_000, RefundWay.TAKEN, Account())
    at = datetime(2026, 4, 10, 3, tzinfo=UTC)
    record_taken(tenant=complex_, wanted=taken, reason="Chargeback", staff=staff, now=at)
    write_off(tenant=complex_, number=newest(complex_), reason="Tidak tertagih", today=D(2026, 4, 12))
    live_through(complex_, D(2026, 4, 13), D(2026, 5, 1))
    void_invoice(tenant=complex_, number=newest(complex_), reason=reason, reissue_it=False, today=D(2026, 5, 2))


def test_all_money_of_a_complex_agrees_with_its_ledger_k3_k8(complex_: Tenant, staff: User) -> None:
    """600.000 a month from March 2026 on, due on the 15th, fee 60.000; see `live_through_everything`."""
    live_through_everything(complex_, staff)
    assert checked("--check").endswith("0 with other facts than stored\n")
    rows = CashMove.objects.order_by("on", "event_id").values_list("on", "kind", "amount", "fee", "method")
    assert [(str(on)[5:], kind, amount, fee, method) for on, kind, amount, fee, method in rows] == [
        ("03-01", "invoiced", 600_000, 0, ""),
        ("03-16", "invoiced", 60_000, 0, ""),
        ("03-18", "collected", 660_000, 0, ""),
        ("04-01", "invoiced", 600_000, 0, ""),
        ("04-05", "collected", 600_000, 4_000, "bank_transfer"),
        ("04-06", "reversed", -600_000, -4_000, "bank_transfer"),
        ("04-07", "credited", -100_000, 0, ""),
        ("04-08", "collected", 500_000, 0, "qris"),
        ("04-10", "refunded", -200_000, 0, "qris"),
        ("04-12", "written_off", -200_000, 0, ""),
        ("05-01", "invoiced", 600_000, 0, ""),
        ("05-02", "voided", -600_000, 0, ""),
    ]
    bills = Bill.objects.order_by("issued_on").values_list("kind", "total", "left", "paid_on", "days", "late")
    assert list(bills) == [
        ("invoice", 600_000, 0, D(2026, 3, 18), 17, 3),
        ("late_fee", 60_000, 0, D(2026, 3, 18), 2, 2),
        ("invoice", 600_000, 0, None, None, None),
        ("invoice", 600_000, 0, None, None, None),
    ]
    assert_ledger(complex_)
    found = cash_in(YEAR)
    assert (found.total.claimed, found.total.net, found.total.fees) == (960_000, 960_000, 0)
    assert {month.month: (sums.claimed, sums.net) for month, sums in found.months.items()} == {
        3: (660_000, 660_000),
        4: (300_000, 300_000),
        5: (0, 0),
    }
    whole, products = paid_in(YEAR)
    assert whole is not None
    assert (whole.count, whole.habit.days, products["klustera"].habit.late) == (1, 17, 3)
    assert Payer.objects.get().late is None, "one paid invoice is no habit"


def assert_ledger(tenant: Tenant) -> None:
    """Each kind of fact sums to what the journal has of it, and bills to what is owed."""
    tenant.refresh_from_db()
    facts = Counter[str]()
    for kind, amount, fee in CashMove.objects.filter(tenant=tenant).values_list("kind", "amount", "fee"):
        facts[kind] += amount
        facts["money"] += amount + fee if kind in {"collected", "reversed", "refunded"} else 0
    with inside(tenant):
        books, posted = figures(), Counter[str]()
        for fact, amount in Entry.objects.values_list("fact", "amount"):
            posted[fact] += amount
    assert facts[CashKind.INVOICED] == posted["issue"]
    assert -facts[CashKind.VOIDED] == posted["void"]
    assert -facts[CashKind.CREDITED] == posted["credit_note"]
    assert -facts[CashKind.WRITTEN_OFF] == posted["write_off"]
    assert facts["money"] == sum(amount for name, amount in books.balances.items() if name.startswith("cash:"))
    left = Bill.objects.filter(tenant=tenant, left__gt=0).values_list("left", flat=True)
    assert sum(left) == books.outstanding == tenant.balance


def test_a_life_older_than_these_facts_is_followed_from_its_first_event_or_taken_from_the_tenant(
    school: Tenant,
) -> None:
    """Once by the mark that the upgrade sets, once by the command where the events do not know enough: of before they said
    what a bill is without tax, its parts come from the tenant's own lines."""
    live_through(school, D(2025, 2, 2), D(2025, 3, 14))
    pay(school, D(2025, 3, 10))
    follow_events()
    drawn = list(CashMove.objects.order_by("id").values())
    for table in (CashMove, Bill, Payer):
        table.objects.all().delete()
    Tenant.objects.update(facts_changed=True)
    follow_events()
    assert list(CashMove.objects.order_by("id").values()) == drawn
    CashMove.objects.filter(kind="collected").delete()
    Bill.objects.update(left=1)
    parts = list(ClaimPart.objects.order_by("id").values())
    assert [(str(part["on"]), part["kind"], part["amount"]) for part in parts] == [("2025-03-01", "recurring", 750_000)]
    issued = Event.objects.get(name="invoice.issued")
    issued.data.pop("net")
    with behind(Event) as events:
        events.filter(pk=issued.pk).update(data=issued.data)
    ClaimPart.objects.all().delete()
    found = checked()
    assert "sums lack CashDay on=2025-03-10" in found, "the payment that was deleted, and stood in the sums"
    assert "expected CashMove" in found
    assert "expected ClaimPart" in found
    assert list(ClaimPart.objects.order_by("id").values()) == parts
    assert list(CashMove.objects.order_by("id").values()) == drawn
    assert Bill.objects.get().left == 0
    checked("--check")


def test_the_next_ninety_days_are_open_bills_by_habit_and_the_agendas_bills(complex_: Tenant) -> None:
    """Three months paid on the 20th, five days late, 19 after issue: June's 600.000 come on 20 June, July's on the 20th, …"""
    for month in (3, 4, 5):
        live_through(complex_, D(2026, month, 1), D(2026, month, 15))
        pay(complex_, D(2026, month, 20))
    live_through(complex_, D(2026, 6, 1), D(2026, 6, 2))
    follow_events()
    assert Payer.objects.values_list("days", "late", "months", "period_to").get() == (19, 5, 1, D(2026, 7, 1))
    ahead = outlook(D(2026, 6, 2), YEAR)
    shown = {str(week.first): (week.owed, week.coming) for week in ahead.weeks if week.total}
    assert shown == {
        "2026-06-16": (600_000, 0),
        "2026-07-14": (0, 600_000),
        "2026-08-18": (0, 600_000),
    }
    assert outlook(D(2026, 6, 21), YEAR).missed == 600_000
    assert outlook(D(2026, 6, 2), Scope(YEAR.first, YEAR.last, {"product": "xclass"})).total == 0
    assert deferred_now(YEAR) is None, "the books were never checked"
