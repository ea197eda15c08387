"""Any sequence of invoices, payments, credit notes, voids, reversals, write-offs, gateway fees, disputes and slips of tax
withheld: no rupiah is lost or made.

Beside the services a sum is kept of what was charged and settled, by addition alone; after every step it must be what the
documents, the credit, the statement of account and the books say. `LIVES=100 pytest …` plays so many others, at random.
"""

import os
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule, run_state_machine_as_test

from billing.models import Document, DocumentKind, DocumentStatus, Payment
from billing.rules.ledger import WITHHELD
from billing.selectors.accounts import credit_balance, open_documents
from billing.selectors.credit_notes import lines_left
from billing.selectors.statement_of_account import statement_of_account
from billing.services.books.recognition import run_recognition
from billing.services.corrections.credit_notes import issue_credit_note, write_off
from billing.services.documents.receipts import issue_receipt
from billing.services.documents.tax_identity import TaxIdentity, set_tax_identity
from billing.services.payments.receiving import Received, record_payment
from billing.services.payments.reversing import reverse_payment
from billing.services.steering import OneOff, issue_one_off_invoice, void_invoice, waive_fee
from plans.rules.catalogue import Text
from plans.rules.taxes import TaxCategory
from tenants.context import inside
from tenants.models import Tenant
from tests.billing.lives import books_balance, live_through
from tests.billing.money_outside import AT, WHY, OutsideMoney
from tests.conftest import make_user
from trials.services.daily import live_day

D = date
FOREVER = D(2000, 1, 1)


class Money(OutsideMoney):
    """A complex of 200 units and everything that staff, customer and bank may do to its money."""

    def __init__(self) -> None:
        super().__init__()
        self.undo = transaction.atomic()
        self.undo.__enter__()
        self.today = D(2026, 3, 1)
        self.seen: set[Any] = set()
        self.count_what_was_charged()

    def teardown(self) -> None:
        """Nothing of it stays."""
        transaction.set_rollback(True)
        self.undo.__exit__(None, None, None)

    def count_what_was_charged(self) -> None:
        """Papers that came since the last look: all that raises what is owed."""
        with inside(self.tenant):
            for document in Document.objects.exclude(pk__in=self.seen):
                self.seen.add(document.pk)
                self.owed += document.total

    @rule(price=st.sampled_from([1, 7, 999, 100_000]), count=st.sampled_from([1, 3]))
    def invoice(self, price: int, count: int) -> None:
        """Something outside the plan."""
        one_off = OneOff(Text(id="Pelatihan", en="Training"), count, price)
        self.try_(lambda: issue_one_off_invoice(tenant=self.tenant, one_off=one_off, reason=WHY, today=self.today))
        self.count_what_was_charged()

    @rule(days=st.sampled_from([1, 16, 31]))
    def let_days_pass(self, days: int) -> None:
        """The daily jobs: invoices of periods, late fees, what is earned."""
        self.today += timedelta(days=days)
        live_day(self.tenant, self.today)
        self.count_what_was_charged()

    @rule(
        amount=st.sampled_from([1, 333, 100_000, 600_000, 1_300_000]),
        twice=st.booleans(),
        code=st.sampled_from([0, 137]),
    )
    def pay(self, amount: int, twice: bool, code: int) -> None:
        """Any amount; the bank may tell of it twice."""
        self.references += 1
        received = Received(amount + code, "transfer", f"money-{self.references}", self.today, credit=code)
        for _time in range(1 + twice):
            record_payment(tenant=self.tenant, received=received)
        self.owed -= amount + code

    @rule(at=AT, share=st.sampled_from([1, 2, 3]), by_line=st.booleans())
    def credit(self, at: int, share: int, by_line: bool) -> None:
        """All, half or a third of what is left, spread or of the first line."""
        found = self.documents(kind=DocumentKind.INVOICE)
        document = found[at % len(found)]
        with inside(self.tenant):
            left = [line for line in lines_left(document) if line.net]
        part = max(1, sum(line.net for line in left) // share)
        lines = {left[0].position: max(1, left[0].net // share)} if by_line and left else None
        amount = None if share == 1 or lines else part
        note = self.try_(
            lambda: issue_credit_note(
                tenant=self.tenant,
                number=document.number,
                reason=WHY,
                today=self.today,
                amount=amount,
                by_line=lines,
            )
        )
        self.owed -= note.total if note else 0

    @rule(at=AT, again=st.booleans())
    def void(self, at: int, again: bool) -> None:
        """With the late fees that hang on it; sometimes it is billed anew."""
        found = self.documents()
        document, before = found[at % len(found)], self._standing()
        if document.kind == DocumentKind.LATE_FEE:
            self.try_(lambda: waive_fee(tenant=self.tenant, number=document.number, reason=WHY, today=self.today))
        else:
            self.try_(
                lambda: void_invoice(
                    tenant=self.tenant, number=document.number, reason=WHY, reissue_it=again, today=self.today
                )
            )
        self.owed -= sum(total for key, total in before.items() if key not in self._standing())
        self.count_what_was_charged()

    def _standing(self) -> dict[Any, int]:
        return {item.pk: item.total for item in self.documents() if item.status != DocumentStatus.VOID}

    @rule(at=AT, twice=st.booleans())
    def reverse(self, at: int, twice: bool) -> None:
        """A payment was booked wrongly, or a reversal is tried again."""
        with inside(self.tenant):
            payments = list(Payment.objects.order_by("created_at"))
            taken_back = set(Payment.objects.exclude(reverses=None).values_list("reverses", flat=True))
        if not payments:
            return
        payment = payments[at % len(payments)]
        given: dict[str, Any] = {"tenant": self.tenant, "payment_id": payment.pk, "reason": WHY, "today": self.today}
        done = [self.try_(lambda: reverse_payment(**given)) for _time in range(1 + twice)]
        if payment.reverses is None and payment.pk not in taken_back:
            assert all(bool(one) != bool(self.gone[payment.pk]) for one in done), "refused only where money is gone"
            if done[0]:
                self._count_reversed(payment)

    def _count_reversed(self, payment: Payment) -> None:
        self.owed += payment.amount
        self.on_top -= payment.fee
        self.left[payment.pk] = 0
        if payment.channel == WITHHELD:
            self.slips -= payment.amount

    @rule(at=AT)
    def give_up(self, at: int) -> None:
        """A debt is written off."""
        found = self.documents()
        document = found[at % len(found)]
        note = self.try_(lambda: write_off(tenant=self.tenant, number=document.number, reason=WHY, today=self.today))
        self.owed -= note.total if note else 0

    @rule(at=AT)
    def receipt(self, at: int) -> None:
        """A kuitansi moves no money."""
        with inside(self.tenant):
            payments = list(Payment.objects.order_by("created_at"))
        if payments:
            key = payments[at % len(payments)].pk
            self.try_(lambda: issue_receipt(tenant=self.tenant, payment_id=key, today=self.today))

    @rule()
    def earn(self) -> None:
        """The months that are over, at any time."""
        run_recognition(tenant=self.tenant, today=self.today)

    @invariant()
    def nothing_is_lost_or_made(self) -> None:
        """The books agree, the sum kept aside is what is owed less the credit, and the statement closes with it."""
        books_balance(self.tenant, self.today)
        with inside(self.tenant):
            outstanding = sum(document.outstanding for document in open_documents())
            credit = credit_balance()
            statement = statement_of_account(FOREVER, self.today)
        assert outstanding - credit == self.owed == statement.closing

    @invariant()
    def no_claim_is_settled_beyond_its_total(self) -> None:
        """And none is closed while something is left of it, or open without anything."""
        for document in self.documents():
            assert 0 <= document.paid + document.credited <= document.total
            assert (document.outstanding > 0) == (document.status == DocumentStatus.OPEN)


def test_whatever_happens_to_money_no_rupiah_is_lost_or_made(complex_: Tenant) -> None:
    """K3: 600.000 a month, late fees of 10 %."""
    identity = TaxIdentity(TaxCategory.NORMAL, withholds=True)
    set_tax_identity(tenant=complex_, identity=identity, reason=WHY, today=D(2026, 3, 1))
    live_through(complex_, D(2026, 3, 1), D(2026, 3, 1))
    staff, second = (make_user(f"{name}@langganan.test", name, is_staff=True) for name in ("staf", "kedua"))
    run_state_machine_as_test(
        type("Here", (Money,), {"tenant": complex_, "staff": staff, "second": second}),
        settings=settings(
            max_examples=int(os.environ.get("LIVES", "8")),
            stateful_step_count=16,
            deadline=None,
            derandomize="LIVES" not in os.environ,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
