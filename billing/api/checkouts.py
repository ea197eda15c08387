"""POST /invoices/{number}/checkout: a link to a payment page."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from billing.api.invoices import SLUG
from billing.gateways.models import Checkout, CheckoutState
from billing.gateways.values import CheckoutCustomer
from billing.selectors.documents import document_by_slug, pay_address
from billing.services.gateway.checkouts import Demand, start_checkout
from billing.services.gateway.client import gateway
from tenants.api.fields import Input, Output, read
from tenants.api.idempotency import idempotent_in_steps
from tenants.api.views import TenantView

DONE = [state.value for state in CheckoutState]


class CheckoutInput(Input):
    """Nothing to say: everything outstanding on the document and its late fees is asked for."""


class CheckoutOutput(Output):
    """The attempt. Where the document turns out to be paid already, `state` says so and nobody has to go anywhere."""

    order_id = serializers.CharField()
    state = serializers.ChoiceField(choices=DONE)
    amount = serializers.IntegerField()
    payment_url = serializers.CharField(help_text="Send the payer here.")
    expires_at = serializers.DateTimeField()


class CheckoutView(TenantView):
    """Paying through the gateway."""

    @extend_schema(
        operation_id="startCheckout",
        tags=["payments"],
        parameters=[SLUG],
        request=CheckoutInput,
        responses={201: CheckoutOutput, 503: None},
    )
    @idempotent_in_steps
    def post(self, request: Request, number: str) -> Response:
        """A link to a payment page for an open document and its late fees. A link that is still good is given again."""
        read(CheckoutInput, request.data)
        document = document_by_slug(number)
        tenant = self.tenant
        checkout = start_checkout(
            demands=[Demand(tenant, [document.pk])],
            payer=CheckoutCustomer(tenant.contact_name or tenant.name, tenant.contact_email, tenant.contact_phone),
            finish_url=pay_address(tenant, document),
            now=self.now,
            gateway=gateway(),
        )
        return Response(CheckoutOutput(_shape(checkout)).data, 201)


def _shape(checkout: Checkout) -> dict[str, object]:
    return {
        "order_id": checkout.order_id,
        "state": checkout.state,
        "amount": checkout.amount,
        "payment_url": checkout.redirect_url,
        "expires_at": checkout.expires_at,
    }
