"""Reasons, faults and suggestions as staff read them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing.gateways.models import BankTransfer
from billing.gateways.statements.models import BankLine
from billing.rules.banking.matching import Reason, Suggestion, Verdict
from billing.selectors.bank_ground import verdicts_on
from billing.selectors.payouts import payouts_for
from billing.templatetags.langganan import rupiah, tanggal
from tenants.models import Tenant

REASONS = {
    "number": gettext_lazy("menyebut tagihan %(fact)s"),
    "asked": gettext_lazy("jumlah dengan kode unik %(fact)s sama persis"),
    "asked_before": gettext_lazy("jumlah kode unik lama %(fact)s"),
    "confirmed": gettext_lazy("staf sudah menyetujui %(fact)s"),
    "stated": gettext_lazy("pengirim menyatakan %(fact)s"),
    "balance": gettext_lazy("tagihan terbuka tepat %(fact)s"),
    "balance_code": gettext_lazy("tagihan terbuka ditambah %(fact)s"),
    "name": gettext_lazy("nama mirip “%(fact)s”"),
    "less": gettext_lazy("kurang dari tagihan terbuka %(fact)s"),
    "more": gettext_lazy("lebih dari tagihan terbuka %(fact)s"),
}
PLAIN = frozenset({"number", "name"})


def tell_reason(reason: Reason) -> str:
    """Amounts as rupiah, names and numbers as they are."""
    fact = reason.fact if reason.code in PLAIN else rupiah(int(reason.fact))
    return str(REASONS[reason.code]) % {"fact": fact}


@dataclass(frozen=True, slots=True)
class Proposal:
    """A suggestion to press: `key` names the target, "transfer:…" or "tenant:…"."""

    key: str
    tenant: Tenant
    transfer: BankTransfer | None
    reasons: list[str]

    @property
    def because(self) -> str:
        """All reasons in a line; kept with the decision when the suggestion is taken."""
        return "; ".join(self.reasons)

    @property
    def named(self) -> str:
        """What the reason of the decision says."""
        return _("Saran diterima: %(reasons)s") % {"reasons": self.because}


def proposals_for(lines: Sequence[BankLine]) -> dict[UUID, list[Proposal]]:
    """For each waiting line what may be pressed, the likeliest first; judged anew, whatever was true at the import."""
    verdicts: list[tuple[BankLine, Verdict[UUID]]] = []
    for account in sorted({line.account for line in lines}):
        of_account = [line for line in lines if line.account == account]
        verdicts += zip(of_account, verdicts_on(account, of_account), strict=True)
    found = [item for _line, verdict in verdicts for item in verdict.suggestions]
    tenants = Tenant.objects.in_bulk({item.tenant for item in found})
    transfers = BankTransfer.objects.in_bulk({item.transfer for item in found if item.transfer})
    return {
        line.pk: [_proposal(item, tenants, transfers) for item in verdict.suggestions] for line, verdict in verdicts
    }


def _proposal(item: Suggestion[UUID], tenants: dict[UUID, Tenant], transfers: dict[UUID, BankTransfer]) -> Proposal:
    transfer = transfers.get(item.transfer) if item.transfer else None
    key = f"transfer:{transfer.pk}" if transfer is not None else f"tenant:{item.tenant}"
    return Proposal(key, tenants[item.tenant], transfer, [tell_reason(reason) for reason in item.reasons])


@dataclass(frozen=True, slots=True)
class PayoutProposal:
    """Days of the gateway's report that a line brings, to press."""

    first: date
    last: date

    @property
    def key(self) -> str:
        """What is pressed: "payout:2025-03-06:2025-03-07"."""
        return f"payout:{self.first}:{self.last}"

    @property
    def days(self) -> str:
        """One day or two with a dash."""
        return str(tanggal(self.first)) if self.first == self.last else f"{tanggal(self.first)}–{tanggal(self.last)}"

    @property
    def named(self) -> str:
        """What the reason of the decision says."""
        return _("Saran diterima: jumlahnya tepat penerusan dana gateway %(days)s") % {"days": self.days}


def payout_proposals(lines: Sequence[BankLine]) -> dict[UUID, PayoutProposal]:
    """The waiting lines that are just what the gateway was to send on, judged anew."""
    found = payouts_for(lines)
    return {key: PayoutProposal(payout.days[0], payout.days[-1]) for key, payout in found.items()}
