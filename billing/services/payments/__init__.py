"""Money that comes in, money that was booked wrongly, and money that waits for a person."""
