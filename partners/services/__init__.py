"""Rooms of the partners app."""
