"""The same money seen twice: from a proof and in the bank's file. It is booked once, or staff say that it is other money."""

import pytest

from billing.errors import PerhapsBooked
from billing.gateways.models import BankTransfer
from billing.gateways.statements.models import BankLine
from billing.services.banking.lines import Target, undo_line
from billing.services.banking.transfers import approve_transfer
from billing.services.payments.receiving import Received, record_payment
from billing.services.steering import Seen, record_manual_payment
from tenants.models import Tenant, User
from tests.banking.conftest import NOBODY, TODAY, Entry, announce, csv_of, only_line, take_in
from tests.banking.test_story import assign, states
from tests.payments.conftest import account, moment


def approve(transfer: BankTransfer, staff: User, *, anyway: bool = False) -> BankTransfer:
    return approve_transfer(
        transfer=transfer,
        received=transfer.asked,
        staff=staff,
        today=TODAY,
        now=moment(),
        gateway=NOBODY,
        anyway=anyway,
    )


def received(*tenants: Tenant) -> list[int]:
    return [account(tenant).received for tenant in tenants]


def test_a_line_cut_from_its_payment_is_not_booked_to_somebody_else_unasked(
    billed: Tenant, harapan: Tenant, staff: User
) -> None:
    """750.137 once on the account: approved from SMAN 1's proof, linked, unlinked; SMA Harapan cannot have it, too."""
    transfer = approve(announce(billed), staff)
    announce(harapan)
    take_in(csv_of([Entry(transfer.asked, "TRSF")]), staff)
    line = undo_line(line=only_line(), reason="Bukan mutasi ini", staff=staff, now=moment())
    with pytest.raises(PerhapsBooked):
        assign(line, Target(harapan), staff)
    assert (received(billed, harapan), only_line().state) == ([transfer.asked, 0], "waiting")
    assign(line, Target(billed, transfer), staff)
    assert (received(billed, harapan), only_line().state) == ([transfer.asked, 0], "settled")


def test_a_proof_is_not_approved_unasked_when_its_sum_was_booked_to_somebody_else(
    billed: Tenant, harapan: Tenant, staff: User
) -> None:
    """Two lines of the sum, both given to SMA Harapan; the proof of SMAN 1 names no third one."""
    transfer = announce(billed)
    take_in(csv_of([Entry(transfer.asked, "TRSF A"), Entry(transfer.asked, "TRSF B")]), staff)
    one, other = BankLine.objects.order_by("row")
    assign(one, Target(harapan), staff)
    assign(other, Target(harapan), staff)
    with pytest.raises(PerhapsBooked):
        approve(transfer, staff)
    assert received(billed, harapan) == [0, 2 * transfer.asked]
    undo_line(line=other, reason="Uang SMAN 1", staff=staff, now=moment())
    approve(transfer, staff)
    approve(transfer, staff)
    assert received(billed, harapan) == [transfer.asked, transfer.asked]


def test_other_money_of_the_same_sum_is_booked_when_staff_say_so(billed: Tenant, harapan: Tenant, staff: User) -> None:
    transfer = announce(billed)
    take_in(csv_of([Entry(transfer.asked, "TRSF A"), Entry(transfer.asked, "TRSF B")]), staff)
    one, other = BankLine.objects.order_by("row")
    assign(one, Target(harapan), staff)
    assign(other, Target(harapan), staff)
    approve(transfer, staff, anyway=True)
    third = csv_of([Entry(transfer.asked, "TRSF C")], opening=10_000_000 + 2 * transfer.asked)
    take_in(third, staff)
    assert sorted(states()) == [(transfer.asked, "booked"), (transfer.asked, "booked"), (transfer.asked, "settled")]
    assert received(billed, harapan) == [transfer.asked, 2 * transfer.asked]


def test_of_two_lines_one_is_left_for_the_proof_that_was_approved(billed: Tenant, harapan: Tenant, staff: User) -> None:
    transfer = approve(announce(billed), staff)
    take_in(csv_of([Entry(transfer.asked, "TRSF A"), Entry(transfer.asked, "TRSF B")]), staff)
    one, other = BankLine.objects.order_by("row")
    assign(one, Target(harapan), staff)
    with pytest.raises(PerhapsBooked):
        assign(other, Target(harapan), staff)
    assign(other, Target(billed, transfer), staff)
    assert received(billed, harapan) == [transfer.asked, transfer.asked]


@pytest.mark.parametrize("short", [0, 250_137])
def test_money_recorded_by_hand_is_asked_about_before_a_line_settles_the_open_transfer(
    billed: Tenant, staff: User, short: int
) -> None:
    """Staff recorded the sum without the proof; the line, automatic or not, and then the proof would book it again."""
    transfer = announce(billed)
    amount = transfer.asked - short
    record_payment(tenant=billed, received=Received(amount, "transfer", "transfer:slip-1", TODAY))
    take_in(csv_of([Entry(amount, "TRSF SMAN 1 BEKASI")]), staff)
    assert (only_line().state, received(billed)) == ("waiting", [amount])
    with pytest.raises(PerhapsBooked) as caught:
        assign(only_line(), Target(billed), staff)
    with pytest.raises(PerhapsBooked):
        approve_transfer(transfer=transfer, received=amount, staff=staff, today=TODAY, now=moment(), gateway=NOBODY)
    assign(only_line(), Target(billed, payment=caught.value.data["payment"]), staff)  # type: ignore[arg-type]
    assert (only_line().state, received(billed)) == ("settled", [amount])


def test_a_line_linked_to_the_payment_of_a_proof_is_that_transfer_s_line(
    billed: Tenant, harapan: Tenant, staff: User
) -> None:
    """Linked by its payment, not by its transfer: the transfer has its line all the same, and nobody is asked later."""
    transfer = announce(billed)
    approve(transfer, staff)
    take_in(csv_of([Entry(transfer.asked, "TRSF")]), staff)
    line = undo_line(line=only_line(), reason="Salah tekan", staff=staff, now=moment())
    with pytest.raises(PerhapsBooked) as caught:
        assign(line, Target(billed), staff)
    assign(line, Target(billed, payment=caught.value.data["payment"]), staff)  # type: ignore[arg-type]
    assert only_line().transfer == transfer
    take_in(csv_of([Entry(transfer.asked, "TRSF LAGI")], opening=10_000_000 + transfer.asked), staff)
    assign(only_line(state="waiting"), Target(harapan), staff)
    assert received(billed, harapan) == [transfer.asked, transfer.asked]


def test_a_transfer_that_is_booked_is_not_typed_in_once_more_unasked(billed: Tenant, staff: User) -> None:
    """By a line, then by hand under the bank's number; cash of the same sum, or other money, is no repetition."""
    transfer = announce(billed)
    take_in(csv_of([Entry(transfer.asked, "TRSF")]), staff)

    def seen(channel: str, number: str, *, anyway: bool = False) -> None:
        money = Seen(transfer.asked, TODAY, channel, number, anyway)
        record_manual_payment(tenant=billed, seen=money, reason="Terlihat di mutasi", today=TODAY)

    with pytest.raises(PerhapsBooked) as caught:
        seen("transfer", "FT2503100001")
    assert (caught.value.field, received(billed)) == ("anyway", [transfer.asked])
    seen("transfer", "FT2503100001", anyway=True)
    seen("cash", "KW-1")
    assert received(billed) == [3 * transfer.asked]
