"""The task of staff before a contract renews by itself (C9)."""

from datetime import date

from billing.models import Subscription
from billing.rules.dunning import Announced
from billing.selectors.drafts import forecast
from plans.rules.money import format_rupiah
from tenants.models import StaffTask, Tenant
from tenants.rows import keep_once


def open_renewal_task(tenant: Tenant, subscription: Subscription, reminder: Announced, today: date) -> None:
    """One task for each end of a contract, whenever the job runs; said late it is due on the day it is said."""
    draft = forecast(subscription, today)
    amount = format_rupiah(draft.total) if draft else "tanpa biaya"
    plan = next(item for item in subscription.terms.plans if item.code == subscription.plan_code)
    note = (
        f"{plan.name.id}; berakhir {reminder.target.isoformat()}, berlanjut sendiri: {amount}. {tenant.contact_phone}"
    )
    keep_once(
        StaffTask(
            tenant=tenant,
            kind="renewal",
            key=reminder.key("task"),
            title=f"Perpanjangan {tenant.name}"[:200],
            note=note.strip(),
            due_on=today,
        )
    )
