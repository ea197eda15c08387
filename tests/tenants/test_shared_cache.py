"""The cache that processes share: Redis, asked as seldom as can be."""

from uuid import uuid4

import pytest
from django.conf import settings

from tenants.backend.cache import SharedCache


@pytest.fixture
def shared() -> SharedCache:
    """The real one, under names of its own."""
    return SharedCache(settings.REDIS_URL, {"KEY_PREFIX": uuid4().hex})


def test_a_window_counts_its_calls_and_brings_what_the_one_before_counted(shared: SharedCache) -> None:
    """Three calls in the first minute, two in the second: the second reads the three once."""
    names = [f"{uuid4().hex}:{window}" for window in range(3)]
    assert [shared.count(names[1], names[0], 60) for _ in range(3)] == [(1, 0), (2, 0), (3, 0)]
    assert [shared.count(names[2], names[1], 60) for _ in range(2)] == [(1, 3), (2, 3)]
    client = shared._cache.get_client()
    assert 60 < client.ttl(shared.make_key(names[2])) <= 120


def test_one_client_serves_all_questions_of_a_thread(shared: SharedCache) -> None:
    assert shared._cache.get_client("a") is shared._cache.get_client("b")
    shared.set("a", {"id": 7}, 30)
    assert shared.get("a") == {"id": 7}
