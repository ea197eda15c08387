"""The gateway's payouts on the bank's statement: matched with the days of its report, missed, undone."""

from datetime import date

import pytest
from django.core.files.base import ContentFile

from billing.errors import LineClosed, PayoutUnknown
from billing.gateways.statements.models import BankLine, GatewayDifference, GatewayPayout
from billing.selectors.payouts import nets_between, payouts_for
from billing.services.banking.lines import undo_line
from billing.services.banking.payouts import confirm_payout, watch_payouts
from billing.services.settlements.reports import import_report
from tenants.models import User
from tests.banking.conftest import Entry, csv_of, only_line, take_in
from tests.payments.conftest import moment

D = date
WHY = "Penerusan dana Midtrans"


def report(staff: User, *rows: str) -> None:
    text = "Order ID,Type,Settlement time,Amount,Fee,VAT\n" + "\n".join(rows)
    import_report(file=ContentFile(text.encode(), "m.csv"), columns={}, with_faults=False, staff=staff, now=moment())


def confirm(line: BankLine, first: int, last: int, staff: User) -> BankLine:
    days = {"first": D(2025, 3, first), "last": D(2025, 3, last)}
    return confirm_payout(line=line, **days, reason=WHY, staff=staff, now=moment())


def payouts() -> set[tuple[str, str, int, int]]:
    found = GatewayDifference.objects.filter(kind="payout")
    return set(found.values_list("state", "order_id", "ours", "theirs"))


def test_a_payout_is_suggested_confirmed_and_missed_by_the_days_of_the_report(db: None, staff: User) -> None:
    """745.560 of Thursday and 595.560 of Friday come on Monday; Monday's 45.560 come as 45.000; Saturday's never."""
    report(
        staff, "A-1,,2025-03-06,750000,4000,440", "A-2,,2025-03-07,600000,4000,440",
        "A-3,,2025-03-10,100000,4000,440", "A-4,refund,2025-03-10,50000,0,0",
    )  # fmt: skip
    weekend, short = Entry(1_341_120, "MIDTRANS", D(2025, 3, 10)), Entry(45_000, "MIDTRANS", D(2025, 3, 11))
    assert take_in(csv_of([weekend, short]), staff).waiting == 2
    line, other = only_line(amount=1_341_120), only_line(amount=45_000)
    assert (line.suggested, other.suggested) == (True, False)
    assert payouts_for([line, other])[line.pk].days == (D(2025, 3, 6), D(2025, 3, 7))
    for _time in range(2):
        done = confirm(line, 6, 7, staff)
        assert (done.state, done.ignored_as or line.ignored_as, done.tenant) == ("ignored", "payout", None)
        line.refresh_from_db()
    with pytest.raises(LineClosed):
        confirm(line, 10, 10, staff)
    with pytest.raises(PayoutUnknown) as caught:
        confirm(other, 6, 7, staff)
    assert (caught.value.field, payouts()) == ("first", set())
    confirm(other, 8, 10, staff)
    short_of = ("open", "payout 2025-03-10", 45_560, 45_000)
    assert payouts() == {short_of}
    report(staff, "A-5,,2025-03-08,1000000,4000,440", "A-6,,2025-03-09,1000,0,0")  # the bank's file ends on the 11th
    assert (watch_payouts(now=moment()), watch_payouts(now=moment())) == (1, 0)
    missing = ("open", "payout 2025-03-08", 995_560, 0)
    assert payouts() == {short_of, missing}
    take_in(csv_of([Entry(996_560, "MIDTRANS", D(2025, 3, 12))], opening=99_000_000), staff)
    confirm(only_line(amount=996_560), 8, 9, staff)
    assert payouts() == {short_of, ("closed", *missing[1:])}
    report(staff, "A-7,,2025-03-06,10000,0,0")  # of a day that came already
    assert watch_payouts(now=moment()) == 1
    assert ("open", "payout 2025-03-06", 755_560, 745_560) in payouts()
    undo_line(line=other, reason="Salah hari", staff=staff, now=moment())
    watch_payouts(now=moment())
    assert ("closed", *short_of[1:]) in payouts()
    assert GatewayPayout.objects.filter(day=D(2025, 3, 10)).count() == 0


def test_a_payment_whose_fee_a_later_report_corrects_is_paid_out_once(db: None, staff: User) -> None:
    """745.560 of 6 March; on the 7th its fee is 5.550 after all: beside 595.560 the 7th brings 1.110 less."""
    report(staff, "A-1,,2025-03-06,750000,4000,440")
    report(staff, "A-1,,2025-03-07,750000,5000,550", "A-2,,2025-03-07,600000,4000,440")
    assert nets_between(D(2025, 3, 6), D(2025, 3, 7)) == {D(2025, 3, 6): 745_560, D(2025, 3, 7): 594_450}
    assert nets_between(D(2025, 3, 7), D(2025, 3, 7)) == {D(2025, 3, 7): 594_450}
    report(staff, "A-2,,2025-03-07,600000,4000,0")  # the same day said anew
    assert nets_between(D(2025, 3, 7), D(2025, 3, 7)) == {D(2025, 3, 7): 594_890}


def test_a_payout_that_was_matched_by_mistake_is_missed_again(db: None, staff: User) -> None:
    """The 6th is missed, matched with a line, taken back: it waits among the differences as before, until it is matched."""
    report(staff, "A-0,,2025-03-05,100000,0,0", "A-1,,2025-03-06,750000,4000,440")
    first, other = Entry(100_000, "MIDTRANS", D(2025, 3, 6)), Entry(745_000, "SETORAN", D(2025, 3, 12))
    take_in(csv_of([first, other]), staff)
    confirm(only_line(amount=100_000), 5, 5, staff)
    missing = ("payout 2025-03-06", 745_560, 0)
    assert (watch_payouts(now=moment()), payouts()) == (1, {("open", *missing)})
    wrong = confirm(only_line(amount=745_000), 6, 6, staff)
    short_of = ("payout 2025-03-06", 745_560, 745_000)
    assert payouts() == {("closed", *missing), ("open", *short_of)}
    undo_line(line=wrong, reason="Bukan dari gateway", staff=staff, now=moment())
    watch_payouts(now=moment())
    assert payouts() == {("open", *missing), ("closed", *short_of)}
    confirm(only_line(amount=745_000), 6, 6, staff)
    assert ("closed", *missing) in payouts()
