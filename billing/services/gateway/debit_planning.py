"""What of a mandate is charged today: announced before, committed as an attempt, under the tenant's lock (K7).

Of two attempts for one invoice the database refuses the second (`checkout_document_live_once`, `debit_in_flight_once`).
"""

from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction

from billing.errors import AlreadyPaid, NothingToPay
from billing.gateways.mandate_models import Debit, Mandate, MandateMethod, MandateState
from billing.gateways.methods import methods_for
from billing.gateways.models import Checkout, CheckoutItem
from billing.models import Document
from billing.rules.debiting import announce_on, charge_on
from billing.selectors.accounts import latest_subscription
from billing.selectors.debits import announcement_key, charging_of, open_invoices, rules_of
from billing.selectors.payables import payable_documents
from billing.selectors.transfers import transfer_under_review
from billing.services.gateway.debit_outcomes import tell_failure
from billing.services.gateway.order_ids import new_order_id
from billing.services.standing import record
from plans.rules.catalogue import AutoDebit
from tenants.context import writing
from tenants.models import Tenant

# How long an attempt without an outcome is asked about; then it is closed at the gateway and counts as refused.
ATTEMPT_LIFETIME = timedelta(hours=20)
_METHODS = {MandateMethod.CARD: "credit_card", MandateMethod.GOPAY: "gopay"}


def announce_and_plan(mandate: Mandate, today: date, now: datetime, *, lasting: bool = True) -> list[Debit]:
    """Tell what will be charged, and commit an attempt for each invoice whose day it is."""
    rules = rules_of(mandate.tenant)
    if rules is None:
        return []
    with writing(mandate.tenant) as locked:
        invoices = open_invoices()
        for document in invoices:
            if announce_on(rules, document.due_on) <= today:
                _announce(locked, mandate, document, rules, today)
    made = (_plan(mandate, document, rules, today, now, lasting=lasting) for document in invoices)
    return [debit for debit in made if debit is not None]


def _announce(tenant: Tenant, mandate: Mandate, document: Document, rules: AutoDebit, today: date) -> None:
    """The day and the amount, before it is charged (K7); once for an invoice."""
    case = charging_of(mandate, document)
    subscription = latest_subscription()
    if case.announced_on is not None or subscription is None or document.outstanding > mandate.limit:
        return
    on = max(document.due_on + timedelta(days=rules.days[0]), today + timedelta(days=1))
    facts: dict[str, Any] = {"invoice": document.number, "amount": document.outstanding, "charged_on": on.isoformat()}
    facts |= {"method": mandate.method, "hint": mandate.hint}
    key = announcement_key(mandate, document.number)
    record(tenant, subscription, "debit.announced", today, key=key, **facts)


def _plan(
    mandate: Mandate, document: Document, rules: AutoDebit, today: date, now: datetime, *, lasting: bool
) -> Debit | None:
    """The attempt of today for an invoice, committed; None where it is not the day, or something else may be paying it.

    Under the tenant's lock: what is charged is what is open at this moment.
    """
    try:
        with transaction.atomic(durable=lasting), writing(mandate.tenant):
            case = charging_of(mandate, document)
            day = charge_on(rules, case)
            if document.due_on > today or (case.tried if day is None else day > today) or not holds(mandate):
                return None
            asked = _asked(mandate, document)
            amount = sum(item.outstanding for item in asked)
            if not amount:
                return None
            if reason := _misfit(mandate, amount, now):
                key = f"debit.refused:{document.number}:{mandate.pk}:{amount}"
                tell_failure(mandate, document, amount, reason, key, now)
                return None
            return None if day is None else _commit(mandate, document, asked, amount, today, now)
    except IntegrityError:
        # Another attempt for one of the documents is live: it is let alone, and tomorrow is another day.
        return None


def holds(mandate: Mandate) -> bool:
    """Whether the consent still stands, at this moment."""
    return Mandate.objects.filter(pk=mandate.pk, state=MandateState.ACTIVE).exists()


def _asked(mandate: Mandate, document: Document) -> list[Document]:
    """The invoice and its late fees; nothing while a proof of transfer is checked, or another way of paying is open."""
    try:
        asked = payable_documents([document.pk])
    except (AlreadyPaid, NothingToPay):
        return []
    live = CheckoutItem.objects.filter(document_id__in=[item.pk for item in asked], live=True)
    return [] if live.exists() or transfer_under_review(mandate.tenant, document) else asked


def _misfit(mandate: Mandate, amount: int, now: datetime) -> str:
    """Why an amount cannot be charged at all: more than was agreed to, or not for this method."""
    if amount > mandate.limit:
        return "over_limit"
    fits = _METHODS[MandateMethod(mandate.method)] in methods_for(amount, now.date())
    return "" if fits else "amount_out_of_range"


def _commit(
    mandate: Mandate, document: Document, asked: list[Document], amount: int, today: date, now: datetime
) -> Debit:
    return Debit.objects.create(
        mandate=mandate,
        tenant=mandate.tenant,
        checkout=_attempt(mandate, asked, amount, now),
        document_id=document.pk,
        number=document.number,
        amount=amount,
        on=today,
        sent_at=now,
    )


def _attempt(mandate: Mandate, asked: list[Document], amount: int, now: datetime) -> Checkout:
    """What the gateway will be asked for, with the documents that it pays."""
    checkout = Checkout.objects.create(
        order_id=new_order_id(now),
        amount=amount,
        method=mandate.method,
        expires_at=now + ATTEMPT_LIFETIME,
        started_by="Auto-debit",
    )
    CheckoutItem.objects.bulk_create(
        CheckoutItem(
            checkout=checkout, tenant=mandate.tenant, document_id=item.pk, number=item.number, amount=item.outstanding
        )
        for item in asked
    )
    return checkout
