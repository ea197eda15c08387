"""Money back through the local Midtrans over HTTP or by a transfer with proof: books, invoice, event, two people."""

from datetime import date

import pytest
import requests
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from pytest_django import Settings

from billing.errors import PaymentNotFound, PaymentPageUnavailable, RefundClosed, RefundRefused, WrongState
from billing.gateways.models import Checkout, Notice, Refund, RefundState, RefundWay
from billing.gateways.sandbox.answers import notification
from billing.gateways.statements.models import Dispute
from billing.models import Document, Entry, Payment
from billing.rules.ledger import differences
from billing.selectors.books import figures
from billing.selectors.refundable import left_of
from billing.services.disputes.decisions import lose_dispute, most_lost
from billing.services.payments.receiving import Received, record_payment
from billing.services.payments.reversing import reverse_payment
from billing.services.refunds.payouts import confirm_transfer, pay_by_transfer, resend_refunds, send_refund
from billing.services.refunds.requests import Account, Wanted, approve_refund, reject_refund, request_refund
from billing.services.refunds.taken import record_taken, request_taken
from tenants.context import inside
from tenants.models import Event, Tenant, User
from tests.conftest import make_user
from tests.payments.conftest import Till, account, moment
from tests.payments.test_charges import choose, pay
from tests.payments.test_disputes import at_gateway
from tests.payments.test_notices import attempt_of

REASON = "Salah bayar dua kali"
BCA = Account("BCA", "1234567890", "SMAN 1")
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 64


@pytest.fixture
def rina(db: None) -> User:
    """Staff who ask."""
    return make_user("rina@example.test", "Rina", is_staff=True)


@pytest.fixture
def joko(db: None) -> User:
    """Staff who agree."""
    return make_user("joko@example.test", "Joko", is_staff=True)


def payment_of(tenant: Tenant) -> Payment:
    """The one payment that came in."""
    with inside(tenant):
        return Payment.objects.get(amount__gt=0)


def ask(tenant: Tenant, amount: int, staff: User, way: RefundWay = RefundWay.GATEWAY) -> Refund:
    """A refund of the tenant's payment."""
    wanted = Wanted(payment_of(tenant).pk, amount, way, BCA if way == RefundWay.TRANSFER else Account())
    return request_refund(tenant=tenant, wanted=wanted, reason=REASON, staff=staff, now=moment())


def stands(tenant: Tenant) -> tuple[int, int, int]:
    """Open, credit, cash in the books; the books agree with everything else."""
    with inside(tenant):
        assert not differences(figures())
        cash = sum(amount for name, amount in figures().balances.items() if name.startswith("cash:"))
    found = account(tenant)
    return found.open, found.credit, cash


@pytest.fixture
def paid(billed: Tenant, till: Till) -> Tenant:
    """750.000 by QRIS."""
    checkout = choose(till, billed, method="other_qris")
    till.deliver(1)
    pay(till, checkout)
    return billed


def proof() -> SimpleUploadedFile:
    """A picture of our own transfer."""
    return SimpleUploadedFile("bukti.png", PNG, "image/png")


def test_partial_refunds_go_out_once_and_never_above_what_was_paid(paid: Tenant, till: Till, rina: User) -> None:
    """750.000 by QRIS, 100.000 and 50.000 back: 150.000 is open again, and 600.000 could still go back."""
    for amount in (100_000, 50_000):
        refund = ask(paid, amount, rina)
        assert refund.state == RefundState.APPROVED, "one person up to the limit"
        for _time in range(2):
            send_refund(refund=refund, staff=rina, now=moment(), gateway=till.sandbox.client)
    assert stands(paid) == (150_000, 0, 600_000)
    checkout = Checkout.objects.get()
    told = till.sandbox.client.status(checkout.order_id)
    assert [made.amount for made in told.refunds] == [100_000, 50_000]
    with inside(paid):
        assert left_of(payment_of(paid)) == 600_000
        assert Document.objects.get().status == "open"
    with pytest.raises(RefundRefused) as refused:
        ask(paid, 600_001, rina)
    assert refused.value.code == "more_than_paid"
    events = Event.objects.filter(tenant=paid, name="payment.refunded").order_by("id")
    assert [event.data["amount"] for event in events] == [100_000, 50_000]


def test_a_payment_is_not_taken_back_whole_once_part_of_it_has_left_or_is_about_to(billed: Tenant, rina: User) -> None:
    """750.000 by transfer: with 200.000 asked for or gone, taking back 750.000 would lose them twice."""
    received = record_payment(tenant=billed, received=Received(750_000, "transfer", "tf-1", date(2025, 3, 10)))
    taking = {"tenant": billed, "payment_id": received.pk, "reason": REASON, "today": date(2025, 3, 10)}
    refund = ask(billed, 200_000, rina, RefundWay.TRANSFER)
    with pytest.raises(WrongState, match=r"200\.000"):
        reverse_payment(**taking)  # type: ignore[arg-type]
    confirm_transfer(refund=refund, file=proof(), staff=rina, now=moment())
    with pytest.raises(WrongState, match=r"200\.000") as refused:
        reverse_payment(**taking)  # type: ignore[arg-type]
    assert (refused.value.code, stands(billed)) == ("payment_refunded", (200_000, 0, 550_000))
    second = ask(billed, 300_000, rina, RefundWay.TRANSFER)
    reject_refund(refund=second, reason=REASON, staff=rina, now=moment())
    assert stands(billed) == (200_000, 0, 550_000)


def test_the_gateway_s_word_of_our_own_refund_is_no_dispute(paid: Tenant, till: Till, rina: User) -> None:
    """Every refund notifies twice, without and with the bank's confirmation."""
    send_refund(refund=ask(paid, 750_000, rina), staff=rina, now=moment(), gateway=till.sandbox.client)
    assert set(till.deliver(2)) <= {"applied", "ignored"}
    assert not Event.objects.filter(tenant=paid, name="payment.disputed").exists()
    assert not Notice.objects.filter(state="suspense").exists()
    assert stands(paid) == (750_000, 0, 0)
    assert Checkout.objects.get().state == "refunded"


@pytest.mark.parametrize(
    ("state", "asked", "amount", "most"),
    [("chargeback", None, 750_000, 550_000), ("partial_chargeback", 300_000, 300_000, 300_000)],
)
def test_a_chargeback_after_a_refund_of_ours_is_a_dispute_of_what_the_bank_asks_for(
    state: str, asked: int | None, amount: int, most: int, paid: Tenant, till: Till, rina: User
) -> None:
    """750.000 paid, 200.000 given back by us, which the gateway goes on listing; then the bank takes all, or 300.000."""
    send_refund(refund=ask(paid, 200_000, rina), staff=rina, now=moment(), gateway=till.sandbox.client)
    till.deliver(2)
    attempt = attempt_of(Checkout.objects.get())
    at_gateway(attempt, state, asked)
    assert till.take(notification(attempt).encode()).state == "suspense"
    dispute = Dispute.objects.get()
    assert (dispute.state, dispute.amount, most_lost(dispute)) == ("open", amount, most)
    assert Event.objects.get(tenant=paid, name="payment.disputed").data["amount"] == amount
    lose_dispute(dispute=dispute, amount=most, note=REASON, staff=rina, now=moment())
    assert stands(paid) == (200_000 + most, 0, 550_000 - most)


def test_a_refund_whose_answer_was_lost_is_sent_again_and_booked_once(
    paid: Tenant, till: Till, rina: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, refund = till.sandbox.client, ask(paid, 200_000, rina)
    library = client._api.transactions.refund

    def deaf(order_id: str, body: dict[str, object]) -> object:
        library(order_id, body)
        raise requests.Timeout

    monkeypatch.setattr(client._api.transactions, "refund", deaf)
    with pytest.raises(PaymentPageUnavailable):
        send_refund(refund=refund, staff=rina, now=moment(), gateway=client)
    assert stands(paid) == (0, 0, 750_000), "nothing is booked that we do not know of"
    with pytest.raises(RefundRefused, match="Sudah dikirim"):
        reject_refund(refund=refund, reason=REASON, staff=rina, now=moment())
    monkeypatch.setattr(client._api.transactions, "refund", library)
    Refund.objects.update(sent_at=moment().replace(year=2024))
    assert [resend_refunds(now=moment(), gateway=client) for _time in range(2)] == [1, 0]
    assert stands(paid) == (200_000, 0, 550_000)
    assert len(client.status(Checkout.objects.get().order_id).refunds) == 1


def test_what_the_gateway_refuses_goes_back_by_a_transfer_with_its_proof(
    paid: Tenant, till: Till, rina: User, settings: Settings, tmp_path: object
) -> None:
    settings.MEDIA_ROOT = str(tmp_path)
    refund = ask(paid, 300_000, rina)
    till.sandbox.client.refund(refund.transaction_id, "dasbor", 700_000, "dari dasbor")
    with pytest.raises(RefundRefused, match="Midtrans menolak"):
        send_refund(refund=refund, staff=rina, now=moment(), gateway=till.sandbox.client)
    pay_by_transfer(refund=refund, account=BCA)
    for _time in range(2):
        refund = confirm_transfer(refund=refund, file=proof(), staff=rina, now=moment())
    assert (refund.state, refund.proof_type) == (RefundState.DONE, "image/png")
    assert stands(paid) == (300_000, 0, 450_000)
    with inside(paid):
        assert Entry.objects.filter(debit="receivable", credit="cash:transfer").get().amount == 300_000


def test_an_overpayment_is_credit_and_goes_back_from_there(
    billed: Tenant, rina: User, settings: Settings, tmp_path: object
) -> None:
    """1.000.000 for 750.000: 250.000 of credit go back, and no invoice opens by it."""
    settings.MEDIA_ROOT = str(tmp_path)
    record_payment(
        tenant=billed, received=Received(amount=1_000_000, channel="transfer", reference="t:1", on=date(2025, 3, 10))
    )
    with pytest.raises(RefundRefused) as refused:
        ask(billed, 250_000, rina)
    assert refused.value.code == "not_by_gateway"
    refund = ask(billed, 250_000, rina, RefundWay.TRANSFER)
    confirm_transfer(refund=refund, file=proof(), staff=rina, now=moment())
    assert stands(billed) == (0, 0, 750_000)


def test_above_the_limit_somebody_else_has_to_agree(
    paid: Tenant, till: Till, rina: User, joko: User, settings: Settings
) -> None:
    settings.REFUND_APPROVAL_LIMIT = 500_000
    refund = ask(paid, 500_001, rina)
    assert refund.state == RefundState.REQUESTED
    with pytest.raises(RefundClosed):
        send_refund(refund=refund, staff=rina, now=moment(), gateway=till.sandbox.client)
    with pytest.raises(RefundRefused, match="Orang lain"):
        approve_refund(refund=refund, staff=rina, now=moment())
    with pytest.raises(IntegrityError), transaction.atomic():
        Refund.objects.update(approved_by=rina, approved_at=moment())
    with pytest.raises(IntegrityError), transaction.atomic():
        Refund.objects.update(state="done")
    for _time in range(2):
        approve_refund(refund=refund, staff=joko, now=moment())
    send_refund(refund=refund, staff=joko, now=moment(), gateway=till.sandbox.client)
    assert stands(paid) == (500_001, 0, 249_999)


def test_what_went_back_before_counts_against_the_limit(
    paid: Tenant, rina: User, joko: User, settings: Settings
) -> None:
    """300.000 and 200.000 of 750.000 are one person's, the next rupiah is not; what was refused does not count."""
    settings.REFUND_APPROVAL_LIMIT = settings.LOST_DISPUTE_APPROVAL_LIMIT = 500_000
    reject_refund(refund=ask(paid, 500_000, rina), reason="Salah", staff=rina, now=moment())
    asked = [ask(paid, amount, rina).state for amount in (300_000, 200_000, 1)]
    assert asked == [RefundState.APPROVED, RefundState.APPROVED, RefundState.REQUESTED]
    wanted = Wanted(payment_of(paid).pk, 1, RefundWay.TAKEN)
    taken = request_taken(tenant=paid, wanted=wanted, reason=REASON, staff=rina, now=moment())
    assert taken.state == RefundState.REQUESTED
    assert approve_refund(refund=taken, staff=joko, now=moment()).state == RefundState.DONE


def test_a_refused_refund_frees_its_amount(paid: Tenant, rina: User) -> None:
    refund = ask(paid, 750_000, rina)
    with pytest.raises(RefundRefused):
        ask(paid, 1, rina)
    for _time in range(2):
        reject_refund(refund=refund, reason="Tidak jadi", staff=rina, now=moment())
    assert ask(paid, 750_000, rina).amount == 750_000


def test_a_lost_chargeback_opens_the_invoice_and_charges_nothing(paid: Tenant, till: Till, rina: User) -> None:
    wanted = Wanted(payment_of(paid).pk, 750_000, RefundWay.TAKEN)
    record_taken(tenant=paid, wanted=wanted, reason="Chargeback dari bank", staff=rina, now=moment())
    assert stands(paid) == (750_000, 0, 0)
    with inside(paid):
        assert Document.objects.count() == 1
    with pytest.raises(RefundRefused):
        record_taken(tenant=paid, wanted=wanted, reason="Chargeback dari bank", staff=rina, now=moment())


def test_another_tenant_s_payment_is_not_found(paid: Tenant, billed_complex: Tenant, rina: User) -> None:
    wanted = Wanted(payment_of(paid).pk, 1_000, RefundWay.TRANSFER, BCA)
    with pytest.raises(PaymentNotFound):
        request_refund(tenant=billed_complex, wanted=wanted, reason=REASON, staff=rina, now=moment())
    assert not Refund.objects.exists()
