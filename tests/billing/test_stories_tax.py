"""A clinic whose vendor is PKP: quote, preview, invoice, page, books and void say the same to the rupiah.

3 doctors at 100.000 a month: 300.000 without tax, DPP nilai lain 275.000, PPN 33.000, 333.000 to pay.
"""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from billing.documents.view import invoice_view
from billing.models import Document, DocumentKind
from billing.selectors.accounts import living_subscription
from billing.selectors.books import account_balances
from billing.selectors.drafts import forecast
from billing.selectors.overview import price_draft
from billing.services.documents.tax_identity import TaxIdentity, set_tax_identity
from billing.services.steering import void_invoice
from billing.services.subscriptions.life import cancel_subscription
from plans.rules.taxes import TaxCategory
from plans.services.catalogue import load_catalogue
from tenants.context import inside
from tenants.errors import DomainError
from tenants.models import Tenant
from tests.billing.lives import books_balance, live_through, owes, pay
from tests.conftest import make_tenant
from tests.plans.pkp import INCLUSIVE, PKP
from trials.selectors.quotes import Wish, quote
from trials.services.restarts import preview_restart, restart_subscription

D = date
NOW = datetime(2026, 3, 1, tzinfo=UTC)


def sell(text: str, folder: Path) -> None:
    file = folder / "clinic.yaml"
    file.write_text(text, encoding="utf-8")
    load_catalogue(files=[file], now=NOW)


def clinic(name: str = "klinik") -> Tenant:
    """Signed up on 1 March 2026, billed from the 15th on."""
    return make_tenant(name, "Klinik Sehat", "clinic", 3, D(2026, 3, 1))


def invoices(tenant: Tenant) -> list[Document]:
    with inside(tenant):
        return list(Document.objects.filter(kind=DocumentKind.INVOICE).order_by("created_at").prefetch_related("lines"))


def test_what_was_quoted_is_invoiced_paid_booked_and_printed_with_its_tax(db: None, tmp_path: Path) -> None:
    sell(PKP, tmp_path)
    made = quote(Wish("clinic", Decimal(3), D(2026, 3, 1)))
    assert made.first is not None
    assert (made.recurring, made.first.subtotal, made.first.tax, made.first.total) == (
        333_000,
        300_000,
        33_000,
        333_000,
    )
    tenant = clinic()
    with inside(tenant):
        subscription = living_subscription()
        coming = forecast(subscription, D(2026, 3, 2))
        assert coming is not None
        assert coming.total == price_draft(subscription, subscription.terms, D(2026, 3, 2)).total == 333_000
    live_through(tenant, D(2026, 3, 2), D(2026, 3, 15))
    (invoice,) = invoices(tenant)
    assert (invoice.subtotal, invoice.tax, invoice.total) == (300_000, 33_000, 333_000)
    assert invoice.lines.all()[0].explanation["tax"]["formula"] == "12 % × 275.000 = Rp 33.000"
    rows = [(row.label, row.amount) for row in invoice_view(invoice, invoice.lines.all(), "id", "").totals]
    assert rows == [("Subtotal", 300_000), ("DPP nilai lain", 275_000), ("PPN 12 %", 33_000), ("Total", 333_000)]
    with inside(tenant):
        assert account_balances() == {"receivable": 333_000, "deferred": -300_000, "tax": -33_000}
    # Late by a day: 10 % of what is unpaid, and no tax on it.
    live_through(tenant, D(2026, 3, 16), D(2026, 3, 26))
    with inside(tenant):
        fee = Document.objects.get(kind=DocumentKind.LATE_FEE)
    assert (fee.subtotal, fee.tax, fee.taxation) == (33_300, 0, None)
    pay(tenant, D(2026, 3, 26))
    books_balance(tenant, D(2026, 3, 26))
    void_invoice(tenant=tenant, number=invoice.number, reason="salah jumlah", reissue_it=True, today=D(2026, 3, 27))
    assert [item.total for item in invoices(tenant)] == [333_000, 333_000]
    books_balance(tenant, D(2026, 3, 27))


@pytest.mark.parametrize("text", [PKP, INCLUSIVE])
def test_a_government_treasurer_sees_the_tax_and_pays_the_price_alone(db: None, tmp_path: Path, text: str) -> None:
    """On top: 300.000. In the price: 300.000 less 29.730 is 270.270."""
    sell(text, tmp_path)
    tenant = clinic()
    identity = TaxIdentity(TaxCategory.GOVERNMENT, npwp="0012345678901000", address="Jl. Melati 5")
    set_tax_identity(tenant=tenant, identity=identity, reason="sekolah negeri", today=D(2026, 3, 2))
    set_tax_identity(tenant=tenant, identity=replace(identity, address=None), reason="data sama", today=D(2026, 3, 2))
    tenant.refresh_from_db()
    assert (tenant.npwp, tenant.address) == ("0012345678901000", "Jl. Melati 5")
    live_through(tenant, D(2026, 3, 2), D(2026, 3, 15))
    (invoice,) = invoices(tenant)
    price, tax = (300_000, 33_000) if text == PKP else (270_270, 29_730)
    assert invoice.taxation is not None
    assert (invoice.total, invoice.tax, invoice.taxation["amount"], invoice.taxation["code"]) == (price, 0, tax, "02")
    rows = [(row.label, row.amount) for row in invoice_view(invoice, invoice.lines.all(), "id", "").totals][-2:]
    assert rows == [("PPN dipungut dan disetor oleh pembeli", -tax), ("Total", price)]
    assert owes(tenant) == price
    books_balance(tenant, D(2026, 3, 15))


def test_a_facility_needs_its_codes_and_a_tax_number_its_digits(complex_: Tenant) -> None:
    for identity, field in [
        (TaxIdentity(TaxCategory.EXEMPT), "facility"),
        (TaxIdentity(TaxCategory.NORMAL, npwp="12"), "npwp"),
        (TaxIdentity(TaxCategory.NORMAL, branch="1"), "branch"),
    ]:
        with pytest.raises(DomainError) as refused:
            set_tax_identity(tenant=complex_, identity=identity, reason="data baru", today=D(2026, 2, 1))
        assert refused.value.field == field


def test_an_issuer_is_pkp_from_its_day_on(db: None, tmp_path: Path) -> None:
    sell(PKP.replace("  is_pkp: true", "  is_pkp: true\n  pkp_from: 2026-04-01"), tmp_path)
    tenant = clinic()
    live_through(tenant, D(2026, 3, 2), D(2026, 3, 15))
    pay(tenant, D(2026, 3, 20))
    live_through(tenant, D(2026, 3, 21), D(2026, 4, 15))
    assert [(item.tax, item.total) for item in invoices(tenant)] == [(0, 300_000), (33_000, 333_000)]


def test_who_starts_again_is_shown_the_tax_that_is_billed(db: None, tmp_path: Path) -> None:
    """3 × 100.000 and 33.000 of tax, on the page that asks and on the invoice of the same day."""
    sell(PKP, tmp_path)
    tenant = clinic()
    cancel_subscription(tenant=tenant, today=D(2026, 3, 2))
    live_through(tenant, D(2026, 3, 2), D(2026, 3, 15))
    with inside(tenant):
        seen = preview_restart(tenant=tenant, quantity=Decimal(3), today=D(2026, 4, 1)).first
    restart_subscription(tenant=tenant, quantity=Decimal(3), today=D(2026, 4, 1))
    assert seen is not None
    assert [(item.tax, item.total) for item in invoices(tenant)] == [(seen.tax, seen.total)] == [(33_000, 333_000)]
