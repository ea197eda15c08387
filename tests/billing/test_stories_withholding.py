"""PPh 23: a clinic pays short by what it withheld, and hands in the slip later.

10 doctors: 1.000.000, PPN 110.000; transfer 1.090.000 and a slip of 20.000 settle 1.110.000.
"""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from billing.models import Document, Payment
from billing.rules.withholding import looks_withheld, rounding_of, withheld
from billing.selectors.books import account_balances
from billing.services.books.checking import check_books, rebuild_books
from billing.services.documents.receipts import issue_receipt
from billing.services.documents.tax_identity import TaxIdentity, set_tax_identity
from billing.services.payments.reversing import reverse_payment
from billing.services.payments.withholding import Slip, receive_slip
from billing.services.steering import OneOff, issue_one_off_invoice, void_invoice
from plans.rules.catalogue import Text
from plans.rules.taxes import TaxCategory
from tenants.context import inside
from tenants.errors import DomainError
from tenants.models import StaffTask, Tenant, WithholdingSlip
from tests.billing.lives import books_balance, live_through, owes, pay
from tests.billing.test_stories_tax import sell
from tests.conftest import make_tenant
from tests.plans.pkp import PKP

D = date
NOON = datetime(2026, 4, 7, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("net", "npwp", "amount"),
    [(1_000_000, True, 20_000), (1_000_000, False, 40_000), (333_325, True, 6_667), (0, True, 0)],
)
def test_two_percent_of_the_amount_without_tax_or_four(net: int, npwp: bool, amount: int) -> None:
    assert withheld(net, has_npwp=npwp) == amount


@pytest.mark.parametrize(
    ("left", "said"), [(19_998, False), (19_999, True), (20_000, True), (20_001, True), (20_002, False), (0, False)]
)
def test_a_rest_is_taken_for_withheld_within_a_rupiah(left: int, said: bool) -> None:
    assert looks_withheld(1_000_000, left) is said


def receive(tenant: Tenant, invoice: str, today: date, **changed: object) -> None:
    said = {"number": "BP-2026-001", "on": D(2026, 4, 2), "period": "2026-03", "amount": 20_000} | changed
    slip = Slip(**said)  # type: ignore[arg-type]
    receive_slip(tenant=tenant, invoice=invoice, slip=slip, reason="diterima lewat email", today=today)


def test_a_short_payment_and_a_slip_settle_the_invoice(db: None, tmp_path: Path) -> None:
    sell(PKP, tmp_path)
    tenant = make_tenant("klinik", "Klinik Sehat", "clinic", 10, D(2026, 3, 1))
    identity = TaxIdentity(TaxCategory.NORMAL, withholds=True)
    set_tax_identity(tenant=tenant, identity=identity, reason="memotong PPh", today=D(2026, 3, 2))
    live_through(tenant, D(2026, 3, 2), D(2026, 3, 15))
    pay(tenant, D(2026, 3, 20), 1_090_000)
    missing = WithholdingSlip.objects.get()
    assert (missing.state, missing.amount, missing.base) == ("expected", 20_000, 1_000_000)
    assert StaffTask.objects.get(key__startswith="slip:").due_on == D(2026, 4, 3)
    with inside(tenant):
        number = Document.objects.get().number
    wrong: list[tuple[dict[str, object], str]] = [
        ({"amount": 20_001}, "amount"),
        ({"period": "2026-13"}, "period"),
        ({"on": D(2026, 4, 4)}, "slip_on"),
        ({"number": " "}, "slip_number"),
    ]
    for changed, field in wrong:
        with pytest.raises(DomainError) as refused:
            receive(tenant, number, D(2026, 4, 3), **changed)
        assert refused.value.field == field
    receive(tenant, number, D(2026, 4, 3))
    receive(tenant, number, D(2026, 4, 3))  # sent twice
    with pytest.raises(DomainError) as refused:
        receive(tenant, number, D(2026, 4, 3), amount=15_000)  # what stands in the books is another sum
    assert (refused.value.field, refused.value.code) == ("amount", "slip_amount_booked")
    with inside(tenant):
        balances = account_balances()
    assert (balances["cash:transfer"], balances["withholding"], balances["tax"]) == (1_090_000, 20_000, -110_000)
    assert "receivable" not in balances
    got = WithholdingSlip.objects.get()
    assert (owes(tenant), got.state, got.slip_number, got.period) == (0, "received", "BP-2026-001", "2026-03")
    books_balance(tenant, D(2026, 4, 3))
    with inside(tenant):
        payment = Document.objects.get().allocations.get(amount=20_000).payment
    assert payment is not None
    with pytest.raises(DomainError):
        issue_receipt(tenant=tenant, payment_id=payment.pk, today=D(2026, 4, 3))
    reverse_payment(tenant=tenant, payment_id=payment.pk, reason="salah tagihan", today=D(2026, 4, 4))
    assert (owes(tenant), WithholdingSlip.objects.get().state) == (20_000, "expected")
    extra = OneOff(Text(id="Pelatihan", en="Training"), 1, 1_000_000)
    other = issue_one_off_invoice(tenant=tenant, one_off=extra, reason="pelatihan staf", today=D(2026, 4, 4))
    receive(tenant, other.number, D(2026, 4, 4))  # the same slip, booked on the wrong invoice before
    assert owes(tenant) == 20_000 + 1_090_000
    with pytest.raises(DomainError) as refused:
        receive(tenant, number, D(2026, 4, 4))
    assert (refused.value.field, refused.value.code) == ("slip_number", "slip_number_used")
    assert sorted(WithholdingSlip.objects.values_list("number", "state")) == sorted(
        [(number, "expected"), (other.number, "received")]
    )
    pay(
        tenant, D(2026, 4, 5), 1_090_000
    )  # of the other invoice what is left is 20.000 again, whose slip is here already
    got = WithholdingSlip.objects.get(number=other.number)
    assert (owes(tenant), got.state, got.slip_number) == (20_000, "received", "BP-2026-001")
    pay(tenant, D(2026, 4, 5))
    assert WithholdingSlip.objects.get(number=number).state == "cancelled"
    books_balance(tenant, D(2026, 4, 5))
    round_one(tenant)


def round_one(tenant: Tenant) -> None:
    """Net 1.000.033, of which 2 % are 20.000,66: 20.001 are kept back, the slip says 20.000. The rupiah is rounding."""
    extra = OneOff(Text(id="Pelatihan", en="Training"), 1, 1_000_033)
    odd = issue_one_off_invoice(tenant=tenant, one_off=extra, reason="pelatihan staf", today=D(2026, 4, 6))
    pay(tenant, D(2026, 4, 6), odd.total - 20_001)
    before = owes(tenant)
    receive(tenant, odd.number, D(2026, 4, 6), number="BP-2026-002", amount=20_000)
    with inside(tenant):
        assert (account_balances()["rounding"], Document.objects.get(pk=odd.pk).status) == (1, "paid")
        payment = Payment.objects.get(reference="pph23:BP-2026-002")
    assert owes(tenant) == before - 20_001
    reverse_payment(tenant=tenant, payment_id=payment.pk, reason="salah tagihan", today=D(2026, 4, 7))
    receive(tenant, odd.number, D(2026, 4, 7), number="BP-2026-002", amount=20_000)
    assert owes(tenant) == before - 20_001
    other = issue_one_off_invoice(tenant=tenant, one_off=extra, reason="pelatihan staf", today=D(2026, 4, 7))
    pay(tenant, D(2026, 4, 7), other.total - 20_000)
    receive(tenant, other.number, D(2026, 4, 7), number="BP-2026-003", amount=20_001)  # the paper says a rupiah more
    with inside(tenant):
        assert (account_balances()["rounding"], Document.objects.get(pk=other.pk).status) == (1, "paid")
    books_balance(tenant, D(2026, 4, 7))
    assert check_books(tenant=tenant, now=NOON) == ()
    assert rebuild_books(tenant=tenant, now=NOON) == 0


@pytest.mark.parametrize(
    ("net", "left", "slip", "before", "rounding"),
    [
        (1_000_033, 20_001, 20_000, 0, 1),
        (1_000_033, 20_000, 20_000, 0, 0),
        (1_000_033, 20_000, 20_001, 0, -1),  # paid a rupiah too much
        (1_000_000, 20_000, 20_001, 0, 0),
        (1_000_033, 20_002, 20_001, 0, 0),  # more than any rounding kept back
        (1_000_033, 8_001, 8_000, 12_000, 1),
        (1_000_033, 40_002, 40_001, 0, 1),  # 4 %, without NPWP
        (1_000_000, 20_000, 19_999, 0, 0),  # nothing was to be rounded
        (1_000_033, 10_001, 10_000, 0, 0),
    ],
)
def test_a_rupiah_is_rounding_only_where_the_tax_was_rounded(
    net: int, left: int, slip: int, before: int, rounding: int
) -> None:
    assert rounding_of(net, left, slip, before) == rounding


def test_an_invoice_paid_in_two_parts_keeps_both_slips_and_no_more_than_the_tax(db: None, tmp_path: Path) -> None:
    """Net 1.000.000: slips of 12.000 and 8.000, then up to the 40.001 that an issuer without NPWP bears; one is taken back."""
    sell(PKP, tmp_path)
    tenant = make_tenant("klinik", "Klinik Sehat", "clinic", 10, D(2026, 3, 1))
    live_through(tenant, D(2026, 3, 2), D(2026, 3, 15))
    with inside(tenant):
        number = Document.objects.get().number
    receive(tenant, number, D(2026, 4, 3), amount=12_000)
    receive(tenant, number, D(2026, 4, 3), number="BP-2026-002", amount=8_000)
    slips = WithholdingSlip.objects.filter(state="received").order_by("slip_number")
    assert list(slips.values_list("slip_number", "amount")) == [("BP-2026-001", 12_000), ("BP-2026-002", 8_000)]
    with pytest.raises(DomainError) as refused:
        receive(tenant, number, D(2026, 4, 3), number="BP-2026-003", amount=20_002)
    assert refused.value.code == "slip_too_large"
    with inside(tenant):
        payment = Document.objects.get().allocations.get(amount=12_000).payment
    assert payment is not None
    reverse_payment(tenant=tenant, payment_id=payment.pk, reason="salah tagihan", today=D(2026, 4, 4))
    assert sorted(WithholdingSlip.objects.values_list("state", "slip_number", "amount")) == [
        ("expected", "", 12_000), ("received", "BP-2026-002", 8_000),
    ]  # fmt: skip
    receive(tenant, number, D(2026, 4, 5), amount=12_000)
    assert WithholdingSlip.objects.filter(state="received").count() == WithholdingSlip.objects.count() == 2
    books_balance(tenant, D(2026, 4, 5))


def test_a_slip_taken_back_after_its_invoice_was_voided_leaves_the_slips_of_others_alone(
    db: None, tmp_path: Path
) -> None:
    """The 20.000 became credit and paid part of the next invoice, which is open again by it and has a slip of its own."""
    sell(PKP, tmp_path)
    tenant = make_tenant("klinik", "Klinik Sehat", "clinic", 10, D(2026, 3, 1))
    live_through(tenant, D(2026, 3, 2), D(2026, 3, 15))
    with inside(tenant):
        number = Document.objects.get().number
    receive(tenant, number, D(2026, 4, 3))
    void_invoice(tenant=tenant, number=number, reason="salah pelanggan", reissue_it=False, today=D(2026, 4, 3))
    extra = OneOff(Text(id="Pelatihan", en="Training"), 1, 1_000_000)
    other = issue_one_off_invoice(tenant=tenant, one_off=extra, reason="pelatihan staf", today=D(2026, 4, 3))
    receive(tenant, other.number, D(2026, 4, 3), number="BP-2026-002")
    assert owes(tenant) == 1_110_000 - 40_000
    with inside(tenant):
        first = Payment.objects.get(reference="pph23:BP-2026-001")
    reverse_payment(tenant=tenant, payment_id=first.pk, reason="salah tagihan", today=D(2026, 4, 4))
    assert owes(tenant) == 1_110_000 - 20_000
    assert sorted(WithholdingSlip.objects.values_list("state", "slip_number")) == [
        ("cancelled", ""), ("received", "BP-2026-002"),
    ]  # fmt: skip
