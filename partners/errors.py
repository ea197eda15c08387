"""What can be wrong with a referral, a commission or a payout."""

from tenants.errors import Conflict, DomainError


class ReferralRefused(DomainError):
    """The code refers to nobody, or not to this customer."""

    code = "unknown_referral"


class PayoutRefused(Conflict):
    """More than the partner has earned and not been paid yet; or a reference that another payout has used."""

    code = "above_balance"
