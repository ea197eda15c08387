"""K12: half price for complexes run by volunteers, once staff have seen a document; and offers taken back."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from pytest_django import Settings

from billing.errors import ClaimClosed, ProofRefused, WrongState
from billing.selectors.accounts import living_subscription
from billing.services.offers.claims import approve_claim, claim_offer, refuse_claim, withdraw_claim
from billing.services.offers.discounts import grant_discount, take_back_discount
from plans.errors import CatalogueError
from plans.models import ClaimState, OfferClaim, Redemption
from tenants.context import inside
from tenants.models import Event, NumberSeries, Tenant, User
from tests.billing.lives import live_through, pay
from tests.billing.test_stories_offers import live_paying, totals
from tests.conftest import make_tenant

D = date
NOW = datetime(2026, 2, 3, 5, tzinfo=UTC)
LETTER = b"%PDF-1.7 surat keterangan RW 05"


@pytest.fixture(autouse=True)
def media(tmp_path: Path, settings: Settings) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def volunteers(db: None) -> Tenant:
    """100 units at 3.000, on trial until 2026-03-01."""
    return make_tenant("griya", "Griya Asri", "klustera", 100, D(2026, 1, 30))


def hand_in(tenant: Tenant, on: date, body: bytes = LETTER, code: str = "rt-rw") -> OfferClaim:
    file = ContentFile(body, name="surat.pdf")
    return claim_offer(tenant=tenant, code=code, file=file, note="", now=NOW, today=on)


def held(tenant: Tenant) -> list[str]:
    with inside(tenant):
        return [item.discount.code for item in living_subscription().terms.discounts]


def told(tenant: Tenant) -> list[str]:
    events = Event.objects.filter(tenant=tenant, name__in=("subscription.changed", "offer.refused", "offer.submitted"))
    return [str(event.data.get("change", event.name)) for event in events.order_by("id")]


def test_volunteers_pay_150_000_from_the_invoice_after_the_approval_k12(volunteers: Tenant, staff: User) -> None:
    """100 × 3.000 = 300.000, half of it 150.000; the open invoice of March stays as it is; taken back, 300.000 again."""
    claim = hand_in(volunteers, D(2026, 2, 3))
    live_through(volunteers, D(2026, 3, 1), D(2026, 3, 9))
    assert (totals(volunteers), held(volunteers)) == ([300_000], [])
    for _twice in range(2):
        approve_claim(claim=claim, staff=staff, now=NOW, today=D(2026, 3, 10))
    assert (totals(volunteers), held(volunteers)) == ([300_000], ["rt-rw"])
    pay(volunteers, D(2026, 3, 10))
    live_paying(volunteers, D(2026, 4, 1), 2)
    take_back_discount(tenant=volunteers, code="rt-rw", reason="Dikelola pengembang", today=D(2026, 5, 5))
    live_paying(volunteers, D(2026, 6, 1), 1)
    assert totals(volunteers) == [300_000, 150_000, 150_000, 300_000]
    assert told(volunteers) == ["offer.submitted", "offer", "offer_taken_back"]
    given = Redemption.objects.get()
    assert (given.code, given.reason) == ("rt-rw", "Dokumen diperiksa: surat.pdf")
    with pytest.raises(WrongState, match="tidak memiliki"):
        take_back_discount(tenant=volunteers, code="rt-rw", reason="Sekali lagi", today=D(2026, 6, 5))


def test_approved_in_the_trial_the_first_invoice_has_it_k12(volunteers: Tenant, staff: User) -> None:
    claim = hand_in(volunteers, D(2026, 2, 3))
    approve_claim(claim=claim, staff=staff, now=NOW, today=D(2026, 2, 4))
    live_paying(volunteers, D(2026, 3, 1), 2)
    assert totals(volunteers) == [150_000, 150_000]


def test_a_refused_document_can_be_replaced_and_what_is_decided_stays_decided_k12(
    volunteers: Tenant, staff: User, media: Path
) -> None:
    first = hand_in(volunteers, D(2026, 2, 3))
    again = hand_in(volunteers, D(2026, 2, 4), LETTER + b" lengkap")
    assert again.pk == first.pk
    refuse_claim(claim=first, reason="Suratnya tidak terbaca", staff=staff, now=NOW, today=D(2026, 2, 5))
    with pytest.raises(ClaimClosed):
        approve_claim(claim=first, staff=staff, now=NOW, today=D(2026, 2, 5))
    assert Event.objects.get(tenant=volunteers, name="offer.refused").data["reason"] == "Suratnya tidak terbaca"
    third = hand_in(volunteers, D(2026, 2, 6))
    withdraw_claim(claim=third, now=NOW, today=D(2026, 2, 7))
    with pytest.raises(ClaimClosed):
        refuse_claim(claim=third, reason="Terlambat", staff=staff, now=NOW, today=D(2026, 2, 7))
    assert [item.state for item in OfferClaim.objects.order_by("created_at")] == ["refused", "withdrawn"]
    assert (held(volunteers), Redemption.objects.count()) == ([], 0)


@pytest.mark.parametrize(
    ("body", "code"), [(b"", "document_empty"), (b"MZ\x90", "document_type"), (b"<html>", "document_type")]
)
def test_what_is_no_document_leaves_nothing_behind_k12(volunteers: Tenant, media: Path, body: bytes, code: str) -> None:
    with pytest.raises(ProofRefused) as refused:
        hand_in(volunteers, D(2026, 2, 3), body)
    assert (refused.value.code, refused.value.field) == (code, "document")
    assert not OfferClaim.objects.exists()
    assert not list(media.rglob("*.*"))


@pytest.mark.parametrize(("code", "why"), [("early50", "offer_without_document"), ("hemat", "unknown_offer")])
def test_an_offer_that_asks_for_no_document_is_not_claimed_k12(
    volunteers: Tenant, media: Path, code: str, why: str
) -> None:
    with pytest.raises(CatalogueError) as refused:
        hand_in(volunteers, D(2026, 2, 3), code=code)
    assert refused.value.code == why
    assert not list(media.rglob("*.*"))


def test_what_does_not_combine_is_refused_when_it_is_asked_for_and_when_it_is_given_k12(
    volunteers: Tenant, staff: User
) -> None:
    claim = hand_in(volunteers, D(2026, 2, 3))
    grant_discount(tenant=volunteers, code="early50", reason="Pameran", today=D(2026, 2, 4))
    with pytest.raises(CatalogueError) as refused:
        approve_claim(claim=claim, staff=staff, now=NOW, today=D(2026, 2, 5))
    assert refused.value.code == "offers_do_not_combine"
    with pytest.raises(CatalogueError) as refused:
        hand_in(volunteers, D(2026, 2, 5))
    assert refused.value.code == "offers_do_not_combine"
    assert OfferClaim.objects.get().state == ClaimState.SUBMITTED


def test_taken_back_before_anything_was_billed_its_place_is_free_again_k9(volunteers: Tenant) -> None:
    grant_discount(tenant=volunteers, code="early50", reason="Pameran", today=D(2026, 2, 4))
    series = NumberSeries.objects.get(series="klustera:offer:early50")
    take_back_discount(tenant=volunteers, code="early50", reason="Salah tenant", today=D(2026, 2, 5))
    series.refresh_from_db()
    assert (series.last, Redemption.objects.count(), held(volunteers)) == (0, 0, [])
