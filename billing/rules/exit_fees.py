"""What it costs to leave before a contract ends (C8): a share of what of it is not billed yet, or a fixed sum."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from billing.rules.contracts import ONE_DAY, Running
from billing.rules.drafting import price_within
from billing.rules.schedules import Scheduled
from plans.rules.catalogue import Text
from plans.rules.money import format_rupiah, plain, round_half_up
from plans.rules.periods import Period
from plans.rules.spelling import spell_day

EXIT_FEE = "exit-fee"


@dataclass(frozen=True, slots=True)
class ExitCharge:
    """The fee in rupiah, and the end of the contract that is left early. `percent` of `left` rupiah, which `periods` billing
    periods would still cost; a fixed sum has no percent."""

    amount: int
    contract_end: date
    percent: Decimal | None = None
    left: int = 0
    periods: int = 0

    @property
    def formula(self) -> str:
        """ "50 % × Rp 28.000.000 = Rp 14.000.000"."""
        if self.percent is None:
            return format_rupiah(self.amount)
        return f"{plain(self.percent)} % × {format_rupiah(self.left)} = {format_rupiah(self.amount)}"


def exit_charge(running: Running, quantity: Decimal, locked: Mapping[str, str], on: date) -> ExitCharge | None:
    """What leaving on a day costs; None where the contract ends by then, or states no fee.

    Half of what is left, 3.500.000 a month, a contract to 10 April 2027: on 10 August 2026 eight months are not billed,
    50 % × 28.000.000 = 14.000.000. What was billed beyond the day is no part of it: it is not refunded either.
    """
    fee, end = running.agreement.terms.contract.exit_fee, running.term(max(on - ONE_DAY, running.starts_on)).end
    if fee is None or on >= end:
        return None
    if fee.amount is not None:
        return ExitCharge(fee.amount, end)
    left = _unbilled(running, max(on, running.billed_to), end)
    price = sum(price_within(running.agreement, quantity, period, locked)[0] for period in left)
    percent = fee.percent or Decimal(0)
    amount = round_half_up(Decimal(price) * percent / 100)
    return ExitCharge(amount, end, percent, price, len(left)) if amount else None


def _unbilled(running: Running, first: date, end: date) -> list[Period]:
    found = []
    while first < end:
        period = running.period(first)
        found.append(Period(first, period.end))
        first = period.end
    return found


def as_part(charge: ExitCharge, running: Running, on: date) -> Scheduled:
    """The fee as what is to be billed on the day the agreement ends."""
    ends = {language: spell_day(charge.contract_end, language) for language in ("id", "en")}
    terms = running.agreement.terms
    return Scheduled(
        key=EXIT_FEE,
        item=EXIT_FEE,
        name=Text(
            id=f"Biaya berhenti sebelum kontrak berakhir pada {ends['id']}",
            en=f"Fee for leaving before the contract ends on {ends['en']}",
        ),
        part=1,
        of=1,
        percent=charge.percent or Decimal(100),
        total=charge.left or charge.amount,
        amount=charge.amount,
        on=on,
        rule=terms.contract.rule,
        leaving=True,
        formula=charge.formula,
        terms=terms,
    )
