"""Disputes as staff work them off: evidence, won, lost."""
