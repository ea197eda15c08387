"""Rewards of customers who refer others (K10, C6, N10): owed when the referred customer first pays, given by their own job."""

from datetime import date
from typing import Any

from django.db.models import Count, Max

from partners.models import Award, Referral
from partners.rules.shares import bill_of
from plans.models import OwedOffer, OwedState
from plans.rules.catalogue import Catalogue, Discount
from plans.rules.periods import add_months
from plans.rules.referrals import Referral as Programme
from plans.rules.referrals import RewardCredit
from plans.selectors.catalogue import catalogue_of, products_on_sale
from plans.services.claims import frozen
from tenants.models import Tenant
from tenants.services.places import give_back_places, take_places

REWARD, CREDIT = "reward", "credit"


def earn(*, referral: Referral, on: date) -> None:
    """The referred customer has paid for the first time: what its product's programme gives to either side is owed.

    The referrer has at most `per_year` in a calendar year, counted under a lock; what is beyond is not earned. A reward
    that was lost by a reversal is earned again when the customer pays again.
    """
    if referral.referrer is None:
        return
    catalogue = catalogue_of(referral.tenant.product_code)
    for programme in catalogue.referrals:
        cause = f"{programme.rule}: {referral.tenant.name}"
        if (programme.referrer or programme.credit) and _has_room(referral, programme, on):
            if programme.referrer:
                _owe(referral.referrer, _offer(catalogue, programme.referrer), _key(referral), cause)
            if programme.credit:
                _owe_credit(referral, programme.credit, cause)
        if programme.referred:
            _owe(referral.tenant, _offer(catalogue, programme.referred), _key(referral), cause)


def lose(*, referral: Referral) -> None:
    """Nothing of what the customer paid stands any more: what was earned by it is taken back, by each tenant's own job."""
    if referral.referrer is None or referral.first_paid_on is None:
        return
    keys = (_key(referral), _credit_key(referral))
    rows = OwedOffer.objects.filter(tenant__in=[referral.referrer, referral.tenant], key__in=keys)
    if rows.filter(tenant=referral.referrer).exclude(state__in=_GONE).exists():
        give_back_places(series=_series(referral.referrer, referral.first_paid_on), count=1)
    rows.filter(state=OwedState.GIVEN).update(state=OwedState.RECALLED)
    rows.filter(state__in=(OwedState.OWED, OwedState.STUCK)).update(state=OwedState.CANCELLED)


_GONE = (OwedState.CANCELLED, OwedState.RECALLED)


def _has_room(referral: Referral, programme: Programme, on: date) -> bool:
    if programme.per_year is None or referral.referrer is None:
        return True
    series = _series(referral.referrer, on)
    if take_places(series=series, count=1) <= programme.per_year:
        return True
    give_back_places(series=series, count=1)
    return False


def _series(referrer: Tenant, on: date) -> str:
    return f"rewards:{referrer.pk}:{on.year}"


def _key(referral: Referral) -> str:
    return f"referral:{referral.pk}"


def _credit_key(referral: Referral) -> str:
    return f"credit:{referral.pk}"


def _owe_credit(referral: Referral, credit: RewardCredit, cause: str) -> None:
    """A share of the first payment (N10): 10 % of 99.000 are 9.900. Of nothing there is no share."""
    kept = referral.bills.get(referral.first_paid)
    amount = credit.of(bill_of(referral.first_paid, kept).collected) if kept else 0
    if not amount or referral.referrer is None:
        return
    key = _credit_key(referral)
    row, made = OwedOffer.objects.get_or_create(
        tenant=referral.referrer,
        key=key,
        defaults={"code": CREDIT, "terms": {}, "credit": amount, "because": REWARD, "cause": cause[:300]},
    )
    if not made:
        _owe_again(row, credit=amount)


def _owe(tenant: Tenant, discount: Discount, key: str, cause: str) -> None:
    """Each reward is an offer of its own: a customer may have several of them, one after the other."""
    own = discount.model_copy(update={"code": f"{discount.code[:18]}-{key.rpartition(':')[2][:13]}"})
    row, made = OwedOffer.objects.get_or_create(
        tenant=tenant,
        key=key,
        defaults={
            "code": own.code,
            "terms": frozen(own),
            "because": REWARD,
            "cause": cause[:300],
            "combines": True,
        },
    )
    if not made:
        _owe_again(row)


def _owe_again(row: OwedOffer, **changed: Any) -> None:
    OwedOffer.objects.filter(pk=row.pk, state=OwedState.CANCELLED).update(state=OwedState.OWED, **changed)
    # Not taken back yet: it stays as it was given.
    OwedOffer.objects.filter(pk=row.pk, state=OwedState.RECALLED).update(state=OwedState.GIVEN)


def _offer(catalogue: Catalogue, code: str) -> Discount:
    return next(item for item in catalogue.offers if item.code == code)


def award_tops(*, today: date) -> int:
    """Reward who referred most of those who first paid last month, and last year (C6); each place once. Safe to repeat."""
    month = add_months(today.replace(day=1), -1)
    year = date(today.year - 1, 1, 1)
    found = 0
    for catalogue in products_on_sale(today):
        for programme in catalogue.referrals:
            if programme.month_top:
                found += _award(catalogue, programme.month_top, f"{month:%Y-%m}", month, today.replace(day=1), 1)
            if programme.year_top:
                places = programme.year_places
                found += _award(catalogue, programme.year_top, f"{year:%Y}", year, date(today.year, 1, 1), places)
    return found


def _award(catalogue: Catalogue, offer: str, period: str, first: date, end: date, places: int) -> int:
    """By number; of those with the same number who was there first. A period that was awarded is not looked at again."""
    product = catalogue.product.code
    if Award.objects.filter(product_code=product, period=period).exists():
        return 0
    paid = Referral.objects.filter(
        tenant__product_code=product,
        tenant__is_test=False,
        referrer__isnull=False,
        first_paid_on__gte=first,
        first_paid_on__lt=end,
    )
    ranked = paid.order_by().values("referrer").annotate(number=Count("pk"), last=Max("first_paid_on"))
    tops = list(ranked.order_by("-number", "last", "referrer")[:places])
    for rank, top in enumerate(tops, start=1):
        tenant = Tenant.objects.get(pk=top["referrer"])
        Award.objects.create(product_code=product, period=period, rank=rank, tenant=tenant, referrals=top["number"])
        cause = f"C6: {top['number']} ajakan pada {period}"
        _owe(tenant, _offer(catalogue, offer), f"top:{period}", cause)
    return len(tops)
