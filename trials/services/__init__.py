"""Writes of the trials app, and the order in which the daily jobs call the apps below."""
