"""Public schema: partners, referrals, commissions, payouts, awards."""

from partners.models.commissions import Commission, Payout
from partners.models.partners import Partner, PartnerAgreement
from partners.models.referrals import Award, Referral

__all__ = ["Award", "Commission", "Partner", "PartnerAgreement", "Payout", "Referral"]
