"""An order that is paid twice: the payer's bank, or we, give the second payment back."""

from datetime import timedelta
from uuid import uuid4

import pytest

from billing.gateways.models import Checkout, Notice
from billing.gateways.sandbox.answers import notification
from billing.gateways.sandbox.models import SandboxTransaction
from billing.gateways.statements.models import Dispute, GatewayDifference
from billing.services.books.checking import check_books
from billing.services.disputes.decisions import lose_dispute, win_dispute
from billing.services.gateway.reconciling import recheck_paid
from billing.services.payments.suspense import resolve_notice
from tenants.models import Tenant, User
from tests.payments.conftest import Till, account, moment
from tests.payments.test_disputes import at_gateway
from tests.payments.test_gateway_reports import line, take_in
from tests.payments.test_notices import attempt_of

NOTE = "Keputusan bank penerbit"


def told(till: Till, attempt: SandboxTransaction, *states: str) -> list[str]:
    """What becomes of each notice, once the gateway says so of the order."""
    found = []
    for state in states:
        at_gateway(attempt, state)
        found.append(till.take(notification(attempt).encode()).state)
    return found


def paid_again(till: Till, billed: Tenant, amount: int) -> SandboxTransaction:
    """The order of 750.000 is paid, and again by another transaction, of which the gateway tells from now on."""
    checkout = till.open(billed)
    till.press(checkout, "pay")
    till.deliver(2)
    attempt = attempt_of(checkout)
    attempt.transaction_id, attempt.amount = uuid4(), amount
    return attempt


def test_a_second_payment_that_is_charged_back_is_a_dispute_of_its_own(till: Till, billed: Tenant, staff: User) -> None:
    """750.000 twice. The second is asked for twice, won once and lost once: its credit is gone, the invoice stays paid. The
    gateway's report of it agrees; of the first, which nobody gave back, it does not.
    """
    second = paid_again(till, billed, 750_000)
    assert told(till, second, "chargeback") == ["ignored"]  # nobody has told of its money: there is none in the books
    assert told(till, second, "settlement") == ["applied"]
    assert (account(billed).open, account(billed).credit) == (0, 750_000)
    assert told(till, second, "chargeback", "chargeback") == ["suspense", "ignored"]
    given = {"note": NOTE, "staff": staff, "now": moment()}
    won = win_dispute(dispute=Dispute.objects.get(state="open"), **given)  # type: ignore[arg-type]
    assert (won.amount, told(till, second, "settlement", "chargeback")) == (750_000, ["applied", "suspense"])
    lose_dispute(dispute=Dispute.objects.get(state="open"), amount=750_000, **given)  # type: ignore[arg-type]
    assert (account(billed).open, account(billed).credit, account(billed).received) == (0, 0, 750_000)
    assert (Checkout.objects.get().state, check_books(tenant=billed, now=moment())) == ("paid", ())
    assert not Notice.objects.filter(state="suspense").exists()
    row = line(
        Checkout(order_id=second.page.order_id, transaction_id=str(second.transaction_id)), 750_000, kind="chargeback"
    )
    take_in(staff, row)  # of the second payment, and of nothing else
    take_in(staff, row.replace(str(second.transaction_id), Checkout.objects.get().transaction_id), name="april.csv")
    assert [(one.kind, one.ours) for one in GatewayDifference.objects.all()] == [("back", 0)]


def test_a_second_payment_that_is_first_heard_of_when_a_part_went_back_is_booked(till: Till, billed: Tenant) -> None:
    """Its own notice is lost, 250.000 of 750.000 are charged back: the gateway holds 500.000, which were in nobody's books."""
    second = paid_again(till, billed, 750_000)
    at_gateway(second, "partial_chargeback", 250_000)
    body = notification(second).encode()
    assert [till.take(body).state for _time in range(2)] == ["suspense", "ignored"]
    assert (account(billed).credit, Dispute.objects.get().amount) == (750_000, 250_000)
    assert check_books(tenant=billed, now=moment()) == ()


@pytest.mark.parametrize("by_notice", [True, False])
def test_of_an_order_paid_twice_the_first_is_asked_about_by_its_own_id(
    till: Till, billed: Tenant, by_notice: bool
) -> None:
    """Asked by its order the gateway tells of the last transaction alone: what is taken back of the first is found, too."""
    checkout = till.open(billed)
    till.press(checkout, "pay")
    till.deliver(2)
    first = attempt_of(checkout)
    second = SandboxTransaction(page=first.page, method=first.method, amount=750_000, created_at=moment())
    assert told(till, second, "settlement") == ["applied"]
    assert (account(billed).open, account(billed).credit) == (0, 750_000)
    if by_notice:
        assert told(till, first, "chargeback", "chargeback") == ["suspense", "ignored"]
    else:
        at_gateway(first, "chargeback")
        assert recheck_paid(now=moment() + timedelta(days=1, minutes=1), gateway=till.sandbox.client).asked == 1
    assert (Dispute.objects.get().transaction_id, Dispute.objects.get().amount) == (str(first.transaction_id), 750_000)
    assert (Checkout.objects.get().state, check_books(tenant=billed, now=moment())) == ("disputed", ())


def test_of_a_second_payment_in_suspense_staff_hear_that_it_went_back(till: Till, billed: Tenant, staff: User) -> None:
    """700.000 do not fit, and go back before anybody books them: told, and no dispute. Booked by then: a dispute."""
    second = paid_again(till, billed, 700_000)
    assert told(till, second, "settlement", "chargeback", "chargeback") == ["suspense", "suspense", "ignored"]
    assert Dispute.objects.count() == 0
    given = {"documents": [], "note": NOTE, "staff": staff, "now": moment()}
    resolve_notice(notice=Notice.objects.get(amount=700_000), tenant=billed, **given)  # type: ignore[arg-type]
    assert (told(till, second, "chargeback"), Dispute.objects.get().amount) == (["ignored"], 700_000)
