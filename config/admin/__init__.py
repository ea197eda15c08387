"""The operator's admin: queues, tenants, what may be done to them, and the records behind it.

It stands on the top floor because one page of a tenant shows what every app below knows of it.
"""

from config.admin import lists, notices, people, tasks, tenant_list, transfers

__all__ = ["lists", "notices", "people", "tasks", "tenant_list", "transfers"]
