"""Renewing early at the price of today (X4)."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from billing.api.shapes import DraftOutput, PeriodOutput, shape_draft, shape_period
from billing.selectors.accounts import living_subscription
from billing.selectors.renewals import EarlyRenewal, early_renewal_of, essence_of
from billing.services.subscriptions.early_renewals import renew_early
from tenants.api.fields import Input, Output, TextField, read
from tenants.api.idempotency import idempotent
from tenants.api.views import TenantView


class RenewalInput(Input):
    """What was looked at, and why."""

    agreed = TextField(
        required=False,
        max_length=300,
        help_text="`agreement` of a look before: renew only if it still is exactly that.",
    )
    reason = TextField(required=False, allow_blank=True, max_length=300)


class RenewalOutput(Output):
    """The next term at today's price list."""

    number = serializers.CharField(allow_null=True, help_text="Of the invoice; null in a look.")
    period = PeriodOutput(help_text="The term, from the end of the running one.")
    invoice = DraftOutput(help_text="Unpaid on the day after its due date it is voided, and nothing is closed.")
    later = DraftOutput(help_text="What renewing on the term's first day would cost, as prices are known today.")
    saved = serializers.IntegerField(help_text="The difference, in whole rupiah.")
    agreement = serializers.CharField()


class RenewalView(TenantView):
    """Renewing early."""

    @extend_schema(operation_id="previewEarlyRenewal", tags=["subscription"], responses=RenewalOutput)
    def get(self, request: Request) -> Response:
        """The next term's invoice if it were renewed today, and what it would cost later; 409 says why not."""
        return Response(RenewalOutput(_shape(early_renewal_of(living_subscription(), self.today), None)).data)

    @extend_schema(operation_id="renewEarly", tags=["subscription"], request=RenewalInput, responses=RenewalOutput)
    @idempotent
    def post(self, request: Request) -> Response:
        """Bill the next term now, at today's price list, and extend the running one from its end.

        409 says what stands in the way: `nothing_to_lock` (the price does not rise), `no_term_runs`, `pay_first`,
        `resume_first`, `take_cancellation_back_first`, `withdraw_change_first`, `renewed_early`, `billing_behind`,
        `stale_preview`.
        """
        given = read(RenewalInput, request.data)
        made = renew_early(
            tenant=self.tenant, today=self.today, agreed=given.get("agreed"), reason=given.get("reason", "")
        )
        return Response(RenewalOutput(_shape(made.early, made.document.number)).data)


def _shape(early: EarlyRenewal, number: str | None) -> dict[str, Any]:
    draft = early.draft
    return {
        "number": number,
        "period": shape_period(draft.period.start, draft.period.end),
        "invoice": shape_draft(draft),
        "later": shape_draft(early.later),
        "saved": early.saved,
        "agreement": essence_of(early),
    }
