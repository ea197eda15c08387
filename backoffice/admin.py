"""Every list of the operator's admin: importing its module registers it."""

from backoffice.banking import lists
from backoffice.gateway import differences, disputes, notices, reports
from backoffice.offers import claims, experiments, groups
from backoffice.papers import credit_requests, taxes, write_offs
from backoffice.payments import refunds, slips, transfers
from backoffice.people import organisations, partners, staff, viewers
from backoffice.queues import onboarding, tasks
from backoffice.tenants import listing, records

__all__ = [
    "claims",
    "credit_requests",
    "differences",
    "disputes",
    "experiments",
    "groups",
    "listing",
    "lists",
    "notices",
    "onboarding",
    "organisations",
    "partners",
    "records",
    "refunds",
    "reports",
    "slips",
    "staff",
    "tasks",
    "taxes",
    "transfers",
    "viewers",
    "write_offs",
]
