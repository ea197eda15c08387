"""Recurring revenue as lists: customers, movements, renewals, seats, and who stays."""
