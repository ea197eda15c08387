"""POST /usage: a quantity with its date, billed at once where the rules say so (X8, X9, K4)."""

from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from billing.api.shapes import DraftOutput, shape_document_line, shape_draft, shape_period
from billing.models import Document, QuantityReport
from billing.rules.drafting import Draft
from billing.rules.seats import Outcome
from billing.selectors.accounts import living_subscription
from billing.services.charges.usage import CORRECTED, Usage, check_usage, day_of_report, is_billed, report_usage
from billing.services.subscriptions.quantities import Preview, Report, preview_quantity, report_quantity
from plans.api.fields import QuantityText, ReadingField, refuse_too_large
from tenants.api.fields import DayField, FlagField, Input, Output, TextField, read
from tenants.api.idempotency import idempotent
from tenants.api.views import TenantView
from tenants.errors import Conflict

OUTCOMES = [*(outcome.value for outcome in Outcome), CORRECTED]


class UsageInput(Input):
    """A count, the day it was counted, and the caller's own id of the report; with `meter`, what happened that day."""

    meter = TextField(required=False, max_length=60, help_text="A meter of the catalogue, for turnover and the like.")
    quantity = ReadingField()
    on = DayField(required=False, help_text="The tenant's own today if left out; never in the future.")
    external_id = TextField(required=False, max_length=120, help_text="A report is taken once under its id.")
    corrects = TextField(
        required=False,
        max_length=120,
        help_text="With `meter`: the external_id of a report whose whole quantity this one says anew.",
    )
    dry_run = FlagField(required=False, help_text="Say what would happen, and write nothing.")


class UsageInvoiceOutput(DraftOutput):
    """The invoice that the report causes; without a number in a dry run."""

    number = serializers.CharField(allow_null=True)


class UsageOutput(Output):
    """What became of the report."""

    dry_run = serializers.BooleanField()
    quantity = QuantityText()
    previous = QuantityText()
    on = serializers.DateField()
    external_id = serializers.CharField(allow_null=True)
    outcome = serializers.ChoiceField(choices=OUTCOMES)
    invoice = UsageInvoiceOutput(allow_null=True)
    gathered = DraftOutput(
        allow_null=True,
        help_text="Of a dry run: what it would add to the next invoice, where the plan gathers it there.",
    )
    voided = serializers.ListField(child=serializers.CharField(), help_text="Invoices that are void because of it.")


class UsageView(TenantView):
    """Reporting a quantity."""

    @extend_schema(
        operation_id="reportUsage",
        tags=["usage"],
        request=UsageInput,
        responses={200: UsageOutput, 201: UsageOutput},
        examples=[
            OpenApiExample(
                "175 students on 1 May",
                {"quantity": "175", "on": "2025-05-01", "external_id": "roll-2025-05"},
                request_only=True,
            )
        ],
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """Report a quantity; a rise is invoiced at once where the rules say so. 201 when taken, 200 for a dry run.

        A suspended tenant's report is recorded and counts from its next invoice on.
        """
        given = read(UsageInput, request.data)
        on = given.get("on", self.today)
        if "meter" in given:
            return self._read_meter(given, on)
        refuse_too_large(given["quantity"])
        if given.get("dry_run"):
            subscription = living_subscription()
            preview = preview_quantity(subscription=subscription, quantity=given["quantity"], on=on, today=self.today)
            return Response(UsageOutput(_previewed(preview, given, on)).data)
        made = report_quantity(
            tenant=self.tenant,
            report=Report(given["quantity"], on, "api", given.get("external_id")),
            today=self.today,
        )
        if (made.measure, made.quantity, made.on) != ("", given["quantity"], on):
            raise _reused()
        return Response(UsageOutput(_reported(made)).data, 201)

    def _read_meter(self, given: dict[str, Any], on: date) -> Response:
        """C15: what a meter read stands on the invoice after its period."""
        corrects = given.get("corrects", "")
        if corrects and "on" not in given:
            on = day_of_report(corrects) or on
        usage = Usage(given["meter"], given["quantity"], on, "api", given.get("external_id"), corrects)
        if given.get("dry_run"):
            check_usage(living_subscription(), usage, self.today)
            answer = {"dry_run": True, "quantity": usage.quantity, "previous": 0, "on": on, "external_id": usage.key}
            outcome = "corrected" if is_billed(living_subscription(), usage) else "recorded"
            return Response(
                UsageOutput({**answer, "outcome": outcome, "invoice": None, "gathered": None, "voided": []}).data
            )
        made = report_usage(tenant=self.tenant, usage=usage, today=self.today)
        if (made.measure, made.quantity, made.on, bool(made.document_number)) != (
            *(usage.meter, usage.quantity, on, bool(corrects)),
        ):
            raise _reused()
        return Response(UsageOutput(_reported(made)).data, 201)


def _reused() -> Conflict:
    said = _("Laporan dengan external_id ini sudah ada dengan jumlah atau tanggal lain.")
    return Conflict(said, field="external_id", code="external_id_reused")


def _previewed(preview: Preview, given: dict[str, Any], on: Any) -> dict[str, Any]:
    return {
        "dry_run": True,
        "quantity": preview.quantity,
        "previous": preview.current,
        "on": on,
        "external_id": given.get("external_id"),
        "outcome": preview.decision.outcome.value,
        "invoice": _draft(preview.draft),
        "gathered": shape_draft(preview.gathered) if preview.gathered else None,
        "voided": list(preview.voids),
    }


def _draft(draft: Draft | None) -> dict[str, Any] | None:
    return None if draft is None else {**shape_draft(draft), "number": None}


def _reported(made: QuantityReport) -> dict[str, Any]:
    document = Document.objects.filter(number=made.document_number).first() if made.document_number else None
    return {
        "dry_run": False,
        "quantity": made.quantity,
        "previous": made.previous,
        "on": made.on,
        "external_id": made.key,
        "outcome": made.outcome,
        "invoice": _issued(document),
        "gathered": None,
        "voided": _voided_by(made),
    }


def _voided_by(made: QuantityReport) -> list[str]:
    """X9: where it became free at once, the subscription's invoices that were voided that day."""
    if made.outcome != Outcome.FREE_NOW:
        return []
    void = Document.objects.filter(subscription=made.subscription, status="void", voided_on__gte=made.on)
    return list(void.order_by("number").values_list("number", flat=True))


def _issued(document: Document | None) -> dict[str, Any] | None:
    if document is None:
        return None
    return {
        **{name: getattr(document, name) for name in ("number", "issued_on", "due_on", "suspend_on")},
        **{name: getattr(document, name) for name in ("subtotal", "tax", "total")},
        "period": shape_period(document.period_from, document.period_to),
        "lines": [shape_document_line(line) for line in document.lines.all()],
    }
