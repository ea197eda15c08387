"""The gateway's payouts on the bank's statement: matched with the days of its report, lest one be taken for a customer's money.

The journal of no tenant moves: `cash:midtrans` says by which way money came, and a payout is money between two accounts of the
operator. What is kept is which days have arrived, and what has not, or is another sum, waits among the differences.
"""

from collections.abc import Mapping
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from billing.errors import LineClosed, PayoutUnknown
from billing.gateways.statements.models import BankLine, GatewayPayout, IgnoredAs
from billing.selectors.payouts import changed_payouts, missing_payouts, open_nets
from billing.services.banking.lines import ignore_line
from billing.services.banking.payout_differences import missed, missing_key, note_payout
from billing.services.payments.differences import close_open
from tenants.models import User


def confirm_payout(*, line: BankLine, first: date, last: date, reason: str, staff: User, now: datetime) -> BankLine:
    """The line is what the gateway sent on of these days, both included. Another sum than the report's is a difference.

    1.341.120 on 7 March for 6 March (745.560) and 7 March (595.560): nothing waits. 1.340.000: a difference of 1.120. The same
    again changes nothing; PayoutUnknown where nothing of these days is still to come; LineClosed if a colleague was faster.
    """
    if not line.incoming:
        raise LineClosed(_("Uang keluar bukan penerusan dana gateway."))
    if _is_done(line, first, last):
        return line
    nets = open_nets(first, last)
    if not nets:
        raise PayoutUnknown(_("Tidak ada hari yang masih ditunggu di antara tanggal ini."), field="first")
    try:
        with transaction.atomic():
            return _match(line, nets, reason, staff, now)
    except IntegrityError as error:
        raise LineClosed(_("Hari itu sudah dicocokkan dengan mutasi lain.")) from error


def _is_done(line: BankLine, first: date, last: date) -> bool:
    days = set(GatewayPayout.objects.filter(line=line).values_list("day", flat=True))
    return bool(days) and min(days) >= first and max(days) <= last


def _match(line: BankLine, nets: Mapping[date, int], reason: str, staff: User, now: datetime) -> BankLine:
    current = ignore_line(line=line, kind=IgnoredAs.PAYOUT, reason=reason, staff=staff, now=now)
    if current.ignored_as != IgnoredAs.PAYOUT or current.payouts.exists():
        state = current.get_state_display()
        raise LineClosed(_("Mutasi ini sudah diputuskan (%(state)s).") % {"state": state})
    GatewayPayout.objects.bulk_create([GatewayPayout(day=day, line=current, net=net) for day, net in nets.items()])
    close_open(missed(nets), "Uangnya sudah masuk ke rekening", now)
    net = sum(nets.values())
    if net != current.amount:
        days = f"{min(nets):%d/%m/%Y}–{max(nets):%d/%m/%Y}"
        note_payout(f"payout:{current.pk}:{current.rounds}", min(nets), net, current.amount, days, now)
    return current


def watch_payouts(*, now: datetime) -> int:
    """Into the queue, once: days whose money has not come, and those of which a later report says another sum. How many new."""
    found = [
        note_payout(missing_key(day), day, net, 0, "Belum ada di mutasi bank", now)
        for day, net in missing_payouts().items()
    ]
    found += [
        note_payout(
            f"payout:{payout.day}:{net}", payout.day, net, payout.net, "Laporan berubah sesudah uangnya masuk", now
        )
        for payout, net in changed_payouts(now)
    ]
    return sum(found)
