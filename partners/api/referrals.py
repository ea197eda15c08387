"""GET /referrals: the customer's code and link, who came by it, and what was earned (K10, C6, N10)."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from billing.api.shapes import language
from partners.selectors.referrals import Referrals, Reward, referrals_of
from plans.api.fields import QuantityText
from plans.models import OwedState
from plans.rules.discounts import Discount
from tenants.api.fields import Output
from tenants.api.views import TenantView
from tenants.models import Tenant
from tenants.selectors.addresses import public_address


class ReferralOfferOutput(Output):
    """An offer that is given as a reward."""

    code = serializers.CharField()
    name = serializers.CharField()


class ProgrammeOutput(Output):
    """What the product gives for bringing others along."""

    referrer_gets = ReferralOfferOutput(allow_null=True, help_text="For you, once the other has first paid.")
    referred_gets = ReferralOfferOutput(allow_null=True, help_text="For the other.")
    credit_percent = QuantityText(allow_null=True, help_text="Of the other's first payment, as credit for you.")
    per_year = serializers.IntegerField(allow_null=True, help_text="The most rewards in a calendar year.")


class BroughtOutput(Output):
    """Somebody who signed up with the code. Who it is, is not said."""

    on = serializers.DateField()
    paid_on = serializers.DateField(allow_null=True, help_text="When it first paid.")


class RewardOutput(Output):
    """An offer or an amount of credit that was earned."""

    offer = ReferralOfferOutput(allow_null=True)
    credit = serializers.IntegerField(allow_null=True, help_text="In rupiah, on the next invoice.")
    state = serializers.ChoiceField(choices=OwedState.values)
    given_on = serializers.DateField(allow_null=True)


class ReferralsOutput(Output):
    """All of it; `programme` is null where the product has none."""

    code = serializers.CharField()
    link = serializers.URLField()
    programme = ProgrammeOutput(allow_null=True)
    brought = BroughtOutput(many=True, help_text="The latest first.")
    rewards = RewardOutput(many=True, help_text="The latest first.")


class ReferralsView(TenantView):
    """Bringing others along."""

    opens_schema = False

    @extend_schema(operation_id="getReferrals", tags=["subscription"], responses=ReferralsOutput)
    def get(self, request: Request) -> Response:
        """The link to pass on, what the programme gives, the days others signed up and first paid, and the rewards."""
        return Response(ReferralsOutput(_shape(self.tenant, referrals_of(self.tenant))).data)


def _shape(tenant: Tenant, found: Referrals) -> dict[str, Any]:
    return {
        "code": tenant.subdomain,
        "link": public_address(f"/harga/{tenant.product_code}/?ref={tenant.subdomain}"),
        "programme": _programme(found),
        "brought": [{"on": item.on, "paid_on": item.paid_on} for item in found.brought],
        "rewards": [_reward(item) for item in found.rewards],
    }


def _programme(found: Referrals) -> dict[str, Any] | None:
    if found.programme is None:
        return None
    credit = found.programme.credit
    return {
        "referrer_gets": _offer(found.referrer_gets),
        "referred_gets": _offer(found.referred_gets),
        "credit_percent": None if credit is None else credit.percent,
        "per_year": found.programme.per_year,
    }


def _reward(item: Reward) -> dict[str, Any]:
    return {
        "offer": _offer(item.discount),
        "credit": item.credit,
        "state": item.state.value,
        "given_on": item.given_on,
    }


def _offer(discount: Discount | None) -> dict[str, str] | None:
    return None if discount is None else {"code": discount.code, "name": discount.name.of(language())}
