"""What a line says of itself: its words, its formula, and the explanation that a customer can open."""

from decimal import Decimal

from billing.rules.agreement import Agreement
from billing.rules.discounts import Reduction
from plans.rules.catalogue import Charge, Text, When
from plans.rules.money import format_number, format_rupiah, plain
from plans.rules.periods import Period
from plans.rules.rating import Rated
from plans.rules.spelling import spell_period


def formula_of(text: str, reductions: tuple[Reduction, ...], amount: int) -> str:
    """ "200 × 3.000 − 120.000 = Rp 480.000"."""
    taken = "".join(f" − {format_number(item.amount)}" for item in reductions)
    return f"{text}{taken} = {format_rupiah(amount)}"


def explained(
    agreement: Agreement, charge: Charge, rated: Rated, rules: list[str], period: Period
) -> dict[str, object]:
    """What the customer can open: rule, book, tier, quantity, price, days. Only strings and numbers, ready for JSON."""
    tier = rated.tier_index
    named = tier is not None and tier < len(charge.tier_names)
    return {
        "rules": [rule for rule in dict.fromkeys(rules) if rule],
        "book": agreement.book,
        "model": rated.model,
        "tier": None if tier is None else tier + 1,
        "tier_name": charge.tier_names[tier].model_dump() if named and tier is not None else None,
        "quantity": plain(rated.quantity),
        "unit": agreement.unit_of(charge).model_dump(),
        "unit_price": None if rated.unit_price is None else plain(rated.unit_price),
        "period": {"from": period.start.isoformat(), "to": period.end.isoformat()},
        "proration": {"days": rated.proration.days, "of": rated.proration.of_days} if rated.proration else None,
    }


def described(agreement: Agreement, charge: Charge, period: Period, added: Decimal | None) -> Text:
    """What a line says it is for, with its days; `added` units of a rise are named: "Tambahan 25 siswa: …"."""
    said = charge.description
    if charge.when is not When.ONCE:  # what is paid once is for no days
        span = {language: spell_period(period, language) for language in ("id", "en")}
        said = Text(id=f"{said.id}, {span['id']}", en=f"{said.en}, {span['en']}")
    if added is None:
        return said
    count, unit = format_number(added), agreement.unit_of(charge)
    return Text(id=f"Tambahan {count} {unit.id}: {said.id}", en=f"{count} more {unit.en}: {said.en}")
