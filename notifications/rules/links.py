"""Where the button of a letter leads: paths on the tenant's own host."""

OVERVIEW = "/"
INVOICES = "/tagihan/"
SUBSCRIPTION = "/langganan/"
PILOT = "/pilot/"
OFFERS = "/penawaran/"
SETTINGS = "/profil/"
AUTO_DEBIT = "/auto-debit/"


def invoice_path(number: str) -> str:
    """The page of a document; slashes of its number become dashes: "XC/INV/2025/03/00001" → "XC-INV-2025-03-00001"."""
    return f"{INVOICES}{number.replace('/', '-')}/"


def slip_path(number: str) -> str:
    """Where the slip of tax withheld from an invoice is sent, and what became of it."""
    return f"{invoice_path(number)}bukti-potong/"
