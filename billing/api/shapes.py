"""Answers that several operations share. Amounts are whole rupiah, quantities and prices decimal strings."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import get_language
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from billing.documents.explain import explain
from billing.models import Document, DocumentKind, DocumentLine
from billing.rules.discounts import Granted
from billing.rules.drafting import Draft, Line
from billing.rules.schedules import Scheduled, described
from billing.selectors.credit_notes import credit_notes_of
from plans.api.fields import QuantityText
from tenants.api.fields import Output

EXPLANATION = {
    "type": "object",
    "description": "Rule ids, price book, tier, quantity, formula and days behind the amount.",
    "additionalProperties": True,
}


@extend_schema_field(EXPLANATION)
class ExplanationField(serializers.JSONField):
    """The facts behind an amount, as they were kept."""


class PlanOutput(Output):
    """A plan by code and name."""

    code = serializers.CharField()
    name = serializers.CharField()


class PeriodOutput(Output):
    """Days from the first, included, to the last, excluded."""

    start = serializers.DateField()
    end = serializers.DateField(help_text="Excluded: the first day after the period.")


class LineOutput(Output):
    """One line, with why it is what it is."""

    description = serializers.CharField()
    quantity = QuantityText()
    unit_price = QuantityText()
    amount = serializers.IntegerField(help_text="Whole rupiah, without tax.")
    tax = serializers.IntegerField(help_text="PPN that is charged on it; 0 where the issuer is no PKP.")
    period = PeriodOutput(allow_null=True)
    reasons = serializers.ListField(child=serializers.CharField(), help_text="The explanation in sentences.")
    explanation = ExplanationField()


class OfferOutput(Output):
    """An offer and its days, `end` not included; null `start`: from the first invoice on, null `end`: for ever."""

    code = serializers.CharField()
    name = serializers.CharField()
    rule = serializers.CharField()
    start = serializers.DateField(allow_null=True)
    end = serializers.DateField(allow_null=True)


class DraftOutput(Output):
    """An invoice as it would be issued."""

    issued_on = serializers.DateField()
    due_on = serializers.DateField()
    suspend_on = serializers.DateField(allow_null=True)
    period = PeriodOutput()
    lines = LineOutput(many=True)
    subtotal = serializers.IntegerField()
    tax = serializers.IntegerField()
    total = serializers.IntegerField()


class DocumentSummary(Output):
    """An invoice or a late fee in a list."""

    number = serializers.CharField()
    slug = serializers.CharField(help_text="The number as it stands in addresses.")
    kind = serializers.ChoiceField(choices=["invoice", "late_fee"])
    status = serializers.ChoiceField(
        choices=["open", "paid", "void", "closed"], help_text="closed: nothing is left, but it was not paid."
    )
    overdue = serializers.BooleanField()
    issued_on = serializers.DateField()
    due_on = serializers.DateField()
    suspend_on = serializers.DateField(allow_null=True)
    period = PeriodOutput(allow_null=True)
    currency = serializers.CharField()
    subtotal = serializers.IntegerField()
    tax = serializers.IntegerField()
    total = serializers.IntegerField()
    paid = serializers.IntegerField()
    credited = serializers.IntegerField(help_text="Taken off by credit notes, or written off.")
    outstanding = serializers.IntegerField()
    paid_on = serializers.DateField(allow_null=True)
    voided_on = serializers.DateField(allow_null=True)


class CreditNoteOutput(Output):
    """A credit note on an invoice."""

    number = serializers.CharField()
    slug = serializers.CharField()
    issued_on = serializers.DateField()
    total = serializers.IntegerField()
    reason = serializers.CharField()


class SettlementOutput(Output):
    """What settled a document: part of a payment, or credit (`payment` null); negative where it was taken back."""

    on = serializers.DateField()
    amount = serializers.IntegerField()
    payment = serializers.UUIDField(allow_null=True, help_text="Its receipt is at `/payments/{payment}/receipt`.")


class DocumentOutput(DocumentSummary):
    """A document with its lines, what settled it, and the late fees charged on it."""

    lines = LineOutput(many=True)
    credit_notes = CreditNoteOutput(many=True)
    settlements = SettlementOutput(many=True)
    late_fees = DocumentSummary(many=True)
    void_reason = serializers.CharField()
    note = serializers.CharField()


def shape_line(line: Line) -> dict[str, Any]:
    """A draft's line."""
    return {
        "description": line.description.of(language()),
        "quantity": line.quantity,
        "unit_price": line.unit_price,
        "amount": line.amount,
        "tax": line.charged_tax,
        "period": {"start": line.period.start, "end": line.period.end},
        **_why(line.explanation),
    }


def shape_document_line(line: DocumentLine) -> dict[str, Any]:
    """An issued line."""
    return {
        "description": line.description_en if language() == "en" else line.description,
        "quantity": Decimal(line.quantity),
        "unit_price": Decimal(line.unit_price),
        "amount": line.amount,
        "tax": line.tax,
        "period": shape_period(line.period_from, line.period_to),
        **_why(line.explanation),
    }


def shape_draft(draft: Draft) -> dict[str, Any]:
    """An invoice that is not issued; tax only where the issuer is PKP."""
    return {
        "issued_on": draft.issued_on,
        "due_on": draft.due_on,
        "suspend_on": draft.suspend_on,
        "period": {"start": draft.period.start, "end": draft.period.end},
        "lines": [shape_line(line) for line in draft.lines],
        "subtotal": draft.subtotal,
        "tax": draft.tax,
        "total": draft.total,
    }


def shape_summary(document: Document, today: date) -> dict[str, Any]:
    """A document without its lines."""
    names = ("number", "slug", "kind", "status", "issued_on", "due_on", "suspend_on", "currency", "subtotal", "tax")
    more = ("total", "paid", "credited", "outstanding", "paid_on", "voided_on", "void_reason", "note")
    return {
        **{name: getattr(document, name) for name in (*names, *more)},
        "overdue": document.status == "open" and document.due_on < today,
        "period": shape_period(document.period_from, document.period_to),
    }


def shape_document(document: Document, today: date) -> dict[str, Any]:
    """A document with all that belongs to it."""
    return {
        **shape_summary(document, today),
        "lines": [shape_document_line(line) for line in document.lines.all()],
        "credit_notes": [_note(paper) for paper in credit_notes_of(document) if paper.kind == DocumentKind.CREDIT_NOTE],
        "settlements": [
            {"on": row.on, "amount": row.amount, "payment": row.payment_id}
            for row in document.allocations.order_by("created_at", "pk")
        ],
        "late_fees": [shape_summary(fee, today) for fee in document.fees.order_by("issued_on", "id")],
    }


def _note(paper: Document) -> dict[str, Any]:
    shaped = {name: getattr(paper, name) for name in ("number", "slug", "issued_on", "total")}
    return shaped | {"reason": paper.note}


def shape_period(start: date | None, end: date | None) -> dict[str, date] | None:
    """Both ends, or nothing."""
    return None if start is None or end is None else {"start": start, "end": end}


def language() -> str:
    """The language of the answer."""
    return "en" if (get_language() or "").startswith("en") else "id"


def _why(explanation: Mapping[str, object]) -> dict[str, Any]:
    return {"reasons": list(explain(explanation, language()).sentences), "explanation": dict(explanation)}


def shape_offer(granted: Granted) -> dict[str, Any]:
    """An offer of an agreement."""
    discount = granted.discount
    named = {"code": discount.code, "name": discount.name.of(language()), "rule": discount.rule}
    return named | {"start": granted.from_, "end": granted.to}


class PartOutput(Output):
    """Something bought or agreed on that is invoiced later: an instalment on its day, a milestone when it is reached."""

    item = serializers.CharField()
    description = serializers.CharField()
    part = serializers.IntegerField()
    of = serializers.IntegerField()
    amount = serializers.IntegerField()
    on = serializers.DateField(allow_null=True, help_text="The day of its invoice; null for a milestone.")
    milestone = serializers.CharField(allow_null=True)


def shape_part(part: Scheduled) -> dict[str, Any]:
    """A part that is still to be billed."""
    return {
        "item": part.item,
        "description": described(part).of(language()),
        "part": part.part,
        "of": part.of,
        "amount": part.amount,
        "on": part.on,
        "milestone": part.milestone or None,
    }
