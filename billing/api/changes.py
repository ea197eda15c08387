"""Changing plan or interval: what may be chosen, what it does, doing it, and taking a scheduled change back."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from billing.api.shapes import DraftOutput, PlanOutput, language, shape_draft
from billing.models import Document
from billing.rules.change_verdicts import Outcome
from billing.selectors.accounts import living_subscription
from billing.selectors.change_choices import Choice, Wanted, choices_of
from billing.selectors.changes import ChangePreview, essence_of, preview_change
from billing.selectors.scheduled import Scheduled, place_of, scheduled_change
from billing.services.subscriptions.changes import change_plan, withdraw_change
from plans.rules.plan_changes import ChangeKind
from tenants.api.fields import FlagField, Input, Output, TextField, WholeNumberField, read
from tenants.api.idempotency import idempotent
from tenants.api.views import TenantView

KINDS = [kind.value for kind in ChangeKind]
OUTCOMES = [outcome.value for outcome in Outcome]


class PlaceOutput(Output):
    """A plan, every how many months it is billed, and what such a period costs at today's quantity."""

    plan = PlanOutput()
    interval_months = serializers.IntegerField()
    price = serializers.IntegerField(help_text="A whole period, in whole rupiah.")


class ChoiceOutput(PlaceOutput):
    """Somewhere the subscription may be."""

    current = serializers.BooleanField()
    kind = serializers.ChoiceField(choices=KINDS, allow_null=True, help_text="As the catalogue declares it.")
    when = serializers.ChoiceField(choices=["now", "period_end"], allow_null=True)


class ScheduledChangeOutput(Output):
    """A change that waits for the next period."""

    plan = PlanOutput()
    interval_months = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=KINDS)
    on = serializers.DateField(help_text="The first day on the new plan.")


class ChoicesOutput(Output):
    """What may be chosen; nothing where the quantity chooses the plan."""

    items = ChoiceOutput(many=True)
    scheduled = ScheduledChangeOutput(allow_null=True)


class ChangeInput(Input):
    """Where to. What is left out stays as it is."""

    plan = TextField(required=False, max_length=60)
    interval_months = WholeNumberField(required=False, min_value=1, max_value=60)
    dry_run = FlagField(required=False, help_text="Say what would happen, and write nothing.")
    agreed = TextField(
        required=False, max_length=300, help_text="`agreement` of a dry run: change only if it still does exactly that."
    )
    reason = TextField(required=False, allow_blank=True, max_length=300)


class ChangeShareOutput(Output):
    """A part of the net amount, as a credit (negative) and a charge."""

    description = serializers.CharField()
    amount = serializers.IntegerField()


class ChangeInvoiceOutput(DraftOutput):
    """The invoice that the change causes today; without a number in a dry run."""

    number = serializers.CharField(allow_null=True)


class ChangeOutput(Output):
    """What the change does, or did."""

    dry_run = serializers.BooleanField()
    outcome = serializers.ChoiceField(choices=OUTCOMES)
    kind = serializers.ChoiceField(choices=KINDS, allow_null=True)
    before = PlaceOutput()
    after = PlaceOutput()
    effective_on = serializers.DateField()
    invoice = ChangeInvoiceOutput(allow_null=True, help_text="Issued today; null where nothing is billed now.")
    detail = ChangeShareOutput(many=True, help_text="The net amount as a credit and a charge; they sum to it.")
    next_invoice = DraftOutput(allow_null=True, help_text="As it will be after the change.")
    replaces = ScheduledChangeOutput(allow_null=True, help_text="The scheduled change that is dropped for it.")
    agreement = serializers.CharField(help_text="Send it back as `agreed` to change only if this still holds.")


class ChangeView(TenantView):
    """Changing."""

    @extend_schema(operation_id="listPlanChoices", tags=["subscription"], responses=ChoicesOutput)
    def get(self, request: Request) -> Response:
        """The plans and intervals that the subscription may have, and a change that is scheduled."""
        return _choices(self)

    @extend_schema(
        operation_id="changePlan",
        tags=["subscription"],
        request=ChangeInput,
        responses=ChangeOutput,
        examples=[OpenApiExample("What would Growth cost?", {"plan": "growth", "dry_run": True}, request_only=True)],
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """Change plan or interval: at once and billed for the days left, or from the next period on.

        An upgrade or a downgrade is what the catalogue declares. 409 says what stands in the way: `pay_first`,
        `take_cancellation_back_first`, `quantity_decides`, `change_not_offered`, `stale_preview`.
        """
        given = read(ChangeInput, request.data)
        wanted = Wanted(given.get("plan"), given.get("interval_months"))
        if given.get("dry_run"):
            preview = preview_change(subscription=living_subscription(), wanted=wanted, today=self.today)
            return Response(ChangeOutput(_shape(preview, None, dry_run=True)).data)
        made = change_plan(
            tenant=self.tenant,
            wanted=wanted,
            today=self.today,
            agreed=given.get("agreed"),
            reason=given.get("reason", ""),
        )
        return Response(ChangeOutput(_shape(made.preview, made.document, dry_run=False)).data)


class WithdrawInput(Input):
    """Nothing to say."""


class WithdrawView(TenantView):
    """Taking a scheduled change back."""

    @extend_schema(
        operation_id="withdrawPlanChange", tags=["subscription"], request=WithdrawInput, responses=ChoicesOutput
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """Take a scheduled change back while it has not taken effect; 409 where none is."""
        read(WithdrawInput, request.data)
        withdraw_change(tenant=self.tenant, today=self.today)
        return _choices(self)


def _choices(view: TenantView) -> Response:
    subscription = living_subscription()
    here = place_of(subscription.terms, subscription.quantity)
    items = [_choice(choice, current=choice.place == here) for choice in choices_of(subscription, view.today)]
    scheduled = shape_scheduled(scheduled_change(subscription))
    return Response(ChoicesOutput({"items": items, "scheduled": scheduled}).data)


def shape_scheduled(change: Scheduled | None) -> dict[str, Any] | None:
    """A change that waits."""
    if change is None:
        return None
    return {
        "plan": {"code": change.plan.code, "name": change.plan.name.of(language())},
        "interval_months": change.agreement.interval_months,
        "kind": change.kind.value,
        "on": change.on,
    }


def _place(choice: Choice) -> dict[str, Any]:
    return {
        "plan": {"code": choice.plan.code, "name": choice.plan.name.of(language())},
        "interval_months": choice.place.interval_months,
        "price": choice.price,
    }


def _choice(choice: Choice, *, current: bool) -> dict[str, Any]:
    outcome, kind = choice.verdict.outcome, choice.verdict.kind
    when = None if current else "period_end" if outcome is Outcome.PERIOD_END else "now"
    return {**_place(choice), "current": current, "kind": kind.value if kind else None, "when": when}


def _shape(preview: ChangePreview, document: Document | None, *, dry_run: bool) -> dict[str, Any]:
    kind = preview.verdict.kind
    return {
        "dry_run": dry_run,
        "outcome": preview.outcome.value,
        "kind": kind.value if kind else None,
        "before": _place(preview.old),
        "after": _place(preview.new),
        "effective_on": preview.on,
        "invoice": _invoice(preview, document),
        "detail": [
            {"description": share.words.of(language()), "amount": share.amount}
            for share in (preview.net.shares if preview.net else ())
        ],
        "next_invoice": shape_draft(preview.upcoming) if preview.upcoming else None,
        "replaces": shape_scheduled(preview.dropped),
        "agreement": essence_of(preview),
    }


def _invoice(preview: ChangePreview, document: Document | None) -> dict[str, Any] | None:
    if preview.draft is None:
        return None
    return {**shape_draft(preview.draft), "number": document.number if document else None}
