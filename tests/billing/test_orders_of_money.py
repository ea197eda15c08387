"""Payments, credit notes, refunds, credit used elsewhere and bookings taken back, in orders in which too little credit was
fetched back: it is never below zero, and what is owed is what was charged less what stands of the payments.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest

from billing.gateways.models import RefundWay
from billing.models import Document, Payment
from billing.selectors.accounts import credit_balance, open_documents
from billing.services.corrections.credit_notes import issue_credit_note
from billing.services.payments.receiving import Received, record_payment
from billing.services.payments.reversing import reverse_payment
from billing.services.refunds.requests import Wanted
from billing.services.refunds.taken import record_taken
from billing.services.steering import OneOff, issue_one_off_invoice, void_invoice
from plans.rules.catalogue import Text
from tenants.context import inside
from tenants.models import Tenant, User
from tests.billing.lives import books_balance, live_through

ON = date(2026, 3, 1)
NOON = datetime(2026, 3, 1, 5, tzinfo=UTC)
WHY = "salah hitung"
Act = Callable[[Tenant], object]


def numbers(tenant: Tenant) -> list[str]:
    with inside(tenant):
        return list(Document.objects.order_by("issued_on", "number").values_list("number", flat=True))


def pay(name: str, amount: int) -> Act:
    return lambda tenant: record_payment(tenant=tenant, received=Received(amount, "transfer", name, ON))


def take_back(name: str) -> Act:
    def act(tenant: Tenant) -> object:
        with inside(tenant):
            payment = Payment.objects.get(reference=name)
        return reverse_payment(tenant=tenant, payment_id=payment.pk, reason=WHY, today=ON)

    return act


def credit(amount: int) -> Act:
    return lambda tenant: issue_credit_note(
        tenant=tenant, number=numbers(tenant)[0], reason=WHY, today=ON, amount=amount
    )


def bill(tenant: Tenant) -> object:
    one_off = OneOff(Text(id="Pelatihan", en="Training"), 1, 250_000)
    return issue_one_off_invoice(tenant=tenant, one_off=one_off, reason=WHY, today=ON)


def void(tenant: Tenant) -> object:
    return void_invoice(tenant=tenant, number=numbers(tenant)[-1], reason=WHY, reissue_it=False, today=ON)


def refund(name: str, amount: int) -> Act:
    def act(tenant: Tenant) -> object:
        with inside(tenant):
            payment = Payment.objects.get(reference=name)
        wanted = Wanted(payment.pk, amount, RefundWay.TAKEN)
        return record_taken(tenant=tenant, wanted=wanted, reason=WHY, staff=User.objects.get(is_staff=True), now=NOON)

    return act


# Rupiah by which each raises what is owed less the credit; 600.000 are open at first.
ACTS: dict[str, tuple[Act, int]] = {
    "P": (pay("p", 400_000), -400_000),
    "Q": (pay("q", 500_000), -500_000),
    "-P": (take_back("p"), 400_000),
    "-Q": (take_back("q"), 500_000),
    "P<": (refund("p", 400_000), 400_000),
    "note": (credit(300_000), -300_000),
    "bill": (bill, 250_000),
    "void": (void, -250_000),
}


def play(tenant: Tenant, order: str) -> None:
    owed = 600_000
    for name in order.split():
        act, raised = ACTS[name]
        act(tenant)
        owed += raised
        books_balance(tenant, ON)
        with inside(tenant):
            assert sum(one.outstanding for one in open_documents()) - credit_balance() == owed, (order, name)


@pytest.mark.parametrize("order", ["P Q bill note -P void -Q", "P Q P< -Q", "P Q bill P< -Q"])
def test_a_payment_is_taken_back_whatever_was_done_with_its_money_before(
    complex_: Tenant, staff: User, order: str
) -> None:
    live_through(complex_, ON, ON)
    play(complex_, order)
