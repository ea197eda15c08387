"""Add-ons: what changing one would do, and changing it (N8, C11)."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from billing.errors import StalePreview, WrongState
from billing.models import QuantityReport, Subscription
from billing.rules import drafting, side_rises
from billing.rules.addons import check_addon
from billing.rules.agreement import Agreement
from billing.rules.drafting import Draft
from billing.rules.lifecycle import Status
from billing.rules.sides import Stand
from billing.selectors.accounts import living_subscription
from billing.selectors.sides import held_addons, stand_of
from billing.selectors.taxing import taxed
from billing.services.charges.sides import put_stand
from billing.services.daily import run_billing
from billing.services.documents.invoicing import issue_draft
from billing.services.standing import billing_day, record, refresh
from plans.rules.money import plain
from plans.rules.periods import Period
from tenants.context import current_actor, writing
from tenants.models import Tenant

CHANGEABLE = frozenset({Status.TRIALING, Status.ACTIVE, Status.PAST_DUE, Status.CANCELLED})


@dataclass(frozen=True, slots=True)
class AddonChange:
    """So many of an add-on from today on. `key` makes a repetition harmless; `cause` is the reason where staff act.

    `agreed` is the `essence` of the preview somebody said yes to; empty where nobody looked at one.
    """

    addon: str
    quantity: Decimal
    source: str
    key: str | None = None
    cause: str = ""
    agreed: str = ""


@dataclass(frozen=True, slots=True)
class AddonPreview:
    """What a change would do: how many are held now and then, and the invoice of today (None where nothing is billed)."""

    current: Decimal
    quantity: Decimal
    draft: Draft | None

    @property
    def essence(self) -> str:
        """What a person agrees to: "0:12:900000:2026-08-30" changes with the day and with what is held."""
        money = f"{self.draft.total}:{self.draft.due_on.isoformat()}" if self.draft else "0"
        return f"{plain(self.current)}:{plain(self.quantity)}:{money}"


def preview_addon(*, subscription: Subscription, addon: str, quantity: Decimal, today: date) -> AddonPreview:
    """What would be billed today, by the same draft as the change itself; a `CatalogueError` names what is not possible."""
    agreement = subscription.terms
    check_addon(agreement, addon, quantity)
    if subscription.status not in CHANGEABLE:
        raise WrongState(_("Tambahan hanya untuk langganan yang berjalan."), field="addon")
    draft, _stand = _drafted(subscription, agreement, addon, quantity, today)
    return AddonPreview(held_addons(subscription).get(addon, Decimal(0)), quantity, draft)


def change_addon(*, tenant: Tenant, change: AddonChange, today: date) -> QuantityReport:
    """Hold so many of an add-on from today on: more are billed for the days left, fewer count from the next period.

    In a trial nothing is billed yet. The same key twice gives the first answer again. Writes the invoice, its event and
    `subscription.changed`.
    """
    with writing(tenant) as locked:
        known = QuantityReport.objects.filter(key=change.key).first() if change.key else None
        if known is not None:
            return known
        _catch_up(locked, today)
        subscription = living_subscription()
        seen = preview_addon(subscription=subscription, addon=change.addon, quantity=change.quantity, today=today)
        if change.agreed and change.agreed != seen.essence:
            raise StalePreview(_("Keadaan berubah sejak pratinjau. Periksa sekali lagi."), field="quantity")
        made = _change(locked, subscription, change, seen, today)
        refresh(locked, subscription, today)
    return made


def _catch_up(tenant: Tenant, today: date) -> None:
    """Days that a late job has not billed yet are billed at the old number first."""
    day = billing_day(living_subscription())
    if day is not None and day <= today:
        run_billing(tenant=tenant, today=today)


def _change(
    tenant: Tenant, subscription: Subscription, change: AddonChange, seen: AddonPreview, today: date
) -> QuantityReport:
    agreement = subscription.terms
    draft, stand = _drafted(subscription, agreement, change.addon, change.quantity, today)
    held = held_addons(subscription) | {change.addon: change.quantity}
    subscription.addons = {code: plain(count) for code, count in held.items() if count}
    if stand is not None:
        put_stand(subscription, agreement, stand)
    subscription.save()
    facts = {"change": "addon", "addon": change.addon, "before": plain(seen.current), "held": plain(change.quantity)}
    record(tenant, subscription, "subscription.changed", today, cause=change.cause, **facts)
    document = issue_draft(tenant, subscription, draft, cause=change.cause) if draft is not None else None
    return QuantityReport.objects.create(
        subscription=subscription,
        measure=change.addon,
        on=today,
        quantity=change.quantity,
        previous=seen.current,
        source=change.source,
        reported_by=current_actor().label[:200],
        key=change.key,
        outcome="billed" if document else "recorded",
        document_number=document.number if document else "",
    )


def _drafted(
    subscription: Subscription, agreement: Agreement, addon: str, quantity: Decimal, today: date
) -> tuple[Draft | None, Stand | None]:
    """The invoice of a change and how things stand after it; before billing has begun there is neither."""
    stand = stand_of(subscription)
    if stand is None:
        return None, None
    lines, after = side_rises.addon_change(agreement, stand, addon, quantity, today)
    if not sum(line.amount for line in lines):
        return None, after
    span = Period(today, max(line.period.end for line in lines))
    return taxed(drafting.dated(agreement, lines, today, span), agreement), after
