"""Public tables of the ground floor, a file per noun."""

from tenants.models.archives import ArchiveState, DataArchive
from tenants.models.books import Books
from tenants.models.events import Event
from tenants.models.ids import new_id
from tenants.models.jobs import JobRun, NumberSeries, ParkedJob, StaffTask
from tenants.models.keys import ApiKey, IdempotentRequest
from tenants.models.onboarding import Onboarding
from tenants.models.organisations import OrganisationInvite, OrganisationMember, OrganisationRole
from tenants.models.people import Invitation, Membership, Role, User
from tenants.models.provinces import ProvinceViewer
from tenants.models.receivables import ReceivableMove
from tenants.models.taxes import SlipState, TaxBatch, TaxInvoice, TaxInvoiceState, WithholdingSlip
from tenants.models.tenant import Domain, Organisation, Tenant

__all__ = [
    "ApiKey",
    "ArchiveState",
    "Books",
    "DataArchive",
    "Domain",
    "Event",
    "IdempotentRequest",
    "Invitation",
    "JobRun",
    "Membership",
    "NumberSeries",
    "Onboarding",
    "Organisation",
    "OrganisationInvite",
    "OrganisationMember",
    "OrganisationRole",
    "ParkedJob",
    "ProvinceViewer",
    "ReceivableMove",
    "Role",
    "SlipState",
    "StaffTask",
    "TaxBatch",
    "TaxInvoice",
    "TaxInvoiceState",
    "Tenant",
    "User",
    "WithholdingSlip",
    "new_id",
]
