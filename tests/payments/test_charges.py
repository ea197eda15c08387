"""Virtual accounts, Mandiri bills and QRIS on our own page, over HTTP at the local Midtrans; fees passed on (K8)."""

import pytest
import requests
from pytest_django import Settings

from billing.errors import MethodRefused, PaymentPageUnavailable
from billing.gateways.charges import OWN_METHODS
from billing.gateways.models import Checkout, CheckoutState
from billing.models import Entry, Payment
from billing.rules.ledger import differences
from billing.selectors.books import figures
from billing.services.gateway.checkouts import Demand, start_checkout
from billing.services.gateway.reconciling import reconcile_checkouts
from tenants.context import inside
from tenants.models import Tenant
from tests.payments.conftest import FINISH, PAYER, Till, account, moment


def choose(till: Till, *tenants: Tenant, method: str) -> Checkout:
    """The payer picks a method on our page."""
    return start_checkout(
        demands=[Demand(tenant, None) for tenant in tenants],
        payer=PAYER,
        finish_url=FINISH,
        now=moment(),
        gateway=till.sandbox.client,
        method=method,
    )


def pay(till: Till, checkout: Checkout) -> list[str]:
    """The bank tells Midtrans, and Midtrans us."""
    page = till.sandbox.page_of(checkout.order_id)
    answer = till.sandbox.press(page, "pay", method=checkout.method)
    assert answer.status_code == 302, answer.text[-2000:]
    return till.deliver(1)


def entries(tenant: Tenant) -> set[tuple[str, str, int]]:
    """What the books say of the money that came in."""
    with inside(tenant):
        assert not differences(figures())
        return set(Entry.objects.filter(debit__startswith="cash:").values_list("debit", "credit", "amount"))


@pytest.mark.parametrize("method", list(OWN_METHODS))
def test_each_method_gives_something_to_pay_with(method: str, billed: Tenant, till: Till) -> None:
    checkout = choose(till, billed, method=method)
    shown = checkout.instructions or {}
    assert (checkout.state, checkout.amount, checkout.redirect_url) == ("pending", 750_000, "")
    assert shown["shown"] == OWN_METHODS[method].shown.value
    assert shown.get("number") or shown["qr"].startswith("000201")
    assert ("biller" in shown) == (method == "echannel")
    assert choose(till, billed, method=method).order_id == checkout.order_id, "the same number is given again"


def test_k8_a_fee_passed_on_is_paid_on_top_and_booked_as_the_gateway_s(
    billed: Tenant, till: Till, settings: Settings
) -> None:
    """750.000 + 4.000: the invoice is settled, nothing becomes credit, 4.000 waits for the gateway to keep it."""
    settings.GATEWAY_FEES_PASSED_ON = ["bca_va", "other_qris"]
    checkout = choose(till, billed, method="bca_va")
    assert (checkout.amount, checkout.fee) == (754_000, 4_000)
    assert till.deliver(1) == ["applied"]  # pending
    assert pay(till, checkout) == ["applied"]
    assert account(billed).credit == account(billed).open == 0
    with inside(billed):
        assert Payment.objects.values_list("amount", "fee").get() == (750_000, 4_000)
    assert entries(billed) == {
        ("cash:midtrans", "receivable", 750_000),
        ("cash:midtrans", "gateway_fees", 4_000),
    }


def test_k8_a_fee_of_one_payment_for_two_tenants_is_shared(
    billed: Tenant, billed_complex: Tenant, till: Till, settings: Settings
) -> None:
    """K16: 4.000 over 750.000 and 600.000 is 2.222 and 1.778."""
    settings.GATEWAY_FEES_PASSED_ON = ["bca_va"]
    checkout = choose(till, billed, billed_complex, method="bca_va")
    till.deliver(1)
    pay(till, checkout)
    fees = set()
    for tenant in (billed, billed_complex):
        with inside(tenant):
            fees |= set(Payment.objects.values_list("amount", "fee"))
    assert fees == {(750_000, 2_222), (600_000, 1_778)}


def test_another_method_cancels_the_first_number_at_the_gateway(billed: Tenant, till: Till) -> None:
    first = choose(till, billed, method="bca_va")
    second = choose(till, billed, method="other_qris")
    first.refresh_from_db()
    assert (first.state, second.state) == (CheckoutState.CANCELLED, CheckoutState.PENDING)
    assert till.sandbox.client.status(first.order_id).transaction_status == "cancel"
    assert choose(till, billed, method="").redirect_url, "the gateway's own page, too"
    second.refresh_from_db()
    assert second.state == CheckoutState.CANCELLED


def test_a_number_that_was_paid_meanwhile_is_booked_instead_of_asking_again(billed: Tenant, till: Till) -> None:
    first = choose(till, billed, method="bca_va")
    till.sandbox.press(till.sandbox.page_of(first.order_id), "pay", method="bca_va")
    again = choose(till, billed, method="other_qris")
    assert (again.order_id, again.state) == (first.order_id, CheckoutState.PAID)
    assert account(billed).received == 750_000


@pytest.mark.parametrize("method", ["indomaret", "bitcoin"])
def test_a_method_that_is_not_offered_is_refused(method: str, billed: Tenant, till: Till) -> None:
    with pytest.raises(MethodRefused):
        choose(till, billed, method=method)
    assert not Checkout.objects.exists()


def test_a_charge_without_answer_is_looked_for_before_another_is_made(
    billed: Tenant, till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Midtrans has it, we heard nothing: it is cancelled there, and one number is left."""
    client = till.sandbox.client
    library = client._api.charge

    def times_out(body: dict[str, object]) -> object:
        library(body)
        raise requests.Timeout

    monkeypatch.setattr(client._api, "charge", times_out)
    with pytest.raises(PaymentPageUnavailable):
        choose(till, billed, method="bca_va")
    first = Checkout.objects.get()
    assert first.state == CheckoutState.CREATED
    monkeypatch.setattr(client._api, "charge", library)
    second = choose(till, billed, method="bca_va")
    first.refresh_from_db()
    assert (first.state, second.state) == (CheckoutState.CANCELLED, CheckoutState.PENDING)
    assert client.status(first.order_id).transaction_status == "cancel"


def test_a_number_nobody_pays_expires(billed: Tenant, till: Till) -> None:
    checkout = choose(till, billed, method="permata_va")
    later = checkout.expires_at
    Checkout.objects.update(expires_at=moment(), checked_at=None)
    reconcile_checkouts(now=moment(), gateway=till.sandbox.client)
    checkout.refresh_from_db()
    assert (checkout.state, checkout.expires_at < later) == (CheckoutState.EXPIRED, True)
    assert till.sandbox.client.status(checkout.order_id).transaction_status == "expire"
