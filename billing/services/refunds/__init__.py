"""Money back: asked for, agreed to, paid out, booked."""
