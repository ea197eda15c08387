"""What a tenant is to the tax office, set by staff with a reason."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from plans.rules.taxes import TaxCategory
from tenants.context import writing
from tenants.errors import DomainError
from tenants.models import Tenant
from tenants.services.events import record_event
from tenants.services.steering import check_reason

DOCUMENTS = ("TIN", "National ID", "Passport", "Other ID")
FACILITIES = frozenset({TaxCategory.NOT_COLLECTED, TaxCategory.EXEMPT})


@dataclass(frozen=True, slots=True)
class TaxIdentity:
    """A customer as tax invoices name it. `npwp` for a `document` of TIN, else `document_number`; `branch` is that of the buyer
    (000000: head office). `facility` and `stamp` are the codes under which PPN is not collected or exempt.
    `withholds`: it keeps PPh 23 back from what it pays. `address` is the tenant's own, printed on invoices, too; None leaves
    it as it is."""

    category: TaxCategory
    npwp: str = ""
    document: str = "TIN"
    document_number: str = ""
    branch: str = "000000"
    facility: str = ""
    stamp: str = ""
    withholds: bool = False
    address: str | None = None

    def stored(self) -> dict[str, Any]:
        """What the tenant's row keeps beside category and NPWP."""
        names = ("document", "document_number", "branch", "facility", "stamp", "withholds")
        return {name: getattr(self, name) for name in names}


def set_tax_identity(*, tenant: Tenant, identity: TaxIdentity, reason: str, today: date) -> Tenant:
    """Write it; invoices issued from now on follow it, those issued before stay as they are."""
    cause = check_reason(reason)
    _check(identity)
    with writing(tenant) as locked:
        before = {"category": locked.tax_category, "npwp": locked.npwp}
        locked.tax_category, locked.npwp = identity.category.value, identity.npwp
        locked.tax_identity = identity.stored()
        locked.address = locked.address if identity.address is None else identity.address
        locked.save(update_fields=["tax_category", "npwp", "tax_identity", "address"])
        after = {"category": identity.category.value, "npwp": identity.npwp}
        record_event(
            tenant=locked, name="tenant.tax_changed", on=today, data={"before": before, "after": after}, cause=cause
        )
    return locked


def _check(identity: TaxIdentity) -> None:
    if identity.npwp and not (identity.npwp.isdigit() and len(identity.npwp) in {15, 16}):
        raise DomainError(_("NPWP terdiri dari 15 atau 16 angka."), field="npwp", code="bad_npwp")
    _check_document(identity)
    if not (identity.branch.isdigit() and len(identity.branch) == 6):
        raise DomainError(_("Kode cabang terdiri dari 6 angka."), field="branch", code="bad_branch")
    if identity.category in FACILITIES and not (identity.facility and identity.stamp):
        said = _("Isi kode keterangan dan cap fasilitas: tanpa keduanya faktur pajak ditolak.")
        raise DomainError(said, field="facility", code="facility_missing")


def _check_document(identity: TaxIdentity) -> None:
    """Only somebody without any number is "Other ID" without one: a NIK or a passport is asked for its number."""
    number = identity.document_number
    if identity.document not in DOCUMENTS:
        raise DomainError(_("Jenis dokumen ini tidak dikenal."), field="document", code="bad_document")
    if identity.document == "National ID" and not (number.isdigit() and len(number) == 16):
        raise DomainError(_("NIK terdiri dari 16 angka."), field="document_number", code="bad_nik")
    if identity.document == "Passport" and not number:
        raise DomainError(_("Isi nomor paspor."), field="document_number", code="bad_passport")
