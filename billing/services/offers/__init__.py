"""Offers that a tenant is given, earns, or asks for with a document."""
