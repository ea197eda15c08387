"""Bank transfers: unique codes, proofs, and what staff decide."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import get_resolver
from pytest_django import Settings

from billing.errors import NothingToPay, NoUniqueCode, PaymentPageUnavailable, ProofRefused, TransferClosed
from billing.gateways.midtrans import MidtransClient
from billing.gateways.models import BankTransfer, Checkout
from billing.selectors.transfers import open_transfer
from billing.services.banking.transfer_ends import expire_transfers
from billing.services.banking.transfers import (
    announce_transfer,
    approve_transfer,
    cancel_transfer,
    reject_transfer,
    submit_proof,
)
from billing.services.banking.unique_codes import Ask, give_code
from billing.services.files.proofs import sniff
from billing.services.payments.cash import record_cash
from billing.services.payments.receiving import Received, record_payment
from tenants.errors import DomainError
from tenants.models import Event, Tenant, User
from tests.conftest import told
from tests.gateways.conftest import config_for
from tests.payments.conftest import PassDays, Till, account, document_ids, moment, on_day

TODAY = date(2025, 3, 10)
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 100
NOBODY = MidtransClient(config_for("http://127.0.0.1:9", 0.2))


@pytest.fixture(autouse=True)
def media(settings: Settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def announce(tenant: Tenant) -> BankTransfer:
    return announce_transfer(tenant=tenant, documents=None, now=moment(), today=TODAY)


def submit(
    transfer: BankTransfer,
    content: bytes = PNG,
    name: str = "bukti.png",
    transferred_on: date = TODAY,
    stated: int | None = None,
) -> BankTransfer:
    return submit_proof(
        transfer=transfer,
        file=SimpleUploadedFile(name, content),
        sender="Ayu",
        transferred_on=transferred_on,
        stated=stated,
        note="",
        now=moment(),
    )


def approve(
    transfer: BankTransfer, received: int, staff: User, gateway: MidtransClient = NOBODY, today: date = TODAY
) -> BankTransfer:
    return approve_transfer(
        transfer=transfer, received=received, staff=staff, today=today, now=moment(), gateway=gateway
    )


def test_a_transfer_asks_for_what_is_open_and_a_code(billed: Tenant) -> None:
    transfer = announce(billed)
    assert transfer.amount == 750_000
    assert 1 <= transfer.code <= 999
    assert transfer.asked == 750_000 + transfer.code
    assert (transfer.bank, transfer.account) == ("BCA", "5270301001")
    event = Event.objects.get(tenant=billed, name="transfer.announced")
    assert (event.data["asked"], event.data["balance"]) == (transfer.asked, 750_000)


def test_the_same_request_gets_the_same_code(billed: Tenant) -> None:
    assert announce(billed).pk == announce(billed).pk
    assert BankTransfer.objects.count() == 1


def test_another_amount_gets_another_transfer(billed: Tenant) -> None:
    first = announce(billed)
    record_payment(tenant=billed, received=Received(250_000, "cash", "c-1", TODAY))
    assert announce(billed).amount == 500_000
    first.refresh_from_db()
    assert first.state == "cancelled"


def test_a_transfer_under_review_is_not_replaced(billed: Tenant) -> None:
    submit(announce(billed))
    assert announce(billed).state == "submitted"
    record_payment(tenant=billed, received=Received(250_000, "cash", "c-1", TODAY))
    with pytest.raises(TransferClosed) as caught:
        announce(billed)
    assert caught.value.code == "transfer_under_review"


def test_nothing_open_is_nothing_to_transfer(school: Tenant) -> None:
    with pytest.raises(NothingToPay):
        announce(school)


def test_the_last_free_code_is_found_and_then_there_is_none(billed: Tenant, school: Tenant) -> None:
    ask = Ask("xclass", [], 1_000, "BCA", "123456", TODAY)
    tenants = [Tenant(schema_name=f"t_n{n}", name=f"N{n}", product_code="xclass") for n in range(1_000)]
    Tenant.objects.bulk_create(tenants)
    BankTransfer.objects.bulk_create(
        BankTransfer(
            tenant=tenant,
            issuer_code="xclass",
            documents=[],
            amount=1_000,
            code=code,
            asked=1_000 + code,
            bank="BCA",
            account="123456",
            announced_on=TODAY,
            expires_on=TODAY,
        )
        for tenant, code in zip(tenants, [code for code in range(1, 1000) if code != 137], strict=False)
    )
    assert give_code(tenant=tenants[998], ask=ask).code == 137
    with pytest.raises(NoUniqueCode):
        give_code(tenant=tenants[999], ask=ask)
    neighbour = Ask("xclass", [], 1_500, "BCA", "123456", TODAY)
    assert give_code(tenant=tenants[999], ask=neighbour).asked > 1_999


def test_exactly_what_was_asked_settles_the_invoice_and_the_code_becomes_credit(billed: Tenant, staff: User) -> None:
    """ "Unique code": added to the amount to transfer, booked as the customer's credit."""
    transfer = submit(announce(billed))
    done = approve(transfer, transfer.asked, staff)
    books = account(billed)
    assert (books.open, books.credit, books.payments) == (0, transfer.code, {f"transfer:{transfer.pk}": transfer.asked})
    assert (done.state, done.decided_by, done.received) == ("approved", staff, transfer.asked)
    assert told(billed, "payment.received", "invoice.paid") == [
        ("2025-03-10", "payment.received"),
        ("2025-03-10", "invoice.paid"),
    ]


@pytest.mark.parametrize(("received", "open_", "credit"), [(300_000, 450_000, 0), (1_000_000, 0, 250_000)])
def test_another_amount_pays_the_oldest_first_and_the_surplus_is_credit(
    billed: Tenant, staff: User, received: int, open_: int, credit: int
) -> None:
    approve(announce(billed), received, staff)
    assert (account(billed).open, account(billed).credit) == (open_, credit)


def test_a_late_fee_is_transferred_with_its_invoice(billed_complex: Tenant, pass_days: PassDays, staff: User) -> None:
    """K3: 600.000 + 60.000."""
    invoice = document_ids(billed_complex)[0]
    pass_days(billed_complex, date(2026, 3, 6), date(2026, 3, 16))
    day = date(2026, 3, 16)
    transfer = announce_transfer(tenant=billed_complex, documents=[invoice], now=moment(), today=day)
    assert transfer.amount == 660_000
    approve(transfer, transfer.asked, staff, today=day)
    assert (account(billed_complex).open, account(billed_complex).credit) == (0, transfer.code)


def test_approving_twice_books_once_and_another_amount_is_refused(billed: Tenant, staff: User) -> None:
    transfer = announce(billed)
    for _ in range(2):
        approve(transfer, transfer.asked, staff)
    assert account(billed).received == transfer.asked
    with pytest.raises(TransferClosed):
        approve(transfer, 1, staff)
    with pytest.raises(TransferClosed):
        reject_transfer(transfer=transfer, reason="Salah orang", staff=staff, today=TODAY, now=moment())


def test_a_link_paid_meanwhile_is_found_before_the_transfer_is_posted(till: Till, billed: Tenant, staff: User) -> None:
    """Both came in: 750.000 through Midtrans, 750.000 + code by transfer. Nothing is lost."""
    transfer = announce(billed)
    till.press(till.open(billed), "pay", delivery="never")
    approve(transfer, transfer.asked, staff, till.sandbox.client)
    books = account(billed)
    assert (books.open, books.received, books.credit) == (0, 1_500_000 + transfer.code, 750_000 + transfer.code)
    assert next(iter(books.payments)).startswith("midtrans:")


def test_a_live_link_is_closed_before_the_transfer_is_posted(till: Till, billed: Tenant, staff: User) -> None:
    transfer, checkout = announce(billed), till.open(billed)
    till.press(checkout, "wait")
    approve(transfer, transfer.asked, staff, till.sandbox.client)
    checkout.refresh_from_db()
    assert (checkout.state, till.sandbox.client.status(checkout.order_id).state) == ("cancelled", "cancel")


def test_nothing_is_posted_while_the_gateway_cannot_be_asked(till: Till, billed: Tenant, staff: User) -> None:
    transfer = announce(billed)
    till.open(billed)
    with pytest.raises(PaymentPageUnavailable):
        approve(transfer, transfer.asked, staff, NOBODY)
    assert (account(billed).received, Checkout.objects.get().state) == (0, "pending")


def test_a_rejected_transfer_is_told_with_its_reason(billed: Tenant, staff: User) -> None:
    transfer = submit(announce(billed))
    for _ in range(2):
        reject_transfer(transfer=transfer, reason="Foto tidak terbaca", staff=staff, today=TODAY, now=moment())
    [event] = Event.objects.filter(tenant=billed, name="transfer.rejected")
    assert event.data["reason"] == "Foto tidak terbaca"
    assert announce(billed).pk != transfer.pk
    with pytest.raises(DomainError) as caught:
        reject_transfer(transfer=announce(billed), reason="", staff=staff, today=TODAY, now=moment())
    assert caught.value.field == "reason"


def test_a_customer_withdraws_a_transfer(billed: Tenant, staff: User) -> None:
    transfer = announce(billed)
    for _ in range(2):
        assert cancel_transfer(transfer=transfer, now=moment()).state == "cancelled"
    with pytest.raises(TransferClosed):
        approve(transfer, transfer.asked, staff)
    with pytest.raises(TransferClosed):
        submit(transfer)


@pytest.mark.parametrize(("day", "state"), [(date(2025, 3, 24), "announced"), (date(2025, 3, 25), "expired")])
def test_a_code_nobody_used_is_free_after_fourteen_days(billed: Tenant, day: date, state: str) -> None:
    """10 March and 14 days: the 24th still holds."""
    transfer = announce(billed)
    assert transfer.expires_on == date(2025, 3, 24)
    on_day(billed, day)
    for _ in range(2):
        expire_transfers(now=moment())
    transfer.refresh_from_db()
    assert transfer.state == state
    assert Event.objects.filter(tenant=billed, name="transfer.expired").count() == (state == "expired")
    assert open_transfer(billed) == (transfer if state == "announced" else None)


def test_a_proof_waits_for_staff_however_long(billed: Tenant) -> None:
    transfer = submit(announce(billed))
    on_day(billed, date(2025, 6, 1))
    assert expire_transfers(now=moment()) == 0
    transfer.refresh_from_db()
    assert transfer.state == "submitted"


def test_a_code_that_ran_out_is_given_to_somebody_else(billed: Tenant, school: Tenant) -> None:
    """The sum is free in the database, too; asked again, the customer gets a new one."""
    old = announce(billed)
    later = date(2025, 3, 25)
    new = announce_transfer(tenant=billed, documents=None, now=moment(), today=later)
    old.refresh_from_db()
    assert (old.state, new.state, new.expires_on) == ("expired", "announced", date(2025, 4, 8))
    cancel_transfer(transfer=new, now=moment())  # by chance it may have been given the same code
    other = Tenant.objects.create(schema_name="t_baru", name="Baru", product_code="xclass")
    BankTransfer.objects.create(
        tenant=other,
        issuer_code="xclass",
        documents=[],
        amount=old.amount,
        code=old.code,
        asked=old.asked,
        bank=old.bank,
        account=old.account,
        announced_on=later,
        expires_on=later,
    )


def test_a_proof_is_kept_under_a_name_nobody_guesses(billed: Tenant, media: Path) -> None:
    transfer = submit(announce(billed), name="../../rahasia/bukti transfer.png")
    assert (transfer.state, transfer.proof_type, transfer.proof_name) == (
        "submitted",
        "image/png",
        "bukti transfer.png",
    )
    stored = media / str(transfer.proof.name)
    assert stored.read_bytes() == PNG
    assert len(stored.stem) >= 32
    assert not any("media" in str(pattern.pattern) for pattern in get_resolver("config.urls_public").url_patterns)


def test_a_second_proof_replaces_the_first(
    billed: Tenant, media: Path, django_capture_on_commit_callbacks: object
) -> None:
    transfer = announce(billed)
    assert callable(django_capture_on_commit_callbacks)
    with django_capture_on_commit_callbacks(execute=True):
        submit(transfer)
        submit(transfer, b"%PDF-1.7 x", "bukti.pdf")
    [stored] = (media / "proofs").iterdir()
    assert stored.suffix == ".pdf"


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"", "kosong.png", "proof_empty"),
        (b"MZ\x90\x00" + b"0" * 50, "bukti.png", "proof_type"),
        (b"<svg onload=alert(1)>", "bukti.jpg", "proof_type"),
        (b"GIF89a" + b"0" * 50, "bukti.gif", "proof_type"),
        (PNG + b"0" * (5 * 1024 * 1024), "besar.png", "proof_too_large"),
    ],
)
def test_a_file_that_is_no_proof_is_refused_by_what_it_is(
    billed: Tenant, media: Path, content: bytes, name: str, code: str
) -> None:
    transfer = announce(billed)
    with pytest.raises(ProofRefused) as caught:
        submit(transfer, content, name)
    assert (caught.value.field, caught.value.code) == ("proof", code)
    transfer.refresh_from_db()
    assert (transfer.state, list(media.rglob("*.*"))) == ("announced", [])


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"%PDF-1.4", "application/pdf"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp"),
    ],
)
def test_a_proof_is_known_by_its_first_bytes(head: bytes, kind: str) -> None:
    found = sniff(head)
    assert found is not None
    assert found[0] == kind


@pytest.mark.parametrize("days", [1, -91])
def test_a_wrong_day_names_its_field(billed: Tenant, days: int) -> None:
    with pytest.raises(DomainError) as caught:
        submit(announce(billed), transferred_on=TODAY + timedelta(days=days))
    assert caught.value.field == "transferred_on"


@pytest.mark.parametrize("stated", [0, -5])
def test_a_wrong_amount_names_its_field(billed: Tenant, stated: int) -> None:
    with pytest.raises(DomainError) as caught:
        submit(announce(billed), stated=stated)
    assert caught.value.field == "stated"


@pytest.mark.parametrize("received", [0, -1])
def test_an_approved_amount_is_more_than_nothing(billed: Tenant, staff: User, received: int) -> None:
    with pytest.raises(DomainError) as caught:
        approve(announce(billed), received, staff)
    assert caught.value.field == "received"


def test_cash_is_booked_once_with_a_reason(billed: Tenant) -> None:
    for _ in range(2):
        record_cash(tenant=billed, amount=750_000, reason="Dibayar di kantor", key="k-1", today=TODAY)
    assert (account(billed).open, account(billed).payments) == (0, {"cash:k-1": 750_000})
    with pytest.raises(DomainError) as caught:
        record_cash(tenant=billed, amount=1, reason="", key="k-2", today=TODAY)
    assert caught.value.field == "reason"
