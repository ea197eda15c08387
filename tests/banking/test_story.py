"""A day of finance: today's file of the bank, what books itself, what is looked at, and what is taken back."""

from datetime import date

import pytest

from billing.errors import LineClosed, PerhapsBooked, StatementRefused, UnderReview
from billing.gateways.models import BankTransfer
from billing.gateways.statements.models import BankLine, BankLineStep, BankStatement, IgnoredAs, StatementForm
from billing.models import Payment
from billing.selectors.bank_ground import verdicts_on
from billing.selectors.bank_statements import read_file, sen_of_payments
from billing.services.banking.lines import Target, assign_line, ignore_line, undo_line
from billing.services.banking.matching import match_all
from billing.services.banking.statements import discard_statement, import_statement, map_columns
from billing.services.banking.transfer_ends import expire_transfers
from billing.services.banking.transfers import approve_transfer
from billing.services.payments.receiving import Received, record_payment
from tenants.context import inside
from tenants.models import Event, Tenant, User
from tests.banking.conftest import (
    BCA,
    NOBODY,
    TODAY,
    Entry,
    PassDays,
    announce,
    csv_of,
    draft,
    only_line,
    owing,
    take_in,
)
from tests.conftest import told
from tests.payments.conftest import Till, account, document_ids, moment, on_day
from tests.payments.test_transfers import submit


def assign(line: BankLine, target: Target, staff: User) -> BankLine:
    return assign_line(
        line=line, target=target, reason="Nama pengirim cocok", staff=staff, now=moment(), gateway=NOBODY
    )


def states() -> list[tuple[int, str]]:
    return list(BankLine.objects.order_by("on", "row").values_list("amount", "state"))


def test_todays_file_three_matched_one_suggested_one_unknown_and_again_nothing(
    billed: Tenant, harapan: Tenant, complex_: Tenant, staff: User, pass_days: PassDays
) -> None:
    """SMAN 1 and SMA Harapan transfer what was asked, staff had approved SMA 3's proof; a name, a stranger, a fee."""
    third = owing("sma3", "SMA 3", 60, pass_days)
    fourth = owing("sma4", "SMA Pelita Jaya", 80, pass_days)
    asked = [announce(billed), announce(harapan), announce(third)]
    done = approve_transfer(
        transfer=submit(asked[2]), received=asked[2].asked, staff=staff, today=TODAY, now=moment(), gateway=NOBODY
    )
    raw = csv_of(
        [
            *(Entry(transfer.asked, f"TRSF E-BANKING CR {number}") for number, transfer in enumerate(asked)),
            Entry(400_000, "TRSF E-BANKING CR SMA PELITA JAYA"),
            Entry(123_456, "SETORAN TUNAI"),
            Entry(6_500, "BIAYA ADM", incoming=False),
        ]
    )
    reading = read_file(draft(raw, staff))
    assert reading.counts() == {
        "all": 6, "new": 6, "known": 0, "outgoing": 1, "certain": 3, "suggested": 1, "unknown": 1,
    }  # fmt: skip
    first = take_in(raw, staff)
    assert (first.placed, first.waiting, first.failed) == (3, 2, 0)
    expected = [(asked[0].asked, "booked"), (asked[1].asked, "booked"), (asked[2].asked, "settled")]
    assert states() == [*expected, (400_000, "waiting"), (123_456, "waiting"), (6_500, "ignored")]
    assert [account(one).open for one in (billed, harapan, third, fourth)] == [0, 0, 0, 400_000]
    assert account(third).payments == {f"transfer:{done.pk}": done.asked}
    line = only_line(amount=asked[0].asked)
    assert (line.tenant, line.automatic, account(billed).payments) == (billed, True, {f"bank:{line.pk}": line.amount})
    assert account(billed).credit == asked[0].code
    again = take_in(raw, staff)
    assert (again.placed, again.waiting) == (0, 2)
    assert BankLine.objects.count() == 6
    assert [account(one).open for one in (billed, harapan, third, fourth)] == [0, 0, 0, 400_000]


def test_an_overlapping_file_brings_only_what_is_new(billed: Tenant, staff: User) -> None:
    entries = [Entry(100_000, "SETORAN"), Entry(100_000, "SETORAN"), Entry(200_000, "SETORAN")]
    take_in(csv_of(entries[:2]), staff)
    take_in(csv_of(entries[1:], opening=10_100_000), staff)
    assert [amount for amount, _state in states()] == [100_000, 100_000, 200_000]


def test_the_payment_of_a_line_is_dated_by_the_bank(billed: Tenant, staff: User) -> None:
    transfer = announce(billed)
    on_day(billed, date(2025, 3, 12))
    take_in(csv_of([Entry(transfer.asked, "TRSF", date(2025, 3, 11))]), staff)
    with inside(billed):
        assert Payment.objects.get().received_on == date(2025, 3, 11)
    assert told(billed, "payment.received") == [("2025-03-12", "payment.received")]


def test_a_proof_approved_after_the_line_was_booked_books_nothing_more(billed: Tenant, staff: User) -> None:
    transfer = submit(announce(billed))
    take_in(csv_of([Entry(transfer.asked, "TRSF")]), staff)
    approve_transfer(transfer=transfer, received=transfer.asked, staff=staff, today=TODAY, now=moment(), gateway=NOBODY)
    assert account(billed).received == transfer.asked


def test_the_same_money_twice_is_booked_once_and_looked_at(billed: Tenant, staff: User) -> None:
    """The payer transferred twice: both in one file, so neither is certain; one is given to the transfer, one as credit."""
    transfer = announce(billed)
    take_in(csv_of([Entry(transfer.asked, "TRSF A"), Entry(transfer.asked, "TRSF B")]), staff)
    assert [state for _amount, state in states()] == ["waiting", "waiting"]
    one, other = BankLine.objects.order_by("row")
    assign(one, Target(billed, transfer), staff)
    assert (account(billed).open, account(billed).credit) == (0, transfer.code)
    with pytest.raises(LineClosed):
        assign(other, Target(billed, transfer), staff)
    assert account(billed).received == transfer.asked
    assign(other, Target(billed), staff)
    assert account(billed).credit == transfer.code + transfer.asked


@pytest.mark.parametrize(("amount", "open_", "credit"), [(500_000, 250_000, 0), (1_000_000, 0, 250_000)])
def test_too_little_and_too_much_are_suggested_by_name(
    billed: Tenant, staff: User, amount: int, open_: int, credit: int
) -> None:
    transfer = announce(billed)
    take_in(csv_of([Entry(amount, "TRSF SMAN 1 BEKASI")]), staff)
    line = only_line()
    [verdict] = verdicts_on(BCA.number, [line])
    assert (verdict.certain, verdict.suggestions[0].transfer, line.suggested) == (None, transfer.pk, True)
    assign(line, Target(billed, transfer), staff)
    assert (account(billed).open, account(billed).credit) == (open_, credit)
    assert BankTransfer.objects.get().state == "approved"


def test_money_after_the_code_ran_out_is_a_suggestion(billed: Tenant, staff: User) -> None:
    transfer = announce(billed)
    on_day(billed, date(2025, 3, 26))
    expire_transfers(now=moment())
    take_in(csv_of([Entry(transfer.asked, "TRSF SMAN 1 BEKASI", date(2025, 3, 26))]), staff)
    line = only_line()
    [verdict] = verdicts_on(BCA.number, [line])
    assert (line.state, verdict.suggestions[0].reasons[0].code) == ("waiting", "asked_before")
    assign(line, Target(billed, transfer), staff)
    assert (account(billed).open, account(billed).credit) == (0, transfer.code)


def test_money_sent_on_the_last_day_is_booked_although_we_read_of_it_later(billed: Tenant, staff: User) -> None:
    transfer = announce(billed)
    on_day(billed, date(2025, 3, 26))
    expire_transfers(now=moment())
    take_in(csv_of([Entry(transfer.asked, "TRSF", date(2025, 3, 24))]), staff)
    assert (states(), account(billed).open) == ([(transfer.asked, "booked")], 0)


def test_a_sum_before_its_transfer_was_announced_is_not_its_money(billed: Tenant, staff: User) -> None:
    transfer = announce(billed)
    take_in(csv_of([Entry(transfer.asked, "TRSF", date(2025, 3, 8))]), staff)
    assert (states(), account(billed).received) == ([(transfer.asked, "waiting")], 0)


def test_a_line_whose_balance_jumps_is_not_booked_by_itself(billed: Tenant, staff: User) -> None:
    transfer = announce(billed)
    raw = csv_of([Entry(1_000, "A"), Entry(transfer.asked, "TRSF")]).replace(b"1000.00,CR,", b"1000.00,CR,9")
    statement = draft(raw, staff)
    with pytest.raises(StatementRefused) as caught:
        import_statement(statement=statement, with_faults=False, staff=staff, now=moment())
    assert (caught.value.field, BankLine.objects.count()) == ("with_faults", 0)
    take_in(raw, staff, with_faults=True)
    assert dict(states())[transfer.asked] == "waiting"
    statement.refresh_from_db()
    assert [fault["code"] for fault in statement.faults] == ["balance"]


def test_an_assignment_is_taken_back_and_given_to_the_right_tenant(
    billed: Tenant, harapan: Tenant, staff: User
) -> None:
    """500.000 of SMA Harapan put on SMAN 1 by mistake; undone, SMAN 1 owes 750.000 again and SMA Harapan nothing."""
    take_in(csv_of([Entry(500_000, "SETORAN TUNAI")]), staff)
    line = assign(only_line(), Target(billed), staff)
    assert account(billed).open == 250_000
    for _ in range(2):
        line = undo_line(line=line, reason="Salah tenant", staff=staff, now=moment())
    assert (account(billed).open, account(billed).received, line.state) == (750_000, 0, "waiting")
    [event] = Event.objects.filter(tenant=billed, name="payment.reversed")
    assert (event.cause, event.data["balance"]) == ("Salah tenant", 750_000)
    assign(line, Target(harapan), staff)
    assert (account(harapan).open, account(billed).open) == (0, 750_000)
    acts = list(BankLineStep.objects.values_list("act", "tenant__name"))
    assert acts == [("booked", billed.name), ("undone", billed.name), ("booked", harapan.name)]


def test_an_undone_line_is_not_booked_by_itself_again(billed: Tenant, staff: User) -> None:
    transfer = announce(billed)
    raw = csv_of([Entry(transfer.asked, "TRSF")])
    take_in(raw, staff)
    undo_line(line=only_line(), reason="Ternyata uang lain", staff=staff, now=moment())
    take_in(raw, staff)
    match_all(now=moment(), gateway=NOBODY)
    assert (only_line().state, account(billed).open, account(billed).credit) == ("waiting", 750_000, 0)
    transfer.refresh_from_db()
    assert transfer.state == "cancelled"
    assign(only_line(), Target(billed), staff)
    assert (account(billed).open, account(billed).credit) == (0, transfer.code)


def test_undoing_a_link_leaves_the_payment(billed: Tenant, staff: User) -> None:
    transfer = announce(billed)
    approve_transfer(transfer=transfer, received=transfer.asked, staff=staff, today=TODAY, now=moment(), gateway=NOBODY)
    take_in(csv_of([Entry(transfer.asked, "TRSF")]), staff)
    undo_line(line=only_line(), reason="Bukan mutasi ini", staff=staff, now=moment())
    match_all(now=moment(), gateway=NOBODY)
    assert (only_line().state, account(billed).received) == ("waiting", transfer.asked)


def test_credit_that_was_used_is_fetched_back(complex_: Tenant, staff: User, pass_days: PassDays) -> None:
    """1.000.000 for March's 600.000; the 400.000 of credit pay part of April. Undone: 1.200.000 are open."""
    pass_days(complex_, date(2026, 1, 31), date(2026, 3, 1))
    day = date(2026, 3, 5)
    on_day(complex_, day)
    take_in(csv_of([Entry(1_000_000, "SETORAN", day)]), staff)
    assign(only_line(), Target(complex_), staff)
    pass_days(complex_, date(2026, 3, 6), date(2026, 4, 1))
    assert (account(complex_).open, account(complex_).credit) == (200_000, 0)
    on_day(complex_, date(2026, 4, 1))
    undo_line(line=only_line(), reason="Salah tenant", staff=staff, now=moment())
    assert (account(complex_).open, account(complex_).credit, account(complex_).received) == (1_200_000, 0, 0)
    pass_days(complex_, date(2026, 4, 2), date(2026, 4, 14))
    assert (complex_.status, complex_.balance) == ("past_due", 1_200_000)
    pass_days(complex_, date(2026, 4, 15), date(2026, 4, 15))
    assert complex_.status == "suspended"


def test_money_booked_by_hand_is_not_booked_again_by_its_line(billed: Tenant, staff: User) -> None:
    record_payment(tenant=billed, received=Received(750_000, "transfer", "transfer:slip-1", TODAY))
    take_in(csv_of([Entry(750_000, "TRSF SMAN 1 BEKASI", date(2025, 3, 9))]), staff)
    with pytest.raises(PerhapsBooked) as caught:
        assign(only_line(), Target(billed), staff)
    with inside(billed):
        payment = Payment.objects.get()
    assert caught.value.data["payment"] == str(payment.pk)
    assign(only_line(), Target(billed, payment=payment.pk), staff)
    assert (only_line().state, account(billed).received) == ("settled", 750_000)


def test_two_payments_of_the_same_amount_are_both_booked_when_staff_say_so(billed: Tenant, staff: User) -> None:
    record_payment(tenant=billed, received=Received(750_000, "transfer", "transfer:slip-1", TODAY))
    take_in(csv_of([Entry(750_000, "TRSF SMAN 1 BEKASI")]), staff)
    assign(only_line(), Target(billed, anyway=True), staff)
    assert account(billed).received == 1_500_000


def test_the_open_transfer_of_a_tenant_decides_with_its_line(billed: Tenant, staff: User) -> None:
    transfer = submit(announce(billed))
    take_in(csv_of([Entry(500_000, "SETORAN")]), staff)
    [document] = document_ids(billed)
    with pytest.raises(UnderReview):
        assign(only_line(), Target(billed, documents=[document]), staff)
    assign(only_line(), Target(billed), staff)
    transfer.refresh_from_db()
    assert (transfer.state, transfer.received, account(billed).open) == ("approved", 500_000, 250_000)


def test_interest_and_money_out_are_no_payments(billed: Tenant, staff: User) -> None:
    raw = csv_of([Entry(12_345, "BUNGA"), Entry(6_500, "BIAYA ADM", incoming=False)]).replace(b"12345.00", b"0.67")
    take_in(raw, staff, with_faults=True)
    interest, fee = only_line(incoming=True), only_line(incoming=False)
    with pytest.raises(LineClosed):
        assign(interest, Target(billed), staff)
    for _ in range(2):
        ignore_line(line=interest, kind=IgnoredAs.INTEREST, reason="Bunga Maret", staff=staff, now=moment())
    with pytest.raises(LineClosed):
        undo_line(line=fee, reason="Coba-coba", staff=staff, now=moment())
    with pytest.raises(LineClosed):
        assign(fee, Target(billed), staff)
    undo_line(line=interest, reason="Keliru tandai", staff=staff, now=moment())
    assert (only_line(incoming=True).state, only_line(incoming=False).ignored_as) == ("waiting", "outgoing")


def test_sen_of_a_payment_stay_with_its_line_and_are_summed_as_rounding(billed: Tenant, staff: User) -> None:
    """750.000,50: the invoice is paid, and 0,50 is in no journal. By itself no such line is booked."""
    asked = announce(billed).asked
    take_in(csv_of([Entry(asked, "SETORAN")]).replace(b",%d.00" % asked, b",%d.50" % asked), staff, with_faults=True)
    line = only_line()
    assert (line.state, sen_of_payments(line.statement)) == ("waiting", 0)
    line = assign(line, Target(billed), staff)
    assert (line.state, line.amount, line.sen, sen_of_payments(line.statement)) == ("booked", asked, 50, 50)
    assert (account(billed).open, account(billed).received) == (0, asked)


def test_what_could_not_be_booked_while_the_gateway_was_away_is_tried_again(
    till: Till, billed: Tenant, staff: User
) -> None:
    transfer, _checkout = announce(billed), till.open(billed)
    done = take_in(csv_of([Entry(transfer.asked, "TRSF")]), staff)
    assert (done.placed, done.failed) == (0, 1)
    assert only_line().problem
    match_all(now=moment(), gateway=till.sandbox.client)
    assert (only_line().state, only_line().problem, account(billed).open) == ("booked", "", 0)


def test_columns_are_named_once_for_an_account(billed: Tenant, staff: User) -> None:
    raw = b"Waktu;Ket;Masuk\n10/03/2025;SETORAN;100.000\n"
    columns = {
        "headings": ["Waktu", "Ket", "Masuk"],
        "places": {"date": [0], "description": [1], "credit": [2]},
        "order": "dmy",
        "decimal": "",
    }
    statement = draft(raw, staff, "mapped")
    with pytest.raises(StatementRefused):
        import_statement(statement=statement, with_faults=False, staff=staff, now=moment())
    wrong = columns | {"places": {"date": [0], "description": [1]}}
    with pytest.raises(StatementRefused) as caught:
        map_columns(statement=statement, columns=wrong, staff=staff, now=moment())
    assert caught.value.field == "amount"
    map_columns(statement=statement, columns=columns, staff=staff, now=moment())
    import_statement(statement=statement, with_faults=False, staff=staff, now=moment())
    later = draft(raw.replace(b"100.000", b"200.000"), staff, "mapped")
    assert len(read_file(later).new) == 1
    assert StatementForm.objects.get().columns == columns


def test_a_draft_is_thrown_away_with_its_file(
    staff: User, media: object, django_capture_on_commit_callbacks: object
) -> None:
    statement = draft(csv_of([Entry(1_000, "A")]), staff)
    assert draft(csv_of([Entry(1_000, "A")]), staff).pk == statement.pk
    assert callable(django_capture_on_commit_callbacks)
    with django_capture_on_commit_callbacks(execute=True):
        discard_statement(statement=statement)
    assert (BankStatement.objects.count(), list(media.rglob("*.csv"))) == (0, [])  # type: ignore[attr-defined]


@pytest.mark.parametrize("raw", [b"", b"x" * (5 * 1024 * 1024 + 1)])
def test_a_file_of_no_size_or_too_much_is_refused(staff: User, raw: bytes) -> None:
    with pytest.raises(StatementRefused) as caught:
        draft(raw, staff)
    assert caught.value.field == "file"


def test_a_file_of_another_account_is_refused(staff: User) -> None:
    statement = draft(b"No. rekening : 9999999999\n" + csv_of([Entry(1_000, "A")]), staff)
    with pytest.raises(StatementRefused):
        import_statement(statement=statement, with_faults=True, staff=staff, now=moment())
