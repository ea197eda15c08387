"""Reads of the trials app."""
