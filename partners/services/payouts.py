"""What staff agree to with partners, record for them, and pay them."""

from datetime import date

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from partners.errors import PayoutRefused
from partners.models import Commission, Partner, PartnerAgreement, Payout
from partners.selectors.statements import balance_of
from partners.services.following import Entry, post
from plans.rules.money import format_rupiah
from plans.rules.referrals import PartnerTerms, ShareKind
from plans.selectors.catalogue import catalogue_of
from tenants.errors import Conflict, DomainError
from tenants.models import User


def enlist(*, name: str, kind: str, code: str, email: str, bank_account: str = "") -> Partner:
    """Make a partner; its code has a dot, which no tenant's address has, and is nobody else's."""
    wanted = code.strip().lower()
    if "." not in wanted:
        raise DomainError(_("Kode mitra memiliki titik, misalnya mitra.dewi."), field="code", code="code_without_dot")
    if Partner.objects.filter(code=wanted).exists():
        raise Conflict(_("Kode ini sudah dipakai mitra lain."), field="code", code="code_taken")
    return Partner.objects.create(
        name=name.strip(), kind=kind, code=wanted, email=email.strip().lower(), bank_account=bank_account.strip()
    )


def renew_link(*, partner: Partner) -> None:
    """Give the statement a new link; the old one opens nothing any more."""
    Partner.objects.filter(pk=partner.pk).update(link_version=F("link_version") + 1)


def agree(*, partner: Partner, product: str, code: str, from_on: date, until: date | None = None) -> PartnerAgreement:
    """Give a partner terms of the catalogue, frozen as they are; once for each."""
    terms = next((item for item in catalogue_of(product).partners if item.code == code), None)
    if terms is None:
        raise DomainError(_("Ketentuan ini tidak ada."), field="terms", code="unknown_terms")
    if until is not None and until < from_on:
        raise DomainError(_("Akhirnya sebelum mulainya."), field="until", code="date_order")
    frozen = terms.model_dump(mode="json")
    made, new = PartnerAgreement.objects.get_or_create(
        partner=partner,
        product_code=product,
        code=code,
        defaults={"terms": frozen, "from_on": from_on, "until": until},
    )
    if not new:
        raise Conflict(_("Mitra ini sudah memiliki ketentuan itu."), field="terms", code="terms_held")
    return made


def record_placement(*, agreement: PartnerAgreement, talent: str, on: date) -> Commission:
    """A talent that was placed (N9): the fee of the terms, once for each talent."""
    terms = PartnerTerms.model_validate(agreement.terms)
    name = " ".join(talent.split())
    if terms.kind is not ShareKind.PLACEMENT or not name:
        raise DomainError(_("Isi nama talenta yang ditempatkan."), field="talent", code="no_placement")
    with transaction.atomic():
        PartnerAgreement.objects.select_for_update().get(pk=agreement.pk)
        entry = Entry(1, f"placement:{name.casefold()}", on, _("Penempatan: %(name)s") % {"name": name})
        return post(agreement=agreement, terms=terms, entry=entry)


def pay_out(*, partner: Partner, amount: int, reference: str, on: date, staff: User) -> Payout:
    """Record money paid to a partner: never more than its balance, and each transfer once by its reference.

    7.200.000 earned, 5.000.000 paid → 2.200.000 are left, and 2.200.001 are refused. The same again changes nothing; a
    reference that is used up by another amount or day is refused (field `reference`).
    """
    said = reference.strip()
    if amount <= 0 or not said:
        field = "amount" if amount <= 0 else "reference"
        raise DomainError(_("Isi jumlah dan rujukan transfernya."), field=field, code="payout_incomplete")
    with transaction.atomic():
        locked = Partner.objects.select_for_update().get(pk=partner.pk)
        known = Payout.objects.filter(partner=locked, reference=said).first()
        if known is not None:
            return _same(known, amount, on)
        balance = balance_of(locked)
        if amount > balance:
            raise PayoutRefused(_("Lebih dari saldo mitra."), field="amount", data={"balance": balance})
        return Payout.objects.create(
            partner=locked, amount=amount, balance_before=balance, paid_on=on, reference=said[:120], paid_by=staff
        )


def _same(known: Payout, amount: int, on: date) -> Payout:
    """The payout of that reference, if it is what was said again."""
    if (known.amount, known.paid_on) != (amount, on):
        words = _(
            "Rujukan ini sudah dipakai: %(amount)s pada %(day)s. Periksa jumlah dan tanggalnya, atau isi rujukan lain."
        )
        facts = {"amount": format_rupiah(known.amount), "day": known.paid_on.isoformat()}
        raise PayoutRefused(words % facts, field="reference", code="reference_used")
    return known
