"""Subscriptions, quantities, documents, payments, dunning: the tenant's own money, in the tenant's own schema."""
