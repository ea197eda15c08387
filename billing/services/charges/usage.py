"""Usage as it happens: marketplace turnover and the like, billed after its period (C15)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NoReturn

from django.utils.translation import gettext as _

from billing.errors import QuantityRefused, WrongState
from billing.models import QuantityReport, Subscription
from billing.rules import readings, sides
from billing.rules.drafting import Draft
from billing.rules.lifecycle import Status
from billing.rules.progress import write_progress
from billing.selectors.accounts import living_subscription
from billing.selectors.drafts import forecast
from billing.selectors.sides import billed_usage_period, stand_of, usage_in
from billing.services.standing import record, refresh
from plans.rules.money import plain
from tenants.context import current_actor, writing
from tenants.models import Tenant

LARGEST = Decimal(1_000_000_000_000_000)
# What became of a report of usage.
RECORDED, CORRECTED = "recorded", "corrected"


@dataclass(frozen=True, slots=True)
class Usage:
    """What a meter read on a day. `key` is the reporting program's own id of it: the same one is counted once.

    With `corrects`, the key of an earlier report, `quantity` is the whole of that report as it should have been.
    """

    meter: str
    quantity: Decimal
    on: date
    source: str
    key: str | None = None
    corrects: str = ""


def report_usage(*, tenant: Tenant, usage: Usage, today: date) -> QuantityReport:
    """Take what a meter read; it stands on the invoice after its period. The same key twice gives the first answer again.

    C15: 12.345.600 of turnover in March, reported in however many parts → 123.456 on the invoice of 1 April. What is reported
    late, or corrected, for a period that was billed is the difference on the next invoice (`billing.rules.corrections`).
    """
    with writing(tenant) as locked:
        return _taken(locked, living_subscription(), usage, today)


def report_all_usage(*, tenant: Tenant, usages: Sequence[Usage], today: date) -> list[QuantityReport]:
    """Take a whole file, or nothing of it; a refusal names the row from 1 as `rows[1]`."""
    with writing(tenant) as locked:
        return _taken_all(locked, living_subscription(), usages, today)


@dataclass(frozen=True, slots=True)
class UsagePreview:
    """What a file would do: how many reports are `new`, how many of them `late`, and the next invoice before and after."""

    new: int
    late: int
    before: Draft | None
    after: Draft | None


class _LookedAt(Exception):  # no error: it takes the look's own writes back
    def __init__(self, preview: UsagePreview) -> None:
        super().__init__()
        self.preview = preview


def preview_usage(*, tenant: Tenant, usages: Sequence[Usage], today: date) -> UsagePreview:
    """Take the reports, look at the next invoice, and take everything back: what is shown is what would be billed."""
    try:
        with writing(tenant) as locked:
            subscription = living_subscription()
            before, known = forecast(subscription, today), QuantityReport.objects.count()
            made = _taken_all(locked, subscription, usages, today)
            late = sum(report.outcome == CORRECTED for report in {item.pk: item for item in made}.values())
            new = QuantityReport.objects.count() - known
            _take_back(UsagePreview(new, late if new else 0, before, forecast(subscription, today)))
    except _LookedAt as looked:
        return looked.preview


def _take_back(preview: UsagePreview) -> NoReturn:
    raise _LookedAt(preview)


def _taken_all(
    tenant: Tenant, subscription: Subscription, usages: Sequence[Usage], today: date
) -> list[QuantityReport]:
    made = []
    for at, usage in enumerate(usages, start=1):
        try:
            made.append(_taken(tenant, subscription, usage, today))
        except QuantityRefused as error:
            error.field = f"rows[{at}].{error.field}"
            raise
    return made


def _taken(tenant: Tenant, subscription: Subscription, usage: Usage, today: date) -> QuantityReport:
    known = QuantityReport.objects.filter(key=usage.key).first() if usage.key else None
    if known is not None:
        return known
    check_usage(subscription, usage, today)
    corrected = corrected_report(subscription, usage) if usage.corrects else None
    previous = value_of(corrected) if corrected is not None else Decimal(0)
    is_late = _count(subscription, usage, usage.quantity - previous)
    made = QuantityReport.objects.create(
        subscription=subscription,
        measure=usage.meter,
        on=usage.on,
        quantity=usage.quantity,
        previous=previous,
        source=usage.source,
        reported_by=current_actor().label[:200],
        key=usage.key,
        document_number=corrected.pk.hex if corrected is not None else "",
        outcome=CORRECTED if is_late else RECORDED,
    )
    facts = {"meter": usage.meter, "read": plain(usage.quantity), "day": usage.on.isoformat()}
    facts |= {"previous": plain(previous)} if usage.corrects else {}
    record(tenant, subscription, "usage.reported", today, **facts)
    refresh(tenant, subscription, today)
    return made


def _count(subscription: Subscription, usage: Usage, difference: Decimal) -> bool:
    """Add to what is still to be billed, or keep the difference for the next invoice; True where some of it was billed."""
    agreement, stand = subscription.terms, stand_of(subscription)
    charges = [charge for charge in agreement.sides if charge.quantity == usage.meter]
    found = [
        (charge, billed_usage_period(subscription, stand, charge, usage.on) if stand is not None else None)
        for charge in charges
    ]
    if any(period is None for _charge, period in found):
        subscription.read = readings.add_reading(subscription.read, usage.meter, usage.on, difference)
    for charge, period in found:
        if stand is not None and period is not None:
            before = usage_in(usage.meter, period)
            stand = sides.correct(agreement, stand, charge, period, (before, before + difference))
    is_late = any(period is not None for _charge, period in found)
    if stand is not None and is_late:
        subscription.charged = write_progress(stand.progress)
    return is_late


def is_billed(subscription: Subscription, usage: Usage) -> bool:
    """Whether the day of a report was billed already, so that its difference comes on the next invoice."""
    stand = stand_of(subscription)
    charges = [charge for charge in subscription.terms.sides if charge.quantity == usage.meter]
    return stand is not None and any(billed_usage_period(subscription, stand, one, usage.on) for one in charges)


def day_of_report(key: str) -> date | None:
    """The day of a report, for a correction that does not repeat it."""
    return QuantityReport.objects.filter(key=key).values_list("on", flat=True).first()


def value_of(report: QuantityReport) -> Decimal:
    """What a report says after all corrections of it."""
    latest = QuantityReport.objects.filter(document_number=report.pk.hex).order_by("-created_at", "-pk").first()
    return report.quantity if latest is None else latest.quantity


def check_usage(subscription: Subscription, usage: Usage, today: date) -> None:
    """Refuse what cannot be taken, and say why: an unknown meter, a day to come, a correction of nothing."""
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
    if usage.corrects:
        corrected_report(subscription, usage)


def corrected_report(subscription: Subscription, usage: Usage) -> QuantityReport:
    """The report that a correction names by its key: of this subscription, for the same meter and day."""
    found = QuantityReport.objects.filter(key=usage.corrects, subscription=subscription, document_number="").first()
    if found is None or found.measure != usage.meter:
        said = _("Tidak ada laporan “%(key)s” untuk pemakaian ini.") % {"key": usage.corrects[:60]}
        raise QuantityRefused(said, field="corrects", code="unknown_report")
    if found.on != usage.on:
        said = _("Laporan itu untuk hari lain. Koreksi memakai tanggal yang sama.")
        raise QuantityRefused(said, field="on", code="other_day")
    return found
