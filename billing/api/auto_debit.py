"""Auto-debit, to be read: it is switched on by a person on the gateway's page, never by a program."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from billing.gateways.mandate_models import DebitOutcome, MandateMethod, MandateState
from billing.selectors.debits import active_mandate, debits_of, planned_debits, rules_of
from tenants.api.fields import Output
from tenants.api.views import TenantView


class MandateOutput(Output):
    """The consent that holds."""

    method = serializers.ChoiceField(choices=MandateMethod.choices)
    state = serializers.ChoiceField(choices=MandateState.choices)
    hint = serializers.CharField(help_text="The card or account, masked: 481111-1114.")
    limit = serializers.IntegerField(help_text="At most this much is charged for an invoice, in rupiah.")
    agreed_at = serializers.DateTimeField()
    agreed_name = serializers.CharField()
    text_version = serializers.CharField()
    good_until = serializers.DateField(allow_null=True, help_text="The last day of a card's token.")


class PlannedOutput(Output):
    """An open invoice."""

    invoice = serializers.CharField()
    amount = serializers.IntegerField()
    on = serializers.DateField(allow_null=True, help_text="The day of the next charge; null: to be paid by hand.")
    in_flight = serializers.BooleanField()


class AttemptOutput(Output):
    """A charge that was made."""

    invoice = serializers.CharField()
    amount = serializers.IntegerField()
    on = serializers.DateField()
    outcome = serializers.ChoiceField(choices=DebitOutcome.choices, help_text="Empty while nobody knows.")
    reason = serializers.CharField(help_text="insufficient_funds, expired_card …; empty where it was paid.")
    order_id = serializers.CharField()


class AutoDebitOutput(Output):
    """Auto-debit of the tenant."""

    mandate = MandateOutput(allow_null=True)
    planned = PlannedOutput(many=True)
    attempts = AttemptOutput(many=True, help_text="The latest fifty, newest first.")


class AutoDebitView(TenantView):
    """Auto-debit."""

    @extend_schema(operation_id="getAutoDebit", tags=["invoices"], responses=AutoDebitOutput)
    def get(self, request: Request) -> Response:
        """The consent, what will be charged when, and what was charged."""
        mandate, rules = active_mandate(self.tenant), rules_of(self.tenant)
        planned = planned_debits(mandate, rules, self.today) if mandate is not None and rules is not None else []
        attempts = [
            {
                "invoice": debit.number,
                "amount": debit.amount,
                "on": debit.on,
                "outcome": debit.outcome,
                "reason": debit.reason,
                "order_id": debit.checkout.order_id,
            }
            for debit in debits_of(self.tenant)
        ]
        coming = [
            {
                "invoice": item.document.number,
                "amount": item.document.outstanding,
                "on": item.on,
                "in_flight": item.in_flight,
            }
            for item in planned
        ]
        return Response(AutoDebitOutput({"mandate": mandate, "planned": coming, "attempts": attempts}).data)
