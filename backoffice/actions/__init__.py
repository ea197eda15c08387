"""What staff may do to a tenant: one class an action, each on a small page of its own with a preview."""
