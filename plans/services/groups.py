"""Opening and joining a group of buyers (C7). The third that joins makes it hold for all of them."""

import secrets
from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from plans.models import GroupMember, OfferGroup, OwedOffer
from plans.rules.discounts import Discount
from plans.rules.eligibility import group_closed
from plans.services.claims import frozen
from plans.services.discounts import Taking, check_customer

# Without letters and digits that are taken for one another.
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
BECAUSE = "group"


def join_group(*, discount: Discount, code: str, taking: Taking, at: int = 0) -> OfferGroup:
    """Join the group of a code, or open one where the code is the offer's own; inside the transaction of the sign-up.

    With the last member that is needed the offer is owed to all of them, and from then on to each that joins. It is given by
    each tenant's own job, from its next invoice on.
    """
    check_customer(discount, taking, at)
    group = _opened(discount, taking) if code == discount.code else _locked(code, taking, discount, at)
    GroupMember.objects.create(group=group, tenant=taking.tenant, joined_on=taking.on)
    members = list(group.members.values_list("tenant_id", flat=True))
    if group.formed_on is not None:
        _owe(group, [taking.tenant.pk])
    elif len(members) >= group.needed:
        group.formed_on = taking.on
        group.save(update_fields=["formed_on"])
        _owe(group, members)
    return group


def _opened(discount: Discount, taking: Taking) -> OfferGroup:
    if discount.group is None:
        raise RuntimeError(f"{discount.code} is no offer for groups.")
    code = ""
    while not code or OfferGroup.objects.filter(code=code).exists():
        code = f"{discount.code}-{''.join(secrets.choice(_LETTERS) for _ in range(6))}"
    return OfferGroup.objects.create(
        product_code=taking.tenant.product_code,
        offer_code=discount.code,
        code=code,
        terms=frozen(discount),
        needed=discount.group.members,
        opened_on=taking.on,
        closes_on=taking.on + timedelta(days=discount.group.days),
        is_test=taking.tenant.is_test,
    )


def _locked(code: str, taking: Taking, discount: Discount, at: int) -> OfferGroup:
    """The group, locked: who joins at the same instant waits here and is counted next."""
    mine = OfferGroup.objects.select_for_update().filter(product_code=taking.tenant.product_code, code=code)
    group = mine.filter(is_test=taking.tenant.is_test).first()
    if group is None or group.closes_on < taking.on:
        raise group_closed(discount, at)
    return group


def _owe(group: OfferGroup, tenants: Iterable[UUID]) -> None:
    rows = [
        OwedOffer(
            tenant_id=tenant,
            code=group.offer_code,
            terms=group.terms,
            because=BECAUSE,
            cause=f"Kelompok {group.code} lengkap",
            key=f"group:{group.pk}",
        )
        for tenant in tenants
    ]
    OwedOffer.objects.bulk_create(rows, ignore_conflicts=True)
