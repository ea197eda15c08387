"""Confirming a previewed quantity: what was shown is what happens, or nothing happens."""

from datetime import date

from billing.errors import StalePreview
from billing.models import QuantityReport
from billing.selectors.accounts import living_subscription
from billing.services.subscriptions import Preview, Report, preview_quantity, report_quantity
from plans.rules.money import plain
from tenants.context import writing
from tenants.models import Tenant


def essence_of(preview: Preview) -> str:
    """What a person agrees to when confirming: the starting count, the outcome, the amount and its dates.

    "100:125:pro_rata:25:125000:2025-03-17" changes when somebody else reports meanwhile, or when the day turns.
    """
    draft = preview.draft
    money = f"{draft.total}:{draft.due_on.isoformat()}" if draft else "0"
    parts = [
        plain(preview.current),
        plain(preview.quantity),
        preview.decision.outcome.value,
        plain(preview.decision.added),
    ]
    return ":".join([*parts, money, *preview.voids])


def confirm_quantity(*, tenant: Tenant, report: Report, agreed: str, today: date) -> QuantityReport:
    """Report a count if it still does what was agreed to (`essence_of` its preview); else `StalePreview`.

    The preview is made again under the tenant's lock, so nothing can change between the two. A repeated confirmation
    (the same key) gets the first answer, whatever has happened since. Writes what `report_quantity` writes.
    """
    with writing(tenant):
        done = QuantityReport.objects.filter(key=report.key).first() if report.key else None
        if done is not None:
            return done
        subscription = living_subscription()
        preview = preview_quantity(subscription=subscription, quantity=report.quantity, on=report.on, today=today)
        if essence_of(preview) != agreed:
            raise StalePreview("Keadaan berubah sejak pratinjau. Periksa sekali lagi.", field="quantity")
        return report_quantity(tenant=tenant, report=report, today=today)
