"""What staff see and do beside the gateway, for the machine of notices."""

from collections import Counter
from contextlib import suppress
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule

from billing.errors import NoticeClosed
from billing.gateways.models import Notice, NoticeState, Refund, RefundState, RefundWay
from billing.gateways.sandbox.models import SandboxTransaction
from billing.gateways.sandbox.payer import Action, Delivery
from billing.gateways.statements.models import Dispute, DisputeState
from billing.models import Document, DocumentKind, Payment
from billing.rules.gateway_references import gateway_reference, transaction_in
from billing.selectors.refundable import left_of
from billing.services.corrections.credit_notes import issue_credit_note
from billing.services.disputes.decisions import most_lost, win_dispute
from billing.services.disputes.losses import approve_loss, request_loss
from billing.services.gateway.checkouts import Demand, start_checkout
from billing.services.payments.reversing import reverse_payment
from billing.services.payments.suspense import resolve_notice
from billing.services.refunds.payouts import send_refund
from billing.services.refunds.requests import Wanted, approve_refund, request_refund
from billing.services.steering import OneOff, issue_one_off_invoice, void_invoice
from plans.rules.catalogue import Text
from tenants.context import inside, local_today
from tenants.errors import DomainError
from tenants.models import Tenant, User
from tests.payments.conftest import FINISH, PAYER
from tests.payments.outside import AT, DELIVERIES, METHOD, Outside

WHY = "salah hitung"
WHO = st.sampled_from([(0,), (1,), (0, 1)])
HELD = {"capture", "settlement", "partial_refund", "partial_chargeback"}


def held(attempt: SandboxTransaction) -> int:
    """Rupiah of a transaction that the gateway has and has not given back; without a fee that it put on top by name."""
    if attempt.status not in HELD or attempt.fraud_status != "accept":
        return 0
    return (attempt.original_amount or attempt.amount) - sum(attempt.refunds.values_list("amount", flat=True))


class Desk(Outside):
    """`staff`: one asks, the other agrees. `taken_back`: payments that staff took out of the books."""

    staff: tuple[User, User]

    def __init__(self) -> None:
        super().__init__()
        self.taken_back: set[UUID] = set()

    def today(self, tenant: Tenant) -> date:
        return local_today(tenant, self.now)

    def payments(self) -> list[tuple[Tenant, Payment]]:
        """What the gateway's transactions brought, the oldest first."""
        found = []
        for tenant in self.tenants:
            with inside(tenant):
                booked = Payment.objects.filter(amount__gt=0, reference__startswith="midtrans:")
                found += [(tenant, payment) for payment in booked.order_by("created_at", "reference")]
        return found

    def booked(self) -> Counter[str]:
        """Rupiah in the books of all tenants by transaction: payments, less what went back and was taken back."""
        refunds, total = dict(Refund.objects.values_list("pk", "payment_id")), Counter[str]()
        for tenant in self.tenants:
            with inside(tenant):
                rows = list(Payment.objects.values_list("pk", "amount", "reverses", "reference"))
            mine = {key: transaction_in(reference) for key, _amount, _reverses, reference in rows}
            for key, amount, reverses, _reference in rows:
                came = refunds.get(reverses, reverses) if reverses else key
                total[mine[came]] += amount
        return total

    def rest(self, attempt: SandboxTransaction) -> int:
        """Rupiah in the books that the gateway does not hold."""
        return self.booked()[str(attempt.transaction_id)] - held(attempt)

    def payments_of(self, attempt: SandboxTransaction) -> list[tuple[Tenant, Payment]]:
        mine = {gateway_reference(str(attempt.transaction_id), tenant.schema_name) for tenant in self.tenants}
        return [(tenant, payment) for tenant, payment in self.payments() if payment.reference in mine]

    def was_taken_back(self, attempt: SandboxTransaction) -> bool:
        return any(payment.pk in self.taken_back for _tenant, payment in self.payments_of(attempt))

    @initialize(who=WHO, method=METHOD, delivery=st.sampled_from(DELIVERIES))
    def begin(self, who: tuple[int, ...], method: str, delivery: Delivery) -> None:
        """Something is paid; who hears of it is another matter."""
        self.open(who, "")
        self.payer(0, method, Action.PAY, delivery)

    @rule(who=WHO, method=st.sampled_from(["", "", "other_qris", "bca_va"]))
    def open(self, who: tuple[int, ...], method: str) -> None:
        """A page, a code or a number for all that one or both owe."""
        self.clock.shift(timedelta(seconds=1))
        demands = [Demand(self.tenants[at], None) for at in who]
        with suppress(DomainError):
            start_checkout(
                demands=demands, payer=PAYER, finish_url=FINISH, now=self.now, gateway=self.client, method=method
            )

    @rule(at=AT, share=st.sampled_from([1, 2, 3]), deaf=st.booleans())
    def refund(self, at: int, share: int, deaf: bool) -> None:
        """Staff send money back through the gateway; its answer may be lost."""
        found = self.payments()
        if not found:
            return
        tenant, payment = found[at % len(found)]
        with inside(tenant):
            amount = left_of(payment) // share
        wanted = Wanted(payment.pk, amount, RefundWay.GATEWAY)
        asks, agrees = self.staff
        with suppress(DomainError):
            refund = request_refund(tenant=tenant, wanted=wanted, reason=WHY, staff=asks, now=self.now)
            if refund.state == RefundState.REQUESTED:
                refund = approve_refund(refund=refund, staff=agrees, now=self.now)
            self.wire.deaf = deaf
            send_refund(refund=refund, staff=asks, now=self.now, gateway=self.client)
        self.wire.deaf = False

    @rule(at=AT)
    def reverse(self, at: int) -> None:
        """Staff say that a payment was booked wrongly; no notice brings it back."""
        if found := self.payments():
            tenant, payment = found[at % len(found)]
            with suppress(DomainError):
                reverse_payment(tenant=tenant, payment_id=payment.pk, reason=WHY, today=self.today(tenant))
                self.taken_back.add(payment.pk)

    @rule(at=AT, what=st.sampled_from(["invoice", "credit", "void", "reissue"]))
    def write(self, at: int, what: str) -> None:
        """Staff invoice, credit or void, also what somebody is just paying."""
        tenant = self.tenants[at % len(self.tenants)]
        given: dict[str, Any] = {"tenant": tenant, "reason": WHY, "today": self.today(tenant)}
        with inside(tenant):
            papers = list(Document.objects.filter(kind=DocumentKind.INVOICE).order_by("number"))
        number = papers[at % len(papers)].number
        with suppress(DomainError):
            if what == "invoice":
                issue_one_off_invoice(one_off=OneOff(Text(id="Pelatihan", en="Training"), 1, 100_000), **given)
            elif what == "credit":
                issue_credit_note(number=number, amount=50_000, **given)
            else:
                void_invoice(number=number, reissue_it=what == "reissue", **given)

    @rule(at=AT)
    def resolve(self, at: int) -> None:
        """Staff book confirmed money out of the queue, or see that it is booked."""
        waiting = Notice.objects.filter(state=NoticeState.SUSPENSE, amount__isnull=False).order_by("received_at", "pk")
        if waiting:
            self.settle_notice(waiting[at % len(waiting)])

    def settle_notice(self, notice: Notice) -> None:
        first = notice.checkout.items.order_by("tenant_id").first() if notice.checkout else None
        tenant = first.tenant if first is not None and notice.amount is not None else None
        given: dict[str, Any] = {"notice": notice, "documents": [], "note": WHY, "staff": self.staff[0]}
        with suppress(NoticeClosed):
            resolve_notice(tenant=tenant, now=self.now, **given)
        notice.refresh_from_db()
        if notice.state == NoticeState.SUSPENSE:
            resolve_notice(tenant=None, now=self.now, **given)

    @rule(at=AT, won=st.booleans())
    def decide(self, at: int, won: bool) -> None:
        """A dispute is won, and the bank gives the money back; or lost."""
        if waiting := list(Dispute.objects.filter(state=DisputeState.OPEN).order_by("opened_at", "pk")):
            dispute = waiting[at % len(waiting)]
            if self.is_all_that_is_asked(dispute):
                self.settle_dispute(dispute, won=won)

    def settle_dispute(self, dispute: Dispute, *, won: bool) -> None:
        """As the bank has decided: what it keeps is lost."""
        given: dict[str, Any] = {"dispute": dispute, "note": WHY, "staff": self.staff[0], "now": self.now}
        attempt = SandboxTransaction.objects.get(transaction_id=dispute.transaction_id)
        with suppress(DomainError):
            if won or held(attempt) == attempt.amount:
                self.give_back(win_dispute(**given))
            else:
                asked = request_loss(amount=min(most_lost(dispute), max(self.rest(attempt), 0)), **given)
                if asked is not None:
                    approve_loss(asked=asked, staff=self.staff[1], now=self.now)
