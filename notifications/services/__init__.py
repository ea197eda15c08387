"""Writes of messages: making them from events, sending them, marking them read."""
