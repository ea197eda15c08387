"""The ways to pay as a person chooses between them: name, what it costs on top, what it is good for."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from billing.forms.paying import MIDTRANS, TRANSFER
from billing.gateways.charges import OwnMethod, Shown
from billing.services.gateway.ways import Way, own_ways
from plans.rules.money import format_rupiah

BANKS = {"bca": "BCA", "bni": "BNI", "bri": "BRI", "permata": "Permata", "mandiri": "Mandiri"}


def method_title(method: OwnMethod) -> str:
    """Short: "QRIS", "Virtual account BCA", "Mandiri Bill"."""
    if method.shown is Shown.QR:
        return "QRIS"
    if method.shown is Shown.BILL:
        return f"{BANKS[method.bank]} Bill"
    return _("Virtual account %(bank)s") % {"bank": BANKS[method.bank]}


def method_cards(amount: int, chosen: str, now: datetime) -> list[dict[str, Any]]:
    """The methods an amount in rupiah fits, what each costs on top, then the gateway's page and the transfer by hand.

    `chosen` stays chosen while the amount fits it; otherwise the first is.
    """
    cards = [_own_card(method, way) for method, way in own_ways(amount, now)]
    cards += [_card(MIDTRANS, _("Cara lain"), _midtrans_note()), _card(TRANSFER, *_transfer_words())]
    wanted = chosen if any(card["value"] == chosen for card in cards) else cards[0]["value"]
    return [card | {"checked": card["value"] == wanted} for card in cards]


def _own_card(method: OwnMethod, way: Way) -> dict[str, Any]:
    """A fee is said before it is chosen (K8)."""
    fee = _("biaya %(fee)s") % {"fee": format_rupiah(way.fee)} if way.fee else ""
    return _card(method.code, method_title(method), _notes()[method.shown]) | {"figure": fee}


def _card(value: str, title: str, note: str) -> dict[str, Any]:
    return {"value": value, "title": title, "note": note}


def _notes() -> dict[Shown, str]:
    return {
        Shown.QR: _("Pindai dengan aplikasi bank atau dompet digital mana pun. Tercatat seketika."),
        Shown.VA: _("Dari ATM atau aplikasi bank. Tercatat seketika."),
        Shown.BILL: _("Dari Livin' atau ATM Mandiri, menu Bayar. Tercatat seketika."),
    }


def _midtrans_note() -> str:
    return _("GoPay, OVO, DANA, kartu, atau gerai, di halaman Midtrans. Tercatat seketika.")


def _transfer_words() -> tuple[str, str]:
    return _("Transfer bank dengan bukti"), _("Ke rekening kami, dengan kode unik. Diperiksa staf pada hari kerja.")
