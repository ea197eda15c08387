"""Customers of all four products and everything that can happen to their money: what the reports say at each month's end is
what the journals of all of them say together, to the rupiah.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, date, datetime
from decimal import Decimal

from django.db import connection
from django.db.models import Sum

from billing.gateways.models import Checkout, RefundWay
from billing.gateways.statements.models import Dispute, GatewayReport, GatewayReportRow
from billing.models import Document, Entry
from billing.rules.gateway_references import gateway_reference
from billing.rules.ledger import Account
from billing.selectors.books import deferred_by_month
from billing.selectors.operator_books import operator_books
from billing.services.books.checking import check_books
from billing.services.charges.purchases import Purchase, buy_item
from billing.services.charges.usage import Usage, report_usage
from billing.services.corrections.credit_notes import issue_credit_note, write_off
from billing.services.disputes.decisions import lose_dispute
from billing.services.payments.receiving import Received, record_payment
from billing.services.payments.reversing import reverse_payment
from billing.services.refunds.requests import Wanted
from billing.services.refunds.taken import record_taken
from billing.services.settlements.fees import book_fees
from billing.services.steering import OneOff, issue_one_off_invoice, void_invoice
from plans.rules.catalogue import Text
from reports.models import ClaimPart
from reports.rules.economics import BESIDE, BOOKED, GATEWAY, LOSS, Stream
from reports.selectors.cash import cash_in, deferred_now
from reports.selectors.economics import economics_of
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


def in_books(sums: Counter[str]) -> tuple[int, dict[str, int]]:
    """What stands of the claims, and the money of each channel, by what was posted."""
    claimed = sums["=issue"] - sums["=void"] - sums["=credit_note"] - sums["=write_off"]
    return claimed, {name[5:]: amount for name, amount in sums.items() if name.startswith("cash:")}


def reported(end: date) -> tuple[int, dict[str, int]]:
    """The same by the page Kas: what came in and stayed with the fees on top, less what the gateway kept."""
    found = cash_in(Scope(SINCE, end))
    money = {name: sums.net + sums.fees - found.kept.get(name, 0) for name, sums in found.channels.items() if name}
    return found.total.claimed, money


def in_streams(end: date) -> dict[str, int]:
    """What was claimed without tax up to a day, by what it bills, as far as it stands; what was lost is below zero."""
    rows = ClaimPart.objects.filter(on__lte=end).order_by().values_list("kind")
    return {kind: total for kind, total in rows.annotate(total=Sum("amount")) if total}


def check_streams(sums: Counter[str], end: date) -> None:
    """All parts are what the journals call earned, yet to be earned or lost; the page has each of them but what recurs."""
    parts, told = in_streams(end), economics_of(Scope(SINCE, end)).whole.told
    accounts = (Account.REVENUE, Account.DEFERRED, Account.LATE_FEES, Account.WRITE_OFFS)
    assert sum(parts.values()) == -sum(sums[account] for account in accounts)
    assert parts[Stream.LATE_FEE] == -sums[Account.LATE_FEES]
    assert parts.get(LOSS, 0) == -sums[Account.WRITE_OFFS] == -told.costs.get(LOSS, 0)
    shown = {code: amount for code, amount in told.streams.items() if code in BESIDE}
    assert shown == {kind: amount for kind, amount in parts.items() if kind not in ("recurring", LOSS)}
    assert told.streams[Stream.FEES] - told.costs[GATEWAY] == -sums[Account.GATEWAY_FEES]
    assert told.costs.keys() <= BOOKED.keys()


def test_figures_of_many_customers_are_their_journals_at_each_months_end(staff: User) -> None:
    """A school (750.000 a year), a complex (600.000 a month), a cooperative (999.000 a month, 5.000.000 once, 1 % of its
    turnover), classes.
    """
    school = make_tenant("sman1", "SMAN 1", "xclass", 150, D(2025, 12, 5))
    complex_ = make_tenant("griya", "Griya", "klustera", 200, SINCE)
    coop = make_tenant("koperasi", "Koperasi", "koperasi", 1, D(2026, 1, 5), plan="growth")
    classes = make_tenant("kelas", "SMP Tunas", "naikkelas", 40, D(2026, 1, 2), plan="school")
    tenants = (school, complex_, coop, classes)
    january, february, march = ENDS
    live_to(D(2026, 1, 10), *tenants)
    lessons = newest(classes).number
    buy_item(tenant=classes, purchase=Purchase("course-robotics", Decimal(1), "k"), today=D(2026, 1, 10))
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
    report_usage(
        tenant=coop,
        usage=Usage("marketplace-turnover", Decimal(10_000_000), D(2026, 2, 20), "test", "u"),
        today=D(2026, 2, 20),
    )
    close_month(february, *tenants)

    live_to(D(2026, 3, 4), *tenants)
    lost = Dispute.objects.create(
        checkout=attempt, transaction_id=attempt.transaction_id, gateway_state="partial_chargeback", amount=250_000,
        opened_at=noon(D(2026, 3, 3)),
    )  # fmt: skip
    lose_dispute(dispute=lost, amount=250_000, note=WHY, staff=staff, now=noon(D(2026, 3, 4)))
    void_invoice(tenant=complex_, number=newest(complex_).number, reason=WHY, reissue_it=False, today=D(2026, 3, 4))
    pay(classes, D(2026, 3, 10), 1_000_000)
    issue_credit_note(tenant=classes, number=lessons, reason=WHY, today=D(2026, 3, 11), amount=500_000)
    live_to(D(2026, 3, 12), coop)
    write_off(tenant=coop, number=newest(coop).number, reason=WHY, today=D(2026, 3, 12))
    training = OneOff(Text(id="Pelatihan", en="Training"), 2, 150_000)
    issue_one_off_invoice(tenant=school, one_off=training, reason=WHY, today=D(2026, 3, 12))
    close_month(march, *tenants)

    assert checked("--check").endswith("4 tenants, 0 with other facts than stored\n")
    books = {end: posted(tenants, end) for end in ENDS}
    for end, sums in books.items():
        assert reported(end) == in_books(sums)
        check_streams(sums, end)
    # 750.000 + 2.400.000 + 619.355 for 31 December and January, 21.936 fee on what of it was late, a course of 350.000. 338
    # days of the school's year and 29 of 59 of the classes' period are to come.
    assert in_books(books[january]) == (4_141_291, {"midtrans": 749_560, "transfer": 400_000})
    assert books[january][Account.DEFERRED] == -(694_521 + 1_179_661)
    # 600.000 + 10.000 fee on what was refunded, 5.999.000 − 99.000.
    assert in_books(books[february])[0] == 4_141_291 + 610_000 + 5_900_000
    # 600.000 void, 10.000 fee, 1.099.000 of which 99.000 were credit and the rest is given up, 2.400.000 − 500.000; two
    # trainings of 150.000.
    assert in_books(books[march]) == (
        10_651_291 + 10_000 + 99_000 + 1_900_000 + 300_000,
        {"midtrans": 499_560, "transfer": 8_140_291},
    )
    # 82.514 of the 99.000 were taken back of the 5.000.000. Of the 1.000.000 that was given up 999.000 of the month to come
    # were never earned; the turnover's 100.000 were, and were paid by the credit up to the last 1.000.
    beside = {kind: amount for kind, amount in in_streams(march).items() if kind != "recurring"}
    assert beside == {
        "once": 5_000_000 - 82_514,
        "usage": 100_000,
        "item": 350_000,
        "one_off": 300_000,
        "late_fee": 21_936 + 20_000,
        "loss": -1_000,
    }
