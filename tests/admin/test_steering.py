"""What staff may do to a tenant's money and dates."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest

from billing.errors import NotVoidable, WrongState
from billing.models import Document, DocumentStatus, Subscription
from billing.selectors.accounts import credit_balance, living_subscription
from billing.services.payments.receiving import Received, record_payment
from billing.services.steering import (
    OneOff,
    Seen,
    change_dates,
    change_terms,
    issue_one_off_invoice,
    record_manual_payment,
    void_invoice,
    waive_fee,
)
from billing.services.subscriptions.quantities import Report, report_quantity
from plans.rules.catalogue import Text
from tenants.context import inside
from tenants.errors import DomainError
from tenants.models import Event, Tenant

PassDays = Callable[[Tenant, date, date], None]
D = date


def numbers(tenant: Tenant) -> list[tuple[str, str, int]]:
    """(kind, status, total) of every document in order of number."""
    with inside(tenant):
        return [(item.kind, item.status, item.total) for item in Document.objects.order_by("created_at")]


def number(tenant: Tenant, kind: str = "invoice") -> str:
    with inside(tenant):
        return Document.objects.filter(kind=kind).order_by("-created_at")[0].number


def pay(tenant: Tenant, amount: int, on: date, reference: str = "va-1") -> None:
    record_payment(tenant=tenant, received=Received(amount, "gateway", reference, on))


@pytest.fixture
def billed(school: Tenant, pass_days: PassDays) -> Tenant:
    """SMAN 1 on 2025-03-01: 150 students, 750.000 issued, due on the 17th, suspended on the 31st."""
    pass_days(school, D(2025, 2, 2), D(2025, 3, 1))
    return school


def test_a_voided_invoice_leaves_nothing_owed_and_its_reason_in_the_history(billed: Tenant) -> None:
    void_invoice(tenant=billed, number=number(billed), reason="Salah sekolah", reissue_it=False, today=D(2025, 3, 5))
    billed.refresh_from_db()
    event = Event.objects.filter(tenant=billed, name="invoice.voided").get()
    assert (billed.balance, event.cause, event.data["balance"]) == (0, "Salah sekolah", 0)


def test_reissued_at_todays_quantity_the_same_year_costs_500_000_for_100_students(billed: Tenant) -> None:
    with inside(billed):
        Subscription.objects.update(quantity=100)
    first = number(billed)
    made = void_invoice(tenant=billed, number=first, reason="Jumlah siswa keliru", reissue_it=True, today=D(2025, 3, 5))
    assert made is not None
    assert (made.total, made.period_from, made.period_to) == (500_000, D(2025, 3, 1), D(2026, 3, 1))
    assert made.due_on == D(2025, 3, 21)
    with inside(billed):
        assert living_subscription().billed_quantity == Decimal(100)


def test_what_was_paid_on_a_voided_invoice_pays_the_reissued_one(billed: Tenant) -> None:
    pay(billed, 750_000, D(2025, 3, 3))
    with inside(billed):
        Subscription.objects.update(quantity=100)
    made = void_invoice(
        tenant=billed, number=number(billed), reason="Jumlah keliru", reissue_it=True, today=D(2025, 3, 5)
    )
    assert made is not None
    with inside(billed):
        assert (Document.objects.get(pk=made.pk).status, credit_balance()) == (DocumentStatus.PAID, 250_000)


def test_a_year_is_not_billed_again_beside_its_rises(billed: Tenant) -> None:
    first = number(billed)
    report_quantity(tenant=billed, report=Report(Decimal(200), D(2025, 3, 6), "staff"), today=D(2025, 3, 6))
    with pytest.raises(NotVoidable):
        void_invoice(tenant=billed, number=first, reason="Coba terbit ulang", reissue_it=True, today=D(2025, 3, 7))
    assert [status for _, status, _ in numbers(billed)] == ["open", "open"]


def test_a_voided_rise_is_measured_again_from_what_was_billed(billed: Tenant) -> None:
    report_quantity(tenant=billed, report=Report(Decimal(250), D(2025, 3, 6), "staff"), today=D(2025, 3, 6))
    void_invoice(tenant=billed, number=number(billed), reason="Salah ketik 250", reissue_it=False, today=D(2025, 3, 6))
    with inside(billed):
        assert living_subscription().billed_quantity == Decimal(150)
    report = report_quantity(tenant=billed, report=Report(Decimal(170), D(2025, 3, 7), "staff"), today=D(2025, 3, 7))
    assert report.outcome == "pro_rata"


def test_voiding_reopens_access_of_a_suspended_school(billed: Tenant, pass_days: PassDays) -> None:
    pass_days(billed, D(2025, 3, 2), D(2025, 4, 2))
    assert (billed.status, billed.has_access) == ("suspended", False)
    void_invoice(tenant=billed, number=number(billed), reason="Tagihan ganda", reissue_it=False, today=D(2025, 4, 2))
    billed.refresh_from_db()
    assert (billed.status, billed.has_access) == ("active", True)


def test_a_waived_late_fee_is_void_and_the_month_stays_owed(complex_: Tenant, pass_days: PassDays) -> None:
    pass_days(complex_, D(2026, 1, 31), D(2026, 3, 16))
    assert complex_.balance == 660_000  # 200 × 3.000 and 10 % of it (K3)
    waive_fee(tenant=complex_, number=number(complex_, "late_fee"), reason="Bank sedang gangguan", today=D(2026, 3, 16))
    complex_.refresh_from_db()
    assert (complex_.balance, complex_.status) == (600_000, "past_due")


def test_an_invoice_is_not_waived_and_a_fee_is_not_voided_as_an_invoice(complex_: Tenant, pass_days: PassDays) -> None:
    pass_days(complex_, D(2026, 1, 31), D(2026, 3, 16))
    with pytest.raises(NotVoidable):
        waive_fee(tenant=complex_, number=number(complex_), reason="Bukan denda", today=D(2026, 3, 16))
    fee = number(complex_, "late_fee")
    with pytest.raises(NotVoidable):
        void_invoice(tenant=complex_, number=fee, reason="Bukan tagihan", reissue_it=False, today=D(2026, 3, 16))


def test_later_dates_take_a_school_out_of_past_due(billed: Tenant, pass_days: PassDays) -> None:
    pass_days(billed, D(2025, 3, 2), D(2025, 3, 20))
    assert billed.status == "past_due"
    change_dates(
        tenant=billed,
        number=number(billed),
        due_on=D(2025, 3, 31),
        suspend_on=D(2025, 4, 14),
        reason="Menunggu dana BOS",
        today=D(2025, 3, 20),
    )
    billed.refresh_from_db()
    assert (billed.status, billed.next_due_on, billed.suspension_due_on) == ("active", D(2025, 3, 31), D(2025, 4, 1))
    pass_days(billed, D(2025, 3, 21), D(2025, 4, 13))
    assert billed.status == "past_due"
    pass_days(billed, D(2025, 4, 14), D(2025, 4, 14))
    assert billed.status == "suspended"


def test_a_later_suspension_reopens_access_while_the_invoice_stays_overdue(billed: Tenant, pass_days: PassDays) -> None:
    pass_days(billed, D(2025, 3, 2), D(2025, 4, 2))
    change_dates(
        tenant=billed,
        number=number(billed),
        due_on=D(2025, 3, 17),
        suspend_on=D(2025, 4, 20),
        reason="Janji bayar 20 April",
        today=D(2025, 4, 2),
    )
    billed.refresh_from_db()
    assert (billed.status, billed.has_access) == ("past_due", True)


@pytest.mark.parametrize(
    ("due", "suspend", "field"),
    [
        (D(2025, 3, 16), D(2025, 3, 31), "due_on"),  # earlier than agreed
        (D(2025, 3, 18), D(2025, 3, 18), "suspend_on"),  # not after the due date
        (D(2025, 3, 17), D(2025, 3, 30), "suspend_on"),  # earlier than agreed
        (D(2025, 3, 17), None, "suspend_on"),
    ],
)
def test_dates_only_move_later_and_stay_in_order(billed: Tenant, due: date, suspend: date | None, field: str) -> None:
    with pytest.raises(DomainError) as refused:
        change_dates(
            tenant=billed,
            number=number(billed),
            due_on=due,
            suspend_on=suspend,
            reason="Coba-coba",
            today=D(2025, 3, 2),
        )
    assert refused.value.field == field


def test_net_30_holds_from_the_next_invoice_on(complex_: Tenant, pass_days: PassDays) -> None:
    pass_days(complex_, D(2026, 1, 31), D(2026, 3, 1))
    change_terms(tenant=complex_, terms_code="net-30", reason="Permintaan pengembang", today=D(2026, 3, 2))
    pay(complex_, 600_000, D(2026, 3, 10))
    pass_days(complex_, D(2026, 3, 2), D(2026, 4, 1))
    with inside(complex_):
        due = list(Document.objects.order_by("created_at").values_list("due_on", flat=True))
    assert due == [D(2026, 3, 15), D(2026, 5, 1)]


def test_terms_that_the_plan_does_not_offer_are_refused(billed: Tenant) -> None:
    with pytest.raises(DomainError) as refused:
        change_terms(tenant=billed, terms_code="net-30", reason="Permintaan sekolah", today=D(2025, 3, 2))
    assert refused.value.field == "terms_code"


def test_a_one_off_invoice_of_two_trainings_costs_300_000(billed: Tenant) -> None:
    training = OneOff(Text(id="Pelatihan guru", en="Training of teachers"), 2, 150_000, "Sesuai penawaran 12")
    made = issue_one_off_invoice(tenant=billed, one_off=training, reason="Pesanan kepala sekolah", today=D(2025, 3, 5))
    event = Event.objects.filter(tenant=billed, name="invoice.issued").order_by("-id")[0]
    assert (made.total, made.note, event.cause) == (300_000, "Sesuai penawaran 12", "Pesanan kepala sekolah")


def test_a_tenant_on_trial_gets_no_one_off_invoice(school: Tenant) -> None:
    one_off = OneOff(Text(id="Pelatihan", en="Training"), 1, 1000)
    with pytest.raises(WrongState):
        issue_one_off_invoice(tenant=school, one_off=one_off, reason="Terlalu cepat", today=D(2025, 2, 5))


def test_money_seen_on_the_account_is_booked_once_by_its_reference(billed: Tenant) -> None:
    seen = Seen(750_000, D(2025, 3, 4), "transfer", "BCA 0304/77")
    made = record_manual_payment(tenant=billed, seen=seen, reason="Terlihat di mutasi", today=D(2025, 3, 5))
    billed.refresh_from_db()
    event = Event.objects.get(tenant=billed, name="payment.received")
    assert (billed.balance, made.received_on, event.cause) == (0, D(2025, 3, 4), "Terlihat di mutasi")
    with pytest.raises(DomainError) as refused:
        record_manual_payment(tenant=billed, seen=seen, reason="Sekali lagi", today=D(2025, 3, 5))
    assert refused.value.field == "reference"


def test_nothing_happens_without_a_reason(billed: Tenant) -> None:
    with pytest.raises(DomainError) as refused:
        void_invoice(tenant=billed, number=number(billed), reason="  ok ", reissue_it=False, today=D(2025, 3, 5))
    assert refused.value.field == "reason"
    assert numbers(billed) == [("invoice", "open", 750_000)]
