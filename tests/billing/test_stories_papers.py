"""Credit notes, write-offs, receipts and the statement of account, as a finance officer meets them.

SMA Hari: 730 students at 4.000 are 2.920.000 a year from 1 March 2025, 8.000 a day.
"""

from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, transaction

from billing.documents.invoice_pdf import render_html
from billing.documents.receipt import receipt_view
from billing.errors import CreditNoteRefused, NotVoidable, WriteOffRefused, WrongState
from billing.gateways.models import CreditRequest, WriteOff
from billing.models import Document, DocumentKind, Entry
from billing.selectors.accounts import credit_balance
from billing.selectors.books import account_balances
from billing.selectors.documents import view_of
from billing.selectors.exports import invoice_rows, journal_rows
from billing.selectors.statement_of_account import statement_of_account
from billing.services.books.recognition import run_recognition
from billing.services.corrections.credit_notes import issue_credit_note, write_off
from billing.services.corrections.credit_requests import approve_credit_note, reject_credit_note, request_credit_note
from billing.services.corrections.write_offs import approve_write_off, reject_write_off, request_write_off
from billing.services.documents.receipts import issue_receipt
from billing.services.payments.reversing import reverse_payment
from billing.services.steering import void_invoice
from plans.selectors.accounting import chart
from tenants.context import inside
from tenants.errors import DomainError
from tenants.models import Event, Tenant, User
from tests.billing.lives import books_balance, live_through, owes, pay, standing
from tests.conftest import make_tenant, make_user

D = date
REASON = "salah hitung"
NOW = datetime(2025, 4, 1, 5, tzinfo=UTC)


@pytest.fixture
def sma(db: None) -> Tenant:
    """Billed 2.920.000 for the year from 1 March 2025."""
    tenant = make_tenant("hari", "SMA Hari", "xclass", 730, D(2025, 2, 1))
    live_through(tenant, D(2025, 3, 1), D(2025, 3, 1))
    return tenant


def invoice_of(tenant: Tenant) -> Document:
    with inside(tenant):
        return Document.objects.filter(kind=DocumentKind.INVOICE).order_by("number")[0]


def numbers(tenant: Tenant, kind: DocumentKind) -> list[tuple[str, int, str]]:
    with inside(tenant):
        found = Document.papers.filter(kind=kind).order_by("number")
        return list(found.values_list("number", "total", "status"))


def test_credit_notes_take_an_invoice_back_until_nothing_is_left(sma: Tenant) -> None:
    """A part while it is open, a part of what was paid, the rest; a fourth is refused."""
    number = invoice_of(sma).number
    issue_credit_note(tenant=sma, number=number, reason=REASON, today=D(2025, 3, 2), amount=920_000)
    assert owes(sma) == 2_000_000
    pay(sma, D(2025, 3, 5), 1_500_000)
    issue_credit_note(tenant=sma, number=number, reason=REASON, today=D(2025, 3, 6), by_line={1: 600_000})
    invoice = invoice_of(sma)
    assert (invoice.status, invoice.paid, invoice.credited, invoice.outstanding) == ("paid", 1_400_000, 1_520_000, 0)
    with inside(sma):
        assert credit_balance() == 100_000
    with pytest.raises(DomainError, match=r"Rp 1\.400\.000"):
        issue_credit_note(tenant=sma, number=number, reason=REASON, today=D(2025, 3, 7), amount=1_400_001)
    with pytest.raises(NotVoidable):
        void_invoice(tenant=sma, number=number, reason=REASON, reissue_it=False, today=D(2025, 3, 7))
    issue_credit_note(tenant=sma, number=number, reason=REASON, today=D(2025, 3, 7))
    invoice = invoice_of(sma)
    assert (invoice.status, invoice.paid, invoice.credited) == ("closed", 0, 2_920_000)
    assert numbers(sma, DocumentKind.CREDIT_NOTE) == [
        ("XC/NK/2025/03/00001", 920_000, "paid"),
        ("XC/NK/2025/03/00002", 600_000, "paid"),
        ("XC/NK/2025/03/00003", 1_400_000, "paid"),
    ]
    with pytest.raises(WrongState):
        issue_credit_note(tenant=sma, number=number, reason=REASON, today=D(2025, 3, 8))
    with inside(sma):
        assert account_balances() == {"cash:transfer": 1_500_000, "credit": -1_500_000}
    assert Event.objects.filter(tenant=sma, name="credit_note.issued", cause=REASON).count() == 3
    books_balance(sma, D(2025, 3, 8))


def test_a_credit_note_takes_first_what_is_not_earned_yet(sma: Tenant) -> None:
    """On 1 April 248.000 are earned and 2.672.000 deferred: 2.700.000 back are all of that and 28.000 of revenue."""
    live_through(sma, D(2025, 3, 2), D(2025, 3, 3))
    number = invoice_of(sma).number
    note = issue_credit_note(tenant=sma, number=number, reason=REASON, today=D(2025, 4, 1), amount=2_700_000)
    with inside(sma):
        assert account_balances() == {"receivable": 220_000, "revenue": -220_000}
        lines = [(line.kind, line.amount, line.explanation["line"]) for line in note.lines.all()]
        page = render_html(view_of(sma, note, "id"))
    assert lines == [("credit", 2_700_000, 1)]
    assert "Nota Kredit" in page
    assert f"Atas tagihan {number}" in page
    assert "Jatuh tempo" not in page
    books_balance(sma, D(2025, 4, 1))


def test_a_debt_that_is_given_up_is_a_loss_and_opens_nothing(sma: Tenant) -> None:
    """Suspended on 31 March with 2.000.000 open: written off, it stays suspended.

    248.000 are earned and 920.000 paid, so nothing is lost: the 2.000.000 were never served. The 672.000 that were paid
    ahead are earned in the months that are left, and all that is ever earned is what was paid.
    """
    live_through(sma, D(2025, 3, 2), D(2025, 3, 10))
    pay(sma, D(2025, 3, 10), 920_000)
    live_through(sma, D(2025, 3, 11), D(2025, 3, 31))
    assert standing(sma) == ("suspended", False, 2_000_000)
    number = invoice_of(sma).number
    write_off(tenant=sma, number=number, reason="sekolah tutup", today=D(2025, 4, 1))
    assert standing(sma) == ("suspended", False, 0)
    assert invoice_of(sma).status == "closed"
    assert numbers(sma, DocumentKind.WRITE_OFF) == [("XC/HPS/2025/04/00001", 2_000_000, "paid")]
    with inside(sma):
        assert account_balances() == {"cash:transfer": 920_000, "deferred": -672_000, "revenue": -248_000}
    for again in (write_off, issue_credit_note):
        with pytest.raises(WrongState):
            again(tenant=sma, number=number, reason=REASON, today=D(2025, 4, 2))
    books_balance(sma, D(2025, 4, 2))
    run_recognition(tenant=sma, today=D(2026, 3, 1))
    with inside(sma):
        assert account_balances() == {"cash:transfer": 920_000, "revenue": -920_000}
    books_balance(sma, D(2026, 3, 1))


def test_what_was_served_and_is_never_paid_is_the_loss_and_nothing_is_earned_afterwards(sma: Tenant) -> None:
    """Nothing paid, 248.000 of March earned: that is lost, and the other 2.672.000 never become revenue."""
    write_off(tenant=sma, number=invoice_of(sma).number, reason="sekolah tutup", today=D(2025, 4, 1))
    lost = {"revenue": -248_000, "write_offs": 248_000}
    with inside(sma):
        assert account_balances() == lost
        parts = Entry.objects.filter(fact="write_off").order_by("debit").values_list("debit", "credit", "amount")
        assert list(parts) == [("deferred", "receivable", 2_672_000), ("write_offs", "receivable", 248_000)]
    run_recognition(tenant=sma, today=D(2026, 4, 1))
    with inside(sma):
        assert account_balances() == lost
    books_balance(sma, D(2026, 4, 1))


def test_a_large_claim_is_given_up_by_two_people_and_what_was_paid_meanwhile_is_not(sma: Tenant, staff: User) -> None:
    """2.920.000 asked for, 920.000 paid before another agrees: 2.000.000 are given up. The database knows the rule, too."""
    number, now = invoice_of(sma).number, datetime(2025, 3, 5, 5, tzinfo=UTC)
    other = make_user("rudi@example.test", "Rudi", is_staff=True)
    asked = request_write_off(tenant=sma, number=number, reason="sekolah tutup", staff=staff, now=now)
    again = request_write_off(tenant=sma, number=number, reason="sekali lagi", staff=other, now=now)
    assert (again.pk, asked.state, asked.needs_second, owes(sma)) == (asked.pk, "requested", True, 2_920_000)
    with pytest.raises(WriteOffRefused, match="Orang lain"):
        approve_write_off(asked=asked, staff=staff, now=now)
    for wrong in ({"approved_by": staff}, {"state": "done"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            WriteOff.objects.filter(pk=asked.pk).update(**wrong)
    paid = pay(sma, D(2025, 3, 5), 920_000)
    done, again = (approve_write_off(asked=asked, staff=other, now=now) for _time in range(2))
    assert (again.pk, again.note) == (done.pk, done.note)
    assert (done.state, done.amount, done.approved_by, done.note) == ("done", 2_000_000, other, "XC/HPS/2025/03/00001")
    assert owes(sma) == 0
    with pytest.raises(WriteOffRefused):
        reject_write_off(asked=asked, reason="terlambat", staff=other, now=now)
    reverse_payment(tenant=sma, payment_id=paid.pk, reason="salah tenant", today=D(2025, 3, 6))
    small = request_write_off(tenant=sma, number=number, reason="sekolah tutup", staff=staff, now=now)
    assert (small.needs_second, small.state, small.amount, owes(sma)) == (False, "done", 920_000, 0)
    books_balance(sma, D(2025, 3, 6))


def test_a_request_that_is_refused_or_was_overtaken_gives_nothing_up(sma: Tenant, staff: User) -> None:
    number, now = invoice_of(sma).number, datetime(2025, 3, 5, 5, tzinfo=UTC)
    other = make_user("rudi@example.test", "Rudi", is_staff=True)
    asked = request_write_off(tenant=sma, number=number, reason="sekolah tutup", staff=staff, now=now)
    refused, again = (
        reject_write_off(asked=asked, reason="masih menjawab", staff=other, now=now) for _time in range(2)
    )
    assert (again.pk, again.decided_at) == (refused.pk, refused.decided_at)
    assert (refused.state, refused.decision, owes(sma)) == ("rejected", "masih menjawab", 2_920_000)
    asked = request_write_off(tenant=sma, number=number, reason="sekolah tutup", staff=staff, now=now)
    pay(sma, D(2025, 3, 5), 2_920_000)
    with pytest.raises(WriteOffRefused, match=r"sekarang Rp 0"):
        approve_write_off(asked=asked, staff=other, now=now)
    assert numbers(sma, DocumentKind.WRITE_OFF) == []


def test_a_large_credit_note_is_issued_by_two_people_and_small_ones_of_one_invoice_add_up(
    sma: Tenant, staff: User
) -> None:
    """600.000 of 2.920.000 are one person's; 500.000 more need another, who refuses, then agrees to all that is left."""
    number, now = invoice_of(sma).number, datetime(2025, 3, 5, 5, tzinfo=UTC)
    other = make_user("rudi@example.test", "Rudi", is_staff=True)
    ask = {"tenant": sma, "number": number, "reason": "salah jumlah siswa", "staff": staff, "now": now}
    small = request_credit_note(**ask, by_line={1: 600_000})  # type: ignore[arg-type]
    assert (small.state, small.needs_second, small.note, owes(sma)) == ("done", False, "XC/NK/2025/03/00001", 2_320_000)
    asked, again = (request_credit_note(**ask, amount=500_000) for _time in range(2))  # type: ignore[arg-type]
    assert (again.pk, asked.state, asked.needs_second, owes(sma)) == (asked.pk, "requested", True, 2_320_000)
    with pytest.raises(CreditNoteRefused, match="Orang lain"):
        approve_credit_note(asked=asked, staff=staff, now=now)
    for wrong in ({"approved_by": staff}, {"state": "done"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            CreditRequest.objects.filter(pk=asked.pk).update(**wrong)
    refused, again = (
        reject_credit_note(asked=asked, reason="tanya dahulu", staff=other, now=now) for _time in range(2)
    )
    assert (again.decided_at, refused.rejected_by, owes(sma)) == (refused.decided_at, other, 2_320_000)
    with pytest.raises(CreditNoteRefused, match="sudah diputuskan"):
        approve_credit_note(asked=asked, staff=other, now=now)
    whole = request_credit_note(**ask)  # type: ignore[arg-type]
    issue_credit_note(tenant=sma, number=number, reason="potongan", today=D(2025, 3, 5), amount=20_000)
    done, again = (approve_credit_note(asked=whole, staff=other, now=now) for _time in range(2))
    assert (again.note, done.amount, done.approved_by, owes(sma)) == (done.note, 2_300_000, other, 0)
    with pytest.raises(CreditNoteRefused):
        reject_credit_note(asked=whole, reason="terlambat", staff=other, now=now)
    books_balance(sma, D(2025, 3, 6))


def test_a_payment_has_one_receipt_and_it_is_void_when_the_booking_was_wrong(sma: Tenant) -> None:
    """In words, with what it was for; below five million there is no stamp on it."""
    payment = pay(sma, D(2025, 3, 5), 2_920_137)
    receipt = issue_receipt(tenant=sma, payment_id=payment.pk, today=D(2025, 3, 6))
    assert issue_receipt(tenant=sma, payment_id=payment.pk, today=D(2025, 9, 9)).number == receipt.number
    view = receipt_view(receipt, "id")
    assert view.number == "XC/KW/2025/03/00001"
    assert view.in_words == "Dua juta sembilan ratus dua puluh ribu seratus tiga puluh tujuh rupiah"
    assert view.paying == f"{invoice_of(sma).number} (Rp 2.920.000); Rp 137 menjadi saldo"
    assert (view.received_from, view.received_on, view.duty) == ("SMA Hari", "5 Maret 2025", "")
    assert view.paid_by == "Transfer bank"
    assert "Telah terima dari" in render_html(view)
    big = receipt_view(
        issue_receipt(tenant=sma, payment_id=pay(sma, D(2025, 3, 7), 5_000_001).pk, today=D(2025, 3, 7)), "en"
    )
    assert (big.number, big.duty) == ("XC/KW/2025/03/00002", "Duty stamp Rp 10.000")
    reverse_payment(tenant=sma, payment_id=payment.pk, reason=REASON, today=D(2025, 3, 8))
    assert [row[2] for row in numbers(sma, DocumentKind.RECEIPT)] == ["void", "paid"]
    books_balance(sma, D(2025, 3, 8))
    with inside(sma):
        assert Document.objects.count() == 1, "receipts are no claims"


def test_the_statement_of_account_closes_with_what_is_owed_less_the_credit(sma: Tenant) -> None:
    payment = pay(sma, D(2025, 3, 5), 1_000_000)
    issue_credit_note(tenant=sma, number=invoice_of(sma).number, reason=REASON, today=D(2025, 3, 6), amount=500_000)
    reverse_payment(tenant=sma, payment_id=payment.pk, reason=REASON, today=D(2025, 4, 1))
    pay(sma, D(2025, 4, 2), 2_420_500)
    with inside(sma):
        march = statement_of_account(D(2025, 3, 1), D(2025, 3, 31))
        april = statement_of_account(D(2025, 4, 1), D(2025, 4, 30))
        credit = credit_balance()
    assert [(row.movement.kind, row.balance) for row in march.rows] == [
        ("invoice", 2_920_000),
        ("payment", 1_920_000),
        ("credit", 1_420_000),
    ]
    assert [(row.movement.kind, row.balance) for row in april.rows] == [("reversal", 2_420_000), ("payment", -500)]
    assert (april.opening, april.closing) == (1_420_000, owes(sma) - credit)
    exported = list(invoice_rows(sma, D(2025, 1, 1), D(2025, 4, 30)))
    assert [row[1] for row in exported] == ["invoice", "credit"]
    assert sum(int(str(row[-1])) for row in exported) - 2_420_500 == april.closing


def test_the_exported_journal_has_the_balances_of_the_books(sma: Tenant) -> None:
    """A void invoice counts nothing in the list of invoices, and its reversal stands in the journal."""
    pay(sma, D(2025, 3, 5), 1_000_000)
    void_invoice(tenant=sma, number=invoice_of(sma).number, reason=REASON, reissue_it=True, today=D(2025, 3, 6))
    books: dict[str, int] = {}
    for row in journal_rows(sma, D(2025, 1, 1), D(2025, 3, 31)):
        books[str(row[5])] = books.get(str(row[5]), 0) + int(str(row[7])) - int(str(row[8]))
    with inside(sma):
        kept = {chart().of(account).code: amount for account, amount in account_balances().items()}
    assert {code: amount for code, amount in books.items() if amount} == {at: sum_ for at, sum_ in kept.items() if sum_}
    signed = {str(row[2]): row[-1] for row in invoice_rows(sma, D(2025, 1, 1), D(2025, 3, 31))}
    assert signed["void"] == 0
