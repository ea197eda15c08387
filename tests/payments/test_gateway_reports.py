"""The gateway's settlement report beside our books: fees posted once, what differs in the queue, the books agree."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.files.base import ContentFile

from billing.errors import DifferenceClosed, ReportRefused
from billing.gateways.models import Checkout, Notice
from billing.gateways.statements.models import GatewayDifference, GatewayFee, GatewayReport, GatewayReportRow
from billing.models import Entry
from billing.selectors.gateway_reports import _days_to_compare
from billing.selectors.payouts import nets_between
from billing.services.books.checking import check_books, rebuild_books
from billing.services.payments.differences import close_difference, reopen_difference
from billing.services.payments.suspense import resolve_notice
from billing.services.settlements.fees import book_fees
from billing.services.settlements.named_payments import name_payment, place_money
from billing.services.settlements.reports import find_unsettled, import_report
from billing.tasks import work_off_gateway_reports
from tenants.context import inside
from tenants.errors import DomainError
from tenants.models import Tenant, User
from tests.payments.conftest import Till, moment
from tests.watching import behind

HEAD = "Order ID,Transaction ID,Type,Settlement time,Amount,Fee,VAT\n"


def line(checkout: Checkout, amount: int, fee: int = 4_000, tax: int = 440, *, kind: str = "", late: int = 1) -> str:
    on = datetime.now(UTC).date() + timedelta(days=late)
    return f"{checkout.order_id},{checkout.transaction_id},{kind},{on},{amount},{fee},{tax}\n"


def take_in(staff: User, *lines: str, name: str = "maret.csv", with_faults: bool = False) -> GatewayReport:
    file = ContentFile((HEAD + "".join(lines)).encode(), name)
    return import_report(file=file, columns={}, with_faults=with_faults, staff=staff, now=moment())


def fee_entries(tenant: Tenant) -> list[tuple[str, str, int]]:
    with inside(tenant):
        found = Entry.objects.filter(fact="gateway_fee").order_by("on", "created_at")
        return list(found.values_list("debit", "credit", "amount"))


def differences() -> set[tuple[str, str, int, int]]:
    return set(GatewayDifference.objects.values_list("state", "kind", "ours", "theirs"))


def paid(till: Till, *tenants: Tenant) -> Checkout:
    checkout = till.open(*tenants)
    till.press(checkout, "pay")
    till.deliver(2)
    checkout.refresh_from_db()
    # As if by virtual account, whose price is known by head.
    Checkout.objects.filter(pk=checkout.pk).update(payment_type="bank_transfer")
    return checkout


def test_what_the_gateway_kept_is_posted_once_corrected_by_reversal_and_shared_by_tenants(
    till: Till, billed: Tenant, billed_complex: Tenant, staff: User
) -> None:
    """1.350.000 for two tenants, 4.440 kept: 2.467 of 750.000 and 1.973 of 600.000. Corrected to 5.550: 3.083 and 2.467."""
    checkout = paid(till, billed, billed_complex)
    first = take_in(staff, line(checkout, 1_350_000))
    assert take_in(staff, line(checkout, 1_350_000)) == first
    assert (book_fees(now=moment()), book_fees(now=moment()), differences()) == (1, 0, set())
    again = take_in(staff, line(checkout, 1_350_000), line(checkout, 1_350_000, 5_000, 550, late=2))
    for _time in range(2):
        work_off_gateway_reports()
    assert (again.row_count, again.new_count, GatewayReportRow.objects.count()) == (2, 1, 2)
    assert differences() == {("open", "fee", 4_440, 5_550)}
    take_in(staff, line(checkout, 1_350_000, 9_000, 0, late=0), name="lama.csv")  # of before: not the last word
    work_off_gateway_reports()
    for tenant, was, share in ((billed, 2_467, 3_083), (billed_complex, 1_973, 2_467)):
        assert fee_entries(tenant) == [
            ("gateway_fees", "cash:midtrans", was), ("cash:midtrans", "gateway_fees", was),
            ("gateway_fees", "cash:midtrans", share),
        ]  # fmt: skip
        assert check_books(tenant=tenant, now=moment()) == ()
        with inside(tenant), behind(Entry) as entries:
            entries.filter(fact="gateway_fee").delete()
        assert check_books(tenant=tenant, now=moment()) != ()
        assert rebuild_books(tenant=tenant, now=moment()) == 3
        assert check_books(tenant=tenant, now=moment()) == ()
    take_in(staff, line(checkout, 1_350_000, late=3), name="april.csv")  # back to what the price list says
    work_off_gateway_reports()
    take_in(
        staff, line(checkout, 1_350_000, late=5), name="mei.csv"
    )  # the same once more is the last word, though it changes nothing
    work_off_gateway_reports()
    take_in(staff, line(checkout, 1_350_000, 9_000, 0, late=4), name="tertinggal.csv")
    work_off_gateway_reports()
    assert ("closed", "fee", 4_440, 5_550) in differences()
    assert list(GatewayFee.objects.filter(tenant=billed).order_by("position").values_list("amount", flat=True)) == [
        2_467, -2_467, 3_083, -3_083, 2_467,
    ]  # fmt: skip
    assert check_books(tenant=billed, now=moment()) == ()


def test_the_fee_of_money_booked_out_of_suspense_is_posted_where_staff_booked_it(
    till: Till, billed: Tenant, billed_complex: Tenant, staff: User
) -> None:
    """An order nobody knows, and a second payment of the school's order that staff give to the complex: 4.440 of each."""
    checkout = paid(till, billed)
    stray = Checkout(order_id="LAIN-1", transaction_id="tx-lain")
    second = Checkout(order_id=checkout.order_id, transaction_id="tx-dua")
    take_in(staff, line(checkout, 750_000), line(stray, 99_000), line(second, 600_000))
    assert differences() == {("open", "missing", 0, 99_000), ("open", "missing", 0, 600_000)}
    assert book_fees(now=moment()) == 1
    for found, tenant, amount in ((stray, billed, 99_000), (second, billed_complex, 600_000)):
        notice = Notice.objects.create(
            body="{}", order_id=found.order_id, dedupe_key=found.transaction_id, state="suspense",
            transaction_id=found.transaction_id, amount=amount,
        )  # fmt: skip
        for_whom = {"tenant": tenant, "documents": [], "note": "Dibayar komite", "staff": staff}
        resolve_notice(notice=notice, now=moment(), **for_whom)  # type: ignore[arg-type]
    assert (book_fees(now=moment()), book_fees(now=moment())) == (2, 0)
    assert fee_entries(billed) == [("gateway_fees", "cash:midtrans", 4_440)] * 2
    assert fee_entries(billed_complex) == [("gateway_fees", "cash:midtrans", 4_440)]
    assert {state for state, _kind, _ours, _theirs in differences()} == {"closed"}
    for tenant in (billed, billed_complex):
        assert check_books(tenant=tenant, now=moment()) == ()


def test_the_fee_of_a_second_payment_in_suspense_waits_for_its_own_books(
    till: Till, billed: Tenant, billed_complex: Tenant, staff: User
) -> None:
    """It settles before the first, whose fee is 4.440: its 3.000 are not the first one's, and are posted once it is booked."""
    checkout = paid(till, billed)
    second = Checkout(order_id=checkout.order_id, transaction_id="tx-dua")
    notice = Notice.objects.create(
        body="{}", order_id=second.order_id, dedupe_key="tx-dua", state="suspense", transaction_id="tx-dua",
        amount=600_000, checkout=checkout,
    )  # fmt: skip
    take_in(staff, line(second, 600_000, 3_000, 0))
    assert book_fees(now=moment()) == 0
    take_in(staff, line(checkout, 750_000, late=2), name="april.csv")
    assert book_fees(now=moment()) == 1
    resolve_notice(notice=notice, tenant=billed_complex, documents=[], note="Dibayar komite", staff=staff, now=moment())
    assert (book_fees(now=moment()), fee_entries(billed), fee_entries(billed_complex)) == (
        1, [("gateway_fees", "cash:midtrans", 4_440)], [("gateway_fees", "cash:midtrans", 3_000)],
    )  # fmt: skip


def second_payment(checkout: Checkout, amount: int, transaction: str = "tx-dua") -> Notice:
    """Money for the same order again, which the gateway confirms and nobody has placed."""
    return Notice.objects.create(
        body="{}", order_id=checkout.order_id, dedupe_key=transaction, state="suspense", transaction_id=transaction,
        amount=amount, checkout=checkout,
    )  # fmt: skip


def test_of_an_order_paid_twice_each_fee_of_a_report_without_transactions_goes_to_its_own_payment(
    till: Till, billed: Tenant, billed_complex: Tenant, staff: User
) -> None:
    """750.000 of the school, and 600.000 that staff give to the complex: 4.440 and 3.000, known by their amounts. The report
    knows of 500.000 before we do: staff are asked, until the money is there.
    """
    checkout = paid(till, billed)
    notice = second_payment(checkout, 600_000)
    resolve_notice(notice=notice, tenant=billed_complex, documents=[], note="Dibayar komite", staff=staff, now=moment())
    unnamed = Checkout(order_id=checkout.order_id)
    take_in(staff, line(unnamed, 600_000, 3_000, 0), line(unnamed, 750_000))
    assert (book_fees(now=moment()), book_fees(now=moment())) == (2, 0)
    assert (fee_entries(billed), fee_entries(billed_complex)) == (
        [("gateway_fees", "cash:midtrans", 4_440)], [("gateway_fees", "cash:midtrans", 3_000)],
    )  # fmt: skip
    assert {kind for _state, kind, _ours, _theirs in differences()} <= {"fee"}  # 3.000 is not by the price list
    [day] = set(GatewayReportRow.objects.values_list("settled_on", flat=True))
    assert nets_between(day, day) == {day: 750_000 - 4_440 + 600_000 - 3_000}
    take_in(staff, line(unnamed, 500_000, 2_000, 0), name="april.csv")
    asked = GatewayDifference.objects.filter(kind="which")
    assert (book_fees(now=moment()), asked.get().state) == (0, "open")
    notice = second_payment(checkout, 500_000, "tx-tiga")
    resolve_notice(notice=notice, tenant=billed_complex, documents=[], note="Dibayar komite", staff=staff, now=moment())
    assert (book_fees(now=moment()), asked.get().state) == (1, "closed")


def test_a_fee_that_may_be_of_two_payments_is_posted_once_staff_say_of_which(
    till: Till, billed: Tenant, billed_complex: Tenant, staff: User
) -> None:
    """750.000 twice, of the school and of the complex, 4.440 and 3.000 kept, and no transaction named: nothing is guessed. What
    is posted stays where it is.
    """
    checkout = paid(till, billed)
    notice = second_payment(checkout, 750_000)
    resolve_notice(notice=notice, tenant=billed_complex, documents=[], note="Dibayar komite", staff=staff, now=moment())
    unnamed = Checkout(order_id=checkout.order_id)
    take_in(staff, line(unnamed, 750_000, 3_000, 0), line(unnamed, 750_000))
    for _twice in range(2):
        assert book_fees(now=moment()) == 0
    assert (fee_entries(billed), fee_entries(billed_complex)) == ([], [])
    asked = GatewayDifference.objects.filter(kind="which", state="open").order_by("row__fee")
    assert [(one.ours, one.theirs) for one in asked] == [(0, 3_000), (0, 4_440)]
    first, second = asked
    with pytest.raises(DifferenceClosed):
        name_payment(difference=first, transaction="tx-lain", reason="Menurut dasbor gateway", now=moment())
    for difference, transaction in ((first, "tx-dua"), (second, checkout.transaction_id)):
        name_payment(difference=difference, transaction=transaction, reason="Menurut dasbor gateway", now=moment())
    assert (fee_entries(billed), fee_entries(billed_complex)) == (
        [("gateway_fees", "cash:midtrans", 4_440)], [("gateway_fees", "cash:midtrans", 3_000)],
    )  # fmt: skip
    assert (book_fees(now=moment()), {one.state for one in asked.all()}) == (0, set())
    with pytest.raises(DifferenceClosed):
        name_payment(difference=first, transaction=checkout.transaction_id, reason="Kedua kali", now=moment())
    reopen_difference(difference=second, reason="Salah pilih", now=moment())
    with pytest.raises(DifferenceClosed) as refused:  # its fee would be in the books of both
        name_payment(difference=second, transaction="tx-dua", reason="Yang lain", now=moment())
    assert refused.value.code == "fee_booked"
    name_payment(difference=second, transaction=checkout.transaction_id, reason="Benar juga", now=moment())
    assert [amount for _debit, _credit, amount in fee_entries(billed_complex)] == [3_000]
    for tenant in (billed, billed_complex):
        assert check_books(tenant=tenant, now=moment()) == ()


def test_the_fee_of_money_placed_before_notices_kept_whose_it_is_finds_its_books(
    till: Till, billed: Tenant, billed_complex: Tenant, staff: User
) -> None:
    """99.000 and 88.000 of orders nobody knows, booked to the school. The first is found by its event; of the second, whose
    event says something else, staff name the school, and not the complex.
    """
    for key, amount in (("tx-a", 99_000), ("tx-b", 88_000)):
        notice = Notice.objects.create(
            body="{}", order_id=key, dedupe_key=key, state="suspense", transaction_id=key, amount=amount
        )
        for_whom = {"tenant": billed, "documents": [], "note": f"Dibayar komite {key}", "staff": staff}
        resolve_notice(notice=notice, now=moment(), **for_whom)  # type: ignore[arg-type]
    Notice.objects.update(tenant=None)
    Notice.objects.filter(transaction_id="tx-b").update(resolution="Dibayar kepala sekolah")
    rows = [Checkout(order_id=key, transaction_id=key) for key in ("tx-a", "tx-b")]
    take_in(staff, line(rows[0], 99_000), line(rows[1], 88_000))
    assert (book_fees(now=moment()), book_fees(now=moment())) == (1, 0)
    assert fee_entries(billed) == [("gateway_fees", "cash:midtrans", 4_440)]
    assert differences() == {("closed", "missing", 0, 99_000), ("open", "missing", 0, 88_000)}
    given = {"difference": GatewayDifference.objects.get(state="open"), "reason": "Menurut buku kas", "now": moment()}
    with pytest.raises(DifferenceClosed) as refused:
        place_money(tenant=billed_complex, **given)  # type: ignore[arg-type]
    assert refused.value.field == "tenant"
    place_money(tenant=billed, **given)  # type: ignore[arg-type]
    assert (fee_entries(billed), fee_entries(billed_complex)) == ([("gateway_fees", "cash:midtrans", 4_440)] * 2, [])
    assert {state for state, _kind, _ours, _theirs in differences()} == {"closed"}
    assert (book_fees(now=moment()), check_books(tenant=billed, now=moment())) == (0, ())


def test_what_differs_waits_in_the_queue_and_is_closed_with_a_reason(till: Till, billed: Tenant, staff: User) -> None:
    checkout = till.open(billed)
    stranger = Checkout(order_id="LAIN-1", transaction_id="tx-lain")
    take_in(staff, line(checkout, 750_000), line(stranger, 99_000), line(stranger, 10_000, 0, 0, kind="refund"))
    assert differences() == {
        ("open", "missing", 0, 750_000), ("open", "missing", 0, 99_000), ("open", "back", 0, 10_000),
    }  # fmt: skip
    assert book_fees(now=moment()) == 0
    till.press(checkout, "pay")
    till.deliver(2)
    assert book_fees(now=moment()) == 1  # once the money is ours, so is what the gateway kept of it
    assert fee_entries(billed) == [("gateway_fees", "cash:midtrans", 4_440)]
    assert ("closed", "missing", 0, 750_000) in differences()
    waiting = GatewayDifference.objects.get(theirs=99_000)
    with pytest.raises(DomainError):
        close_difference(difference=waiting, reason=" ", now=moment())
    close_difference(difference=waiting, reason="Milik toko lain, sudah ditanyakan", now=moment())
    with pytest.raises(DifferenceClosed):
        close_difference(difference=waiting, reason="Kedua kali", now=moment())
    reopen_difference(difference=waiting, reason="Ternyata milik kita", now=moment())
    assert [(step.act, step.reason) for step in waiting.steps.all()] == [
        ("found", ""), ("closed", "Milik toko lain, sudah ditanyakan"), ("reopened", "Ternyata milik kita"),
    ]  # fmt: skip


def test_a_payment_that_is_in_no_report_a_week_on_is_missed_until_one_has_it(
    till: Till, billed: Tenant, staff: User
) -> None:
    checkout = paid(till, billed)
    stranger = Checkout(order_id="LAIN-1", transaction_id="tx-lain")
    take_in(staff, line(stranger, 1_000, late=-1), line(stranger, 2_000, late=6))
    assert find_unsettled(now=moment()) == 0
    take_in(staff, line(stranger, 3_000, late=8), name="april.csv")
    assert find_unsettled(now=moment() + timedelta(days=31)) == 0, "its days were compared when their reports came"
    assert (find_unsettled(now=moment()), find_unsettled(now=moment())) == (1, 0)
    assert ("open", "surplus", 750_000, 0) in differences()
    take_in(staff, line(checkout, 740_000, late=9), name="mei.csv")
    assert {("closed", "surplus", 750_000, 0), ("open", "amount", 750_000, 740_000)} <= differences()


def test_days_are_compared_once_though_a_report_between_never_came_or_an_older_one_comes_late(db: None) -> None:
    def told(first: date, last: date, imported: datetime) -> None:
        GatewayReport.objects.create(sha256=str(first), first_on=first, last_on=last, imported_at=imported)

    now = datetime(2026, 4, 2, tzinfo=UTC)
    assert _days_to_compare(now) is None
    told(date(2026, 1, 1), date(2026, 1, 31), datetime(2026, 2, 1, tzinfo=UTC))
    assert _days_to_compare(now) is None, "its days were compared in February"
    assert _days_to_compare(datetime(2026, 2, 2, tzinfo=UTC)) == (date(2026, 1, 1), date(2026, 1, 25))
    told(date(2026, 3, 1), date(2026, 3, 31), datetime(2026, 4, 1, tzinfo=UTC))
    assert _days_to_compare(now) == (date(2026, 1, 24), date(2026, 3, 25))
    told(date(2025, 12, 1), date(2025, 12, 31), datetime(2026, 4, 1, tzinfo=UTC))
    assert _days_to_compare(now) == (date(2025, 12, 1), date(2026, 3, 25))


def test_a_file_that_cannot_be_read_names_the_field_and_nothing_of_it_is_kept(db: None, staff: User) -> None:
    broken = "A-1,tx,,2025-03-06,x,0,0\n"
    for lines, field in (((broken,), "with_faults"), ((), "file")):
        with pytest.raises(ReportRefused) as caught:
            take_in(staff, *lines)
        assert caught.value.field == field
    headless = ContentFile(b"a;b\n1;2\n", "x.csv")
    with pytest.raises(ReportRefused) as caught:
        import_report(file=headless, columns={}, with_faults=True, staff=staff, now=moment())
    assert (caught.value.field, GatewayReport.objects.count()) == ("order", 0)
    report = take_in(staff, broken, "A-2,tx-2,,2025-03-06,1000,0,0\n", with_faults=True)
    assert (report.new_count, [fault["row"] for fault in report.faults], report.last_on) == (1, [2], date(2025, 3, 6))
