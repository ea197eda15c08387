"""Invented customers whose money can be summed by head: bills and payments as events and trail, without schemas."""

from datetime import date, timedelta
from uuid import uuid4

from reports.services.following import follow_events
from tenants.models import Books, Event, ReceivableMove, Tenant
from tests.reports.year import customer

D = date


def bill(tenant: Tenant, on: date, amount: int, due: date | None = None, **net: int) -> ReceivableMove:
    """Issued on a day, due a fortnight later; `net` is what of it is without tax, by kind of line."""
    known = ReceivableMove.objects.filter(tenant=tenant).count()
    move = ReceivableMove.objects.create(
        tenant=tenant,
        document=uuid4(),
        number=f"{tenant.name[-1]}/{known + 1}",
        kind="invoice",
        product=tenant.product_code,
        issuer="x",
        due_on=due or on + timedelta(days=14),
        on=on,
        amount=amount,
    )
    facts = {"document": str(move.document), "invoice": move.number, "amount": amount, "net": net}
    Event.objects.create(tenant=tenant, name="invoice.issued", occurred_on=on, data=facts)
    return move


def settle(move: ReceivableMove, on: date, over: int = 0, **way: str | int) -> str:
    """Paid in full on a day, `over` too much, which became credit; returns the payment's key."""
    names = ("tenant_id", "document", "number", "kind", "product", "issuer", "due_on")
    values = {name: getattr(move, name) for name in names}
    ReceivableMove.objects.create(**values, on=on, amount=-move.amount)
    key = str(uuid4())
    facts = {"channel": "transfer", **way, "payment": key, "amount": move.amount + over}
    Event.objects.create(tenant_id=move.tenant_id, name="payment.received", occurred_on=on, data=facts)
    return key


def live_half_a_year() -> dict[str, Tenant]:
    """G brings 600.000 a month and pays each bill four days late; H owes 750.000 since March, and paid 50.000 too much in
    February that went back."""
    made = {
        "G": customer("G", "klustera", [(D(2026, 1, 1), 600, "200")], province="Bali"),
        "H": customer("H", "xclass", [(D(2026, 3, 1), 62, "150")]),
    }
    for month in (1, 2, 3, 4):
        due = bill(made["G"], D(2026, month, 1), 600_000)
        settle(due, D(2026, month, 19), channel="midtrans", method="bank_transfer", fee=4_000)
    bill(made["G"], D(2026, 5, 1), 600_000)
    renewed = {"period": {"from": "2026-05-01", "to": "2026-06-01"}}
    Event.objects.create(tenant=made["G"], name="subscription.renewed", occurred_on=D(2026, 5, 1), data=renewed)
    bought = settle(bill(made["H"], D(2026, 2, 10), 100_000, D(2026, 2, 10)), D(2026, 2, 10), over=50_000)
    back = {"payment": bought, "refund": str(uuid4()), "amount": 50_000, "channel": "transfer", "way": "transfer"}
    Event.objects.create(tenant=made["H"], name="payment.refunded", occurred_on=D(2026, 2, 20), data=back)
    bill(made["H"], D(2026, 3, 1), 750_000)
    Tenant.objects.filter(pk=made["G"].pk).update(status="active", billing_due_on=D(2026, 6, 1))
    Books.objects.create(
        tenant=made["H"], balances={"deferred": -500_000}, agrees=True, checked_at="2026-05-01T00:00:00Z"
    )
    follow_events()
    return made
