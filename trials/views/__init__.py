"""Pages of the public host: products, prices, sign-up, a person's tenants."""
