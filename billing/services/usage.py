"""Usage as it happens: marketplace turnover and the like, billed after its period (C15)."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from billing.errors import QuantityRefused, WrongState
from billing.models import QuantityReport, Subscription
from billing.rules import sides
from billing.rules.drafting import spell_day
from billing.rules.lifecycle import Status
from billing.selectors.accounts import living_subscription
from billing.selectors.sides import stand_of
from billing.services.standing import record, refresh
from plans.rules.money import plain
from tenants.context import current_actor, writing
from tenants.models import Tenant

LARGEST = Decimal(1_000_000_000_000_000)


@dataclass(frozen=True, slots=True)
class Usage:
    """What a meter read on a day. `key` is the reporting program's own id of it: the same one is counted once."""

    meter: str
    quantity: Decimal
    on: date
    source: str
    key: str | None = None


def report_usage(*, tenant: Tenant, usage: Usage, today: date) -> QuantityReport:
    """Take what a meter read; it stands on the invoice after its period. The same key twice gives the first answer again.

    C15: 12.345.600 of turnover in March, reported in however many parts → 123.456 on the invoice of 1 April.
    """
    with writing(tenant) as locked:
        known = QuantityReport.objects.filter(key=usage.key).first() if usage.key else None
        if known is not None:
            return known
        subscription = living_subscription()
        check_usage(subscription, usage, today)
        made = QuantityReport.objects.create(
            subscription=subscription,
            measure=usage.meter,
            on=usage.on,
            quantity=usage.quantity,
            previous=Decimal(0),
            source=usage.source,
            reported_by=current_actor().label[:200],
            key=usage.key,
            outcome="recorded",
        )
        subscription.read = sides.add_reading(subscription.read, usage.meter, usage.on, usage.quantity)
        facts = {"meter": usage.meter, "read": plain(usage.quantity), "day": usage.on.isoformat()}
        record(locked, subscription, "usage.reported", today, **facts)
        refresh(locked, subscription, today)
    return made


def check_usage(subscription: Subscription, usage: Usage, today: date) -> None:
    """Refuse what cannot be taken, and say why: an unknown meter, a day to come, a day that was billed."""
    agreement = subscription.terms
    if agreement.meter(usage.meter) is None:
        known = ", ".join(item.code for item in agreement.meters) or "–"
        said = _("Pemakaian “%(meter)s” tidak ditagih pada paket ini. Pilihannya: %(known)s.")
        raise QuantityRefused(said % {"meter": usage.meter[:60], "known": known}, field="meter", code="unknown_meter")
    if subscription.status == Status.ENDED:
        raise WrongState(_("Langganan ini sudah berakhir."))
    if not 0 <= usage.quantity <= LARGEST or usage.quantity != usage.quantity.to_integral_value():
        raise QuantityRefused(_("Pemakaian harus bilangan bulat, paling sedikit 0."), field="quantity")
    if usage.on > today:
        raise QuantityRefused(_("Tanggal tidak boleh di masa depan."), field="on", code="date_in_future")
    if usage.on < subscription.signed_up_on:
        raise QuantityRefused(_("Tanggal sebelum berlangganan."), field="on", code="date_before_signup")
    _check_open(subscription, usage)


def _check_open(subscription: Subscription, usage: Usage) -> None:
    """What was billed is not added to: a late report names a day that is still open."""
    stand = stand_of(subscription)
    if stand is None:
        return
    billed = [
        stand.progress[charge.code].to
        for charge in subscription.terms.sides
        if charge.quantity == usage.meter and charge.code in stand.progress
    ]
    if billed and usage.on < max(billed):
        said = _("Pemakaian sebelum %(day)s sudah ditagih. Laporkan dengan tanggal itu atau sesudahnya.")
        raise QuantityRefused(said % {"day": spell_day(max(billed), "id")}, field="on", code="period_billed")
