"""Opening payment pages: what is asked, what is given again, what is closed first."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.conf import settings

from billing.errors import (
    AlreadyPaid,
    CheckoutInProgress,
    DocumentNotFound,
    NothingToPay,
    PaymentPageUnavailable,
    UnderReview,
)
from billing.gateways.errors import NotFound
from billing.gateways.midtrans import MidtransClient
from billing.gateways.models import Checkout, CheckoutItem
from billing.gateways.sandbox.models import SandboxPage
from billing.services.gateway.checkout_ends import cancel_checkout
from billing.services.gateway.checkouts import Demand, start_checkout
from billing.services.gateway.order_ids import new_order_id
from billing.services.payments.receiving import Received, record_payment
from tenants.models import Tenant
from tests.gateways.conftest import Sandbox, config_for
from tests.gateways.servers import Script
from tests.payments.conftest import FINISH, PAYER, PassDays, Till, account, document_ids, moment, on_day


def states() -> list[str]:
    return list(Checkout.objects.order_by("created_at").values_list("state", flat=True))


def test_a_checkout_asks_for_what_is_open_and_leads_to_the_page(till: Till, billed: Tenant) -> None:
    checkout = till.open(billed)
    assert (checkout.amount, checkout.state) == (750_000, "pending")
    assert checkout.redirect_url.endswith(f"/sandbox/midtrans/pay/{checkout.token}")
    assert checkout.order_id.startswith(f"{settings.ORDER_ID_PREFIX}-")
    page = SandboxPage.objects.get(order_id=checkout.order_id)
    assert page.request["transaction_details"]["gross_amount"] == 750_000
    assert page.request["item_details"][0]["name"] == "Tagihan XC/INV/2025/03/00001"
    assert page.request["callbacks"]["finish"] == FINISH
    assert "other_qris" in page.request["enabled_payments"]


def test_order_ids_are_short_and_sort_by_time() -> None:
    now = moment()
    early, late = new_order_id(now), new_order_id(now + timedelta(milliseconds=5))
    assert early < late
    assert len(early) <= 36
    assert new_order_id(now) != early


def test_only_methods_that_an_amount_fits_are_offered(till: Till, billed: Tenant) -> None:
    with_limits = till.open(billed)
    assert "indomaret" in SandboxPage.objects.get(order_id=with_limits.order_id).request["enabled_payments"]
    CheckoutItem.objects.update(amount=1)  # Another amount than what is open now: the page is not given again.
    record_payment(tenant=billed, received=Received(745_000, "cash", "c-1", date(2025, 3, 10)))
    small = till.open(billed)
    offered = SandboxPage.objects.get(order_id=small.order_id).request["enabled_payments"]
    assert (small.amount, "bca_va" in offered, "indomaret" in offered) == (5_000, False, False)


def test_a_second_click_gets_the_same_page(till: Till, billed: Tenant) -> None:
    assert till.open(billed).pk == till.open(billed).pk
    assert states() == ["pending"]


def test_a_page_about_to_expire_is_not_given_again(till: Till, billed: Tenant) -> None:
    first = till.open(billed)
    Checkout.objects.update(expires_at=moment() + timedelta(minutes=14))
    assert till.open(billed).pk != first.pk
    assert states() == ["cancelled", "pending"]


def test_another_amount_closes_the_old_page_first(till: Till, billed: Tenant) -> None:
    """750.000 less 250.000 in cash leaves 500.000."""
    first = till.open(billed)
    record_payment(tenant=billed, received=Received(250_000, "cash", "c-1", date(2025, 3, 10)))
    assert till.open(billed).amount == 500_000
    assert SandboxPage.objects.get(order_id=first.order_id).canceled_at is not None
    assert states() == ["cancelled", "pending"]


def test_a_chosen_method_is_cancelled_with_its_page(till: Till, billed: Tenant) -> None:
    first = till.open(billed)
    till.press(first, "wait")
    record_payment(tenant=billed, received=Received(250_000, "cash", "c-1", date(2025, 3, 10)))
    till.open(billed)
    assert till.sandbox.client.status(first.order_id).state == "cancel"
    first.refresh_from_db()
    assert (first.state, first.gateway_status) == ("cancelled", "cancel")


def test_an_old_page_that_was_paid_meanwhile_is_booked_and_given_instead(till: Till, billed: Tenant) -> None:
    first = till.open(billed)
    till.press(first, "pay", delivery="never")
    Checkout.objects.update(expires_at=moment() + timedelta(minutes=1))
    again = till.open(billed)
    assert (again.pk, again.state) == (first.pk, "paid")
    assert account(billed).open == 0
    assert account(billed).received == 750_000


def test_a_card_payment_under_review_is_not_overtaken(till: Till, billed: Tenant) -> None:
    first = till.open(billed)
    till.press(first, "challenge", method="credit_card")
    Checkout.objects.update(expires_at=moment() + timedelta(minutes=1))
    with pytest.raises(UnderReview):
        till.open(billed)
    assert states() == ["challenged"]


def test_the_late_fee_of_a_chosen_invoice_is_paid_with_it(
    till: Till, billed_complex: Tenant, pass_days: PassDays
) -> None:
    """K3: 600.000 and a fee of 60.000 on the 16th."""
    invoice = document_ids(billed_complex)[0]
    pass_days(billed_complex, date(2026, 3, 6), date(2026, 3, 16))
    checkout = till.open(billed_complex, documents=[invoice])
    assert checkout.amount == 660_000
    assert checkout.items.count() == 2


def test_one_page_pays_several_tenants_k16(till: Till, billed: Tenant, billed_complex: Tenant) -> None:
    """K16: 750.000 + 600.000 in one payment, booked in each tenant's own schema on its own day."""
    checkout = till.open(billed, billed_complex)
    assert checkout.amount == 1_350_000
    till.press(checkout, "pay")
    assert till.deliver(2) == ["applied", "ignored"]
    for tenant, amount in ((billed, 750_000), (billed_complex, 600_000)):
        assert (account(tenant).open, account(tenant).received, account(tenant).credit) == (0, amount, 0)
        tenant.refresh_from_db()
        assert (tenant.balance, tenant.has_access) == (0, True)
    assert not CheckoutItem.objects.filter(applied_at__isnull=True).exists()


def test_a_document_of_another_tenant_is_not_found(till: Till, billed: Tenant, billed_complex: Tenant) -> None:
    with pytest.raises(DocumentNotFound) as caught:
        till.open(billed, documents=document_ids(billed_complex))
    assert caught.value.field == "documents"
    with pytest.raises(DocumentNotFound):
        till.open(billed, documents=[uuid4()])


def test_what_is_paid_or_nothing_cannot_be_paid(till: Till, billed: Tenant) -> None:
    record_payment(tenant=billed, received=Received(750_000, "cash", "c-1", date(2025, 3, 10)))
    with pytest.raises(AlreadyPaid):
        till.open(billed, documents=document_ids(billed))
    with pytest.raises(NothingToPay):
        till.open(billed)
    assert states() == []


def start(billed: Tenant, client: MidtransClient) -> Checkout:
    return start_checkout(demands=[Demand(billed, None)], payer=PAYER, finish_url=FINISH, now=moment(), gateway=client)


def test_after_a_timeout_the_gateway_is_asked_before_a_new_page_is_opened(gateway: Script, billed: Tenant) -> None:
    """The attempt stays "created"; 404 says that nothing was charged, and a new order is safe."""
    gateway.delay_seconds = 0.5
    with pytest.raises(PaymentPageUnavailable):
        start(billed, MidtransClient(config_for(gateway.url, 0.1)))
    assert states() == ["created"]
    gateway.wait_for(1)  # it has its answer; those that follow are for the next
    gateway.delay_seconds = 0.0
    gateway.answers = [(404, '{"status_code": "404", "status_message": "Transaction doesn\'t exist."}')] * 2
    gateway.answers.append((201, '{"token": "t-1", "redirect_url": "http://localhost/pay"}'))
    checkout = start(billed, MidtransClient(config_for(gateway.url)))
    assert checkout.redirect_url == "http://localhost/pay"
    assert states() == ["failed", "pending"]


def test_a_gateway_that_is_down_leaves_the_invoice_open_and_the_attempt_to_be_asked_about(
    gateway: Script, billed: Tenant
) -> None:
    gateway.say(502, "<html>Bad Gateway</html>")
    for _ in range(2):
        with pytest.raises(PaymentPageUnavailable) as caught:
            start(billed, MidtransClient(config_for(gateway.url)))
        assert caught.value.status == 503
    assert states() == ["created"]
    assert account(billed).open == 750_000


def test_a_refused_page_frees_the_documents(gateway: Script, billed: Tenant) -> None:
    gateway.say(400, {"error_messages": ["transaction_details.gross_amount is wrong"]})
    with pytest.raises(PaymentPageUnavailable):
        start(billed, MidtransClient(config_for(gateway.url)))
    checkout = Checkout.objects.get()
    assert (checkout.state, "gross_amount" in checkout.error) == ("failed", True)
    assert not CheckoutItem.objects.filter(live=True).exists()


def test_a_page_being_opened_this_moment_is_not_opened_twice(till: Till, billed: Tenant) -> None:
    first = till.open(billed)
    Checkout.objects.update(state="created", redirect_url="", token="")
    with pytest.raises(CheckoutInProgress):
        till.open(billed)
    Checkout.objects.update(created_at=moment() - timedelta(minutes=5))
    assert till.open(billed).pk != first.pk


def test_cancelling_closes_the_page_and_is_harmless_twice(till: Till, sandbox: Sandbox, billed: Tenant) -> None:
    checkout = till.open(billed)
    for _ in range(2):
        checkout = cancel_checkout(checkout=checkout, now=moment(), gateway=sandbox.client)
    assert checkout.state == "cancelled"
    with pytest.raises(NotFound):
        sandbox.client.status(checkout.order_id)
    assert till.open(billed).pk != checkout.pk


def test_the_late_fee_left_over_can_be_paid_alone(till: Till, billed_complex: Tenant, pass_days: PassDays) -> None:
    """K3: the invoice is paid late, its fee of 60.000 stays open."""
    pass_days(billed_complex, date(2026, 3, 6), date(2026, 3, 16))
    on_day(billed_complex, date(2026, 3, 17))
    invoice, fee = document_ids(billed_complex)
    received = Received(600_000, "cash", "c-1", date(2026, 3, 17), documents=[invoice])
    record_payment(tenant=billed_complex, received=received)
    assert till.open(billed_complex, documents=[fee]).amount == 60_000
