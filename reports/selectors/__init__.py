"""Reads for the operator; from public tables only."""
