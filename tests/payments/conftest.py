"""A till in front of the local Midtrans: checkouts of the production services, paid by a person, told by notices."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from billing.gateways.models import Checkout, Notice
from billing.gateways.values import CheckoutCustomer, CheckoutLink
from billing.models import Document, DocumentStatus, Payment
from billing.selectors.accounts import credit_balance
from billing.services.gateway.checkouts import Demand, start_checkout
from billing.services.gateway.notices import apply_notice, receive_notice
from tenants.context import inside
from tenants.models import Tenant
from tests.gateways import conftest as gateways
from tests.gateways.conftest import Sandbox

sandbox = gateways.sandbox
sandbox_server = gateways.sandbox_server
webhook = gateways.webhook
gateway = gateways.gateway

PAYER = CheckoutCustomer("Ayu Lestari", "ayu@example.test", "+6281200000001")
FINISH = "http://sman1.localhost:8000/bayar/selesai/"
PassDays = Callable[[Tenant, date, date], None]


def moment() -> datetime:
    """The real clock: the gateway lives by it, whatever day a test tenant has."""
    return datetime.now(UTC)


def on_day(tenant: Tenant, day: date) -> Tenant:
    """Let the tenant live on its own day from now on."""
    Tenant.objects.filter(pk=tenant.pk).update(is_test=True, clock_on=day)
    tenant.refresh_from_db()
    return tenant


@dataclass(frozen=True)
class Account:
    """What a tenant's books say: open rupiah, credit, payments by reference."""

    open: int
    credit: int
    payments: dict[str, int]

    @property
    def received(self) -> int:
        """All that came in."""
        return sum(self.payments.values())


def account(tenant: Tenant) -> Account:
    """The books of a tenant; allocations and credit must add up to what came in."""
    with inside(tenant):
        documents = list(Document.objects.exclude(status=DocumentStatus.VOID))
        payments = dict(Payment.objects.values_list("reference", "amount"))
        found = Account(sum(one.outstanding for one in documents), credit_balance(), payments)
        assert sum(one.paid for one in documents) + found.credit == found.received, "a rupiah was lost or doubled"
    return found


def document_ids(tenant: Tenant) -> list[UUID]:
    """All documents of a tenant, oldest first."""
    with inside(tenant):
        return list(Document.objects.order_by("issued_on", "number").values_list("pk", flat=True))


@dataclass
class Till:
    """Opens checkouts and carries the sandbox's notices to our services."""

    sandbox: Sandbox
    delivered: int = 0
    notices: list[Notice] = field(default_factory=list)

    def open(self, *tenants: Tenant, documents: Sequence[UUID] | None = None) -> Checkout:
        """A checkout for all that is open (or for some documents)."""
        demands = [Demand(tenant, documents) for tenant in tenants]
        return start_checkout(
            demands=demands, payer=PAYER, finish_url=FINISH, now=moment(), gateway=self.sandbox.client
        )

    def press(self, checkout: Checkout, action: str, **fields: str) -> None:
        """A person on the payment page."""
        answer = self.sandbox.press(CheckoutLink(checkout.token, checkout.redirect_url), action, **fields)
        assert answer.status_code == 302, answer.text[-2000:]

    def bodies(self, count: int) -> list[bytes]:
        """The next notifications as they were posted, once there are as many."""
        entries = self.sandbox.webhook.wait_for(self.delivered + count)
        fresh = [entry["body"] for entry in entries[self.delivered : self.delivered + count]]
        self.delivered += count
        return fresh

    def take(self, body: bytes) -> Notice:
        """Receive one notification and let the worker apply it."""
        notice = receive_notice(body=body, source="127.0.0.1", now=moment())
        return apply_notice(notice_id=notice.pk, now=moment(), gateway=self.sandbox.client)

    def deliver(self, count: int) -> list[str]:
        """Receive and apply the next notifications; what became of each."""
        taken = [self.take(body) for body in self.bodies(count)]
        self.notices += taken
        return [notice.state for notice in taken]


@pytest.fixture
def till(sandbox: Sandbox) -> Till:
    """A till with nothing in it."""
    return Till(sandbox)


@pytest.fixture
def billed(school: Tenant, pass_days: PassDays) -> Tenant:
    """SMAN 1 owes 750.000 since 2025-03-01 and lives on 2025-03-10 (X7)."""
    pass_days(school, date(2025, 2, 2), date(2025, 3, 1))
    return on_day(school, date(2025, 3, 10))


@pytest.fixture
def billed_complex(complex_: Tenant, pass_days: PassDays) -> Tenant:
    """Griya Asri owes 600.000 since 2026-03-01 and lives on 2026-03-05 (K3)."""
    pass_days(complex_, date(2026, 1, 31), date(2026, 3, 1))
    return on_day(complex_, date(2026, 3, 5))
