"""Documents without a database, as the view takes them."""

from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

ISSUER: dict[str, Any] = {
    "code": "contoh",
    "legal_name": "PT Contoh Nusantara",
    "brand": "Contoh",
    "address": "Jl. Melati 1, Jakarta",
    "city": "Jakarta",
    "email": "tagihan@contoh.test",
    "phone": "+62 21 5550 0000",
    "npwp": "001345678901200",
    "signatory": "Bagian Keuangan",
    "bank_accounts": [{"bank": "BCA", "number": "5270301001", "holder": "PT Contoh Nusantara"}],
    "number_formats": {"invoice": "C/INV/{sequence}", "late_fee": "C/DND/{sequence}"},
}
PERIOD_LINE: dict[str, Any] = {
    "rules": ["X1"],
    "book": "xclass-2025",
    "tier": 2,
    "tier_name": {"id": "50–500 siswa", "en": "50–500 students"},
    "quantity": "150",
    "unit": {"id": "siswa", "en": "students"},
    "unit_price": "5000",
    "proration": None,
    "formula": "150 × 5.000 = Rp 750.000",
    "locked_price": True,
}
LINK = "https://sman1.langganan.test/i/C-INV-1/rahasia/"


def line(**changed: Any) -> SimpleNamespace:
    """150 students at Rp 5.000."""
    fields: dict[str, Any] = {
        "description": "Langganan per siswa, 1 Maret 2025 – 28 Februari 2026",
        "description_en": "Subscription per student, 1 March 2025 – 28 February 2026",
        "quantity": Decimal("150.000000000000"),
        "unit_price": Decimal("5000.000000000000"),
        "amount": 750_000,
        "explanation": PERIOD_LINE,
    }
    return SimpleNamespace(**{**fields, **changed})


def document(**changed: Any) -> SimpleNamespace:
    """An open invoice of Rp 750.000, issued 1 March 2025, due on the 17th (X7)."""
    fields: dict[str, Any] = {
        "kind": "invoice",
        "number": "C/INV/1",
        "slug": "C-INV-1",
        "status": "open",
        "issued_on": date(2025, 3, 1),
        "due_on": date(2025, 3, 17),
        "period_from": date(2025, 3, 1),
        "period_to": date(2026, 3, 1),
        "subtotal": 750_000,
        "tax": 0,
        "total": 750_000,
        "paid": 0,
        "credited": 0,
        "paid_on": None,
        "voided_on": None,
        "void_reason": "",
        "issuer": ISSUER,
        "customer": {"name": "SMAN 1", "address": "Jl. Juanda 16, Bogor", "npwp": "", "contact": "Ayu", "email": ""},
        "note": "",
        "taxation": None,
    }
    return SimpleNamespace(**{**fields, **changed})
