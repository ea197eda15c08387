"""Money that reached the operator outside of gateway and announced transfers, booked by staff."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from billing.models import Payment
from billing.services.payments.receiving import Received, record_payment
from tenants.models import Tenant
from tenants.services.steering import check_reason


def record_cash(
    *, tenant: Tenant, amount: int, reason: str, key: str, today: date, documents: Sequence[UUID] = (), method: str = ""
) -> Payment:
    """Book cash or another payment staff vouch for, in whole rupiah, with a reason of at least five characters.

    `key` is the form's own id: sent twice, it is booked once. `documents` are settled before others; the surplus is
    credit.
    """
    received = Received(
        amount=amount,
        channel="cash",
        reference=f"cash:{key}"[:120],
        on=today,
        method=method,
        note=check_reason(reason),
        documents=list(documents),
    )
    return record_payment(tenant=tenant, received=received)
