"""Pausing the subscription, and going on."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from billing.api.shapes import DraftOutput, shape_draft
from billing.api.subscription import SubscriptionOutput, subscription_answer
from billing.selectors.accounts import living_subscription
from billing.selectors.pausing import billed_on_return, pausing_of
from billing.services.dunning.pausing import pause_subscription, resume_subscription
from tenants.api.fields import DayField, Input, Output, TextField, read
from tenants.api.idempotency import idempotent
from tenants.api.views import TenantView


class PauseInput(Input):
    """Until when, and why."""

    until = DayField(required=False, help_text="The day it goes on; the furthest that the plan allows where left out.")
    reason = TextField(required=False, allow_blank=True, max_length=300)


class PausePreviewOutput(Output):
    """A pause of today."""

    until = serializers.DateField()
    furthest = serializers.DateField(help_text="The furthest day that the plan allows.")


class PauseView(TenantView):
    """Pausing."""

    @extend_schema(operation_id="previewPause", tags=["subscription"], responses=PausePreviewOutput)
    def get(self, request: Request) -> Response:
        """Until when the subscription could be paused today; 409 says why not."""
        pause = pausing_of(living_subscription(), self.today)
        return Response(PausePreviewOutput({"until": pause.until, "furthest": pause.furthest}).data)

    @extend_schema(
        operation_id="pauseSubscription", tags=["subscription"], request=PauseInput, responses=SubscriptionOutput
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """Close access from today and bill nothing until a day; what was paid is not refunded, periods keep their days.

        409 says what stands in the way: `pause_not_offered`, `pause_not_running`, `pay_first`, `pause_too_long`,
        `take_cancellation_back_first`, `billing_behind`.
        """
        given = read(PauseInput, request.data)
        pause_subscription(
            tenant=self.tenant, today=self.today, until=given.get("until"), reason=given.get("reason", "")
        )
        return Response(subscription_answer(self))


class ResumeInput(Input):
    """Nothing to say."""


class ReturnOutput(Output):
    """What going on today would bill."""

    invoices = DraftOutput(many=True, help_text="Issued today; none within a period that is billed already.")


class ResumeView(TenantView):
    """Going on."""

    @extend_schema(operation_id="previewReturn", tags=["subscription"], responses=ReturnOutput)
    def get(self, request: Request) -> Response:
        """The invoices that ending the pause today would issue."""
        drafts = billed_on_return(living_subscription(), self.today)
        return Response(ReturnOutput({"invoices": [shape_draft(draft) for draft in drafts]}).data)

    @extend_schema(
        operation_id="resumeSubscription", tags=["subscription"], request=ResumeInput, responses=SubscriptionOutput
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """End the pause now; the current period is billed in full, unless it is billed already."""
        read(ResumeInput, request.data)
        resume_subscription(tenant=self.tenant, today=self.today)
        return Response(subscription_answer(self))
