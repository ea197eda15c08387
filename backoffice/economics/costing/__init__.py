"""Costs by month, product and channel: the list, entering one, and importing a file of them."""
