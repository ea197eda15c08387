"""People who are no customers: staff, officials, partners; and organisations of tenants."""
