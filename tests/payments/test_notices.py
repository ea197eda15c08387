"""Every edge case of the gateway's notifications, driven through the local sandbox over real HTTP."""

import json
from datetime import date, timedelta

import pytest

from billing.errors import NoticeClosed
from billing.gateways.midtrans import MidtransClient
from billing.gateways.models import Checkout, CheckoutItem, Notice
from billing.gateways.sandbox.answers import _signed
from billing.gateways.sandbox.models import SandboxTransaction
from billing.services.gateway import attempts
from billing.services.gateway.checkout_ends import cancel_checkout
from billing.services.gateway.notices import MOST_ATTEMPTS, apply_notice, apply_pending_notices, receive_notice
from billing.services.payments.receiving import Received, record_payment
from billing.services.payments.suspense import resolve_notice
from tenants.errors import DomainError
from tenants.models import Event, StaffTask, Tenant, User
from tests.gateways.conftest import config_for
from tests.payments.conftest import Till, account, document_ids, moment


def attempt_of(checkout: Checkout) -> SandboxTransaction:
    return SandboxTransaction.objects.filter(page__order_id=checkout.order_id).latest("pk")


def tasks(tenant: Tenant) -> list[str]:
    return list(StaffTask.objects.filter(tenant=tenant, kind="payment").values_list("key", flat=True))


def test_a_payment_settles_the_invoice_once_on_the_tenants_own_day(till: Till, billed: Tenant) -> None:
    checkout = till.open(billed)
    till.press(checkout, "pay")
    assert till.deliver(2) == [
        "applied",
        "ignored",
    ]  # The gateway said "settlement" already when the first was applied.
    books, transaction = account(billed), attempt_of(checkout).transaction_id
    assert (books.open, books.payments) == (0, {f"midtrans:{transaction}:t_sman1": 750_000})
    checkout.refresh_from_db()
    assert (checkout.state, checkout.gateway_status, checkout.payment_type) == ("paid", "settlement", "bank_transfer")
    paid = Event.objects.get(tenant=billed, name="payment.received")
    assert (paid.occurred_on, paid.actor_kind, paid.actor) == (date(2025, 3, 10), "gateway", "Midtrans")


def test_payment_reopens_a_suspended_school_at_once_x10(till: Till, billed: Tenant, pass_days: object) -> None:
    assert callable(pass_days)
    pass_days(billed, date(2025, 3, 11), date(2025, 3, 31))
    assert billed.has_access is False
    till.press(till.open(billed), "pay")
    till.deliver(2)
    billed.refresh_from_db()
    assert (billed.status, billed.has_access) == ("active", True)


def test_a_duplicate_changes_nothing(till: Till, billed: Tenant) -> None:
    till.press(till.open(billed), "pay", delivery="twice")
    assert till.deliver(3)[1:] == ["ignored", "ignored"]
    assert account(billed).received == 750_000


def test_pending_that_arrives_after_the_settlement_is_ignored(till: Till, billed: Tenant) -> None:
    checkout = till.open(billed)
    till.press(checkout, "pay", delivery="out_of_order")
    assert till.deliver(2) == ["applied", "ignored"]
    checkout.refresh_from_db()
    assert (checkout.state, account(billed).received) == ("paid", 750_000)


def test_a_forged_notice_is_kept_and_nobody_is_asked(till: Till, billed: Tenant) -> None:
    till.press(till.open(billed), "pay", delivery="forged")
    [_pending, forged] = till.bodies(2)
    notice = receive_notice(body=forged, source="203.0.113.9", now=moment())
    assert (notice.state, notice.source) == ("forged", "203.0.113.9")
    nobody = MidtransClient(config_for("http://127.0.0.1:9"))
    assert apply_notice(notice_id=notice.pk, now=moment(), gateway=nobody).state == "forged"
    assert account(billed).received == 0


def test_a_true_signature_over_a_false_status_moves_no_money(till: Till, billed: Tenant) -> None:
    """The signature does not cover the status: GET status decides."""
    checkout = till.open(billed)
    till.press(checkout, "pay", delivery="unconfirmed")
    till.deliver(2)
    assert till.notices[-1].state == "ignored"
    assert "tidak membenarkan settlement" in till.notices[-1].reason
    checkout.refresh_from_db()
    assert (checkout.state, account(billed).received) == ("pending", 0)


def test_deny_deny_and_then_settlement_on_one_order(till: Till, billed: Tenant) -> None:
    """A denied attempt leaves the page and the invoice open; the next click gets the same page."""
    checkout = till.open(billed)
    for _ in range(2):
        till.press(checkout, "deny")
        till.deliver(2)
        checkout.refresh_from_db()
        assert (checkout.state, checkout.gateway_status, account(billed).open) == ("pending", "deny", 750_000)
        assert till.open(billed).pk == checkout.pk
    till.press(checkout, "pay")
    till.deliver(2)
    assert (account(billed).open, account(billed).received, tasks(billed)) == (0, 750_000, [])


def test_a_late_deny_of_the_first_attempt_does_not_undo_the_second(till: Till, billed: Tenant) -> None:
    checkout = till.open(billed)
    till.press(checkout, "deny")
    late = till.bodies(2)
    till.press(checkout, "pay")
    till.deliver(2)
    assert [till.take(body).state for body in late] == ["ignored", "ignored"]
    checkout.refresh_from_db()
    assert (checkout.state, account(billed).received) == ("paid", 750_000)


def test_a_fee_named_by_the_gateway_is_not_the_customers_surplus(till: Till, billed: Tenant) -> None:
    """754.000 with original_amount 750.000 pays 750.000."""
    till.press(till.open(billed), "pay", delivery="fee_imposed")
    till.deliver(2)
    assert (account(billed).received, account(billed).credit) == (750_000, 0)


def test_a_wrong_amount_waits_for_staff_and_is_never_paid_by_a_machine(till: Till, billed: Tenant, staff: User) -> None:
    checkout = till.open(billed)
    till.press(checkout, "pay", delivery="wrong_amount")
    assert "suspense" in till.deliver(2)
    assert account(billed).received == 0
    waiting = Notice.objects.get(state="suspense")
    assert (waiting.amount, "jumlah tidak cocok" in waiting.reason) == (754_000, True)
    resolved = resolve_notice(
        notice=waiting,
        tenant=billed,
        documents=document_ids(billed),
        note="Biaya dinyalakan di dasbor",
        staff=staff,
        now=moment(),
    )
    assert (resolved.state, resolved.resolved_by) == ("resolved", staff)
    assert (account(billed).open, account(billed).credit) == (0, 4_000)
    checkout.refresh_from_db()
    assert checkout.state == "paid"
    again = till.take(waiting.body.encode())
    assert (again.state, account(billed).received) == ("ignored", 754_000)
    with pytest.raises(NoticeClosed):
        resolve_notice(notice=waiting, tenant=None, documents=(), note="Sekali lagi", staff=staff, now=moment())


def test_one_wrong_amount_is_one_entry_of_the_queue(till: Till, billed: Tenant) -> None:
    till.press(till.open(billed), "pay", delivery="wrong_amount")
    bodies = till.bodies(2)
    for body in [*bodies, *bodies]:
        till.take(body)
    assert Notice.objects.filter(state="suspense").count() == 1


def stray(till: Till, amount: int = 90_000) -> bytes:
    """A paid order that is not ours."""
    _order, link = till.sandbox.open(amount)
    till.sandbox.press(link, "pay")
    return till.bodies(2)[1]


def test_an_unknown_order_waits_for_staff_with_what_the_gateway_confirms(
    till: Till, billed: Tenant, staff: User
) -> None:
    notice = till.take(stray(till))
    assert (notice.state, notice.amount) == ("suspense", 90_000)
    resolve_notice(notice=notice, tenant=billed, documents=(), note="Ternyata SMAN 1", staff=staff, now=moment())
    assert (account(billed).open, account(billed).received) == (660_000, 90_000)
    attempt = SandboxTransaction.objects.get(transaction_id=notice.transaction_id)
    till.sandbox.button(f"transactions/{attempt.pk}/chargeback")
    assert till.deliver(1) == ["suspense"]  # the money is in the school's books


def test_staff_close_an_unknown_order_with_a_reason(till: Till, staff: User) -> None:
    notice = till.take(stray(till))
    with pytest.raises(DomainError) as caught:
        resolve_notice(notice=notice, tenant=None, documents=(), note=" ", staff=staff, now=moment())
    assert caught.value.code == "reason_missing"
    done = resolve_notice(notice=notice, tenant=None, documents=(), note="Milik toko lain", staff=staff, now=moment())
    assert (done.state, done.resolution) == ("resolved", "Milik toko lain")


def resigned(till: Till, body: bytes, **changed: str) -> bytes:
    """The same notification with other facts, signed by the gateway's own key."""
    return json.dumps(_signed({**json.loads(body), **changed})).encode()


def test_an_order_id_that_is_the_transaction_id_still_finds_the_attempt(till: Till, billed: Tenant) -> None:
    """BSI returned the transaction id as order id: the gateway is asked whose it is."""
    checkout = till.open(billed)
    till.press(checkout, "pay")
    body = till.bodies(2)[1]
    till.take(resigned(till, body, order_id=str(attempt_of(checkout).transaction_id)))
    assert account(billed).received == 750_000


def test_a_custom_field_finds_the_attempt_of_a_strange_order_id(till: Till, billed: Tenant) -> None:
    checkout = till.open(billed)
    till.press(checkout, "pay")
    body = resigned(till, till.bodies(2)[1], order_id="DANA-1", custom_field1=checkout.order_id)
    assert till.take(body).state == "applied"
    assert account(billed).received == 750_000


def test_an_order_nobody_knows_cannot_be_booked(till: Till, billed: Tenant, staff: User) -> None:
    notice = till.take(resigned(till, stray(till), order_id="NOBODY-1"))
    assert (notice.state, notice.amount) == ("suspense", None)
    with pytest.raises(NoticeClosed) as caught:
        resolve_notice(notice=notice, tenant=billed, documents=(), note="Coba saja", staff=staff, now=moment())
    assert caught.value.field == "tenant"
    notice.refresh_from_db()
    assert (notice.state, account(billed).received) == ("suspense", 0)


def test_another_merchants_answer_moves_no_money(till: Till, billed: Tenant) -> None:
    till.press(till.open(billed), "pay")
    body = till.bodies(2)[1]
    notice = receive_notice(body=body, source="", now=moment())
    config = till.sandbox.client.config
    other = MidtransClient(type(config)(**{**vars(config), "merchant_id": "G999999999"}))
    assert apply_notice(notice_id=notice.pk, now=moment(), gateway=other).state == "suspense"
    assert account(billed).received == 0


def in_sandbox(till: Till, checkout: Checkout, name: str, **fields: str) -> None:
    """Press a button of the sandbox's list of transactions."""
    answer = till.sandbox.button(f"transactions/{attempt_of(checkout).pk}/{name}", **fields)
    assert answer.status_code == 302


def test_a_settlement_after_expiry_is_booked_and_staff_are_told(till: Till, billed: Tenant) -> None:
    checkout = till.open(billed)
    till.press(checkout, "expire")
    till.deliver(2)
    checkout.refresh_from_db()
    assert checkout.state == "expired"
    in_sandbox(till, checkout, "settle-late")
    assert till.deliver(1) == ["applied"]
    assert account(billed).open == 0
    assert tasks(billed) == [f"late:{attempt_of(checkout).transaction_id}"]


def test_a_settlement_after_our_own_cancelling_becomes_credit_where_the_invoice_is_paid(
    till: Till, billed: Tenant
) -> None:
    checkout = till.open(billed)
    till.press(checkout, "wait")
    cancel_checkout(checkout=checkout, now=moment(), gateway=till.sandbox.client)
    record_payment(tenant=billed, received=Received(750_000, "cash", "c-1", date(2025, 3, 10)))
    till.deliver(2)
    in_sandbox(till, checkout, "settle-late")
    till.deliver(1)
    books = account(billed)
    assert (books.open, books.credit, books.received, len(tasks(billed))) == (0, 750_000, 1_500_000, 1)


def test_an_invoice_paid_by_other_means_meanwhile_turns_the_payment_into_credit(till: Till, billed: Tenant) -> None:
    checkout = till.open(billed)
    record_payment(tenant=billed, received=Received(750_000, "cash", "c-1", date(2025, 3, 10)))
    till.press(checkout, "pay")
    till.deliver(2)
    assert (account(billed).open, account(billed).credit) == (0, 750_000)


@pytest.mark.parametrize(("name", "state"), [("reverse", "disputed"), ("chargeback", "disputed")])
def test_money_taken_back_is_a_dispute_for_staff_and_no_new_charge(
    till: Till, billed: Tenant, name: str, state: str
) -> None:
    """Settlement → deny (reversal) and chargeback: nothing is booked by a machine."""
    checkout = till.open(billed)
    till.press(checkout, "pay")
    till.deliver(2)
    in_sandbox(till, checkout, name)
    assert till.deliver(1) == ["suspense"]
    checkout.refresh_from_db()
    assert (checkout.state, len(tasks(billed)), account(billed).received) == (state, 1, 750_000)
    assert Event.objects.filter(tenant=billed, name="payment.disputed").count() == 1
    assert Event.objects.filter(tenant=billed, name="invoice.issued").count() == 1


def test_a_refund_that_is_told_twice_is_one_task(till: Till, billed: Tenant) -> None:
    checkout = till.open(billed)
    till.press(checkout, "pay", method="other_qris")
    till.deliver(2)
    in_sandbox(till, checkout, "refund")
    assert till.deliver(2) == ["suspense", "ignored"]
    checkout.refresh_from_db()
    assert (checkout.state, len(tasks(billed))) == ("refunded", 1)


def test_a_challenged_card_is_unpaid_until_it_is_accepted(till: Till, billed: Tenant) -> None:
    checkout = till.open(billed)
    till.press(checkout, "challenge", method="credit_card")
    till.deliver(1)
    checkout.refresh_from_db()
    assert (checkout.state, account(billed).received) == ("challenged", 0)
    in_sandbox(till, checkout, "accept")
    till.deliver(1)
    assert (account(billed).open, account(billed).received) == (0, 750_000)


def test_a_gateway_that_is_away_is_asked_again_later_and_in_the_end_a_person_looks(till: Till, billed: Tenant) -> None:
    till.press(till.open(billed), "pay")
    notice = receive_notice(body=till.bodies(2)[1], source="", now=moment())
    away, now = MidtransClient(config_for("http://127.0.0.1:9", 0.2)), moment()
    first = apply_notice(notice_id=notice.pk, now=now, gateway=away)
    assert (first.state, first.attempts, "GatewayUnavailable" in first.reason) == ("new", 1, True)
    assert first.retry_at == now + timedelta(minutes=1)
    assert apply_notice(notice_id=notice.pk, now=now + timedelta(seconds=30), gateway=away).attempts == 1
    assert apply_pending_notices(now=now + timedelta(minutes=2), gateway=till.sandbox.client) == 1
    notice.refresh_from_db()
    assert (notice.state, notice.attempts, account(billed).received) == ("applied", 2, 750_000)


def test_a_notice_that_can_never_be_applied_ends_in_the_queue(till: Till, billed: Tenant) -> None:
    till.press(till.open(billed), "pay")
    notice = receive_notice(body=till.bodies(2)[1], source="", now=moment())
    away, now = MidtransClient(config_for("http://127.0.0.1:9", 0.2)), moment()
    for _ in range(MOST_ATTEMPTS):
        apply_notice(notice_id=notice.pk, now=now, gateway=away)
        now += timedelta(hours=7)
    notice.refresh_from_db()
    assert (notice.state, notice.attempts) == ("suspense", MOST_ATTEMPTS)


def test_a_subscription_notice_without_signature_is_set_aside(db: None) -> None:
    body = b'{"subscription": {"id": "s-1"}, "transaction": {"transaction_id": "x"}}'
    assert receive_notice(body=body, source="", now=moment()).state == "ignored"


def test_a_booking_that_was_interrupted_is_completed_by_the_repeated_notice(
    till: Till, billed: Tenant, billed_complex: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """K16: one tenant that fails does not hold the other up, and is booked later, once."""
    whole = record_payment

    def broken(*, tenant: Tenant, received: Received) -> object:
        if tenant.pk == billed.pk:
            raise DomainError("rusak")
        return whole(tenant=tenant, received=received)

    till.press(till.open(billed, billed_complex), "pay")
    monkeypatch.setattr(attempts, "record_payment", broken)
    assert till.deliver(2) == ["new", "new"]
    assert (account(billed).received, account(billed_complex).received) == (0, 600_000)
    monkeypatch.undo()
    apply_pending_notices(now=moment() + timedelta(hours=1), gateway=till.sandbox.client)
    assert (account(billed).received, account(billed_complex).received) == (750_000, 600_000)
    assert not CheckoutItem.objects.filter(live=True).exists()
    assert not Notice.objects.filter(state="new").exists()


def test_a_refund_in_parts_is_seen_part_by_part(till: Till, billed: Tenant) -> None:
    checkout = till.open(billed)
    till.press(checkout, "pay", method="other_qris")
    till.deliver(2)
    in_sandbox(till, checkout, "refund", amount="100000")
    assert till.deliver(2) == ["suspense", "ignored"]
    in_sandbox(till, checkout, "refund", amount="50000")
    assert till.deliver(2) == ["suspense", "ignored"]
    assert len(tasks(billed)) == 2
    assert Event.objects.filter(tenant=billed, name="payment.disputed").count() == 2
