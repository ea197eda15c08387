"""What an answer of the gateway came to."""

from dataclasses import dataclass

from billing.gateways.models import NoticeState
from billing.gateways.values import GatewayStatus, Outcome


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of an answer: `state` applied, ignored or suspense, and why. `status` is what the gateway said.

    `is_news`: for staff even where they have decided the same before. `is_payment`: money came by it, whatever went back since.
    """

    state: NoticeState
    reason: str = ""
    status: GatewayStatus | None = None
    is_news: bool = False
    is_payment: bool = False

    @property
    def confirmed_amount(self) -> int | None:
        """Rupiah that the gateway confirms to hold; None if it holds nothing."""
        status = self.status
        return status.gross_amount if status is not None and status.outcome is Outcome.PAID else None
