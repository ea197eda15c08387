"""An offer for a document (K12): asked for, handed in, approved or refused by staff. It takes hold when it is approved.

Lock order as everywhere: the tenant's row, then the claim's.
"""

from datetime import date, datetime
from typing import Any

from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext as _

from billing.errors import ClaimClosed
from billing.selectors.accounts import living_subscription
from billing.selectors.offers import claimable_offer, with_offer
from billing.services.files.proofs import StoredProof, forget_proof, store_document
from billing.services.offers.discounts import put_discount
from billing.services.standing import record, refresh
from plans.models import OPEN_CLAIMS, ClaimState, OfferClaim
from plans.rules.catalogue import Discount
from plans.services.claims import frozen
from plans.services.discounts import Taking, check_customer
from tenants.context import current_actor, writing
from tenants.models import Tenant, User
from tenants.services.steering import check_reason


def claim_offer(*, tenant: Tenant, code: str, file: "File[bytes]", note: str, now: datetime, today: date) -> OfferClaim:
    """Hand in the document of an offer, asked for now or at sign-up; sent again before the decision, it replaces the first.

    Errors name their field: `document` for the file, `offers[0]` where the offer is not for this customer (`CatalogueError`).
    """
    proof = store_document(file)
    try:
        with writing(tenant) as locked:
            claim = _open_claim(locked, code, today)
            replaced = claim.document.name or ""
            _attach(claim, proof, note, now)
            claim.save()
            _tell(locked, claim, "offer.submitted", today)
            transaction.on_commit(lambda: forget_proof(replaced))
    except Exception:
        forget_proof(proof.path)
        raise
    return claim


def _open_claim(tenant: Tenant, code: str, today: date) -> OfferClaim:
    """The claim under way, or a new one where the customer may have the offer."""
    wanted = code.strip().lower()
    mine = OfferClaim.objects.select_for_update(of=("self",)).filter(tenant=tenant, code=wanted)
    claim, subscription = mine.filter(state__in=OPEN_CLAIMS).first(), living_subscription()
    if claim is not None:
        with_offer(subscription, offered(claim), today)
        return claim
    discount = claimable_offer(tenant, subscription, wanted, today)
    check_customer(discount, Taking(tenant, today))
    terms = frozen(discount)
    return OfferClaim(tenant=tenant, product_code=tenant.product_code, code=discount.code, terms=terms)


def _attach(claim: OfferClaim, proof: StoredProof, note: str, now: datetime) -> None:
    claim.document.name = proof.path
    claim.document_type, claim.document_name = proof.content_type, proof.name
    claim.note, claim.state = note.strip()[:300], ClaimState.SUBMITTED
    claim.submitted_at, claim.submitted_by = now, current_actor().label[:200]


def withdraw_claim(*, claim: OfferClaim, now: datetime, today: date) -> OfferClaim:
    """The customer takes a claim back that is not decided. Repeating it changes nothing."""
    with writing(claim.tenant) as locked:
        current = _locked(claim)
        if current.state == ClaimState.WITHDRAWN:
            return current
        _require(current, OPEN_CLAIMS)
        _decide(current, ClaimState.WITHDRAWN, None, now)
        _tell(locked, current, "offer.withdrawn", today)
    return current


def approve_claim(*, claim: OfferClaim, staff: User, now: datetime, today: date) -> OfferClaim:
    """Give the offer, as it was when it was asked for, from the next invoice on (K12). Repeating it changes nothing.

    What is billed stays as it is. A `CatalogueError` or `WrongState` says why it cannot be given: its places are taken, it does
    not go with another offer, the tenant is suspended; the claim then waits on.
    """
    with writing(claim.tenant) as locked:
        current = _locked(claim)
        if current.state == ClaimState.APPROVED:
            return current
        _require(current, (ClaimState.SUBMITTED,))
        subscription, discount = living_subscription(), offered(current)
        cause = _("Dokumen diperiksa: %(name)s") % {"name": current.document_name or current.code}
        put_discount(locked, subscription, discount, reason=cause, today=today, because="document")
        refresh(locked, subscription, today)
        _decide(current, ClaimState.APPROVED, staff, now)
    return current


def refuse_claim(*, claim: OfferClaim, reason: str, staff: User, now: datetime, today: date) -> OfferClaim:
    """Refuse a document with a reason that the customer reads (`offer.refused`); it may send another. Safe to repeat."""
    said = check_reason(reason)
    with writing(claim.tenant) as locked:
        current = _locked(claim)
        if current.state == ClaimState.REFUSED:
            return current
        _require(current, OPEN_CLAIMS)
        current.reason = said[:300]
        _decide(current, ClaimState.REFUSED, staff, now)
        _tell(locked, current, "offer.refused", today, said)
    return current


def tell_wanted(*, tenant: Tenant, today: date) -> None:
    """Tell a new tenant of the offers that wait for its document."""
    claims = list(OfferClaim.objects.filter(tenant=tenant, state=ClaimState.WANTED))
    if claims:
        with writing(tenant) as locked:
            for claim in claims:
                _tell(locked, claim, "offer.wanted", today)


def offered(claim: OfferClaim) -> Discount:
    """The offer as it was when it was asked for."""
    return Discount.model_validate(claim.terms)


def _locked(claim: OfferClaim) -> OfferClaim:
    return OfferClaim.objects.select_for_update(of=("self",)).get(pk=claim.pk)


def _require(claim: OfferClaim, states: tuple[str, ...]) -> None:
    if claim.state not in states:
        state = claim.get_state_display()
        raise ClaimClosed(_("Permintaan ini tidak dapat diputuskan (%(state)s).") % {"state": state})


def _decide(claim: OfferClaim, state: ClaimState, staff: User | None, now: datetime) -> None:
    claim.state, claim.decided_by, claim.decided_at = state, staff, now
    claim.save(update_fields=["state", "decided_by", "decided_at", "reason"])


def _tell(tenant: Tenant, claim: OfferClaim, name: str, today: date, reason: str = "") -> None:
    discount = offered(claim)
    asked = discount.document.model_dump() if discount.document else {}
    facts: dict[str, Any] = {
        "claim": str(claim.pk),
        "offer": claim.code,
        "offer_name": discount.name.model_dump(),
        "document": asked,
    }
    facts |= {"reason": reason} if reason else {}
    record(tenant, living_subscription(), name, today, cause=reason, **facts)
