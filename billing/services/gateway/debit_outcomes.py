"""What a charge came to: kept once, whoever heard of it first, and told to the customer."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from billing.gateways.declines import NO_ANSWER, UNLINKED, WITHDRAWN, Decline, decline_of
from billing.gateways.mandate_models import Debit, DebitOutcome, Mandate
from billing.gateways.models import AFTER_PAID, LIVE, CheckoutState
from billing.models import Document
from billing.rules.debiting import charge_on
from billing.selectors.accounts import latest_subscription
from billing.selectors.debits import charging_of, rules_of
from billing.services.gateway.mandates import end_mandate
from billing.services.standing import record
from tenants.context import SYSTEM, acting, local_today, writing
from tenants.models import Tenant


def conclude_debit(
    *, checkout_id: UUID, now: datetime, raw: Mapping[str, Any] | None = None, decline: Decline | None = None
) -> None:
    """If this attempt is a charge on a mandate and is over, keep how it ended; a refusal is told with what comes next.

    Safe to repeat: only a charge in flight is concluded. `raw` is the gateway's answer, which names the bank's reason;
    `decline` the reason where there was no answer to read.
    """
    debit = Debit.objects.select_related("mandate__tenant", "tenant", "checkout").filter(
        checkout_id=checkout_id, outcome=DebitOutcome.IN_FLIGHT
    )
    found = debit.first()
    if found is None or found.checkout.state in LIVE:
        return
    if found.checkout.state in AFTER_PAID:
        debit.update(outcome=DebitOutcome.PAID)
        return
    why = decline or (decline_of(raw) if raw and found.checkout.state == CheckoutState.DENIED else NO_ANSWER)
    outcome = DebitOutcome.HARD if why.hard else DebitOutcome.SOFT
    with transaction.atomic():
        if Debit.objects.filter(pk=found.pk, outcome=DebitOutcome.IN_FLIGHT).update(outcome=outcome, reason=why.reason):
            found.outcome, found.reason = outcome, why.reason
            if why is not WITHDRAWN:
                _tell(found, now)
    if why is UNLINKED:
        with acting(SYSTEM):
            end_mandate(tenant=found.tenant, reason=why.reason, now=now)


def _tell(debit: Debit, now: datetime) -> None:
    with writing(debit.tenant):
        document = Document.objects.filter(pk=debit.document_id).first()
    if document is not None:
        tell_failure(debit.mandate, document, debit.amount, debit.reason, f"debit.failed:{debit.pk}", now)


def tell_failure(mandate: Mandate, document: Document, amount: int, reason: str, key: str, now: datetime) -> None:
    """Say that a charge did not happen, why, and when it is tried again (`next`; none: pay by hand)."""
    tenant: Tenant = mandate.tenant
    today, rules = local_today(tenant, now), rules_of(tenant)
    with writing(tenant) as locked:
        subscription = latest_subscription()
        if subscription is None:
            return
        again = charge_on(rules, charging_of(mandate, document)) if rules is not None else None
        facts: dict[str, Any] = {
            "invoice": document.number,
            "amount": amount,
            "reason": reason,
            "method": mandate.method,
            "hint": mandate.hint,
            "next": again.isoformat() if again is not None and reason not in _BY_HAND else None,
        }
        record(locked, subscription, "debit.failed", today, key=key, **facts)


_BY_HAND = frozenset({UNLINKED.reason, "over_limit", "amount_out_of_range"})
