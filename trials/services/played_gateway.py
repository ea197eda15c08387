"""A gateway for `simulate`: it answers each charge of auto-debit as the script says, and nothing leaves this process."""

from datetime import date, datetime, time
from typing import Any, Literal
from uuid import uuid4
from zoneinfo import ZoneInfo

from billing.gateways.errors import GatewayTimeout, NotFound
from billing.gateways.mandate_models import Mandate, MandateMethod, MandateState
from billing.gateways.midtrans import MidtransClient, MidtransConfig
from billing.gateways.values import GatewayStatus
from billing.rules.debiting import CONSENT
from billing.services.gateway.debits import charge_today
from billing.services.gateway.mandates import end_mandate
from billing.services.gateway.order_ids import new_order_id
from tenants.models import Tenant

# What a card may answer; `lost` is charged, but the answer does not arrive.
Answer = Literal["paid", "insufficient_funds", "expired_card", "lost"]
_CODES: dict[str, str] = {"insufficient_funds": "51", "expired_card": "54"}
NO_LIMIT = 10**12


class PlayedGateway(MidtransClient):
    """Speaks Midtrans' JSON to the production client's callers; answers are used up in order, then every charge is paid."""

    def __init__(self) -> None:
        """No library and no network."""
        self.config = MidtransConfig(
            server_key="",
            client_key="",
            merchant_id="",
            signature_key="",
            snap_base_url="",
            api_base_url="",
            timeout_seconds=1,
            is_production=False,
        )
        self.answers: list[Answer] = []
        self._made: dict[str, dict[str, Any]] = {}

    @property
    def core(self) -> Any:
        """The calls on saved tokens come here."""
        return self

    def charge(self, body: Any) -> Any:  # as the library's, not as the client's: `core` is this object
        """Answer a charge as the script says; GatewayTimeout where the answer is lost."""
        answer = self.answers.pop(0) if self.answers else "paid"
        details = body["transaction_details"]
        made = {
            "order_id": details["order_id"],
            "transaction_id": uuid4().hex,
            "transaction_status": "deny" if answer in _CODES else "capture",
            "status_code": "202" if answer in _CODES else "200",
            "gross_amount": f"{details['gross_amount']}.00",
            "payment_type": "credit_card",
            "channel_response_code": _CODES.get(answer, "00"),
        }
        self._made[details["order_id"]] = made
        if answer == "lost":
            raise GatewayTimeout("played")
        return made

    def status(self, order_id: str) -> GatewayStatus:
        """What was made; NotFound for anything else."""
        if order_id not in self._made:
            raise NotFound("played")
        return GatewayStatus.from_answer(self._made[order_id])


def switch_on(tenant: Tenant, limit: int | None, day: date) -> None:
    """A consent, as confirmed by the gateway on that day."""
    now = noon(tenant, day)
    Mandate.objects.create(
        tenant=tenant,
        method=MandateMethod.CARD,
        state=MandateState.ACTIVE,
        agreed_name="simulation",
        agreed_at=now,
        text_version=CONSENT,
        limit=limit or NO_LIMIT,
        order_id=new_order_id(now),
        token="simulation",  # noqa: S106  # names no card anywhere
        hint="0000",
    )


def switch_off(tenant: Tenant, day: date) -> None:
    """The consent is taken back."""
    end_mandate(tenant=tenant, reason="simulation", now=noon(tenant, day))


def charge(tenant: Tenant, day: date, gateway: PlayedGateway) -> None:
    """The job's visit of a day, in the transaction that is rolled back; the tenant's clock is read from its row there."""
    Tenant.objects.filter(pk=tenant.pk).update(clock_on=day)
    charge_today(tenant=tenant, today=day, now=noon(tenant, day), gateway=gateway, lasting=False)


def noon(tenant: Tenant, day: date) -> datetime:
    """Twelve o'clock on the tenant's day."""
    return datetime.combine(day, time(12), ZoneInfo(tenant.timezone))
