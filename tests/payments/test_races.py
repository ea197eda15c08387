"""Money from two sides at once, on real connections: nothing is booked twice, no rupiah is lost.

The tenants here are committed by threads with connections of their own and dropped afterwards; nothing is flushed.
"""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path
from typing import TypeVar
from uuid import UUID

import pytest
import requests
from django.db import connection
from pytest_django import Settings

from billing.errors import CheckoutInProgress, RefundRefused, TransferClosed
from billing.gateways.mandate_models import Mandate, MandateMethod, MandateState
from billing.gateways.midtrans import MidtransClient
from billing.gateways.models import BankTransfer, Checkout, CheckoutItem, Notice, Refund, RefundWay
from billing.gateways.sandbox.models import SandboxNotice, SandboxToken
from billing.gateways.values import CheckoutLink, CheckoutRequest
from billing.models import Payment
from billing.selectors.accounts import open_documents
from billing.selectors.debits import announcement_key
from billing.services.banking.transfers import announce_transfer, approve_transfer
from billing.services.banking.unique_codes import Ask, give_code
from billing.services.gateway import debit_planning, debit_sending
from billing.services.gateway.checkouts import Demand, start_checkout
from billing.services.gateway.notices import apply_notice, receive_notice
from billing.services.payments.receiving import Received, record_payment
from billing.services.refunds.payouts import send_refund
from billing.services.refunds.requests import Wanted, request_refund
from tenants.context import inside
from tenants.models import Event, NumberSeries, StaffTask, Tenant, User
from tenants.services.schemas import drop_schema
from tests.conftest import make_tenant, make_user
from tests.gateways.conftest import PATIENCE, Sandbox, end_senders
from tests.payments.conftest import FINISH, PAYER, Till, account, moment, on_day
from trials.services.daily import live_day

pytestmark = pytest.mark.slow
T = TypeVar("T")
TODAY = date(2025, 3, 10)


def _call(work: Callable[[], T]) -> T:
    """On a connection of this thread's own, which is closed afterwards."""
    try:
        return work()
    finally:
        connection.close()


def committed(work: Callable[[], T]) -> T:
    """Do something for everybody to see: the test's own connection is inside a transaction that is rolled back."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(_call, work).result()


def together(*works: Callable[[], T]) -> list[T | Exception]:
    """All at the same moment, each on its own connection; results or errors in the order given."""
    gate = threading.Barrier(len(works))

    def started(work: Callable[[], T]) -> T | Exception:
        gate.wait(PATIENCE)
        try:
            return _call(work)
        except Exception as error:  # noqa: BLE001  # what it was is asserted by the test
            return error

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(started, works))


def _owing(subdomain: str) -> Tenant:
    """A school of 150 that owes 750.000 (X7)."""
    tenant = make_tenant(subdomain, f"SMA {subdomain}", "xclass", 150, date(2025, 2, 1))
    on_day(tenant, date(2025, 2, 1))
    for days in range(1, 29):
        live_day(tenant, date(2025, 2, 1) + timedelta(days=days))
    return on_day(tenant, TODAY)


def _drop(tenants: list[Tenant]) -> None:
    end_senders()  # none of their notices comes in while the attempt that it names is deleted
    Notice.objects.all().delete()
    Checkout.objects.filter(items__tenant__in=tenants).delete()
    for model in (BankTransfer, StaffTask):
        model.objects.filter(tenant__in=tenants).delete()
    for tenant in tenants:
        drop_schema(tenant=tenant)
    Tenant.objects.filter(pk__in=[tenant.pk for tenant in tenants]).delete()
    NumberSeries.objects.all().delete()
    User.objects.filter(email__endswith="@balapan.test").delete()


@pytest.fixture
def owing(sandbox: Sandbox) -> Iterator[Tenant]:
    """A committed school that owes 750.000."""
    tenant = committed(lambda: _owing("balapan"))
    yield tenant
    committed(lambda: _drop([tenant]))


@pytest.fixture
def dewi(owing: Tenant) -> User:
    """A committed colleague of the operator."""
    return committed(lambda: make_user("dewi@balapan.test", "Dewi", is_staff=True))


@pytest.fixture
def live(sandbox: Sandbox, settings: Settings) -> str:
    """The whole way over HTTP: the sandbox posts to our webhook, which asks the sandbox."""
    base = sandbox.url.removesuffix("/sandbox/midtrans")
    settings.MIDTRANS_SNAP_BASE_URL, settings.MIDTRANS_API_BASE_URL = f"{sandbox.url}/snap/v1", sandbox.url
    settings.MIDTRANS_NOTIFICATION_URL = f"{base}/webhooks/midtrans/"
    return base


def books(tenant: Tenant) -> tuple[int, int, int]:
    """Open, credit, received; `account` checks that they add up."""
    found = committed(lambda: account(tenant))
    return found.open, found.credit, found.received


def opened(till: Till, tenant: Tenant) -> Checkout:
    return committed(lambda: till.open(tenant))


def test_two_payments_for_one_invoice_at_once(till: Till, owing: Tenant) -> None:
    """750.000 through Midtrans and 750.000 in cash: one settles the invoice, the other becomes credit."""
    till.press(opened(till, owing), "pay")
    notice = committed(lambda: receive_notice(body=till.bodies(2)[1], source="", now=moment()))
    together(
        lambda: apply_notice(notice_id=notice.pk, now=moment(), gateway=till.sandbox.client),
        lambda: record_payment(tenant=owing, received=Received(750_000, "cash", "c-1", TODAY)),
    )
    assert books(owing) == (0, 750_000, 1_500_000)


def test_the_same_money_recorded_eight_times_at_once_is_booked_once(owing: Tenant) -> None:
    results = together(
        *[lambda: record_payment(tenant=owing, received=Received(750_000, "cash", "c-1", TODAY)) for _ in range(8)]
    )
    assert not [result for result in results if isinstance(result, Exception)]
    assert books(owing) == (0, 0, 750_000)


def test_the_webhook_called_six_times_at_once_books_once(till: Till, owing: Tenant, live: str) -> None:
    """Celery runs eagerly here: each request applies its own copy of the notice."""
    till.press(opened(till, owing), "pay", delivery="later")
    body = committed(_last_notice)

    def post() -> int:
        answer = requests.post(f"{live}/webhooks/midtrans", data=body, headers={"Host": "localhost"}, timeout=PATIENCE)
        return answer.status_code

    assert together(*[post] * 6) == [200] * 6
    assert books(owing) == (0, 0, 750_000)
    assert committed(lambda: Notice.objects.filter(state="new").count()) == 0


def test_two_refunds_at_once_never_exceed_the_payment_and_go_out_once(till: Till, owing: Tenant) -> None:
    """750.000 came in; of two requests for 500.000 one is refused, and four workers that send the other one book it once."""
    till.press(opened(till, owing), "pay", method="gopay")
    notice = committed(lambda: receive_notice(body=till.bodies(2)[1], source="", now=moment()))
    committed(lambda: apply_notice(notice_id=notice.pk, now=moment(), gateway=till.sandbox.client))
    staff = committed(lambda: make_user("rina@example.test", "Rina", is_staff=True))
    wanted = Wanted(committed(lambda: _payment_id(owing)), 500_000, RefundWay.GATEWAY)

    def ask() -> Refund:
        return request_refund(tenant=owing, wanted=wanted, reason="Salah bayar", staff=staff, now=moment())

    asked = together(ask, ask)
    [refund] = [result for result in asked if isinstance(result, Refund)]
    assert [type(result) for result in asked if not isinstance(result, Refund)] == [RefundRefused]
    sent = together(
        *[lambda: send_refund(refund=refund, staff=staff, now=moment(), gateway=till.sandbox.client) for _ in range(4)]
    )
    assert any(isinstance(result, Refund) for result in sent)
    assert books(owing) == (500_000, 0, 250_000)
    committed(staff.delete)


def _payment_id(tenant: Tenant) -> UUID:
    with inside(tenant):
        return Payment.objects.get().pk


def _last_notice() -> bytes:
    return SandboxNotice.objects.latest("pk").body.encode()


def test_the_whole_way_over_http_from_the_payers_button_to_the_books(till: Till, owing: Tenant, live: str) -> None:
    checkout = opened(till, owing)
    till.press(checkout, "pay")
    end_senders()
    assert books(owing) == (0, 0, 750_000)
    assert committed(lambda: Tenant.objects.get(pk=owing.pk).balance) == 0


def test_two_clicks_at_once_open_one_page(till: Till, owing: Tenant) -> None:
    results = together(*[lambda: till.open(owing) for _ in range(4)])
    pages = {result.pk for result in results if isinstance(result, Checkout)}
    assert len(pages) == 1
    assert all(isinstance(result, Checkout | CheckoutInProgress) for result in results)
    assert committed(lambda: CheckoutItem.objects.filter(tenant=owing, live=True).count()) == 1


def test_the_attempt_is_committed_before_the_gateway_is_called(till: Till, owing: Tenant) -> None:
    """A notice may come before our own call returns."""
    seen: list[str] = []

    class Watched(MidtransClient):
        def create_checkout(self, request: CheckoutRequest) -> CheckoutLink:
            assert not connection.in_atomic_block
            seen.append(committed(lambda: Checkout.objects.get(order_id=request.order_id).state))
            return super().create_checkout(request)

    client = Watched(till.sandbox.client.config)
    demands = [Demand(owing, None)]
    committed(lambda: start_checkout(demands=demands, payer=PAYER, finish_url=FINISH, now=moment(), gateway=client))
    assert seen == ["created"]


def _announced(tenant: Tenant) -> BankTransfer:
    return committed(lambda: announce_transfer(tenant=tenant, documents=None, now=moment(), today=TODAY))


def _approve(transfer: BankTransfer, staff: User, gateway: MidtransClient, received: int) -> BankTransfer:
    return approve_transfer(
        transfer=transfer, received=received, staff=staff, today=TODAY, now=moment(), gateway=gateway
    )


def test_two_colleagues_approve_at_once(till: Till, owing: Tenant, dewi: User) -> None:
    transfer = _announced(owing)
    results = together(*[lambda: _approve(transfer, dewi, till.sandbox.client, transfer.asked) for _ in range(4)])
    assert all(isinstance(result, BankTransfer) for result in results)
    assert books(owing) == (0, transfer.code, transfer.asked)


def test_two_colleagues_who_saw_different_amounts(till: Till, owing: Tenant, dewi: User) -> None:
    transfer = _announced(owing)
    results = together(
        lambda: _approve(transfer, dewi, till.sandbox.client, 100_000),
        lambda: _approve(transfer, dewi, till.sandbox.client, 200_000),
    )
    assert len([result for result in results if isinstance(result, TransferClosed)]) == 1
    assert books(owing)[2] in {100_000, 200_000}


def test_a_transfer_is_approved_while_the_checkout_settles(till: Till, owing: Tenant, dewi: User, live: str) -> None:
    """Both payments are real: each is booked once, whichever comes first."""
    transfer, checkout = _announced(owing), opened(till, owing)
    till.press(checkout, "pay", delivery="later")
    body = committed(_last_notice)
    results = together(
        lambda: _approve(transfer, dewi, till.sandbox.client, transfer.asked).state,
        lambda: str(
            requests.post(f"{live}/webhooks/midtrans/", data=body, headers={"Host": "localhost"}, timeout=PATIENCE)
        ),
    )
    assert not [result for result in results if isinstance(result, Exception)]
    assert books(owing) == (0, 750_000 + transfer.code, 1_500_000 + transfer.code)


def test_a_link_is_paid_while_a_colleague_closes_it(till: Till, owing: Tenant, dewi: User) -> None:
    """The payer presses "pay" in the instant of the approval: the link was closed first, or the money is booked."""
    transfer, checkout = _announced(owing), opened(till, owing)
    link = CheckoutLink(checkout.token, checkout.redirect_url)
    _approved, answer = together(
        lambda: _approve(transfer, dewi, till.sandbox.client, transfer.asked),
        lambda: till.sandbox.press(link, "pay", delivery="never"),
    )
    assert isinstance(answer, requests.Response)
    midtrans = 750_000 if answer.status_code == 302 else 0
    state = committed(lambda: Checkout.objects.get(pk=checkout.pk).state)
    assert state == ("paid" if midtrans else "cancelled")
    assert books(owing) == (0, midtrans + transfer.code, 750_000 + midtrans + transfer.code)


def test_twenty_at_once_get_twenty_different_codes(sandbox: Sandbox, tmp_path: Path) -> None:
    """Only 25 codes are free, so that many meet on the same one: the database keeps them apart."""
    ask = Ask("xclass", [], 5_000, "BCA", "999999", TODAY)
    tenants = committed(lambda: _crowd(1_000, ask))
    try:
        results = together(*[lambda one=one: give_code(tenant=one, ask=ask) for one in tenants[:20]])
        codes = [result.code for result in results if isinstance(result, BankTransfer)]
        assert len(codes) == 20, results
        assert len(set(codes)) == 20
    finally:
        committed(lambda: Tenant.objects.filter(pk__in=[one.pk for one in tenants]).delete())


def _crowd(count: int, ask: Ask) -> list[Tenant]:
    """Bare tenants, of whom all but the first 26 have transfers that take the codes 26 to 999."""
    tenants = [Tenant(schema_name=f"t_k{n}", name=f"K{n}", product_code="xclass") for n in range(count)]
    Tenant.objects.bulk_create(tenants)
    BankTransfer.objects.bulk_create(
        BankTransfer(
            tenant=tenant,
            issuer_code="xclass",
            documents=[],
            amount=ask.amount,
            code=code,
            asked=ask.amount + code,
            bank=ask.bank,
            account=ask.account,
            announced_on=TODAY,
            expires_on=TODAY,
        )
        for tenant, code in zip(tenants[26:], range(26, 1_000), strict=True)
    )
    return tenants


def _charged_automatically(tenant: Tenant) -> Mandate:
    """A card at the gateway, agreed to, and the charge announced: it is due."""
    token = SandboxToken.objects.create(
        token="481111balapan1114", method="credit_card", enabled=True, created_at=moment()
    )
    mandate = Mandate.objects.create(
        tenant=tenant,
        method=MandateMethod.CARD,
        state=MandateState.ACTIVE,
        agreed_at=moment(),
        limit=750_000,
        order_id="T-balapan",
        token=token.token,
    )
    key = announcement_key(mandate, _number(tenant))
    Event.objects.create(tenant=tenant, name="debit.announced", occurred_on=date(2025, 3, 14), key=key, data={})
    on_day(tenant, date(2025, 3, 17))
    return mandate


def _number(tenant: Tenant) -> str:
    with inside(tenant):
        return str(open_documents()[0].number)


def test_four_workers_and_a_payer_charge_an_invoice_once(till: Till, owing: Tenant) -> None:
    """K7: each worker believes that it has the mandate for the day; the database lets one attempt be in flight."""
    mandate = committed(lambda: _charged_automatically(owing))

    def charge() -> object:
        made = debit_planning.announce_and_plan(mandate, date(2025, 3, 17), moment())
        for debit in made:
            debit_sending.send_debit(mandate, debit, moment(), till.sandbox.client)
        return len(made)

    results = together(charge, charge, charge, charge, lambda: till.open(owing))
    assert sum(result for result in results if isinstance(result, int)) <= 1, results
    assert committed(lambda: CheckoutItem.objects.filter(live=True).count()) <= 1
    assert books(owing) in {(0, 0, 750_000), (750_000, 0, 0)}, "by the card, or nothing: the payer's page was first"
