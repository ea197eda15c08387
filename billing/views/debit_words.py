"""Charges of auto-debit as a person reads them."""

from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from billing.gateways.mandate_models import Debit, DebitOutcome
from billing.selectors.debits import Planned
from billing.views.wording import spelled
from plans.rules.money import format_rupiah


def reason_words(reason: str) -> str:
    """Why a charge did not happen: "saldo tidak cukup"."""
    known = {
        "insufficient_funds": _("saldo tidak cukup"),
        "over_bank_limit": _("melewati batas dari bank"),
        "bank_unavailable": _("bank tidak dapat dihubungi"),
        "expired_card": _("kartu kedaluwarsa"),
        "blocked_card": _("kartu diblokir"),
        "unknown_card": _("kartu tidak dikenal"),
        "not_permitted": _("bank tidak mengizinkan"),
        "unlinked": _("kartu atau akun tidak lagi tersambung"),
        "no_answer": _("bank tidak menjawab"),
        "withdrawn": _("dibatalkan, dibayar dengan cara lain"),
    }
    return known.get(reason, _("ditolak bank"))


def attempt_row(debit: Debit) -> dict[str, Any]:
    """One charge: its day, invoice, amount and result."""
    if debit.outcome == DebitOutcome.PAID:
        result = _("Berhasil")
    elif debit.outcome == DebitOutcome.IN_FLIGHT:
        result = _("Sedang diproses")
    else:
        result = _("Belum berhasil: %(reason)s") % {"reason": reason_words(debit.reason)}
    return {"day": debit.on, "number": debit.number, "amount": debit.amount, "result": result}


def planned_row(item: Planned, today: date) -> dict[str, Any]:
    """What will happen to an open invoice."""
    if item.in_flight:
        then = _("Sedang diproses")
    elif item.over_limit:
        then = _("Melebihi batas Anda, bayar sendiri")
    elif item.on is None:
        then = _("Tidak dicoba lagi, bayar sendiri")
    else:
        then = _("Ditarik %(day)s") % {"day": spelled(max(item.on, today))}
    return {"label": f"{item.document.number}, {format_rupiah(item.document.outstanding)}", "value": then}
