"""Reads: what an event is about, who is to be told, the letters, the inbox."""
