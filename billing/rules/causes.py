"""The rule that caused an invoice, named on its lines beside the rules of their price."""

from dataclasses import replace

from billing.rules.agreement import Agreement
from billing.rules.drafting import Draft, Line
from plans.rules.catalogue import RuleName


def caused_by(draft: Draft, agreement: Agreement, cause: RuleName) -> Draft:
    """The draft with the product's rule for what caused it on every line; as it is where the product names none.

    X8: 45 → 51 students begins a year at 51 × 5.000, by X1 because of X8. X4: a term renewed early.
    """
    rule = agreement.rules.get(cause)
    return draft if not rule else replace(draft, lines=tuple(_ruled(line, rule) for line in draft.lines))


def _ruled(line: Line, rule: str) -> Line:
    rules = line.explanation.get("rules")
    if not isinstance(rules, list) or rule in rules:
        return line
    return replace(line, explanation={**line.explanation, "rules": [*rules, rule]})
