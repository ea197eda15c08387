"""K10, C6, K11, C16, N9, N10: commissions and rewards follow what referred customers pay, and are taken back with it."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from pytest_django import Settings

from billing.gateways.models import RefundWay
from billing.models import Document, Payment
from billing.selectors.accounts import living_subscription
from billing.services.offers.owed import settle_owed
from billing.services.payments.reversing import reverse_payment
from billing.services.refunds.payouts import confirm_transfer
from billing.services.refunds.requests import Account, Wanted, request_refund
from billing.services.refunds.taken import record_taken
from partners.errors import PayoutRefused, ReferralRefused
from partners.models import Award, Commission, Partner, Payout, Referral
from partners.selectors.statements import balance_of, statement_of
from partners.services.following import follow_events
from partners.services.payouts import agree, pay_out, record_placement
from partners.services.referring import refer
from partners.services.rewards import award_tops
from plans.models import OwedOffer
from plans.rules.periods import add_months
from tenants.context import inside
from tenants.errors import Conflict
from tenants.models import Event, Tenant, User
from tenants.services.places import take_places
from tests.billing.lives import books_balance, credit_of, live_through, owes, pay
from tests.billing.test_stories_offers import live_paying, totals
from tests.conftest import make_tenant

D = date


def partner(**more: Any) -> Partner:
    named = {"code": "mitra.dewi", "kind": "developer", "name": "PT Dewi Properti", "email": "dewi@properti.test"}
    return Partner.objects.create(**(named | more))


def last_payment(tenant: Tenant) -> Payment:
    with inside(tenant):
        return Payment.objects.order_by("-received_on", "-created_at")[0]


def last_invoice(tenant: Tenant) -> str:
    with inside(tenant):
        return Document.objects.order_by("-issued_on")[0].number


def undo(tenant: Tenant, on: date) -> None:
    reverse_payment(tenant=tenant, payment_id=last_payment(tenant).pk, reason="Salah tenant", today=on)


def refer_one_of_whom_nothing_can_be_read() -> None:
    """An invoice without an amount: logged each time, and nobody who comes after it waits for it."""
    other = Tenant.objects.create(schema_name="t_rusak", name="Griya Rusak", product_code="klustera")
    refer(tenant=other, code="mitra.dewi", on=D(2026, 1, 29))
    Event.objects.create(tenant=other, name="invoice.issued", occurred_on=D(2026, 2, 1), data={"invoice": "RUSAK/1"})


def test_a_developer_earns_20_percent_of_the_first_years_collected_revenue_k11(db: None, staff: User) -> None:
    """1.500 units × 2.000 = 3.000.000 a month, twelve times 36.000.000 → 7.200.000; the thirteenth month earns nothing."""
    tenant = make_tenant("griya", "Griya Asri", "klustera", 1500, D(2026, 1, 30))
    dewi = partner()
    agree(partner=dewi, product="klustera", code="developer", from_on=D(2026, 1, 1))
    refer_one_of_whom_nothing_can_be_read()
    refer(tenant=tenant, code="Mitra.Dewi ", on=D(2026, 1, 30))
    live_paying(tenant, D(2026, 3, 1), 1)
    assert follow_events(since=datetime.now(UTC)) == 0, "what was recorded before that waits for the night"
    assert follow_events(since=datetime.now(UTC) - timedelta(hours=1)) == 2
    assert (follow_events(), balance_of(dewi)) == (0, 600_000)
    live_paying(tenant, D(2026, 4, 1), 12)
    follow_events()
    assert (balance_of(dewi), Commission.objects.count()) == (7_200_000, 12)
    pay_out(partner=dewi, amount=5_000_000, reference="TRF 1", on=D(2027, 3, 5), staff=staff)
    pay_out(partner=dewi, amount=5_000_000, reference="TRF 1", on=D(2027, 3, 5), staff=staff)
    for amount, day in [(5_000_001, 5), (5_000_000, 6)]:
        with pytest.raises(PayoutRefused, match=r"Rp 5\.000\.000 pada 2027-03-05") as caught:
            pay_out(partner=dewi, amount=amount, reference="TRF 1 ", on=D(2027, 3, day), staff=staff)
        assert (caught.value.field, caught.value.code) == ("reference", "reference_used")
    with pytest.raises(PayoutRefused):
        pay_out(partner=dewi, amount=2_200_001, reference="TRF 2", on=D(2027, 3, 5), staff=staff)
    found = statement_of(dewi)
    assert (len(found.rows), found.earned, found.paid, found.balance) == (13, 7_200_000, 5_000_000, 2_200_000)
    with pytest.raises(IntegrityError), transaction.atomic():
        Payout.objects.create(partner=dewi, amount=2, balance_before=1, paid_on=D(2027, 3, 5), reference="TRF 3")


def test_a_payment_that_is_reversed_takes_its_commission_back_once_and_paid_again_it_is_there_again_k11(
    db: None,
) -> None:
    tenant = make_tenant("griya", "Griya Asri", "klustera", 1500, D(2026, 1, 30))
    dewi = partner()
    agree(partner=dewi, product="klustera", code="developer", from_on=D(2026, 1, 1))
    refer(tenant=tenant, code="mitra.dewi", on=D(2026, 1, 30))
    live_paying(tenant, D(2026, 3, 1), 1)
    follow_events()
    undo(tenant, D(2026, 3, 6))
    for _twice in range(2):
        follow_events()
        assert balance_of(dewi) == 0
    pay(tenant, D(2026, 3, 7))
    follow_events()
    credited = {"invoice": last_invoice(tenant), "amount": 1_000_000}
    Event.objects.create(tenant=tenant, name="credit_note.issued", occurred_on=D(2026, 3, 8), data=credited)
    follow_events()
    assert list(Commission.objects.order_by("created_at").values_list("amount", flat=True)) == [
        *(600_000, -600_000, 600_000, -200_000),
    ]


def test_money_that_the_bank_takes_back_takes_its_commission_along_k11(db: None, staff: User) -> None:
    """3.000.000 paid, 600.000 earned; the bank takes 1.000.000 back: the invoice is open, nothing is earned till it is paid."""
    tenant = make_tenant("griya", "Griya Asri", "klustera", 1500, D(2026, 1, 30))
    dewi = partner()
    agree(partner=dewi, product="klustera", code="developer", from_on=D(2026, 1, 1))
    refer(tenant=tenant, code="mitra.dewi", on=D(2026, 1, 30))
    live_paying(tenant, D(2026, 3, 1), 1)
    follow_events()
    taken = Wanted(last_payment(tenant).pk, 1_000_000, RefundWay.TAKEN)
    now = datetime(2026, 3, 8, 3, tzinfo=UTC)
    record_taken(tenant=tenant, wanted=taken, reason="Chargeback pasti", staff=staff, now=now)
    for _twice in range(2):
        follow_events()
        assert (owes(tenant), balance_of(dewi)) == (1_000_000, 0)
    pay(tenant, D(2026, 3, 9))
    follow_events()
    assert list(Commission.objects.order_by("created_at").values_list("amount", flat=True)) == [
        *(600_000, -600_000, 600_000),
    ]


def test_money_that_staff_pay_back_takes_its_commission_back_when_it_has_left_k11(
    db: None, staff: User, settings: Settings, tmp_path: Path
) -> None:
    """3.000.000 paid, 600.000 earned; 1.000.000 is asked back and transferred: until then nothing is taken, then all of it."""
    settings.MEDIA_ROOT, settings.REFUND_APPROVAL_LIMIT = tmp_path, 1_000_000
    tenant = make_tenant("griya", "Griya Asri", "klustera", 1500, D(2026, 1, 30))
    dewi = partner()
    agree(partner=dewi, product="klustera", code="developer", from_on=D(2026, 1, 1))
    refer(tenant=tenant, code="mitra.dewi", on=D(2026, 1, 30))
    live_paying(tenant, D(2026, 3, 1), 1)
    account = Account("BCA", "1234567890", "Griya Asri")
    wanted = Wanted(last_payment(tenant).pk, 1_000_000, RefundWay.TRANSFER, account)
    now = datetime(2026, 3, 8, 3, tzinfo=UTC)
    refund = request_refund(tenant=tenant, wanted=wanted, reason="Terlalu banyak", staff=staff, now=now)
    follow_events()
    assert (owes(tenant), balance_of(dewi)) == (0, 600_000)
    proof = SimpleUploadedFile("bukti.png", b"\x89PNG\r\n\x1a\n" + b"0" * 64, "image/png")
    confirm_transfer(refund=refund, file=proof, staff=staff, now=now)
    for _twice in range(2):
        follow_events()
        assert (owes(tenant), balance_of(dewi)) == (1_000_000, 0)
    assert list(Commission.objects.order_by("created_at").values_list("amount", flat=True)) == [600_000, -600_000]


def test_a_consultant_shares_all_that_is_collected_in_the_first_year_c16(db: None) -> None:
    """10 % of 499.000 and the implementation's 5.000.000, then of 499.000 eleven times; the thirteenth month earns nothing."""
    tenant = make_tenant("koperasi", "Koperasi Maju", "koperasi", 80, D(2026, 3, 10), plan="starter")
    budi = partner(code="konsultan.budi", kind="consultant", name="Budi")
    agree(partner=budi, product="koperasi", code="consultant", from_on=D(2026, 1, 1))
    refer(tenant=tenant, code="konsultan.budi", on=D(2026, 3, 10))
    live_paying(tenant, D(2026, 4, 10), 1)
    follow_events()
    assert balance_of(budi) == 549_900
    live_paying(tenant, D(2026, 5, 10), 12)
    follow_events()
    assert (balance_of(budi), Commission.objects.count()) == (549_900 + 11 * 49_900, 12)


def test_terms_of_another_time_or_product_earn_nothing_and_each_is_agreed_to_once_k11_c16(db: None) -> None:
    tenant = make_tenant("griya", "Griya Asri", "klustera", 1500, D(2026, 1, 30))
    dewi = partner()
    agree(partner=dewi, product="klustera", code="developer", from_on=D(2026, 2, 1))
    agree(partner=dewi, product="koperasi", code="consultant", from_on=D(2026, 1, 1))
    with pytest.raises(Conflict):
        agree(partner=dewi, product="koperasi", code="consultant", from_on=D(2026, 1, 1))
    refer(tenant=tenant, code="mitra.dewi", on=D(2026, 1, 30))
    live_paying(tenant, D(2026, 3, 1), 1)
    follow_events()
    assert not Commission.objects.exists()


def test_a_local_agent_earns_50_000_for_an_implementation_that_was_paid_c16(db: None) -> None:
    tenant = make_tenant("koperasi", "Koperasi Maju", "koperasi", 80, D(2026, 3, 10), plan="starter")
    agent = partner(code="agen.budi", kind="local_agent")
    agree(partner=agent, product="koperasi", code="local-agent", from_on=D(2026, 1, 1))
    refer(tenant=tenant, code="agen.budi", on=D(2026, 3, 10))
    live_through(tenant, D(2026, 4, 10), D(2026, 4, 10))
    follow_events()
    assert balance_of(agent) == 0
    pay(tenant, D(2026, 4, 11))
    live_paying(tenant, D(2026, 5, 10), 1)
    follow_events()
    entry = Commission.objects.get()
    assert (entry.amount, entry.formula) == (50_000, "1 × 50.000 = Rp 50.000")


def test_a_placement_is_recorded_once_for_each_talent_n9(db: None) -> None:
    mentor = partner(code="mentor.sari", kind="mentor")
    agreement = agree(partner=mentor, product="naikkelas", code="placement", from_on=D(2026, 1, 1))
    for name in ("Rina Belajar", " rina  belajar", "Tono"):
        record_placement(agreement=agreement, talent=name, on=D(2026, 5, 1))
    assert balance_of(mentor) == 3_000_000


@pytest.fixture
def couple(db: None) -> tuple[Tenant, Tenant]:
    """Griya Asri referred Taman Sari; 200 units each."""
    griya = make_tenant("griya", "Griya Asri", "klustera", 200, D(2026, 1, 30))
    taman = make_tenant("lain", "Taman Sari", "klustera", 200, D(2026, 1, 30))
    refer(tenant=taman, code="griya", on=D(2026, 1, 30))
    return griya, taman


def test_who_refers_has_a_month_free_when_the_other_first_pays_at_most_one_a_year_k10(
    couple: tuple[Tenant, Tenant],
) -> None:
    """600.000 in March, nothing in April, 600.000 in May."""
    griya, taman = couple
    live_paying(griya, D(2026, 3, 1), 1)
    live_through(taman, D(2026, 3, 1), D(2026, 3, 1))
    follow_events()
    assert not OwedOffer.objects.exists()
    pay(taman, D(2026, 3, 5))
    follow_events()
    assert OwedOffer.objects.get().tenant == griya
    second = make_tenant("koperasi", "Bukit Indah", "klustera", 200, D(2026, 1, 30))
    refer(tenant=second, code="griya", on=D(2026, 2, 1))
    live_paying(second, D(2026, 3, 1), 1)
    follow_events()
    assert OwedOffer.objects.count() == 1
    for month in (4, 5):
        live_through(griya, D(2026, month, 1), D(2026, month, 1))
    assert totals(griya) == [600_000, 600_000]
    assert OwedOffer.objects.get().state == "given"
    told = Event.objects.get(tenant=griya, name="subscription.changed").data
    assert (told["because"], told["effective"]) == ("reward", "2026-04-01")


def test_a_reward_is_taken_back_when_the_payment_is_reversed_and_earned_again_k10(
    couple: tuple[Tenant, Tenant],
) -> None:
    griya, taman = couple
    live_paying(griya, D(2026, 3, 1), 1)
    live_paying(taman, D(2026, 3, 1), 1)
    follow_events()
    assert settle_owed(tenant=griya, today=D(2026, 3, 10)) == 1
    undo(taman, D(2026, 3, 11))
    follow_events()
    settle_owed(tenant=griya, today=D(2026, 3, 12))
    with inside(griya):
        assert living_subscription().terms.discounts == ()
    assert OwedOffer.objects.get().state == "cancelled"
    pay(taman, D(2026, 3, 13))
    follow_events()
    for month in (4, 5):
        live_through(griya, D(2026, month, 1), D(2026, month, 1))
    assert totals(griya) == [600_000, 600_000]


def test_both_sides_have_a_month_free_and_the_top_referrer_of_a_month_three_c6(db: None) -> None:
    """Three months free follow the one that was earned before: they are not free twice."""
    first = make_tenant("koperasi", "Koperasi Maju", "koperasi", 80, D(2026, 1, 10), plan="starter")
    other = make_tenant("lain", "Koperasi Lain", "koperasi", 80, D(2026, 1, 10), plan="starter")
    refer(tenant=other, code="koperasi", on=D(2026, 1, 10))
    live_paying(first, D(2026, 2, 10), 1)
    live_paying(other, D(2026, 2, 10), 1)
    follow_events()
    assert {(row.tenant, row.code.rpartition("-")[0]) for row in OwedOffer.objects.all()} == {
        (first, "ajak"),
        (other, "diajak"),
    }
    assert (award_tops(today=D(2026, 3, 1)), award_tops(today=D(2026, 3, 1))) == (1, 0)
    assert (Award.objects.get().tenant, Award.objects.get().period) == (first, "2026-02")
    assert settle_owed(tenant=first, today=D(2026, 3, 2)) == 2
    with inside(first):
        days = [(str(item.from_), str(item.to)) for item in living_subscription().terms.discounts]
    assert sorted(days) == [("2026-03-10", "2026-04-10"), ("2026-04-10", "2026-07-10")]


@pytest.mark.parametrize(
    ("code", "why"), [("tidak-ada", "unknown_referral"), ("mitra.tidak", "unknown_referral"), ("griya", "own_referral")]
)
def test_a_code_of_nobody_of_another_product_or_of_oneself_is_refused_k10(
    couple: tuple[Tenant, Tenant], code: str, why: str
) -> None:
    griya, _taman = couple
    with pytest.raises(ReferralRefused) as refused:
        refer(tenant=griya, code=code, on=D(2026, 2, 1))
    assert (refused.value.code, refused.value.field) == (why, "referral")
    assert Referral.objects.count() == 1


@pytest.fixture
def learners(db: None) -> tuple[Tenant, Tenant]:
    """Rina brought Tono along; 99.000 a month each, from 1 March 2026."""
    rina = make_tenant("rina", "Rina Belajar", "naikkelas", 1, D(2026, 3, 1), plan="learner")
    tono = make_tenant("lain", "Tono Belajar", "naikkelas", 1, D(2026, 3, 1), plan="learner")
    refer(tenant=tono, code="rina", on=D(2026, 3, 1))
    return rina, tono


def test_who_refers_has_ten_percent_of_the_first_payment_as_credit_on_its_next_invoice_n10(
    learners: tuple[Tenant, Tenant],
) -> None:
    """99.000 × 10 % = 9.900: 89.100 are left to pay in April, and 99.000 in May; Tono's later payments earn nothing."""
    rina, tono = learners
    pay(rina, D(2026, 3, 1))
    pay(tono, D(2026, 3, 2))
    follow_events()
    assert (OwedOffer.objects.get().tenant, OwedOffer.objects.get().credit) == (rina, 9_900)
    for month, owed in ((4, 89_100), (5, 99_000)):
        live_through(rina, D(2026, month, 1), D(2026, month, 1))
        live_through(tono, D(2026, month, 1), D(2026, month, 1))
        assert owes(rina) == owed
        for each in learners:
            pay(each, D(2026, month, 2))
            books_balance(each, D(2026, month, 2))
        follow_events()
    assert OwedOffer.objects.get().state == "given"
    told = Event.objects.get(tenant=rina, name="subscription.changed").data
    assert (told["change"], told["credit"], told["because"]) == ("credit", 9_900, "reward")


def test_the_credit_goes_with_the_payment_as_far_as_it_is_left_and_comes_again_with_it_n10(
    learners: tuple[Tenant, Tenant],
) -> None:
    rina, tono = learners
    pay(rina, D(2026, 3, 1))
    pay(tono, D(2026, 3, 2))
    follow_events()
    settle_owed(tenant=rina, today=D(2026, 3, 3))
    assert credit_of(rina) == 9_900
    undo(tono, D(2026, 3, 4))
    follow_events()
    settle_owed(tenant=rina, today=D(2026, 3, 4))
    assert (credit_of(rina), OwedOffer.objects.get().state) == (0, "cancelled")
    books_balance(rina, D(2026, 3, 4))
    pay(tono, D(2026, 3, 5))
    follow_events()
    live_through(rina, D(2026, 4, 1), D(2026, 4, 1))
    assert owes(rina) == 89_100
    undo(tono, D(2026, 4, 2))
    follow_events()
    settle_owed(tenant=rina, today=D(2026, 4, 2))
    assert OwedOffer.objects.get().reason == "Rp 9.900 sudah terpakai"
    assert owes(rina) == 89_100


def test_no_more_credit_than_the_year_allows_n10(learners: tuple[Tenant, Tenant]) -> None:
    """Twelve in 2026 have been; the thirteenth is not earned."""
    rina, tono = learners
    take_places(series=f"rewards:{rina.pk}:2026", count=12)
    pay(tono, D(2026, 3, 2))
    follow_events()
    assert not OwedOffer.objects.exists()


def _brought(referrer: Tenant, number: int, paid_on: date) -> None:
    """So many customers of somebody's paid for the first time on a day."""
    for _each in range(number):
        name = f"t_{uuid4().hex}"
        new = Tenant.objects.create(
            schema_name=name, name=name, product_code="koperasi", contact_email=f"{name}@x.test"
        )
        Referral.objects.create(
            tenant=new, referrer=referrer, code="x", referred_on=paid_on, first_paid_on=paid_on, first_paid="1"
        )


def test_a_year_of_referrals_has_twelve_top_referrers_and_five_of_the_year_c6(db: None) -> None:
    """Maju brings one in each month of 2026 and is never first; the rivals share the months with two each: three, three, two,
    two, two of them. Of the year it is Maju with 12, then 6, 6, 4 and 4 by who was there first; the last with 4 is sixth.

    Maju pays 5.499.000 in December; the year to 10 January 2028 is free.
    """
    maju = make_tenant("koperasi", "Koperasi Maju", "koperasi", 80, D(2026, 11, 10), plan="starter")
    live_paying(maju, D(2026, 12, 10), 1)
    rivals = [
        Tenant.objects.create(schema_name=f"t_rival{at}", name=f"Saingan {at}", product_code="koperasi")
        for at in range(5)
    ]
    winners = [rivals[at] for at in (0, 0, 0, 1, 1, 1, 2, 2, 3, 3, 4, 4)]
    for month, winner in enumerate(winners, start=1):
        _brought(maju, 1, D(2026, month, 5))
        _brought(winner, 2, D(2026, month, 20))
        after = add_months(D(2026, month, 1), 1)
        found = award_tops(today=after)
        assert found == (1 if month < 12 else 6)
    months = Award.objects.filter(period__startswith="2026-").order_by("period")
    assert [award.tenant for award in months] == winners
    year = Award.objects.filter(period="2026").order_by("rank")
    assert [(award.tenant, award.referrals) for award in year] == [
        (maju, 12),
        (rivals[0], 6),
        (rivals[1], 6),
        (rivals[2], 4),
        (rivals[3], 4),
    ]
    assert (award_tops(today=D(2027, 1, 2)), OwedOffer.objects.filter(tenant=maju).count()) == (0, 1)
    live_through(maju, D(2027, 1, 2), D(2028, 1, 10))
    assert totals(maju) == [5_499_000, 499_000]
    assert OwedOffer.objects.get(tenant=maju).state == "given"
