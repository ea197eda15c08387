"""What the payer, the bank and the gateway do, and the way of the notices, for the machine of notices.

Every move leaves its notice in the sandbox's outbox. From there any is delivered, in any order, once or again as long as the
gateway would repeat it, or never.
"""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from billing.gateways.midtrans import MidtransClient
from billing.gateways.models import AFTER_PAID, LIVE, Checkout
from billing.gateways.sandbox.answers import notification
from billing.gateways.sandbox.errors import Refusal
from billing.gateways.sandbox.models import SandboxNotice, SandboxPage, SandboxTransaction
from billing.gateways.sandbox.moves import (
    cancel_transaction,
    change_status,
    charge_back,
    expire_transaction,
    refund_transaction,
)
from billing.gateways.sandbox.notices import queue_notice
from billing.gateways.sandbox.payer import Action, Delivery, play
from billing.gateways.statements.models import Dispute, DisputeState
from billing.services.gateway.notices import apply_notice, apply_pending_notices, receive_notice
from billing.services.gateway.reconciling import recheck_paid, reconcile_checkouts
from billing.services.refunds.payouts import resend_refunds
from tenants.context import local_today
from tenants.models import Tenant
from tests.payments.wire import Wire
from trials.services.daily import live_day

AT = st.integers(0, 30)
METHOD = st.sampled_from(["bca_va", "other_qris", "credit_card"])
REPEATED_FOR = timedelta(minutes=210)  # the gateway's last repetition of a notice
MOST_DAYS = 4  # so that everything paid is asked about at the end of its first week
ONE_DAY = 24 * 60 + 1
ACTIONS = [Action.PAY, Action.PAY, Action.PAY, Action.WAIT, Action.DENY, Action.EXPIRE]
DELIVERIES = [Delivery.NORMAL, Delivery.NORMAL, Delivery.OUT_OF_ORDER, Delivery.NEVER]
DELIVERIES += [Delivery.WRONG_AMOUNT, Delivery.FEE_IMPOSED]
MOVES = ["settle", "settle", "late", "deny", "expire", "cancel", "chargeback", "chargeback", "refund"]
PAID = SandboxTransaction.objects.filter(page=OuterRef("pk"), settled_at__isnull=False)


class Outside(RuleBasedStateMachine):
    """`lost`: notices that nobody delivers any more."""

    tenants: tuple[Tenant, ...]
    wire: Wire
    client: MidtransClient
    clock: Any

    def __init__(self) -> None:
        super().__init__()
        self.lost: set[int] = set()
        self.days, self.day = 0, local_today(self.tenants[0], self.now)

    @property
    def now(self) -> datetime:
        """The travelled clock, by which gateway and services live."""
        return datetime.now(UTC)

    def attempts(self) -> list[SandboxTransaction]:
        """Of every order the last transaction, which the gateway tells of when it is asked, and those that brought money."""
        found = list(SandboxTransaction.objects.select_related("page").order_by("pk"))
        last = {attempt.page_id: attempt.pk for attempt in found}
        return [one for one in found if one.settled_at is not None or last[one.page_id] == one.pk]

    def bag(self) -> list[SandboxNotice]:
        """Notices that may come, oldest first."""
        since = self.now - REPEATED_FOR
        return list(SandboxNotice.objects.filter(due_at__gte=since).exclude(pk__in=self.lost).order_by("pk"))

    @rule(at=AT, method=METHOD, action=st.sampled_from(ACTIONS), delivery=st.sampled_from(DELIVERIES))
    def payer(self, at: int, method: str, action: Action, delivery: Delivery) -> None:
        """Somebody on a payment page, which may be over or paid."""
        # A page is paid once, also where that was taken back: status is asked by order, and tells of its last transaction.
        pages = list(SandboxPage.objects.filter(~Exists(PAID)).order_by("created_at"))
        if pages:
            page = pages[at % len(pages)]
            with suppress(Refusal):
                play(token=page.pk, method=method, action=action, delivery=delivery, delay_seconds=0, now=self.now)

    @rule(at=AT, method=METHOD, told=st.booleans())
    def pay_again(self, at: int, method: str, told: bool) -> None:
        """A code is scanned a second time, or a number paid twice: another transaction of the same order."""
        pages = list(SandboxPage.objects.filter(Exists(PAID)).order_by("created_at"))
        if not pages or (page := pages[at % len(pages)]).transactions.filter(settled_at__isnull=False).count() > 1:
            return
        facts = {"status": "settlement", "created_at": self.now, "settled_at": self.now}
        paid = SandboxTransaction.objects.create(page=page, method=method, amount=page.gross_amount, **facts)
        posted = queue_notice(paid, notification(paid), label="again", due_at=self.now)
        if not told:
            self.lost.add(posted.pk)

    @rule(at=AT, what=st.sampled_from(MOVES), share=st.sampled_from([1, 2, 3]))
    def move(self, at: int, what: str, share: int) -> None:
        """The gateway, the bank behind it, or somebody at its dashboard; what its table of transitions forbids is refused."""
        found = self.attempts()
        if found:
            with suppress(Refusal):
                self._move(found[at % len(found)], what, share)

    def _move(self, attempt: SandboxTransaction, what: str, share: int) -> None:
        # Staff book it whole or not at all.
        is_odd = attempt.original_amount is None and attempt.amount != attempt.page.gross_amount
        reference, part = str(attempt.transaction_id), None if share == 1 or is_odd else attempt.amount // share
        if self._is_coming_back(attempt) or (what == "late" and attempt.settled_at is not None):
            return
        if what == "chargeback":
            charge_back(reference=reference, amount=part, now=self.now)
        elif what == "refund":
            refund_transaction(reference=reference, refund_key="", amount=part, reason="dasbor", now=self.now)
        elif what in {"settle", "late"}:
            change_status(reference=reference, status="settlement", now=self.now, late=what == "late")
        elif what == "deny":
            change_status(reference=reference, status="deny", now=self.now)
        else:
            {"expire": expire_transaction, "cancel": cancel_transaction}[what](reference=reference, now=self.now)

    @rule(at=AT, times=st.sampled_from([1, 1, 2]), cut=st.booleans())
    def deliver(self, at: int, times: int, cut: bool) -> None:
        """Any notice of the bag, new or told before; the gateway may be away when it is asked about it."""
        bag = self.bag()
        if bag:
            self.clock.shift(timedelta(seconds=1))
            self.wire.cut = cut and times == 1
            for _time in range(times):
                self.take(bag[at % len(bag)])
            self.wire.cut = False

    @rule(at=AT)
    def lose(self, at: int) -> None:
        """A notice that never comes."""
        if bag := self.bag():
            self.lost.add(bag[at % len(bag)].pk)

    def take(self, posted: SandboxNotice) -> None:
        """As the webhook and its worker do."""
        notice = receive_notice(body=posted.body.encode(), source="127.0.0.1", now=self.now)
        apply_notice(notice_id=notice.pk, now=self.now, gateway=self.client)

    @rule(minutes=st.sampled_from([1, 6, 90, ONE_DAY]))
    def let_time_pass(self, minutes: int) -> None:
        """And run what the beat runs."""
        self.days += minutes == ONE_DAY
        if self.days <= MOST_DAYS or minutes < ONE_DAY:
            self.clock.shift(timedelta(minutes=minutes))
            self.run_jobs()

    def run_jobs(self) -> None:
        """Pending notices, refunds without an answer, attempts that are due, and by night what was paid."""
        now, gateway = self.now, self.client
        apply_pending_notices(now=now, gateway=gateway)
        resend_refunds(now=now, gateway=gateway)
        reconcile_checkouts(now=now, gateway=gateway)
        recheck_paid(now=now, gateway=gateway)
        for tenant in self.tenants if local_today(self.tenants[0], now) > self.day else ():
            live_day(tenant, local_today(tenant, now))
        self.day = local_today(self.tenants[0], now)

    @staticmethod
    def _is_coming_back(attempt: SandboxTransaction) -> bool:
        """Won, and we have not heard that it is ours again: asked for anew before that, it could be an old notice."""
        won = Dispute.objects.filter(state=DisputeState.WON, returned_at__isnull=True)
        unheard = won.exclude(checkout__gateway_status="settlement")
        return unheard.filter(transaction_id=str(attempt.transaction_id)).exists()

    @staticmethod
    def is_all_that_is_asked(dispute: Dispute) -> bool:
        """Whether the bank asks for nothing that we have not heard of: it decides on everything at once."""
        attempt = SandboxTransaction.objects.get(transaction_id=dispute.transaction_id)
        known = {part for one in Dispute.objects.filter(checkout=dispute.checkout_id) for part in one.parts or ()}
        listed = {str(part.pk) for part in attempt.refunds.filter(refund_key__startswith="cb-")}
        return attempt.status == dispute.gateway_state and (attempt.status == "chargeback" or listed <= known)

    def give_back(self, dispute: Dispute) -> None:
        """The bank gives back what a dispute that was won was about; what was lost before stays with it."""
        attempt = SandboxTransaction.objects.get(transaction_id=dispute.transaction_id)
        with transaction.atomic():
            for part in attempt.refunds.filter(refund_key__startswith="cb-"):
                if str(part.pk) in (dispute.parts or ()) or not (dispute.parts or self._was_lost(str(part.pk))):
                    part.delete()
            keys = list(attempt.refunds.values_list("refund_key", flat=True))
            kept = "partial_chargeback" if any(key.startswith("cb-") for key in keys) else "partial_refund"
            attempt.status = kept if keys else "settlement"
            attempt.save()
            queue_notice(attempt, notification(attempt), label="won", due_at=self.now)

    @staticmethod
    def _was_lost(part: str) -> bool:
        return any(part in (one.parts or ()) for one in Dispute.objects.filter(state=DisputeState.LOST))

    def everything_comes_out(self) -> None:
        """What waits in the bag comes, then the nights of a week pass.

        They ask about what may be paid and what was, by the order and by the transaction that paid it. Of an attempt that is
        over, and of another payment of an order, the last notice comes: without it only the gateway's report would tell.
        """
        for posted in self.bag():
            self.take(posted)
        for attempt in self.attempts():
            if not self._is_asked_about(attempt):
                told = attempt.notices.last()
                self.take(told or queue_notice(attempt, notification(attempt), label="late", due_at=self.now))
        for days in (8, 1):
            self.clock.shift(timedelta(days=days))
            self.run_jobs()

    def _is_asked_about(self, attempt: SandboxTransaction) -> bool:
        """Whether the nights find what became of it."""
        asked = Checkout.objects.filter(order_id=attempt.page.order_id, state__in=[*LIVE, *AFTER_PAID]).first()
        is_last = attempt.page.transactions.latest("pk") == attempt
        return asked is not None and (is_last or asked.transaction_id == str(attempt.transaction_id))
