"""What every operation of the API shares: keys, tenants, problem documents, idempotency, throttling, OpenAPI."""
