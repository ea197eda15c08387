"""Chargebacks: a dispute once, whatever is told how often; won, the payment stands; lost, invoices are open again."""

from datetime import timedelta

import pytest

from billing.errors import DisputeClosed, RefundRefused
from billing.gateways.models import Checkout, Notice, Refund
from billing.gateways.statements.models import Dispute, GatewayDifference
from billing.services.books import check_books
from billing.services.dispute_decisions import lose_dispute, win_dispute
from billing.services.reconciling import Reconciled, recheck_paid
from billing.services.suspense import resolve_notice
from tenants.models import Event, Tenant, User
from tests.payments.conftest import Till, account, moment
from tests.payments.test_notices import in_sandbox

NOTE = "Keputusan bank penerbit"


def charged_back(till: Till, *tenants: Tenant) -> Dispute:
    checkout = till.open(*tenants)
    till.press(checkout, "pay")
    till.deliver(2)
    in_sandbox(till, checkout, "chargeback")
    [body] = till.bodies(1)
    for _time in range(2):
        till.take(body)
    return Dispute.objects.get()


def test_a_lost_dispute_of_two_tenants_opens_their_invoices_once(
    till: Till, billed: Tenant, billed_complex: Tenant, staff: User
) -> None:
    dispute = charged_back(till, billed, billed_complex)
    assert (dispute.state, dispute.amount, account(billed).open) == ("open", 1_350_000, 0)
    with pytest.raises(RefundRefused):
        lose_dispute(dispute=dispute, amount=1_350_001, note=NOTE, staff=staff, now=moment())
    for _twice in range(2):
        lose_dispute(dispute=dispute, amount=1_350_000, note=NOTE, staff=staff, now=moment())
    assert (account(billed).open, account(billed_complex).open) == (750_000, 600_000)
    assert sorted(Refund.objects.values_list("amount", "way")) == [(600_000, "taken"), (750_000, "taken")]
    for tenant in (billed, billed_complex):
        assert check_books(tenant=tenant, now=moment()) == ()
    with pytest.raises(DisputeClosed):
        win_dispute(dispute=dispute, note=NOTE, staff=staff, now=moment())
    dispute.refresh_from_db()
    assert (dispute.state, dispute.lost, dispute.closed_at is not None) == ("lost", 1_350_000, True)
    assert not Notice.objects.filter(state="suspense").exists()


def test_a_dispute_that_is_won_leaves_the_payment_and_the_access(till: Till, billed: Tenant, staff: User) -> None:
    dispute = charged_back(till, billed)
    for _twice in range(2):
        win_dispute(dispute=dispute, note=NOTE, staff=staff, now=moment())
    assert (account(billed).open, account(billed).received, Refund.objects.count()) == (0, 750_000, 0)
    assert Checkout.objects.get().state == "paid"
    assert Event.objects.filter(tenant=billed, name="payment.dispute_won").count() == 1
    with pytest.raises(DisputeClosed):
        lose_dispute(dispute=dispute, amount=1, note=NOTE, staff=staff, now=moment())


def test_what_was_paid_is_asked_about_again_and_what_differs_waits_in_the_queue(
    till: Till, billed: Tenant, billed_complex: Tenant, staff: User
) -> None:
    """A reversal nobody told of, and a payment the gateway does not know, found after a day; the rest is as it was."""
    gone, unknown = till.open(billed), till.open(billed_complex)
    for checkout in (gone, unknown):
        till.press(checkout, "pay")
        till.deliver(2)
    in_sandbox(till, gone, "chargeback")
    Checkout.objects.filter(pk=unknown.pk).update(order_id="DEMO-LOST")
    client, night = till.sandbox.client, moment() + timedelta(days=1, minutes=1)
    assert recheck_paid(now=moment(), gateway=client) == Reconciled()
    assert recheck_paid(now=night, gateway=client) == Reconciled(asked=2)
    assert recheck_paid(now=night, gateway=client) == Reconciled()
    found = set(GatewayDifference.objects.values_list("source", "kind", "order_id", "ours", "theirs"))
    assert found == {
        ("status", "state", gone.order_id, 750_000, 750_000), ("status", "surplus", "DEMO-LOST", 600_000, 0),
    }  # fmt: skip
    assert Dispute.objects.get().checkout == gone
    notice = Notice.objects.get(state="suspense")
    resolve_notice(notice=notice, tenant=None, documents=[], note="Sengketa dicatat", staff=staff, now=night)
    assert GatewayDifference.objects.get(kind="state").state == "closed"
