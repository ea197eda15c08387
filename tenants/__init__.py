"""Tenants, their hosts, members, keys, agenda and events: the ground floor, and the only code that switches schemas."""
