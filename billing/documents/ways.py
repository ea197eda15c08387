"""How money came, in a person's words."""

from billing.rules.ledger import WITHHELD

# Channels of ours, and Midtrans' payment types as a person calls them; what has no name here (a bank's) is said as it is kept.
WAYS: dict[str, tuple[str, str]] = {
    "transfer": ("Transfer bank", "Bank transfer"),
    "midtrans": ("Midtrans", "Midtrans"),
    "cash": ("Tunai", "Cash"),
    "manual": ("Dicatat staf", "Recorded by staff"),
    WITHHELD: ("Bukti potong PPh 23", "PPh 23 slip"),
    "pph23": ("Bukti potong PPh 23", "PPh 23 slip"),
    "bank_transfer": ("Virtual account", "Virtual account"),
    "echannel": ("Mandiri Bill", "Mandiri Bill"),
    "qris": ("QRIS", "QRIS"),
    "gopay": ("GoPay", "GoPay"),
    "shopeepay": ("ShopeePay", "ShopeePay"),
    "dana": ("DANA", "DANA"),
    "ovo": ("OVO", "OVO"),
    "credit_card": ("Kartu", "Card"),
    "cstore": ("Gerai", "Convenience store"),
}


def spell_way(code: str, language: str) -> str:
    """A channel or method: "bank_transfer" → "Virtual account", "pph23" → "Bukti potong PPh 23", "BCA" → "BCA"."""
    return WAYS.get(code, (code.replace("_", " "),) * 2)[language == "en"]


def spell_channel(channel: str, method: str, language: str) -> str:
    """Both: ("midtrans", "qris") → "Midtrans (QRIS)"; ("transfer", "transfer") → "Transfer bank"."""
    way, detail = spell_way(channel, language), spell_way(method, language)
    return way if detail in {"", way} else f"{way} ({detail})"
