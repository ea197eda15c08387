"""Who else is in a simulated life: who brought the customer along, whom it brings (K10, C6), who buys together (C7).

All of them are throw-away rows of the public schema beside the throw-away tenant: what they earn it is earned, limited and
given by the same services as in real life, and rolled back with it.
"""

from collections.abc import Sequence
from datetime import date
from uuid import uuid4

from django.utils.translation import gettext as _

from billing.models import Subscription
from billing.services.offers.owed import settle_owed
from partners.models import Referral
from partners.rules.shares import Bill, stored_bill
from partners.services.following import follow
from partners.services.rewards import earn
from plans.rules.discounts import Discount
from plans.selectors.catalogue import catalogue_of
from plans.selectors.groups import GroupStand, groups_of
from plans.services.discounts import Taking
from plans.services.groups import join_group
from tenants.models import Tenant
from trials.errors import ScriptRefused
from trials.selectors.quotes import Wish, quote
from trials.services.groups import join_groups, take_what_was_earned

CODE = "simulation"


def companion(product: str, on: date, timezone: str = "Asia/Jakarta") -> Tenant:
    """A throw-away tenant; it has no schema of its own until somebody makes one."""
    name = f"sim_{uuid4().hex}"
    return Tenant.objects.create(
        schema_name=name,
        name="Simulasi",
        contact_email=f"{name}@simulation.invalid",
        product_code=product,
        timezone=timezone,
        is_test=True,
        clock_on=on,
        provisioning=Tenant.ProvisioningState.READY,
    )


def be_referred(tenant: Tenant, on: date) -> None:
    """The customer signs up with another one's code (C6): both are rewarded once it first pays."""
    _programme(tenant, "referred")
    referrer = companion(tenant.product_code, on)
    Referral.objects.create(tenant=tenant, referrer=referrer, code=CODE, referred_on=on)


def refer_another(tenant: Tenant, on: date, paid: int) -> None:
    """Somebody that the customer brought along pays so many rupiah for the first time: its reward is owed, within the yearly
    cap (K10, N10)."""
    _programme(tenant, "refer")
    brought = companion(tenant.product_code, on)
    referral = Referral.objects.create(
        tenant=brought,
        referrer=tenant,
        code=CODE,
        referred_on=on,
        first_paid_on=on,
        first_paid=CODE,
        bills={CODE: stored_bill(Bill(CODE, on, paid, paid=True))},
    )
    earn(referral=referral, on=on)
    settle_owed(tenant=tenant, today=on)


def follow_payments(tenant: Tenant, today: date) -> None:
    """What the day's payments earned: the customer's own reward for having been brought along (C6)."""
    referral = Referral.objects.filter(tenant=tenant).first()
    if referral is not None and follow(referral_id=referral.pk):
        settle_owed(tenant=tenant, today=today)


def join_with(tenant: Tenant, subscription: Subscription, wish: Wish, offers: Sequence[str]) -> None:
    """Put the customer into the groups of its codes, as a sign-up does."""
    join_groups(made=quote(wish), offers=offers, taking=Taking(tenant, wish.on))
    take_what_was_earned(tenant, subscription, wish.on)


def let_others_join(tenant: Tenant, code: str, count: int, on: date) -> None:
    """So many others sign up with the code of the customer's group; with the last that is needed it holds for all (C7)."""
    stand = _group(tenant, code)
    for _number in range(count):
        joining = Taking(companion(tenant.product_code, on), on)
        join_group(discount=stand.discount, code=stand.code, taking=joining)
    settle_owed(tenant=tenant, today=on)


def _group(tenant: Tenant, code: str) -> GroupStand:
    wanted = code.strip().lower()
    for stand in groups_of(tenant):
        if wanted in {stand.code, stand.discount.code}:
            return stand
    raise ScriptRefused(_("Pelanggan ini tidak ikut kelompok “%(code)s”.") % {"code": code[:60]}, field="offer")


def _programme(tenant: Tenant, field: str) -> None:
    if not catalogue_of(tenant.product_code).referrals:
        raise ScriptRefused(_("Produk ini tidak memiliki program ajakan."), field=field, code="no_referrals")


def joins_group(discounts: Sequence[Discount], offers: Sequence[str]) -> bool:
    """Whether one of the codes is for a group, or the code of one that is open."""
    plain = {item.code for item in discounts if item.group is None}
    return any(code.strip().lower() not in plain for code in offers)
