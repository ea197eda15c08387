"""Money: claimed, come in, owed and expected."""

from collections.abc import Callable

from django.utils.translation import gettext_lazy as _

from backoffice.boards.figure import Figure, Read
from backoffice.boards.units import Unit, Value
from backoffice.figures.behind import moves, page
from reports.rules.cash import CLAIMED, RECEIVED, CashKind, Paid, Sums

MOVES = "operator_cash_moves"


def _money(of: Callable[[Sums], Value]) -> Read:
    return lambda on: [of(on.money[1]), of(on.money[0])]


def _paid(of: Callable[[Paid], Value]) -> Read:
    return lambda on: [None if found is None else of(found) for found in reversed(on.paid)]


CASH: dict[str, Figure] = {
    "claimed": Figure(
        _("Ditagih"),
        _("tagihan dikurangi yang ditarik kembali"),
        Unit.RUPIAH,
        _money(lambda sums: sums.claimed),
        moves(MOVES, *CLAIMED),
    ),
    "collected": Figure(
        _("Diterima"),
        _("pembayaran yang dibukukan"),
        Unit.RUPIAH,
        _money(lambda sums: sums.collected),
        moves(MOVES, *RECEIVED),
    ),
    "refunded": Figure(
        _("Dikembalikan"),
        _("kepada pembayar"),
        Unit.RUPIAH,
        _money(lambda sums: -sums.refunded),
        moves(MOVES, CashKind.REFUNDED),
    ),
    "days_to_pay": Figure(
        _("Lama sampai lunas"),
        _("median sejak terbit, dari yang lunas dalam periode"),
        Unit.DAYS,
        _paid(lambda found: found.habit.days),
        page("operator_bills_paid"),
    ),
    "overdue": Figure(
        _("Lewat jatuh tempo"),
        _("hari ini"),
        Unit.RUPIAH,
        lambda on: [on.ageing.overdue],
        page("operator_ageing"),
    ),
    "deferred": Figure(
        _("Diterima di muka"),
        _("menurut pemeriksaan terakhir"),
        Unit.RUPIAH,
        lambda on: [on.deferred],
        page("operator_books"),
    ),
    "expected": Figure(
        _("Kas diharapkan"),
        _("dalam 90 hari ke depan"),
        Unit.RUPIAH,
        lambda on: [on.outlook.total],
        page("operator_cash", "#op-ahead"),
    ),
}
