"""Tenants: the list, the search, the page that shows everything of one, and what was recorded."""
