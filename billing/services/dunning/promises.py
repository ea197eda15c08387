"""Promises to pay: recorded by staff, kept by a payment, broken by the day after."""

from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from billing.errors import DocumentNotFound, WrongState
from billing.models import Document, DocumentStatus, Subscription
from billing.selectors.accounts import latest_subscription
from billing.services.standing import record, refresh
from plans.rules.money import format_rupiah
from tenants.context import writing
from tenants.errors import DomainError
from tenants.models import StaffTask, Tenant
from tenants.rows import keep, keep_once
from tenants.services.steering import check_reason


def promise_to_pay(*, tenant: Tenant, number: str, on: date, reason: str, today: date) -> Document:
    """Note that the customer will pay a document on a day: no overdue reminder until then, and where the terms say so no
    suspension either. A later promise takes the place of an earlier one."""
    cause = check_reason(reason)
    with writing(tenant) as locked:
        document = Document.objects.filter(number=number).first()
        subscription = latest_subscription()
        if document is None or subscription is None:
            raise DocumentNotFound(_("Tagihan dengan nomor ini tidak ada."), field="number")
        if document.status != DocumentStatus.OPEN:
            raise WrongState(_("Tagihan ini tidak terbuka."), field="number")
        most = subscription.terms.terms.promise.max_days
        if not today <= on <= today + timedelta(days=most):
            said = _("Janji bayar paling lama %(days)s hari dari sekarang.") % {"days": most}
            raise DomainError(said, field="on", code="promise_too_far")
        document.promised_on = on
        keep(document, "promised_on")
        record(locked, subscription, "promise.made", today, cause=cause, **_facts(document, on))
        refresh(locked, subscription, today, posted=False)
    return document


def break_promise(tenant: Tenant, subscription: Subscription, document: Document, today: date) -> None:
    """The day has passed and the document is open: reminders and suspension go on, and somebody is to call."""
    promised, document.promised_on = document.promised_on, None
    keep(document, "promised_on")
    if promised is None:
        return
    key = f"promise.broken:{document.number}:{promised}"
    record(tenant, subscription, "promise.broken", today, key=key, **_facts(document, promised))
    note = f"{document.number}, {format_rupiah(document.outstanding)}, {tenant.contact_phone}"
    title = f"Janji bayar {tenant.name} tidak ditepati"
    keep_once(StaffTask(tenant=tenant, key=key, title=title[:200], note=note, due_on=today))


def _facts(document: Document, on: date) -> dict[str, Any]:
    return {"invoice": document.number, "amount": document.outstanding, "promised": on.isoformat()}


def set_never_suspend(*, tenant: Tenant, never: bool, reason: str, today: date) -> None:
    """Keep access open whatever is unpaid, or let the terms decide again; for schools that are paid from BOS."""
    cause = check_reason(reason)
    with writing(tenant) as locked:
        subscription = latest_subscription()
        if subscription is None:
            raise WrongState(_("Tenant ini belum memiliki langganan."))
        locked.never_suspend = never
        locked.save(update_fields=["never_suspend"])
        record(locked, subscription, "subscription.changed", today, cause=cause, change="never_suspend", never=never)
        refresh(locked, subscription, today, posted=False)
