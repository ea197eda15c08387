"""Customers of all four products and everything that can happen to their money: what the reports say at each month's end is
what the journals of all of them say together, to the rupiah.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, date, datetime

from django.db import connection

from billing.gateways.models import Checkout, RefundWay
from billing.gateways.statements.models import Dispute, GatewayReport, GatewayReportRow
from billing.models import Document, Entry
from billing.rules.gateway_references import gateway_reference
from billing.rules.ledger import Account
from billing.selectors.books import deferred_by_month
from billing.selectors.operator_books import operator_books
from billing.services.books import check_books
from billing.services.credit_notes import issue_credit_note, write_off
from billing.services.dispute_decisions import lose_dispute
from billing.services.gateway_fees import book_fees
from billing.services.payments import Received, record_payment
from billing.services.refunds import Wanted
from billing.services.reversing import reverse_payment
from billing.services.steering import void_invoice
from billing.services.taken_refunds import record_taken
from reports.selectors.cash import cash_in, deferred_now
from reports.selectors.revenue import Scope
from reports.services.following import follow_events
from tenants.context import inside
from tenants.models import Tenant, User
from tests.billing.lives import agenda, owes, pay
from tests.conftest import make_tenant
from tests.reports.test_revenue_facts import checked
from trials.services.daily import live_day

D = date
WHY = "Salah tagih"
ENDS = (D(2026, 1, 31), D(2026, 2, 28), D(2026, 3, 31))
SINCE = D(2025, 12, 1)


def noon(on: date) -> datetime:
    return datetime(on.year, on.month, on.day, 5, tzinfo=UTC)


def live_to(last: date, *tenants: Tenant) -> None:
    """The daily jobs of each day up to `last` that a tenant's agenda names."""
    for tenant in tenants:
        while days := [on for on in agenda(tenant) if on is not None and on < last]:
            live_day(tenant, min(days))
        live_day(tenant, last)
        tenant.refresh_from_db()


def newest(tenant: Tenant) -> Document:
    with inside(tenant):
        return Document.objects.filter(kind="invoice").latest("issued_on", "number")


def by_gateway(tenant: Tenant, on: date, kept: int) -> Checkout:
    """All that is open, by virtual account with 4.000 on top, of which the gateway keeps an amount."""
    owed, name = owes(tenant), f"tx-{tenant.schema_name}"
    attempt = Checkout.objects.create(
        order_id=name,
        transaction_id=name,
        amount=owed + 4_000,
        fee=4_000,
        state="paid",
        expires_at=noon(on),
        paid_at=noon(on),
    )
    attempt.items.create(tenant=tenant, document_id=newest(tenant).pk, number="-", amount=owed, live=False)
    reference = gateway_reference(name, tenant.schema_name)
    record_payment(tenant=tenant, received=Received(owed, "midtrans", reference, on, "bank_transfer", fee=4_000))
    report = GatewayReport.objects.create(file_name="r.csv", sha256=name.rjust(64), imported_at=noon(on))
    GatewayReportRow.objects.create(
        report=report, fingerprint=name.rjust(64), row=1, order_id=name, transaction_id=name, kind="payment",
        amount=owed + 4_000, fee=kept, tax=0, settled_on=on, checkout=attempt,
    )  # fmt: skip
    book_fees(now=noon(on))
    return attempt


def close_month(end: date, *tenants: Tenant) -> None:
    """Live up to a month's last day, check all books, and hold what the pages call deferred against every journal."""
    # Left to the end, foreign keys are looked up through every version that a row had in this one transaction.
    connection.check_constraints()
    live_to(end, *tenants)
    for tenant in tenants:
        assert check_books(tenant=tenant, now=noon(end)) == ()
    follow_events()
    booked = -posted(tenants, end)[Account.DEFERRED]
    months = Counter[str]()
    for tenant in tenants:
        with inside(tenant):
            months.update(deferred_by_month())
    assert deferred_now(Scope(SINCE, end)) == booked == months.total() == sum(operator_books().deferred.values())
    assert operator_books().agrees


def posted(tenants: Iterable[Tenant], end: date) -> Counter[str]:
    """What all journals have posted up to a day: the balance of each account, and rupiah of each fact ("=issue")."""
    found = Counter[str]()
    for tenant in tenants:
        with inside(tenant):
            rows = list(Entry.objects.filter(on__lte=end).values_list("fact", "debit", "credit", "amount"))
        for fact, debit, credit, amount in rows:
            found[debit] += amount
            found[credit] -= amount
            found[f"={fact}"] += amount
    return found


def in_books(tenants: Iterable[Tenant], end: date) -> tuple[int, dict[str, int]]:
    """What stands of the claims, and the money of each channel, by the journals up to a day."""
    sums = posted(tenants, end)
    claimed = sums["=issue"] - sums["=void"] - sums["=credit_note"] - sums["=write_off"]
    return claimed, {name[5:]: amount for name, amount in sums.items() if name.startswith("cash:")}


def reported(end: date) -> tuple[int, dict[str, int]]:
    """The same by the page Kas: what came in and stayed with the fees on top, less what the gateway kept."""
    found = cash_in(Scope(SINCE, end))
    money = {name: sums.net + sums.fees - found.kept.get(name, 0) for name, sums in found.channels.items() if name}
    return found.total.claimed, money


def test_figures_of_many_customers_are_their_journals_at_each_months_end(staff: User) -> None:
    """A school (750.000 a year), a complex (600.000 a month), a cooperative (499.000 a month and 5.000.000 once), classes."""
    school = make_tenant("sman1", "SMAN 1", "xclass", 150, D(2025, 12, 5))
    complex_ = make_tenant("griya", "Griya", "klustera", 200, SINCE)
    coop = make_tenant("koperasi", "Koperasi", "koperasi", 1, D(2026, 1, 5), plan="starter")
    classes = make_tenant("kelas", "SMP Tunas", "naikkelas", 40, D(2026, 1, 2), plan="school")
    tenants = (school, complex_, coop, classes)
    january, february, march = ENDS
    live_to(D(2026, 1, 10), *tenants)
    attempt = by_gateway(school, D(2026, 1, 10), 4_440)
    pay(complex_, D(2026, 1, 12), 400_000)
    close_month(january, *tenants)

    live_to(D(2026, 2, 9), *tenants)
    pay(coop, D(2026, 2, 9))
    issue_credit_note(tenant=coop, number=newest(coop).number, reason=WHY, today=D(2026, 2, 10), amount=99_000)
    wrong = pay(complex_, D(2026, 2, 11), 300_000)
    reverse_payment(tenant=complex_, payment_id=wrong.pk, reason=WHY, today=D(2026, 2, 12))
    right = pay(complex_, D(2026, 2, 13))
    taken = Wanted(right.pk, 100_000, RefundWay.TAKEN)
    record_taken(tenant=complex_, wanted=taken, reason=WHY, staff=staff, now=noon(D(2026, 2, 14)))
    close_month(february, *tenants)

    live_to(D(2026, 3, 4), *tenants)
    lost = Dispute.objects.create(
        checkout=attempt, transaction_id=attempt.transaction_id, gateway_state="partial_chargeback", amount=250_000,
        opened_at=noon(D(2026, 3, 3)),
    )  # fmt: skip
    lose_dispute(dispute=lost, amount=250_000, note=WHY, staff=staff, now=noon(D(2026, 3, 4)))
    void_invoice(tenant=complex_, number=newest(complex_).number, reason=WHY, reissue_it=False, today=D(2026, 3, 4))
    pay(classes, D(2026, 3, 10), 1_000_000)
    issue_credit_note(tenant=classes, number=newest(classes).number, reason=WHY, today=D(2026, 3, 11), amount=500_000)
    live_to(D(2026, 3, 12), coop)
    write_off(tenant=coop, number=newest(coop).number, reason=WHY, today=D(2026, 3, 12))
    close_month(march, *tenants)

    assert checked("--check").endswith("4 tenants, 0 with other facts than stored\n")
    for end in ENDS:
        assert reported(end) == in_books(tenants, end)
    # 750.000 + 2.400.000 + 619.355 for 31 December and January, 21.936 fee on what of it was late; 338 days of the school's
    # year and 29 of 59 of the classes' period are to come.
    assert in_books(tenants, january) == (3_791_291, {"midtrans": 749_560, "transfer": 400_000})
    assert posted(tenants, january)[Account.DEFERRED] == -(694_521 + 1_179_661)
    # 600.000 + 10.000 fee on what was refunded, 5.499.000 − 99.000.
    assert in_books(tenants, february)[0] == 3_791_291 + 610_000 + 5_400_000
    # 600.000 void, 10.000 fee, 499.000 of which 99.000 were credit and the rest is given up, 2.400.000 − 500.000.
    assert in_books(tenants, march) == (
        9_801_291 + 10_000 + 99_000 + 1_900_000,
        {"midtrans": 499_560, "transfer": 7_640_291},
    )
