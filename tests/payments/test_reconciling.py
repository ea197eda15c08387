"""Notices that never came: the gateway is asked in growing intervals."""

from datetime import date, timedelta

import requests

from billing.gateways.midtrans import MidtransClient
from billing.gateways.models import Checkout, CheckoutItem, Notice
from billing.services.gateway.reconciling import Reconciled, due_attempts, reconcile_checkouts
from billing.services.payments.receiving import Received, record_payment
from tenants.models import Tenant
from tests.gateways.conftest import config_for
from tests.payments.conftest import Till, account, moment


def reconcile(till: Till, minutes: int) -> Reconciled:
    """Reconcile as of so many minutes from now."""
    return reconcile_checkouts(now=moment() + timedelta(minutes=minutes), gateway=till.sandbox.client)


def test_a_payment_nobody_told_us_of_is_found(till: Till, billed: Tenant) -> None:
    till.press(till.open(billed), "pay", delivery="never")
    assert reconcile(till, 1) == Reconciled(asked=0)
    assert reconcile(till, 6) == Reconciled(asked=1, settled=1)
    assert account(billed).open == 0
    assert reconcile(till, 60) == Reconciled(asked=0)


def test_the_notice_that_comes_after_all_changes_nothing(till: Till, billed: Tenant) -> None:
    checkout = till.open(billed)
    till.press(checkout, "pay", delivery="later")
    reconcile(till, 6)
    till.sandbox.webhook.wait_for(1)
    assert till.deliver(1) == ["ignored"]
    assert account(billed).received == 750_000


def test_an_attempt_is_asked_about_when_its_age_has_doubled(till: Till, billed: Tenant) -> None:
    checkout = till.open(billed)
    asked = []
    for minutes in range(100):
        now = checkout.created_at + timedelta(minutes=minutes)
        if due_attempts(now).exists():
            asked.append(minutes)
            Checkout.objects.update(checked_at=now)
    assert asked == [5, 10, 20, 40, 80]


def test_an_attempt_is_asked_about_every_six_hours_at_the_latest(till: Till, billed: Tenant) -> None:
    checkout = till.open(billed)
    checked = checkout.created_at + timedelta(hours=10)
    Checkout.objects.update(checked_at=checked, expires_at=checked + timedelta(days=1))
    assert not due_attempts(checked + timedelta(hours=5, minutes=59)).exists()
    assert due_attempts(checked + timedelta(hours=6)).exists()


def test_a_page_that_expired_in_silence_is_closed(till: Till, billed: Tenant) -> None:
    """A Snap page that expires sends nothing, and the status of it is 404."""
    checkout = till.open(billed)
    page = f"{till.sandbox.url}/pay/{checkout.token}"
    till.sandbox._post(requests.Session(), page, f"{page}/expire")
    assert reconcile(till, 24 * 60 + 1).settled == 1
    checkout.refresh_from_db()
    assert (checkout.state, account(billed).open) == ("expired", 750_000)
    assert till.open(billed).pk != checkout.pk


def test_a_virtual_account_that_outlives_its_page_is_expired(till: Till, billed: Tenant) -> None:
    checkout = till.open(billed)
    till.press(checkout, "wait")
    reconcile(till, 24 * 60 + 1)
    checkout.refresh_from_db()
    assert (checkout.state, checkout.gateway_status) == ("expired", "expire")
    assert till.sandbox.client.status(checkout.order_id).status_code == "407"


def test_a_page_whose_last_attempt_was_denied_ends_with_it(till: Till, billed: Tenant) -> None:
    checkout = till.open(billed)
    till.press(checkout, "deny")
    reconcile(till, 24 * 60 + 1)
    checkout.refresh_from_db()
    assert checkout.state == "denied"
    assert not CheckoutItem.objects.filter(live=True).exists()


def test_an_attempt_that_never_reached_the_gateway_fails(till: Till, billed: Tenant) -> None:
    checkout = till.open(billed)
    Checkout.objects.update(state="created", token="", redirect_url="", order_id="DEMO-NEVER")
    reconcile(till, 24 * 60 + 1)
    checkout.refresh_from_db()
    assert checkout.state == "failed"


def test_a_wrong_amount_found_by_asking_waits_for_staff_once(till: Till, billed: Tenant) -> None:
    till.press(till.open(billed), "pay", delivery="wrong_amount")
    for minutes in (6, 30, 90):
        reconcile(till, minutes)
    waiting = Notice.objects.get(state="suspense")
    assert (waiting.amount, waiting.source, account(billed).received) == (754_000, "reconcile", 0)
    till.deliver(2)
    assert Notice.objects.filter(state="suspense").count() == 1


def test_an_interrupted_booking_is_completed(till: Till, billed: Tenant) -> None:
    checkout = till.open(billed)
    till.press(checkout, "pay")
    till.bodies(2)
    Checkout.objects.update(state="paid", paid_at=moment())
    assert reconcile(till, 6).asked == 1
    assert account(billed).received == 750_000


def test_one_that_fails_holds_up_no_other(till: Till, billed: Tenant, billed_complex: Tenant) -> None:
    first, second = till.open(billed), till.open(billed_complex)
    till.press(second, "pay", delivery="never")
    Checkout.objects.filter(pk=first.pk).update(order_id="DEMO-X", amount=1)
    away = MidtransClient(config_for("http://127.0.0.1:9", 0.2))
    later = moment() + timedelta(minutes=6)
    assert reconcile_checkouts(now=later, gateway=away) == Reconciled(asked=2, failed=2)
    assert reconcile(till, 6).settled == 1
    assert account(billed_complex).open == 0


def test_surplus_of_a_payment_found_late_is_credit(till: Till, billed: Tenant) -> None:
    till.press(till.open(billed), "pay", delivery="never")
    record_payment(tenant=billed, received=Received(700_000, "cash", "c-1", date(2025, 3, 10)))
    reconcile(till, 6)
    assert (account(billed).open, account(billed).credit) == (0, 700_000)
