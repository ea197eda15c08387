"""Reports for the operator, drawn from events and the public standing of tenants."""
