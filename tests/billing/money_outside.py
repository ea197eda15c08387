"""Steps of the money machine that others begin: payments by the gateway, what it keeps, disputes, slips of tax withheld.

What each moves is counted here by addition alone, beside the services.
"""

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from billing.gateways.models import Checkout, CheckoutItem, CheckoutState, RefundWay
from billing.gateways.statements.models import Dispute, DisputeState, GatewayReport, GatewayReportRow
from billing.gateways.values import GatewayStatus
from billing.models import Document, DocumentKind, Payment
from billing.rules.gateway_references import CHANNEL, gateway_reference
from billing.rules.ledger import WITHHELD, Account
from billing.rules.withholding import withheld
from billing.selectors.books import account_balances, deferred_by_month
from billing.selectors.refundable import left_of
from billing.services.disputes.decisions import most_lost, win_dispute
from billing.services.disputes.losses import approve_loss, request_loss
from billing.services.gateway.disputes import open_dispute
from billing.services.payments.receiving import Received, record_payment
from billing.services.payments.withholding import Slip, receive_slip
from billing.services.refunds.requests import Wanted
from billing.services.refunds.taken import record_taken
from billing.services.settlements.fees import book_fees
from tenants.context import inside
from tenants.errors import DomainError
from tenants.models import SlipState, Tenant, User, WithholdingSlip

WHY = "salah hitung"
AT = st.integers(0, 30)
HELD = (Account.RECEIVABLE, Account.WITHHOLDING, Account.WRITE_OFFS, Account.ALLOWANCES, "cash:transfer")
EARNED = (Account.REVENUE, Account.DEFERRED, Account.TAX, Account.CREDIT, Account.LATE_FEES)


class OutsideMoney(RuleBasedStateMachine):
    """`owed`: rupiah charged and not settled. Of payments by their keys: `left` can still be taken, `gone` was taken."""

    tenant: Tenant
    staff: User
    second: User
    today: date

    def __init__(self) -> None:
        super().__init__()
        self.references = self.owed = self.on_top = self.slips = 0
        self.left, self.gone = Counter[UUID](), Counter[UUID]()
        self.kept: dict[str, tuple[tuple[date, int], int]] = {}
        self.seen_slips: set[UUID] = set()

    @property
    def now(self) -> datetime:
        """Noon in Jakarta."""
        return datetime.combine(self.today, time(5), UTC)

    def try_(self, act: Callable[[], Any]) -> Any:
        """What a service refuses changes nothing."""
        with suppress(DomainError), transaction.atomic():
            return act()
        return None

    def documents(self, *, kind: DocumentKind | None = None) -> list[Document]:
        with inside(self.tenant):
            found = Document.objects.order_by("number")
            return list(found.filter(kind=kind) if kind else found)

    def attempts(self) -> list[Checkout]:
        return list(Checkout.objects.order_by("created_at"))

    def payment_of(self, transaction_id: str) -> Payment:
        with inside(self.tenant):
            return Payment.objects.get(reference=gateway_reference(transaction_id, self.tenant.schema_name))

    @rule(amount=st.sampled_from([333, 600_000, 1_300_000]), fee=st.sampled_from([0, 4_000]))
    def pay_by_gateway(self, amount: int, fee: int) -> None:
        """As an attempt that the gateway confirmed; a fee for the method comes on top (K8)."""
        self.references += 1
        name = f"tx-{self.references}"
        checkout = Checkout.objects.create(
            order_id=name,
            transaction_id=name,
            amount=amount + fee,
            fee=fee,
            state=CheckoutState.PAID,
            expires_at=self.now,
        )
        CheckoutItem.objects.create(
            checkout=checkout, tenant=self.tenant, document_id=checkout.pk, number="-", amount=amount, live=False
        )
        reference = gateway_reference(name, self.tenant.schema_name)
        payment = record_payment(tenant=self.tenant, received=Received(amount, CHANNEL, reference, self.today, fee=fee))
        self.owed -= amount
        self.on_top += fee
        self.left[payment.pk] = amount

    @rule(at=AT, kept=st.sampled_from([0, 333, 4_440]), late=st.sampled_from([0, 1]))
    def settle(self, at: int, kept: int, late: int) -> None:
        """A report says what the gateway kept of a payment; of several the one that settled last has the last word."""
        found = self.attempts()
        if not found:
            return
        attempt, place = found[at % len(found)], (self.today + timedelta(days=late), self._next())
        key, imported = f"{place[1]:064}", self.now + timedelta(seconds=place[1])
        GatewayReportRow.objects.create(
            report=GatewayReport.objects.create(file_name="r.csv", sha256=key, imported_at=imported),
            fingerprint=key,
            row=1,
            order_id=attempt.order_id,
            transaction_id=attempt.transaction_id,
            kind="payment",
            amount=attempt.amount,
            fee=kept,
            tax=0,
            settled_on=place[0],
            checkout=attempt,
        )
        book_fees(now=self.now)
        self.kept[attempt.order_id] = max(self.kept.get(attempt.order_id, (place, kept)), (place, kept))

    def _next(self) -> int:
        self.references += 1
        return self.references

    @rule(at=AT, share=st.sampled_from([1, 2]))
    def dispute(self, at: int, share: int) -> None:
        """The payer's bank asks for a payment, or for half of it; nothing is booked."""
        found = self.attempts()
        if not found:
            return
        attempt = found[at % len(found)]
        told: dict[str, Any] = {"transaction_id": attempt.transaction_id, "gross_amount": str(attempt.amount)}
        part = {"refund_amount": str(attempt.amount // share), "refund_key": "bank"}
        told |= {"transaction_status": "chargeback" if share == 1 else "partial_chargeback", "refunds": [part]}
        open_dispute(attempt, GatewayStatus.from_answer(told), self.now)

    @rule(at=AT, won=st.booleans(), share=st.sampled_from([1, 3]), twice=st.booleans())
    def decide(self, at: int, won: bool, share: int, twice: bool) -> None:
        """Staff decide a dispute, perhaps one that was decided: won, or lost whole or in part."""
        found = list(Dispute.objects.order_by("opened_at", "transaction_id", "amount"))
        if not found:
            return
        dispute, payment = found[at % len(found)], self.payment_of(found[at % len(found)].transaction_id)
        amount = most_lost(dispute) // share
        given: dict[str, Any] = {"dispute": dispute, "note": WHY, "staff": self.staff, "now": self.now}
        for _time in range(1 + twice):
            if won:
                self.try_(lambda: win_dispute(**given))
            elif self.try_(lambda: self._by_two(amount=amount, **given)) and dispute.state == DisputeState.OPEN:
                self._lose(payment.pk, amount)
            dispute.refresh_from_db()

    def _by_two(self, **given: Any) -> Dispute:
        """Above the limit another has to agree."""
        asked = request_loss(**given)
        return given["dispute"] if asked is None else approve_loss(asked=asked, staff=self.second, now=self.now)

    def _lose(self, payment: UUID, amount: int) -> None:
        """A fee that came on top may be within the dispute; it is not the tenant's money."""
        taken = min(amount, self.left[payment])
        self.left[payment] -= taken
        self.gone[payment] += taken
        self.owed += taken

    @rule(at=AT, share=st.sampled_from([1, 2, 3]), twice=st.booleans())
    def refund(self, at: int, share: int, twice: bool) -> None:
        """All, half or a third of what is left of a payment goes back; told again under its key it is once."""
        with inside(self.tenant):
            payments = list(Payment.objects.filter(amount__gt=0).exclude(channel=WITHHELD).order_by("created_at"))
        if not payments:
            return
        payment, key = payments[at % len(payments)], uuid4()
        with inside(self.tenant):
            amount = left_of(payment) // share
        wanted = Wanted(payment.pk, amount, RefundWay.TAKEN)
        given: dict[str, Any] = {"tenant": self.tenant, "wanted": wanted, "reason": WHY, "staff": self.staff}
        done = [self.try_(lambda: record_taken(now=self.now, key=key, **given)) for _time in range(1 + twice)]
        assert all(bool(one) == (amount > 0) for one in done), "refused only where nothing is left"
        if amount > 0:
            self.left[payment.pk] -= amount if payment.pk in self.left else 0
            self.gone[payment.pk] += amount
            self.owed += amount

    @rule(
        at=AT,
        share=st.sampled_from([1, 2]),
        number=st.sampled_from(["BP-1", "BP-2", "BP-3"]),
        twice=st.booleans(),
    )
    def withhold(self, at: int, share: int, number: str, twice: bool) -> None:
        """A slip for a hundredth or two of an invoice's net amount; the same number may come again for another."""
        found = self.documents(kind=DocumentKind.INVOICE)
        document = found[at % len(found)]
        amount = max(1, min(document.outstanding, withheld(document.subtotal)) // share)
        slip = Slip(number, self.today, f"{self.today:%Y-%m}", amount)
        given: dict[str, Any] = {
            "tenant": self.tenant,
            "invoice": document.number,
            "slip": slip,
            "reason": WHY,
            "today": self.today,
        }
        for _time in range(1 + twice):
            payment = self.try_(lambda: receive_slip(**given))
            if payment is not None and payment.pk not in self.seen_slips:
                self.seen_slips.add(payment.pk)
                self.owed -= amount
                self.slips += amount

    @invariant()
    def nothing_is_below_zero(self) -> None:
        """The books hold what was counted, and no account stands on its wrong side."""
        with inside(self.tenant):
            booked, months = account_balances(), deferred_by_month()
        assert [account for account in HELD if booked.get(account, 0) < 0] == []
        assert [account for account in EARNED if booked.get(account, 0) > 0] == []
        assert all(amount > 0 for amount in months.values())
        assert all(amount >= 0 for amount in self.left.values())
        assert booked.get(Account.GATEWAY_FEES, 0) == sum(fee for _place, fee in self.kept.values()) - self.on_top
        received = WithholdingSlip.objects.filter(tenant=self.tenant, state=SlipState.RECEIVED)
        assert booked.get(Account.WITHHOLDING, 0) == self.slips == sum(received.values_list("amount", flat=True))
