"""Offers for a document, groups of buyers, experiments."""
