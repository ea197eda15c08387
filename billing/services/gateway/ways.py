"""A method for our own pay page: whether an amount fits it, what it costs the payer, and what the page shows."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from billing.errors import MethodRefused
from billing.gateways.charges import OWN_METHODS, Instructions, OwnMethod
from billing.gateways.methods import limits_on, methods_for, passed_on
from plans.rules.money import format_rupiah


@dataclass(frozen=True, slots=True)
class Way:
    """How an amount is to be paid: `code` of OWN_METHODS ("" is the gateway's own page), the `fee` the payer pays on top

    in rupiah, and how many minutes it can be paid for.
    """

    code: str
    fee: int
    minutes: int


def chosen_way(code: str, amount: int, now: datetime) -> Way:
    """The method for an amount in rupiah; MethodRefused for one that is not offered or that the amount does not fit.

    750.000 by `bca_va` where its fee is passed on: 4.000 on top, a day to pay. 10.000.001 by QRIS is refused.
    """
    if not code:
        return Way("", 0, settings.CHECKOUT_MINUTES)
    if code not in OWN_METHODS:
        raise MethodRefused(_("Cara bayar ini tidak tersedia."), field="method", code="unknown_method")
    way = _way(OWN_METHODS[code], amount, now.date())
    if code not in methods_for(amount + way.fee, now.date()):
        raise MethodRefused(_misfit(code, now.date()), field="method")
    return way


def own_ways(amount: int, now: datetime) -> list[tuple[OwnMethod, Way]]:
    """The methods that an amount fits, in the order the payer sees them; none for nothing."""
    ways = [(method, _way(method, amount, now.date())) for method in OWN_METHODS.values()]
    return [
        (method, way) for method, way in ways if amount and method.code in methods_for(amount + way.fee, now.date())
    ]


def _way(method: OwnMethod, amount: int, on: date) -> Way:
    fee = passed_on(method.code, amount, frozenset(settings.GATEWAY_FEES_PASSED_ON), on)
    return Way(method.code, fee, min(method.minutes, settings.CHECKOUT_MINUTES))


def _misfit(code: str, on: date) -> str:
    limit = limits_on(on).get(code)
    if limit is None or limit.maximum is None:
        least = format_rupiah(limit.minimum) if limit else ""
        return _("Cara bayar ini untuk paling sedikit %(least)s. Pilih cara lain.") % {"least": least}
    return _("Cara bayar ini untuk paling banyak %(most)s. Pilih cara lain.") % {"most": format_rupiah(limit.maximum)}


def as_json(instructions: Instructions) -> dict[str, Any]:
    """What the page needs, as it is kept with the attempt."""
    shown = {"number": instructions.number, "biller": instructions.biller, "qr": instructions.qr}
    return {"shown": instructions.shown.value} | {key: text for key, text in shown.items() if text}
