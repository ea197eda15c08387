"""The operator's admin: queues, tenants, what may be done to them, and the records behind it.

It stands on the top floor because one page of a tenant shows what every app below knows of it.
"""

from config.admin import (
    claims,
    credit_requests,
    differences,
    disputes,
    experiments,
    gateway_reports,
    lists,
    notices,
    offers,
    onboarding,
    organisations,
    partners,
    people,
    province_viewers,
    refunds,
    slips,
    tasks,
    taxes,
    tenant_list,
    transfers,
    write_offs,
)
from config.admin.banking import lists as bank_lists

__all__ = [
    "bank_lists",
    "claims",
    "credit_requests",
    "differences",
    "disputes",
    "experiments",
    "gateway_reports",
    "lists",
    "notices",
    "offers",
    "onboarding",
    "organisations",
    "partners",
    "people",
    "province_viewers",
    "refunds",
    "slips",
    "tasks",
    "taxes",
    "tenant_list",
    "transfers",
    "write_offs",
]
