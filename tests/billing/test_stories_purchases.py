"""N1, N8: what is bought once, to the line: a certificate alone, and kits that are bought instead of rented."""

from datetime import date

from billing.models import Document
from tenants.context import inside
from tenants.models import Tenant
from tests.billing.lives import books_balance, live_through, owes, pay
from tests.billing.test_stories_charges import buy, class_, hold, lines
from tests.conftest import told

D = date


def line_of(tenant: Tenant, document: Document | None) -> tuple[str, int, int, int, str, str]:
    """(what, how many, at how much, rupiah, formula, rule) of the one line of an invoice."""
    assert document is not None
    with inside(tenant):
        line = document.lines.get()
    (rule,), formula = line.explanation["rules"], line.explanation["formula"]
    return line.description, int(line.quantity), int(line.unit_price), line.amount, formula, rule


def test_a_certificate_is_bought_alone_and_once_n1(db: None) -> None:
    """N1: 150.000 for the certificate, without its course; due in 3 days, and nothing follows it."""
    tenant = class_("account", 1, D(2026, 7, 1))
    made = buy(tenant, "certificate-robotics", 1, D(2026, 7, 2))
    assert line_of(tenant, made) == (
        *("Sertifikat Robotika Dasar", 1, 150_000, 150_000),
        *("150.000 = Rp 150.000", "N1"),
    )
    assert lines(tenant) == [[("certificate-robotics", "2026-07-02", 150_000)]]
    pay(tenant, D(2026, 7, 4))
    live_through(tenant, D(2026, 7, 3), D(2027, 7, 2))
    assert (tenant.status, owes(tenant), len(lines(tenant))) == ("free", 0, 1)
    assert told(tenant, "purchase.made", "invoice.paid", "invoice.overdue") == [
        ("2026-07-02", "purchase.made"),
        ("2026-07-04", "invoice.paid"),
    ]
    books_balance(tenant, D(2027, 7, 2))


def test_kits_are_bought_once_beside_those_that_are_rented_n8(db: None) -> None:
    """N8: 4 kits bought at 1.250.000 are 5.000.000 on an invoice of their own; 2 rented go on at 75.000 each a month."""
    tenant = class_("school", 30, D(2026, 7, 1), interval_months=4)
    pay(tenant, D(2026, 7, 1))
    hold(tenant, "robot-kits", 2, D(2026, 7, 1))
    made = buy(tenant, "robot-kit", 4, D(2026, 7, 10))
    assert line_of(tenant, made) == (
        *("Perangkat robotik", 4, 1_250_000, 5_000_000),
        *("4 × 1.250.000 = Rp 5.000.000", "N8"),
    )
    pay(tenant, D(2026, 7, 10))
    live_through(tenant, D(2026, 7, 11), D(2026, 9, 1))
    assert lines(tenant)[1:] == [
        [("robot-kits", "2026-07-01", 150_000)],
        [("robot-kit", "2026-07-10", 5_000_000)],
        [("robot-kits", "2026-08-01", 150_000)],
        [("robot-kits", "2026-09-01", 150_000)],
    ]
    books_balance(tenant, D(2026, 9, 1))
