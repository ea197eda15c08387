"""GET /subscription, and cancelling or keeping it."""

from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from billing.api.changes import ScheduledChangeOutput, shape_scheduled
from billing.api.shapes import (
    DraftOutput,
    OfferOutput,
    PartOutput,
    PeriodOutput,
    PlanOutput,
    language,
    shape_draft,
    shape_offer,
    shape_part,
    shape_period,
)
from billing.errors import NoSubscription
from billing.selectors.accounts import living_subscription
from billing.selectors.endings import billed_before, ending_of, fee_draft
from billing.selectors.overview import Account, account_on
from billing.selectors.scheduled import scheduled_change
from billing.selectors.schedules import parts_to_come
from billing.services.subscriptions.life import Leaving, cancel_subscription, keep_subscription
from plans.api.fields import QuantityText
from plans.rules.catalogue import Anchor
from tenants.api.fields import DayField, Input, Output, TextField, read, read_query
from tenants.api.idempotency import idempotent
from tenants.api.views import TenantView

STATUSES = ["free", "trialing", "active", "past_due", "suspended", "paused", "cancelled", "ended"]


class SubscriptionOutput(Output):
    """How the agreement stands today, what is owed, and what comes next."""

    status = serializers.ChoiceField(choices=STATUSES)
    has_access = serializers.BooleanField()
    product = serializers.CharField()
    plan = PlanOutput()
    price_book = serializers.CharField()
    terms = serializers.CharField()
    interval_months = serializers.IntegerField()
    anchor = serializers.ChoiceField(choices=[item.value for item in Anchor], help_text="Where its periods begin.")
    quantity = QuantityText()
    billed_quantity = QuantityText(help_text="The count that a rise is measured from.")
    unit = serializers.CharField()
    addons = serializers.DictField(child=QuantityText(), help_text="How many of each add-on are held.")
    offers = OfferOutput(many=True)
    signed_up_on = serializers.DateField()
    trial_ends_on = serializers.DateField(allow_null=True)
    period = PeriodOutput(allow_null=True)
    price = DraftOutput(help_text="One whole period at today's quantity.")
    next_invoice = DraftOutput(allow_null=True, help_text="As it looks today; null where none is to come.")
    balance = serializers.IntegerField(help_text="What is open, in whole rupiah.")
    credit = serializers.IntegerField(help_text="What was paid too much, used on the next invoice.")
    next_due_on = serializers.DateField(allow_null=True)
    suspends_on = serializers.DateField(allow_null=True)
    suspended_on = serializers.DateField(allow_null=True)
    paused_on = serializers.DateField(allow_null=True)
    paused_until = serializers.DateField(allow_null=True, help_text="The day on which it goes on by itself.")
    cancel_on = serializers.DateField(allow_null=True)
    scheduled_change = ScheduledChangeOutput(
        allow_null=True, help_text="A change of plan that waits for the next period."
    )
    schedule = PartOutput(many=True, help_text="Instalments and milestones that are still to be invoiced.")
    ended_on = serializers.DateField(allow_null=True)


class SubscriptionView(TenantView):
    """The subscription."""

    @extend_schema(operation_id="getSubscription", tags=["subscription"], responses=SubscriptionOutput)
    def get(self, request: Request) -> Response:
        """How the subscription stands: plan, quantity, price and why, what is due, what comes next."""
        return Response(subscription_answer(self))


class CancelInput(Input):
    """Why, and when if not as early as possible."""

    reason = TextField(required=False, allow_blank=True, max_length=300)
    on = DayField(required=False, help_text="Not before this day; the earliest possible one where left out.")
    ends_on = DayField(
        required=False, help_text="`ends_on` of a look before: cancel only if it still ends on that day."
    )
    exit_fee = serializers.IntegerField(
        required=False,
        min_value=0,
        help_text="The amount of `exit_fee` of a look before (its subtotal; 0 for none): cancel only if it still costs that.",
    )


class EndingQuery(Input):
    """A day to ask about."""

    on = DayField(required=False)


class EndingOutput(Output):
    """What cancelling would do today."""

    ends_on = serializers.DateField()
    earliest_on = serializers.DateField(help_text="The day on which it ends where none is asked for.")
    notice_days = serializers.IntegerField(help_text="Days of notice that the terms ask for; 0 for none.")
    notice_by = serializers.DateField(allow_null=True, help_text="The last day of notice for the contract that runs.")
    next_invoice = DraftOutput(allow_null=True, help_text="What is billed all the same, as it looks today.")
    exit_fee = DraftOutput(
        allow_null=True, help_text="The invoice of leaving before the contract ends; null where it costs nothing."
    )


class CancelView(TenantView):
    """Cancelling."""

    @extend_schema(
        operation_id="cancelSubscription", tags=["subscription"], request=CancelInput, responses=SubscriptionOutput
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """Cancel at the end of the contract that the notice reaches, a trial at its end, a free plan at once.

        409 says what stands in the way: `notice_too_short` (with `earliest_on`), `day_has_passed`, `stale_preview`.
        """
        given = read(CancelInput, request.data)
        leaving = Leaving(on=given.get("on"), agreed=given.get("ends_on"), agreed_fee=given.get("exit_fee"))
        cancel_subscription(tenant=self.tenant, today=self.today, reason=given.get("reason", ""), leaving=leaving)
        return Response(subscription_answer(self))

    @extend_schema(
        operation_id="previewCancellation",
        tags=["subscription"],
        parameters=[
            OpenApiParameter("on", date, description="A day to ask about; the earliest possible one if left out.")
        ],
        responses=EndingOutput,
    )
    def get(self, request: Request) -> Response:
        """When the subscription would end if it were cancelled now, what is billed until then, and what leaving costs."""
        subscription = living_subscription()
        given = read_query(EndingQuery, request.query_params)
        ending = ending_of(subscription, self.today, given.get("on"))
        billed = billed_before(subscription, ending, self.today)
        fee = fee_draft(subscription, ending)
        shape = {
            "ends_on": ending.on,
            "earliest_on": ending.earliest,
            "notice_days": ending.notice_days,
            "notice_by": ending.notice_by,
            "next_invoice": shape_draft(billed) if billed else None,
            "exit_fee": shape_draft(fee) if fee else None,
        }
        return Response(EndingOutput(shape).data)


class KeepInput(Input):
    """Nothing to say."""


class KeepView(TenantView):
    """Taking a cancellation back."""

    @extend_schema(
        operation_id="keepSubscription", tags=["subscription"], request=KeepInput, responses=SubscriptionOutput
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """Take a cancellation back while it has not taken effect."""
        read(KeepInput, request.data)
        keep_subscription(tenant=self.tenant, today=self.today)
        return Response(subscription_answer(self))


def subscription_answer(view: TenantView) -> Any:
    """How the subscription stands after what was done."""
    account = account_on(view.today)
    if account is None:
        raise NoSubscription(_("Tenant ini belum memiliki langganan."))
    view.tenant.refresh_from_db(fields=["has_access"])
    return SubscriptionOutput(_shape(account, has_access=view.tenant.has_access)).data


def _shape(account: Account, *, has_access: bool) -> dict[str, Any]:
    subscription, agreement = account.subscription, account.agreement
    same = (
        "quantity",
        "billed_quantity",
        "signed_up_on",
        "trial_ends_on",
        "suspended_on",
        "cancel_on",
        "ended_on",
        "paused_on",
        "paused_until",
    )
    return {
        **{name: getattr(subscription, name) for name in same},
        "status": account.status.value,
        "has_access": has_access,
        "product": agreement.product,
        "plan": {"code": account.plan.code, "name": account.plan.name.of(language())},
        "price_book": subscription.book_code,
        "terms": agreement.terms.code,
        "interval_months": agreement.interval_months,
        "anchor": agreement.anchor.value,
        "unit": agreement.unit.of(language()),
        "addons": subscription.addons,
        "offers": [shape_offer(item) for item in agreement.discounts],
        "period": shape_period(subscription.period_from, subscription.period_to),
        "price": shape_draft(account.price),
        "next_invoice": shape_draft(account.upcoming) if account.upcoming else None,
        "balance": account.balance,
        "credit": account.credit,
        "next_due_on": min((document.due_on for document in account.documents), default=None),
        "suspends_on": account.suspends_on,
        "schedule": [shape_part(part) for part in parts_to_come(subscription)],
        "scheduled_change": shape_scheduled(scheduled_change(subscription)),
    }
