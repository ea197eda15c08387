"""The shared cache: what processes tell each other quickly. Nothing in it is the truth, so requests go on without it.

Two caches of one interface: Redis (or Valkey) for an installation, this process' memory for the tests.
"""

from collections.abc import Callable
from time import monotonic
from typing import Any, ClassVar, TypeVar

import redis
import structlog
from django.core.cache import cache
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache

log = structlog.get_logger(__name__)
Answer = TypeVar("Answer")
# After a failure nobody asks again for so long: a cache that hangs must not make every request wait for it.
SILENCE_SECONDS = 5.0


class SharedCache(RedisCache):
    """Redis, with a counter that costs one trip."""

    def count(self, key: str, previous: str, seconds: int) -> tuple[int, int]:
        """Add one to `key`, which is forgotten after twice `seconds`; what both keys say then."""
        names = [self.make_and_validate_key(name) for name in (key, previous)]
        client: redis.Redis = self._cache.get_client(names[0], write=True)
        trip = client.pipeline(transaction=False)
        trip.incr(names[0])
        trip.get(names[1])
        now, before = trip.execute()
        if now == 1:
            client.expire(names[0], 2 * seconds)
        return int(now), int(before or 0)


class LocalCache(LocMemCache):
    """One process' memory, with the same counter."""

    def count(self, key: str, previous: str, seconds: int) -> tuple[int, int]:
        """As `SharedCache.count`."""
        self.add(key, 0, 2 * seconds)
        return self.incr(key), self.get(previous, 0)


class _Line:
    """Whether the cache is asked at all."""

    silent_until: ClassVar[float] = 0.0


def asked(question: Callable[[Any], Answer], otherwise: Answer) -> Answer:
    """What the cache says; `otherwise` while it does not answer. `question` gets the cache."""
    if monotonic() < _Line.silent_until:
        return otherwise
    try:
        return question(cache)
    except (redis.RedisError, OSError) as error:
        _Line.silent_until = monotonic() + SILENCE_SECONDS
        log.warning("cache_does_not_answer", error=str(error))
        return otherwise


def ask_again() -> None:
    """Forget that the cache did not answer."""
    _Line.silent_until = 0.0
