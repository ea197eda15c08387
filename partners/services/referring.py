"""Keeping who brought a new customer along. Its code is a customer's address, or a partner's code with its dot."""

from datetime import date

from django.utils.translation import gettext as _

from partners.errors import ReferralRefused
from partners.models import Partner, Referral
from plans.services.discounts import customer_of
from tenants.models import Tenant

FIELD = "referral"


def check_referral(*, code: str, product: str) -> Tenant | Partner | None:
    """Who is meant by a code, for a product: `griya-asri` or `mitra.dewi`; None for an empty one, else `ReferralRefused`."""
    wanted = code.strip().lower()
    if not wanted:
        return None
    found: Tenant | Partner | None
    if "." in wanted:
        found = Partner.objects.filter(code=wanted).first()
    else:
        schema = f"t_{wanted.replace('-', '_')}"
        found = Tenant.objects.filter(schema_name=schema, product_code=product).first()
    if found is None:
        raise ReferralRefused(_("Kode ajakan “%(code)s” tidak dikenal.") % {"code": code[:60]}, field=FIELD)
    return found


def refer(*, tenant: Tenant, code: str, on: date) -> Referral | None:
    """Keep it with a tenant that signs up, in its transaction; nobody refers itself."""
    who = check_referral(code=code, product=tenant.product_code)
    if who is None:
        return None
    partner = who if isinstance(who, Partner) else None
    referrer = who if isinstance(who, Tenant) else None
    if referrer is not None and (customer_of(referrer) == customer_of(tenant) or referrer.is_test != tenant.is_test):
        raise ReferralRefused(_("Anda tidak dapat mengajak diri sendiri."), field=FIELD, code="own_referral")
    if partner is not None and partner.email.lower() == tenant.contact_email.lower():
        raise ReferralRefused(_("Anda tidak dapat mengajak diri sendiri."), field=FIELD, code="own_referral")
    return Referral.objects.create(
        tenant=tenant, referrer=referrer, partner=partner, code=code.strip().lower()[:60], referred_on=on
    )
