"""Revenue beside costs, and whether winning customers pays."""
