"""Who may do what: a table for a tenant's members, for an organisation's, for officials, and for the operator's staff.

Views and buttons ask it; tests walk every action and role.
"""

from tenants.permissions.members import MEMBER_ACTIONS, MemberRequest, member_may, permitted
from tenants.permissions.officials import PROVINCE_ACTIONS, province_permitted
from tenants.permissions.organisations import (
    ORGANISATION_ACTIONS,
    OrganisationRequest,
    organisation_permitted,
    place_may,
)
from tenants.permissions.staff import STAFF_ACTIONS, StaffRole, staff_may

__all__ = [
    "MEMBER_ACTIONS",
    "ORGANISATION_ACTIONS",
    "PROVINCE_ACTIONS",
    "STAFF_ACTIONS",
    "MemberRequest",
    "OrganisationRequest",
    "StaffRole",
    "member_may",
    "organisation_permitted",
    "permitted",
    "place_may",
    "province_permitted",
    "staff_may",
]
