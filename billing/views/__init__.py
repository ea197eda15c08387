"""Pages of the tenant's money on its own host: fetch, permit, act, render."""
