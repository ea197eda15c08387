"""Ids under which a gateway knows what we ask of it."""

import secrets
from datetime import datetime

from django.conf import settings

# Crockford's alphabet: sorts as it counts, and has no letters that look like digits.
_DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_order_id(now: datetime) -> str:
    """The installation's prefix, then 48 bits of milliseconds and 30 random bits: unique, sortable, 16 characters
    long.
    """
    value = int(now.timestamp() * 1000) << 30 | secrets.randbits(30)
    digits = [_DIGITS[value >> shift & 31] for shift in range(75, -1, -5)]
    return f"{settings.ORDER_ID_PREFIX}-{''.join(digits)}"
