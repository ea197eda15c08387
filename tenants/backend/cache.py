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
from django.core.cache.backends.redis import RedisCache, RedisCacheClient

log = structlog.get_logger(__name__)
Answer = TypeVar("Answer")
# After a failure nobody asks again for so long: a cache that hangs must not make every request wait for it.
SILENCE_SECONDS = 5.0
# Finished windows a process remembers, about 150 bytes each.
MOST_OVER = 20_000


class _Client(RedisCacheClient):
    """Django makes a `redis.Redis` for each question, which costs more than asking; here a thread keeps its own."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._kept: dict[bool, redis.Redis] = {}

    def get_client(self, key: Any = None, *, write: bool = False) -> redis.Redis:
        """The first that Django would make, for reading and for writing."""
        client = self._kept.get(write)
        if client is None:
            client = self._kept[write] = super().get_client(key, write=write)
        return client


class SharedCache(RedisCache):
    """Redis, with a counter that costs one trip, and one more when a window is new to this process."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._class = _Client

    # What windows that are over have counted: this does not change any more and is asked once by each process.
    _over: ClassVar[dict[str, int]] = {}

    def count(self, key: str, previous: str, seconds: int) -> tuple[int, int]:
        """Add one to `key`, which is forgotten after twice `seconds`; what both keys say then. `previous` is over."""
        name, before = self.make_and_validate_key(key), self._over.get(previous)
        client: redis.Redis = self._cache.get_client(name, write=True)
        if before is None:
            before = int(client.get(self.make_and_validate_key(previous)) or 0)
            self._remember(previous, before)
        now = int(client.incr(name))
        if now == 1:
            client.expire(name, 2 * seconds)
        return now, before

    @classmethod
    def _remember(cls, previous: str, before: int) -> None:
        if len(cls._over) >= MOST_OVER:
            cls._over.clear()
        cls._over[previous] = before


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
