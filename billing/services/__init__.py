"""Writes of the tenant's money. Each public service opens `tenants.context.writing(tenant)`: one transaction, one lock."""
