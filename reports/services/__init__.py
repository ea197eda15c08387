"""Writes of the reports' own facts; nothing below is ever written."""
