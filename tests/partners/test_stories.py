"""K10, C6, K11, C16, N9, N10: commissions and rewards follow what referred customers pay, and are taken back with it."""

from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from billing.models import Document, Payment
from billing.selectors.accounts import living_subscription
from billing.services.owed import settle_owed
from billing.services.reversing import reverse_payment
from partners.errors import PayoutRefused, ReferralRefused
from partners.models import Award, Commission, Partner, Payout, Referral
from partners.selectors.statements import balance_of, statement_of
from partners.services.following import follow_events
from partners.services.payouts import agree, pay_out, record_placement
from partners.services.referring import refer
from partners.services.rewards import award_tops
from plans.models import OwedOffer
from tenants.context import inside
from tenants.errors import Conflict
from tenants.models import Event, Tenant, User
from tests.billing.lives import live_through, pay
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


def test_a_developer_earns_20_percent_of_the_first_years_collected_revenue_k11(db: None, staff: User) -> None:
    """1.500 units × 2.000 = 3.000.000 a month, twelve times 36.000.000 → 7.200.000; the thirteenth month earns nothing."""
    tenant = make_tenant("griya", "Griya Asri", "klustera", 1500, D(2026, 1, 30))
    dewi = partner()
    agree(partner=dewi, product="klustera", code="developer", from_on=D(2026, 1, 1))
    refer(tenant=tenant, code="Mitra.Dewi ", on=D(2026, 1, 30))
    live_paying(tenant, D(2026, 3, 1), 1)
    assert (follow_events(), follow_events(), balance_of(dewi)) == (2, 0, 600_000)
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
