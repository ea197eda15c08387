"""Money that staff booked out of suspense, and that the payer's bank takes back afterwards."""

from datetime import timedelta

import pytest

from billing.gateways.models import Checkout, Notice
from billing.gateways.statements.models import Dispute
from billing.services.books.checking import check_books
from billing.services.disputes.decisions import most_lost
from billing.services.disputes.losses import approve_loss, request_loss
from billing.services.gateway.reconciling import recheck_paid
from billing.services.payments.suspense import resolve_notice
from tenants.models import Event, Tenant, User
from tests.conftest import make_user
from tests.payments.conftest import Till, account, moment
from tests.payments.test_notices import in_sandbox

NOTE = "Biaya dinyalakan di dasbor"


@pytest.mark.parametrize("told", [True, False], ids=["by a notice", "found by night"])
def test_a_chargeback_of_it_is_a_dispute_with_whom_it_was_booked_to(
    told: bool, till: Till, billed: Tenant, billed_complex: Tenant, staff: User
) -> None:
    """750.000 and 600.000 asked, 1.354.000 taken and booked to the school; charged back, the school's invoice is open again."""
    checkout = till.open(billed, billed_complex)
    till.press(checkout, "pay", delivery="wrong_amount")
    till.deliver(2)
    given = {"documents": [], "note": NOTE, "staff": staff}
    resolve_notice(notice=Notice.objects.get(state="suspense"), tenant=billed, now=moment(), **given)  # type: ignore[arg-type]
    assert (account(billed).open, account(billed).credit) == (0, 604_000)
    in_sandbox(till, checkout, "chargeback")
    if told:
        assert till.deliver(1) == ["suspense"]
    else:
        recheck_paid(now=moment() + timedelta(days=1, minutes=1), gateway=till.sandbox.client)
    dispute = Dispute.objects.get()
    assert (dispute.state, dispute.amount, most_lost(dispute)) == ("open", 1_354_000, 1_354_000)
    assert Event.objects.get(name="payment.disputed").tenant == billed, "the complex has nothing of it"
    other = make_user("joko@langganan.test", "Joko", is_staff=True)
    asked = request_loss(dispute=dispute, amount=1_354_000, note=NOTE, staff=other, now=moment())
    assert asked is not None
    approve_loss(asked=asked, staff=staff, now=moment())
    assert (account(billed).open, account(billed).credit, account(billed_complex).open) == (750_000, 0, 600_000)
    assert check_books(tenant=billed, now=moment()) == ()
    assert not Notice.objects.filter(state="suspense").exists()


def test_of_a_page_that_was_over_it_is_a_dispute_too(till: Till, billed: Tenant, staff: User) -> None:
    """754.000 for 750.000 come after the attempt was over: booked by staff, the attempt is paid, and charged back disputed."""
    checkout = till.open(billed)
    till.press(checkout, "pay", delivery="wrong_amount")
    Checkout.objects.update(state="expired")
    till.deliver(2)
    notice = Notice.objects.get(state="suspense")
    resolve_notice(notice=notice, tenant=billed, documents=[], note=NOTE, staff=staff, now=moment())
    checkout.refresh_from_db()
    assert (checkout.state, checkout.transaction_id, account(billed).credit) == ("paid", notice.transaction_id, 4_000)
    in_sandbox(till, checkout, "chargeback")
    assert till.deliver(1) == ["suspense"]
    assert Dispute.objects.get().amount == 754_000
