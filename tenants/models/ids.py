"""Time-ordered identifiers."""

import secrets
import time
import uuid
from typing import ClassVar

_MILLISECOND = 1_000_000  # nanoseconds
_SECOND = 1000 << 12  # of a stamp


class _Latest:
    """The stamp of this process' latest id: milliseconds, and 12 bits of their fraction."""

    stamp: ClassVar[int] = 0


def new_id() -> uuid.UUID:
    """A UUID version 7: 48 bits of milliseconds, 12 of their fraction, then random bits (RFC 9562, 6.2, method 3).

    Made by the application, so that a tenant's schema needs no sequence and new rows land at the end of an index. What one
    process writes one after the other is in that order, also where the clock stands still or is put back by less than a second:
    a visit of a daily job tells several events in one millisecond, and history and reports read them by their ids.
    """
    milliseconds, rest = divmod(time.time_ns(), _MILLISECOND)
    stamp = milliseconds << 12 | (rest << 12) // _MILLISECOND
    if 0 <= _Latest.stamp - stamp < _SECOND:
        stamp = _Latest.stamp + 1
    _Latest.stamp = stamp
    return uuid.UUID(int=stamp >> 12 << 80 | 0x7 << 76 | (stamp & 0xFFF) << 64 | 0x2 << 62 | secrets.randbits(62))
