"""Consents to auto-debit as they are kept, for tests that look at them without a gateway."""

from datetime import UTC, date, datetime
from uuid import uuid4

from billing.gateways.mandate_models import Debit, Mandate, MandateMethod, MandateState
from billing.gateways.models import Checkout
from tenants.models import Tenant

# By each of these money could be taken, or the page be opened on which a card is saved.
SECRETS = ("481111aaaabbbb1114", "gopay-akun-7f3c", "snap-halaman-51d2")


def keep_mandates(tenant: Tenant) -> Mandate:
    """A GoPay account that was given up on 1 March 2026, and a card agreed to by Eka on the 2nd, 00.30 in Jakarta, whose last
    charge, of 750.000 on the 16th, was refused; returns the card's."""
    agreed = {"tenant": tenant, "agreed_name": "Eka", "limit": 1_000_000, "text_version": "1"}
    Mandate.objects.create(
        **agreed,
        method=MandateMethod.GOPAY,
        state=MandateState.ENDED,
        agreed_at=datetime(2026, 2, 1, 5, tzinfo=UTC),
        order_id=f"M-{uuid4().hex[:20]}",
        unlink=SECRETS[1],
        hint="0812····567",
        ended_at=datetime(2026, 3, 1, 5, tzinfo=UTC),
        ended_by="Eka",
        reason="member",
    )
    card = Mandate.objects.create(
        **agreed,
        method=MandateMethod.CARD,
        state=MandateState.ACTIVE,
        agreed_at=datetime(2026, 3, 1, 17, 30, tzinfo=UTC),
        order_id=f"M-{uuid4().hex[:20]}",
        token=SECRETS[0],
        page_url=f"https://app.midtrans.test/snap/{SECRETS[2]}",
        hint="481111-1114",
    )
    for day, outcome in ((15, "soft"), (16, "hard")):
        _charge(card, date(2026, 3, day), outcome)
    return card


def _charge(mandate: Mandate, on: date, outcome: str) -> None:
    sent = datetime(on.year, on.month, on.day, 3, tzinfo=UTC)
    checkout = Checkout.objects.create(
        order_id=f"D-{uuid4().hex[:20]}", amount=750_000, method=mandate.method, state="failed", expires_at=sent
    )
    Debit.objects.create(
        mandate=mandate,
        tenant=mandate.tenant,
        checkout=checkout,
        document_id=uuid4(),
        number="INV-7",
        amount=750_000,
        on=on,
        sent_at=sent,
        outcome=outcome,
        reason="expired_card",
    )
