"""Charging the open invoices of tenants with a mandate (K7): announced, charged, and asked about until it is known.

The network is never waited for inside a transaction: an attempt is committed, then sent, then its status is asked. Two charges
of one invoice cannot be in flight: the database refuses the second attempt (`checkout_document_live_once`,
`debit_in_flight_once`), and an attempt that is sent again has the same order id, which the gateway charges once.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from billing.errors import AlreadyPaid, NothingToPay
from billing.gateways.declines import UNLINKED, WITHDRAWN, Decline, decline_of_refusal
from billing.gateways.errors import GatewayError, GatewayRejected
from billing.gateways.mandate_models import Debit, DebitOutcome, Mandate, MandateMethod, MandateState
from billing.gateways.methods import methods_for
from billing.gateways.midtrans import MidtransClient
from billing.gateways.midtrans_tokens import account_of, charge_token
from billing.gateways.models import LIVE, Checkout, CheckoutItem, CheckoutState
from billing.gateways.tokens import TokenCharge
from billing.gateways.values import CheckoutCustomer
from billing.gateways.values import CheckoutItem as ItemValue
from billing.models import Document
from billing.rules.debiting import announce_on, charge_on
from billing.selectors.accounts import latest_subscription
from billing.selectors.debits import announcement_key, charging_of, open_invoices, rules_of
from billing.selectors.payables import payable_documents
from billing.selectors.transfers import transfer_under_review
from billing.services.attempts import check_attempt, close_attempt
from billing.services.debit_outcomes import conclude_debit, tell_failure
from billing.services.order_ids import new_order_id
from billing.services.standing import record
from plans.rules.catalogue import AutoDebit
from plans.selectors.catalogue import auto_debits
from tenants.context import SYSTEM, acting, local_today, writing
from tenants.models import Tenant

log = structlog.get_logger(__name__)
BATCH = 50
# How long an attempt without an outcome is asked about; then it is closed at the gateway and counts as refused.
LIFETIME = timedelta(hours=20)
_METHODS = {MandateMethod.CARD: "credit_card", MandateMethod.GOPAY: "gopay"}


@dataclass(slots=True)
class Charged:
    """What a run did: mandates visited, and those that failed and are visited again by the next run."""

    done: int = 0
    failed: int = 0


def due_mandates(now: datetime, on: date | None = None) -> "QuerySet[Mandate]":
    """Active mandates of tenants that owe something soon and were not visited today, and those with a charge in flight.

    Found on public rows alone: no schema is opened of a tenant with nothing to charge. `on` stands in for today of every
    tenant; a test clock that has not passed it goes along. Without it, a tenant with a test clock is left out.
    """
    furthest = on or (now + timedelta(hours=9)).date()
    owing = Q(
        Q(visited_on__isnull=True) | Q(visited_on__lt=furthest),
        state=MandateState.ACTIVE,
        tenant__balance__gt=0,
    )
    soon = Q(pk__in=[])
    for product, rules in auto_debits().items():
        soon |= Q(tenant__product_code=product, tenant__next_due_on__lte=furthest + timedelta(days=rules.notice_days))
    flying = Debit.objects.filter(mandate=OuterRef("pk"), outcome=DebitOutcome.IN_FLIGHT)
    clocks = Q(tenant__clock_on__isnull=True) | (Q() if on is None else Q(tenant__clock_on__lte=on))
    ready = Q(clocks, tenant__provisioning=Tenant.ProvisioningState.READY)
    return Mandate.objects.filter(ready).filter((owing & soon) | Q(Exists(flying))).order_by("pk")


def run_debits(
    *,
    now: datetime,
    gateway: MidtransClient,
    on: date | None = None,
    progress: Callable[[Tenant], None] | None = None,
) -> Charged:
    """Visit every due mandate once, fifty read at a time; several runs may go side by side, each mandate is claimed by one.

    `on` stands in for today of every tenant.
    """
    outcome = Charged()
    for mandate in _batches(now, on):
        today = on or local_today(mandate.tenant, now)
        if progress is not None:
            progress(mandate.tenant)
        try:
            visit_mandate(mandate=mandate, today=today, now=now, gateway=gateway)
        except Exception:
            # Whatever one tenant has wrong, the others are charged.
            log.exception("debit_visit_failed", tenant=mandate.tenant.schema_name)
            outcome.failed += 1
        else:
            outcome.done += 1
    return outcome


def _batches(now: datetime, on: date | None) -> Iterator[Mandate]:
    last: UUID | None = None
    while True:
        due = due_mandates(now, on).select_related("tenant")
        batch = list((due.filter(pk__gt=last) if last else due)[:BATCH])
        yield from batch
        if len(batch) < BATCH:
            return
        last = batch[-1].pk


def charge_today(*, tenant: Tenant, today: date, now: datetime, gateway: MidtransClient, lasting: bool = True) -> None:
    """One day of one tenant, for its test clock: what the job would do. Not `lasting`: in a transaction that is rolled back."""
    mandate = Mandate.objects.select_related("tenant").filter(tenant=tenant).order_by("-agreed_at").first()
    if mandate is not None:
        visit_mandate(mandate=mandate, today=today, now=now, gateway=gateway, lasting=lasting)


def visit_mandate(
    *, mandate: Mandate, today: date, now: datetime, gateway: MidtransClient, lasting: bool = True
) -> None:
    """Ask about what is in flight, then, once on a day of the tenant, announce and charge what is due."""
    with acting(SYSTEM):
        for debit in mandate.debits.filter(outcome=DebitOutcome.IN_FLIGHT).select_related("checkout"):
            _follow_up(mandate, debit, now, gateway)
        if not _claim(mandate, today):
            return
        try:
            for debit in _announce_and_plan(mandate, today, now, lasting=lasting):
                _send(mandate, debit, now, gateway)
        except Exception:
            # The next run comes again; what was committed already is not repeated.
            Mandate.objects.filter(pk=mandate.pk, visited_on=today).update(visited_on=None)
            raise


def _claim(mandate: Mandate, today: date) -> bool:
    """Of several workers one has the mandate for this day."""
    fresh = Q(visited_on__isnull=True) | Q(visited_on__lt=today)
    return bool(Mandate.objects.filter(fresh, pk=mandate.pk, state=MandateState.ACTIVE).update(visited_on=today))


def _announce_and_plan(mandate: Mandate, today: date, now: datetime, *, lasting: bool = True) -> list[Debit]:
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
            if document.due_on > today or (case.tried if day is None else day > today) or not _holds(mandate):
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


def _holds(mandate: Mandate) -> bool:
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
    checkout = Checkout.objects.create(
        order_id=new_order_id(now),
        amount=amount,
        method=mandate.method,
        expires_at=now + LIFETIME,
        started_by="Auto-debit",
    )
    CheckoutItem.objects.bulk_create(
        CheckoutItem(
            checkout=checkout, tenant=mandate.tenant, document_id=item.pk, number=item.number, amount=item.outstanding
        )
        for item in asked
    )
    return Debit.objects.create(
        mandate=mandate,
        tenant=mandate.tenant,
        checkout=checkout,
        document_id=document.pk,
        number=document.number,
        amount=amount,
        on=today,
        sent_at=now,
    )


def _send(mandate: Mandate, debit: Debit, now: datetime, gateway: MidtransClient) -> None:
    """Charge, and take in what the gateway says of it. After silence the attempt stays in flight: its status is asked later."""
    try:
        refused = _charge(mandate, debit, now, gateway)
        if refused is None:
            check_attempt(checkout_id=debit.checkout_id, now=now, gateway=gateway)
        else:
            _close(debit, refused, now)
    except GatewayError as error:
        log.warning("debit_without_answer", order_id=debit.checkout.order_id, error=str(error))
        Checkout.objects.filter(pk=debit.checkout_id, state__in=LIVE).update(error=str(error)[:300])


def _charge(mandate: Mandate, debit: Debit, now: datetime, gateway: MidtransClient) -> Decline | None:
    """Ask for the money; why the gateway would not even try, or None where its status tells."""
    option = ""
    if mandate.method == MandateMethod.GOPAY:
        account = account_of(gateway, mandate.token)
        if account.status != "ENABLED":
            return UNLINKED
        option = account.option
    try:
        charge_token(gateway, _request(mandate, debit, option, now))
    except GatewayRejected as error:
        return None if error.code == "duplicate" else decline_of_refusal(error)
    return None


def _request(mandate: Mandate, debit: Debit, option: str, now: datetime) -> TokenCharge:
    name = _("Tagihan %(number)s")
    items = [
        ItemValue(item.number, name % {"number": item.number}, item.amount, 1) for item in debit.checkout.items.all()
    ]
    tenant = mandate.tenant
    return TokenCharge(
        order_id=debit.checkout.order_id,
        amount=debit.amount,
        items=items,
        customer=CheckoutCustomer(tenant.contact_name or tenant.name, tenant.contact_email, tenant.contact_phone),
        expiry_start=now,
        expiry_minutes=int(LIFETIME.total_seconds() // 60),
        token=mandate.token,
        option=option,
        is_gopay=mandate.method == MandateMethod.GOPAY,
    )


def _close(debit: Debit, decline: Decline, now: datetime) -> None:
    close_attempt(checkout_id=debit.checkout_id, state=CheckoutState.FAILED, error=decline.reason)
    conclude_debit(checkout_id=debit.checkout_id, now=now, decline=decline)


def _follow_up(mandate: Mandate, debit: Debit, now: datetime, gateway: MidtransClient) -> None:
    """Ask what became of a charge; one that the gateway never got is sent again under its order id, if it is wanted."""
    longest = timedelta(seconds=2 * gateway.config.timeout_seconds + 5)
    if now - debit.sent_at < longest:
        return
    try:
        verdict = check_attempt(checkout_id=debit.checkout_id, now=now, gateway=gateway)
    except GatewayError as error:
        log.warning("debit_still_unknown", order_id=debit.checkout.order_id, error=str(error))
        return
    if verdict.status is not None:
        return
    if not _is_wanted(mandate, debit):
        _close(debit, WITHDRAWN, now)
    elif Debit.objects.filter(pk=debit.pk, outcome=DebitOutcome.IN_FLIGHT, sent_at=debit.sent_at).update(sent_at=now):
        _send(mandate, debit, now, gateway)


def _is_wanted(mandate: Mandate, debit: Debit) -> bool:
    """Whether the consent holds and exactly this is still to be paid."""
    if not _holds(mandate):
        return False
    with writing(mandate.tenant):
        document = Document.objects.filter(pk=debit.document_id).first()
        owed = {item.pk: item.outstanding for item in open_invoices()}
    asked = debit.checkout.items.get(document_id=debit.document_id).amount
    held = document is not None and transfer_under_review(mandate.tenant, document)
    return owed.get(debit.document_id) == asked and not held
