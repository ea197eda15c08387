"""Reads of the tenant's money; every function expects to be inside the tenant's schema."""
