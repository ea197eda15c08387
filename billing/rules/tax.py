"""PPN on drafts: per line, late fees left out (S-380/PJ.32/1990). Preview, simulation and invoice are taxed by this alone."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

from billing.rules.drafting import Draft, Line
from billing.rules.tax_amounts import LineTax, Taxation, formula_of, tax_on
from plans.rules.money import plain
from plans.rules.taxes import Goods

UNTAXED_KINDS = frozenset({"late_fee"})


def taxed_draft(draft: Draft, taxation: Taxation | None) -> Draft:
    """The draft with the tax of its lines; the same where none is charged, or where it has it already."""
    return replace(draft, lines=taxed_lines(draft.lines, taxation)) if taxation else draft


def taxed_lines(lines: Iterable[Line], taxation: Taxation | None) -> tuple[Line, ...]:
    """Lines with their tax. 100.000 + 149.000 → 11.000 + 16.390 = 27.390; a late fee bears none."""
    if taxation is None:
        return tuple(lines)
    return tuple(line if line.tax or line.kind in UNTAXED_KINDS else _taxed(line, taxation) for line in lines)


def _taxed(line: Line, taxation: Taxation) -> Line:
    tax = tax_on(line.amount, taxation)
    told = tax.stored() | {
        "inclusive": taxation.inclusive,
        "formula": formula_of(line.amount, tax, inclusive=taxation.inclusive),
    }
    return replace(line, amount=tax.base, tax=tax, explanation={**line.explanation, "tax": told})


def untaxed_price(amount: int, explanation: Mapping[str, Any]) -> int:
    """What a stored line was before tax was taken out of it: the price that is taxed anew when it is issued again."""
    told = explanation.get("tax")
    return amount + told["amount"] if told and told["inclusive"] else amount


def tax_facts(lines: Sequence[Line], taxation: Taxation | None, goods: Goods) -> dict[str, Any] | None:
    """What a document keeps of its tax, sums over its lines included; None where no line bears any."""
    taxes = [line.tax for line in lines if line.tax is not None]
    if taxation is None or not taxes:
        return None
    return {
        "code": taxation.code,
        "category": taxation.kind.category.value,
        "percent": plain(taxation.rate.percent),
        "effective": _percent(taxation.rate.effective),
        "inclusive": taxation.inclusive,
        "words": taxation.kind.words.model_dump(),
        "goods": goods.model_dump(),
        **_sums(taxes),
    }


def _percent(share: Fraction) -> str:
    """0,11 → "11"."""
    exact = share * 100
    return plain((Decimal(exact.numerator) / Decimal(exact.denominator)).quantize(Decimal("0.01")))


def _sums(taxes: Iterable[LineTax]) -> dict[str, int]:
    found = list(taxes)
    return {name: sum(getattr(tax, name) for tax in found) for name in ("base", "other_base", "amount", "charged")}
